"""How fast a cost grows: the exponent of the power law between two points, and its verdict."""

import dataclasses
import math

from .series import Series

# Two points nearer than this say more about noise than about growth.
LEAST_SPAN = 8
# What the process keeps may grow as what is varied does.
MEMORY_EXPONENT = 1.10


@dataclasses.dataclass(frozen=True)
class Verdict:
    """The steepest rise of a curve, as a power of what is varied, between two values; and what it may be at most."""

    series: str
    what: str
    exponent: float
    limit: float
    begin: int
    end: int

    @property
    def kept(self) -> bool:
        return self.exponent <= self.limit

    def __str__(self) -> str:
        word = "kept" if self.kept else "BROKEN"
        return (f"{self.series}, {self.what}: grows at most as x^{self.exponent:.2f} (from {self.begin} to {self.end}), "
                f"may x^{self.limit:.2f}: {word}")


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


def judge(series: Series, costs: dict[int, float], memory: dict[int, float]) -> list[Verdict]:
    """The verdicts on a program's cost per operation, and on what it keeps, in KiB, where that counts."""
    asked = [("CPU per operation", costs, series.exponent)]
    if series.memory:
        asked.append(("memory", memory, MEMORY_EXPONENT))
    found = ((what, steepest(points), limit) for what, points, limit in asked)
    return [Verdict(series.name, what, slope[0], limit, slope[1], slope[2]) for what, slope, limit in found if slope]
