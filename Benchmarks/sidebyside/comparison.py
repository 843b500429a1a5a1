"""A run: starts everything, lets the proxies take turns, keeps every sample, ends everything."""

import contextlib
import dataclasses
import pathlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

from . import idle, origin
from .load import LoadGenerator
from .peers import Peer
from .ports import free_base
from .process import ServerProcess, last_line, raise_descriptor_limit
from .workloads import Workload


@dataclasses.dataclass(frozen=True)
class Sample:
    """One proxy's turn at one workload. `cost` is CPU microseconds per operation, or KiB per idle tunnel."""

    workload: str
    peer: str
    cost: float
    user: float = 0.0
    rate: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    operations: int = 0
    errors: int = 0
    reopened: int = 0


@dataclasses.dataclass(frozen=True)
class Plan:
    peers: list[Peer]
    workloads: list[Workload]
    rounds: int
    seconds: float
    idle_tunnels: int
    proxy_cpu: int
    load_cpu: int
    base_port: int | None


class Comparison:
    def __init__(self, plan: Plan, directory: pathlib.Path):
        self._plan, self._directory = plan, directory
        base = plan.base_port or free_base(2 * len(plan.peers) + 1)
        self._origin_port = base
        self._servers = {
            peer.name: peer.server(directory, base + 1 + 2 * place, base, {plan.proxy_cpu})
            for place, peer in enumerate(plan.peers)
        }

    def run(self, finished: Callable[[Workload, list[Sample]], None]) -> list[Sample]:
        """Measures every workload; `finished` hears of each with its samples."""
        raise_descriptor_limit()
        load = LoadGenerator(self._directory, {self._plan.load_cpu}, self._origin_port)
        samples: list[Sample] = []
        with contextlib.ExitStack() as ends:
            server = origin.start(self._directory, self._origin_port, {self._plan.load_cpu})
            ends.callback(server.stop)
            ready = list(self._started(ends))
            # Start-up work such as compiled configuration and warm caches is nobody's operation.
            time.sleep(1)
            for workload in self._plan.workloads:
                own = list(self._measure(workload, ready, load))
                finished(workload, own)
                samples += own
        return samples

    def _started(self, ends: contextlib.ExitStack) -> Iterator[Peer]:
        for peer in self._plan.peers:
            server = self._servers[peer.name]
            ends.callback(server.stop)
            if server.start():
                yield peer
            else:
                _say(f"{peer.name} did not start: {last_line(server)}")

    def _measure(self, workload: Workload, ready: list[Peer], load: LoadGenerator) -> Iterator[Sample]:
        able = [peer for peer in ready if peer.tunnels or not workload.needs_tunnels]
        if not workload.mode:
            yield from (sample for peer in able if (sample := self._measure_idle(workload, peer)) is not None)
            return
        # Everybody's turn comes once per round: a slow spell of the machine hits all.
        for _ in range(self._plan.rounds):
            for peer in able:
                sample = self._measure_load(workload, peer, load)
                if sample is not None:
                    yield sample

    def _measure_load(self, workload: Workload, peer: Peer, load: LoadGenerator) -> Sample | None:
        server = self._servers[peer.name]
        if not server.is_running:
            _say(f"{workload.name}: {peer.name} had ended and is started again: {last_line(server)}")
            server.stop()
            if not server.start():
                return None
        before = server.cpu_time()
        try:
            result = load.run(workload, server.port, self._plan.seconds)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            _say(f"{workload.name}: the load generator failed at {peer.name}: {error}")
            return None
        used = server.cpu_time() - before
        if result.operations == 0:
            _say(f"{workload.name}: {peer.name} did nothing, {result.errors} errors")
            return None
        return Sample(
            workload.name, peer.name, used.total * 1e6 / result.operations, used.user * 1e6 / result.operations,
            result.operations / result.seconds, result.p50Us / 1e3, result.p99Us / 1e3, result.operations,
            result.errors, result.reopened)

    def _measure_idle(self, workload: Workload, peer: Peer) -> Sample | None:
        # Memory that other workloads left in the allocator would hide what tunnels take: a fresh process.
        server = self._servers[peer.name]
        server.stop()
        if not server.start():
            _say(f"idle: {peer.name} did not start again: {last_line(server)}")
            return None
        result = idle.measure(server, self._origin_port, self._plan.idle_tunnels)
        if result.kib != result.kib:
            _say(f"idle: {peer.name} opened {result.tunnels} tunnels, {result.errors} failed")
            return None
        return Sample(workload.name, peer.name, result.kib, operations=result.tunnels, errors=result.errors)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
