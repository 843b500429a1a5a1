"""What is varied, over which values, and how fast its cost may grow."""

import dataclasses
from collections.abc import Callable

from sidebyside.workloads import Workload

# Work that has nothing to do with what is varied may drift with it as a whole, because sockets and tables come to be larger
# than caches; something that is walked for each request rises further. Work on what is varied may grow in proportion.
FLAT, LINEAR = 0.15, 1.10
_KIB, _MIB = 1 << 10, 1 << 20


@dataclasses.dataclass(frozen=True)
class Load:
    """One run of the generator. With large bodies operations are counted by their bytes: few end within a run, and those that
    were not done to their end cost as much.
    """

    workload: Workload
    options: tuple[str, ...] = ()
    body_bytes: int = 0

    def operations(self, ended: int, received_bytes: int) -> float:
        """What the run amounts to."""
        return received_bytes / self.body_bytes if self.body_bytes >= _MIB else ended


@dataclasses.dataclass(frozen=True)
class Series:
    """One thing that is varied. An operation's cost may grow in proportion with it, or must be flat.

    With `memory` what the process keeps is judged too: it may grow as what is varied does.
    """

    name: str
    title: str
    axis: str
    values: tuple[int, ...]
    quick: tuple[int, ...]
    load: Callable[[int], Load]
    is_flat: bool = False
    memory: bool = False
    programs: tuple[str, ...] = ("proxyd", "haproxy", "nginx", "floor")

    def chosen(self, quick: bool) -> tuple[int, ...]:
        return self.quick if quick else self.values


def _relay(path: str = "/s", connections: int = 64, *options: object) -> Load:
    words = tuple(str(option) for option in options)
    return Load(Workload("relay", "", "relay", path, connections), ("--settle", *words))


def _body(mode: str, size: int) -> Load:
    return Load(Workload(mode, "", mode, f"/b{size}", _body_connections(size)), ("--settle",), size)


def _body_connections(size: int) -> int:
    return 64 if size <= 16 * _KIB else 16 if size <= _MIB else 4


BODIES = (0, _KIB, 4 * _KIB, 16 * _KIB, 64 * _KIB, 256 * _KIB, _MIB, 10 * _MIB, 100 * _MIB)
FIELDS = (5, 10, 20, 50, 100)

SERIES = {
    series.name: series
    for series in (
        Series("connections", "GET of 12 bytes over so many keep-alive connections, all of them asking", "connections",
               (10, 100, 1000, 9000), (10, 100), lambda x: _relay("/s", x), is_flat=True, memory=True),
        Series("origins", "GET of 12 bytes from so many origins in turn, over 64 connections", "origins",
               (1, 10, 100, 1000, 10_000), (1, 100), lambda x: _relay("/s", 64, "--origins", x), is_flat=True, memory=True,
               programs=("proxyd", "haproxy")),
        Series("body", "GET of a body over keep-alive connections", "bytes of body",
               BODIES, (0, 64 * _KIB), lambda x: _body("relay", x)),
        Series("tunnel-body", "GET of a body in open tunnels", "bytes of body",
               BODIES, (0, 64 * _KIB), lambda x: _body("tunnel", x), programs=("proxyd",)),
        Series("fields", "GET of 12 bytes with so many fields in request and response", "fields",
               FIELDS, (5, 50), lambda x: _relay(f"/f{x}", 64, "--request-fields", x - 1)),
    )
}
