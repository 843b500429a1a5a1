"""What a run's samples amount to: the minimum of the costs, medians of the rest, and the budgets."""

import dataclasses
import statistics

from .comparison import Sample
from .workloads import BUDGETS, WORKLOADS, Workload


@dataclasses.dataclass(frozen=True)
class Cell:
    """One proxy at one workload."""

    cost: float
    user: float
    rate: float
    p99_ms: float
    errors: int
    reopened: int


@dataclasses.dataclass(frozen=True)
class Verdict:
    """A proxy against proxyd's budget. `ratio` is to the best peer that the budget names, or to the absolute limit."""

    cost: float
    limit: float
    ratio: float

    @property
    def kept(self) -> bool:
        return self.cost <= self.limit


class Summary:
    def __init__(self, samples: list[Sample], relays: set[str]):
        self._relays = relays
        grouped: dict[tuple[str, str], list[Sample]] = {}
        for sample in samples:
            grouped.setdefault((sample.workload, sample.peer), []).append(sample)
        self._cells = {key: _cell(group) for key, group in grouped.items()}
        seen = {workload for workload, _ in grouped}
        self.workloads: list[Workload] = [workload for name, workload in WORKLOADS.items() if name in seen]

    def cell(self, workload: str, peer: str) -> Cell | None:
        return self._cells.get((workload, peer))

    def peer_names(self) -> list[str]:
        """Everybody with a figure, in the order of measuring."""
        return list(dict.fromkeys(peer for _, peer in self._cells))

    def best_peer(self, workload: str) -> float | None:
        """Cost of the best real proxy but proxyd."""
        costs = self._peer_costs(workload)
        return min(costs.values()) if costs else None

    def verdict(self, workload: str, of: str = "proxyd") -> Verdict | None:
        """None when `of`, or every peer that the budget names, is missing."""
        own = self.cell(workload, of)
        limit = BUDGETS[workload].limit(self._peer_costs(workload))
        if own is None or limit is None:
            return None
        return Verdict(own.cost, limit, BUDGETS[workload].factor * own.cost / limit if limit else 0)

    def broken_budgets(self) -> list[str]:
        verdicts = {workload.name: self.verdict(workload.name) for workload in self.workloads}
        return [name for name, verdict in verdicts.items() if verdict is not None and not verdict.kept]

    def _peer_costs(self, workload: str) -> dict[str, float]:
        return {
            peer: cell.cost for (name, peer), cell in self._cells.items()
            if name == workload and peer != "proxyd" and peer not in self._relays
        }


def _cell(group: list[Sample]) -> Cell:
    cheapest = min(group, key=lambda sample: sample.cost)
    return Cell(
        cheapest.cost, cheapest.user, statistics.median(sample.rate for sample in group),
        statistics.median(sample.p99_ms for sample in group), sum(sample.errors for sample in group),
        sum(sample.reopened for sample in group))
