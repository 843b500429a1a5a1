"""What is measured, and what proxyd may cost at most."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Workload:
    """One kind of work. `mode`, `path` and `connections` are for the load generator; idle tunnels have none."""

    name: str
    title: str
    mode: str = ""
    path: str = ""
    connections: int = 0

    @property
    def needs_tunnels(self) -> bool:
        return self.mode != "relay"

    @property
    def unit(self) -> str:
        return "us" if self.mode else "KiB"


@dataclasses.dataclass(frozen=True)
class Budget:
    """`factor` times the best of `against` (every peer when empty), or of the workload's unit when `absolute`."""

    factor: float
    against: tuple[str, ...] = ()
    absolute: bool = False

    def limit(self, best_by_peer: dict[str, float]) -> float | None:
        """The most that proxyd may cost; None when none of the peers to compare with ran."""
        if self.absolute:
            return self.factor
        costs = [cost for peer, cost in best_by_peer.items() if not self.against or peer in self.against]
        return self.factor * min(costs) if costs else None

    def __str__(self) -> str:
        if self.absolute:
            return f"{self.factor:g} KiB"
        return f"{self.factor:.2f} of " + (" and ".join(self.against) if self.against else "the best")


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("relay", "GET of 12 bytes, 64 keep-alive connections", "relay", "/s", 64),
        Workload("relay64k", "GET of 64 KiB, 16 keep-alive connections", "relay", "/64k", 16),
        Workload("relay10m", "GET of 10 MiB, 4 keep-alive connections", "relay", "/10m", 4),
        Workload("churn", "CONNECT, one GET of 12 bytes, reset; 16 at a time", "churn", "/s", 16),
        Workload("rr", "GET of 12 bytes in 64 open tunnels", "tunnel", "/s", 64),
        Workload("bulk", "GET of 10 MiB in 4 open tunnels", "tunnel", "/10m", 4),
        Workload("idle", "resident memory per idle tunnel"),
    )
}

BUDGETS = {
    "relay": Budget(0.90, ("nginx", "haproxy")),
    "relay64k": Budget(0.85, ("haproxy",)),
    "relay10m": Budget(0.60),
    "churn": Budget(0.55),
    "rr": Budget(0.75),
    "bulk": Budget(0.55),
    "idle": Budget(1.0, absolute=True),
}
