"""How fast a cost grows: the exponent of the power law between two points, and its verdict."""

import dataclasses
import math

from .series import FLAT, LINEAR, Series

# Two points nearer than this say more about noise than about growth.
LEAST_SPAN = 8


@dataclasses.dataclass(frozen=True)
class Verdict:
    """How a curve rises, as a power of what is varied, on the whole or where it is steepest; and what it may be at most."""

    series: str
    what: str
    exponent: float
    limit: float
    where: str

    @property
    def kept(self) -> bool:
        return self.exponent <= self.limit

    def __str__(self) -> str:
        word = "kept" if self.kept else "BROKEN"
        return f"{self.series}, {self.what}: grows as x^{self.exponent:.2f} {self.where}, at most x^{self.limit:.2f}: {word}"


def steepest(points: dict[int, float]) -> tuple[float, int, int] | None:
    """The largest exponent between two points far enough apart, and which; None when there are no two.

    A cost a + b*x has an exponent below 1 everywhere, whatever a and b are, so a rise above 1 is worse than linear.
    """
    positive = sorted((x, y) for x, y in points.items() if x > 0 and y > 0)
    slopes = [
        (math.log(high / low) / math.log(end / begin), begin, end)
        for place, (begin, low) in enumerate(positive) for end, high in positive[place + 1:] if end >= LEAST_SPAN * begin
    ]
    return max(slopes, default=None)


def fitted(points: dict[int, float]) -> float | None:
    """The exponent of the power law that lies nearest to all points; None when they are not far enough apart."""
    positive = [(math.log(x), math.log(y)) for x, y in points.items() if x > 0 and y > 0]
    if len(positive) < 2 or max(positive)[0] - min(positive)[0] < math.log(LEAST_SPAN):
        return None
    middle_x = sum(x for x, _ in positive) / len(positive)
    middle_y = sum(y for _, y in positive) / len(positive)
    return (sum((x - middle_x) * (y - middle_y) for x, y in positive)
            / sum((x - middle_x) ** 2 for x, _ in positive))


def judge(series: Series, costs: dict[int, float], memory: dict[int, float]) -> list[Verdict]:
    """The verdicts on a program's cost per operation, and on what it keeps, in KiB, where that counts."""
    verdicts = []
    if series.is_flat:
        if (exponent := fitted(costs)) is not None:
            verdicts.append(Verdict(series.name, "CPU per operation", exponent, FLAT, "on the whole"))
    else:
        verdicts += _steepest_verdict(series, "CPU per operation", costs)
    return verdicts + (_steepest_verdict(series, "memory", memory) if series.memory else [])


def _steepest_verdict(series: Series, what: str, points: dict[int, float]) -> list[Verdict]:
    slope = steepest(points)
    return [Verdict(series.name, what, slope[0], LINEAR, f"from {slope[1]} to {slope[2]}")] if slope else []
