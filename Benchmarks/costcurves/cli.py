"""The command line of ``Benchmarks/curves``."""

import argparse
import os
import pathlib
import sys

from sidebyside import report as pages
from sidebyside.machine import Machine
from sidebyside.peers import DEFAULT_PROXYD, Peer

from . import drawing, measure, refusals, report
from .rig import Cores, known_programs
from .sample import Run, Sample
from .series import SERIES

DESCRIPTION = """\
Measures how proxyd's CPU per operation and memory grow, with HAProxy, nginx and the bare relay `floor`
as references where they are there, and draws it. Anything worse than linear is a defect: --check ends with status 1.

The proxy has one core; load and origin (nginx) have the other. Needs: Linux, Python 3.11, a C compiler,
nginx.
"""

COMMANDS = {
    **{name: series.title for name, series in SERIES.items()},
    "beside": "a load beside nothing, quiet tunnels, and quiet keep-alive connections",
    "loops": "one loop and two, on the same two cores",
    "latency": "p99 at half of HAProxy's highest rate, of proxyd and HAProxy",
    "refusals": "what a refused request costs, by the reason, beside one that is served",
    "all": "all of these",
    "draw": "nothing is measured: charts and page from --from",
}


def _parser() -> argparse.ArgumentParser:
    listed = "\n".join(f"  {name:12} {title}" for name, title in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="Benchmarks/curves", description=DESCRIPTION, epilog=f"commands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="+", choices=COMMANDS, metavar="COMMAND", help="what to measure")
    parser.add_argument("--programs", default="proxyd,haproxy,nginx,floor", metavar="A,B",
                        help="of proxyd, haproxy, nginx, floor (all that are there)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each program at each value (3)")
    parser.add_argument("--seconds", type=float, default=1, help="length of a turn (1)")
    parser.add_argument("--quick", action="store_true", help="two values of each series and few quiet connections: a trial")
    parser.add_argument("--rate", type=float, help="requests per second of latency (half of HAProxy's highest)")
    parser.add_argument("--proxyd", default=DEFAULT_PROXYD, metavar="PATH", help="(.build/release/proxyd)")
    parser.add_argument("--proxy-cpu", type=int, default=0, help="core of the proxies (0)")
    parser.add_argument("--load-cpu", type=int, default=1, help="core of load and origin (1)")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every sample here")
    parser.add_argument("--from", dest="earlier", type=pathlib.Path, metavar="FILE",
                        help="begin with the samples of this file; what is measured now replaces its series")
    parser.add_argument("--draw", type=pathlib.Path, metavar="FOLDER", help="write the charts here, as SVG")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE",
                        help="replace what stands between the markers of this page; its charts lie in --draw")
    parser.add_argument("--check", action="store_true", help="status 1 when something grows too fast or a budget is broken")
    return parser


def main() -> int:
    arguments = _parser().parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0:
        raise SystemExit("--rounds and --seconds must be positive")
    if arguments.write and not arguments.draw:
        raise SystemExit("--write needs --draw: the page shows the charts")
    programs = _programs(arguments)
    measured = [] if arguments.commands == ["draw"] else _measure(arguments, programs)
    run = Run(Machine.here(), {program.name: program.version_text() for program in programs}, measured)
    if arguments.earlier:
        earlier = Run.read(arguments.earlier)
        run = earlier.merged(run) if measured else earlier
    if not run.samples:
        raise SystemExit("nothing was measured")
    return _tell(arguments, run)


def _programs(arguments: argparse.Namespace) -> list[Peer]:
    known = known_programs(arguments.proxyd)
    names = arguments.programs.split(",")
    unknown = sorted(set(names) - {program.name for program in known})
    if unknown:
        raise SystemExit(f"no such program: {', '.join(unknown)}; known are {', '.join(program.name for program in known)}")
    chosen = [program for program in known if program.name in names and program.find()]
    missing = [name for name in names if name not in {program.name for program in chosen}]
    if missing:
        print(f"not found, left out: {', '.join(missing)}", file=sys.stderr)
    return chosen


def _measure(arguments: argparse.Namespace, programs: list[Peer]) -> list[Sample]:
    if not any(program.name == "proxyd" for program in programs):
        raise SystemExit(f"{arguments.proxyd} is not there: dev/build makes it, --proxyd names another")
    allowed = os.sched_getaffinity(0)
    if arguments.proxy_cpu == arguments.load_cpu or not {arguments.proxy_cpu, arguments.load_cpu} <= allowed:
        raise SystemExit(f"two cores are needed, of {sorted(allowed)}: see --proxy-cpu and --load-cpu")
    cores = Cores(frozenset({arguments.proxy_cpu}), frozenset({arguments.load_cpu}))
    wanted = [name for name in COMMANDS if name in arguments.commands or "all" in arguments.commands]
    rounds, seconds, samples = arguments.rounds, arguments.seconds, []
    for name in wanted:
        if name in SERIES:
            samples += measure.curve(SERIES[name], programs, cores, rounds, seconds, arguments.quick)
        elif name == "beside":
            samples += measure.beside(programs, cores, rounds, seconds, arguments.quick)
        elif name == "loops":
            samples += measure.loops(programs, rounds, seconds)
        elif name == "latency":
            samples += measure.latency(programs, cores, rounds, seconds, arguments.rate)
        elif name == "refusals":
            samples += refusals.refusals(programs, cores, rounds, seconds)
    return samples


def _tell(arguments: argparse.Namespace, run: Run) -> int:
    if arguments.json:
        run.write(arguments.json)
    if arguments.draw:
        for path in drawing.draw(run, arguments.draw):
            print(f"drawn: {path}", file=sys.stderr)
    judged = [*report.verdicts(run), *report.budgets(run)]
    for line in judged:
        print(line)
    if arguments.write:
        pictures = os.path.relpath(arguments.draw.resolve(), arguments.write.resolve().parent)
        pages.write_between_markers(arguments.write, report.markdown(run, pictures), report.BEGIN, report.END)
    return 1 if arguments.check and not all(line.kept for line in judged) else 0
