"""The measurements, one function for each sub-command."""

import os
import statistics

from sidebyside.peers import Peer
from sidebyside.process import ServerProcess
from sidebyside.workloads import Workload

from .held import held, most
from .rig import Cores, Rig, say
from .sample import Sample
from .series import Load, Series

_RELAY = Load(Workload("relay", "", "relay", "/s", 64), ("--settle",))
_RR = Load(Workload("rr", "", "tunnel", "/s", 64), ("--settle",))


def curve(series: Series, programs: list[Peer], cores: Cores, rounds: int, seconds: float, quick: bool) -> list[Sample]:
    """Every value of a series in turn, a fresh process each time: what an earlier load left in memory is no part of it."""
    able = [program for program in programs if program.name in series.programs]
    samples = []
    with Rig(able, cores, every_origin=series.name == "origins") as rig:
        for _ in range(rounds):
            for x in series.chosen(quick):
                samples += (sample for program in able if (sample := _point(rig, program, series, x, seconds)))
    return samples


def _point(rig: Rig, program: Peer, series: Series, x: int, seconds: float) -> Sample | None:
    server = rig.server(program)
    if server is None:
        return None
    try:
        return rig.load(server, series.load(x), seconds, series.name, x)
    finally:
        server.stop()


def beside(programs: list[Peer], cores: Cores, rounds: int, seconds: float, quick: bool) -> list[Sample]:
    """Load with nothing beside it, with quiet tunnels, and with quiet keep-alive connections, in turns."""
    (proxyd,) = (program for program in programs if program.name == "proxyd")
    samples: list[Sample] = []
    with Rig([proxyd], cores) as rig:
        count = 50 if quick else most()
        servers = {kind: rig.server(proxyd) for kind in ("nothing", "tunnels", "keep-alive")}
        if None in servers.values():
            raise SystemExit("proxyd did not start")
        rig.enter_context(held(servers["tunnels"], rig.origin_port, count, tunnels=True))
        rig.enter_context(held(servers["keep-alive"], rig.origin_port, count, tunnels=False))
        for _ in range(rounds):
            for load in (_RELAY, _RR):
                for kind, server in servers.items():
                    name = f"{load.workload.name} beside {kind}"
                    sample = rig.load(server, load, seconds, "beside", 0 if kind == "nothing" else count, name)
                    samples += [sample] if sample else []
    return samples


def loops(programs: list[Peer], rounds: int, seconds: float) -> list[Sample]:
    """One loop and two, both free to use two cores, which they share with load and origin: only CPU per operation counts."""
    (proxyd,) = (program for program in programs if program.name == "proxyd")
    allowed = frozenset(sorted(os.sched_getaffinity(0))[:2])
    samples: list[Sample] = []
    with Rig([proxyd], Cores(allowed, allowed)) as rig:
        servers = {count: rig.server(proxyd, loops=count) for count in (1, 2)}
        if None in servers.values():
            raise SystemExit("proxyd did not start")
        for _ in range(rounds):
            for load in (_RELAY, _RR):
                for count, server in servers.items():
                    sample = rig.load(server, load, seconds, "loops", count, load.workload.name)
                    samples += [sample] if sample else []
    return samples


def latency(programs: list[Peer], cores: Cores, rounds: int, seconds: float, rate: float | None) -> list[Sample]:
    """Latency at the same offered rate: half of what HAProxy can at most, unless another is asked for."""
    able = [program for program in programs if program.name in ("proxyd", "haproxy")]
    samples: list[Sample] = []
    with Rig(able, cores) as rig:
        servers = {program.name: rig.server(program) for program in able}
        if None in servers.values() or "proxyd" not in servers:
            raise SystemExit("latency is compared with HAProxy's: both must be there")
        if rate is None:
            if "haproxy" not in servers:
                raise SystemExit("without HAProxy there is no rate to offer: name one with --rate")
            rate = _most(rig, servers["haproxy"], seconds) / 2
        say(f"offered: {rate:.0f} requests per second")
        offered = Load(_RELAY.workload, (*_RELAY.options, "--rate", f"{rate:.0f}"))
        for _ in range(rounds):
            for server in servers.values():
                sample = rig.load(server, offered, seconds, "latency", round(rate))
                samples += [sample] if sample else []
    return samples


def _most(rig: Rig, server: ServerProcess, seconds: float) -> float:
    rates = [sample.rate for _ in range(3) if (sample := rig.load(server, _RELAY, seconds, "rate", 0))]
    if not rates:
        raise SystemExit("HAProxy's rate could not be measured")
    return statistics.median(rates)
