"""``Benchmarks/hello``: what a request costs a server made with the library, beside other servers."""

import argparse
import pathlib
import shutil
import sys
import tempfile

from . import report
from .comparison import Comparison, Plan
from .machine import Machine
from .peers import Peer
from .summary import Summary
from .template import ROOT
from .workloads import Workload

DESCRIPTION = """\
Measures a server that answers every request with twelve bytes: on HTTPStack with closures and with
tasks, on SwiftNIO's HTTP/1, nginx's `return 200`, and Node. CPU of the whole process per request.

The servers: swift build -c release --package-path Benchmarks/servers -Xswiftc -enforce-exclusivity=unchecked
"""

BEGIN = "<!-- hello: begin -->"
END = "<!-- hello: end -->"
WORKLOAD = Workload("relay", "GET of 12 bytes, 64 keep-alive connections", "relay", "/", 64)
# Of the library with closures: at most so much of each of these.
BUDGETS = {"nginx": 1.1, "SwiftNIO": 0.4}


def _servers(built: pathlib.Path) -> list[Peer]:
    swift = str(built / "hello-httpstack")
    return [
        Peer("HTTPStack", swift, lambda x, c, p: [x, str(p)]),
        Peer("HTTPStack, tasks", swift, lambda x, c, p: [x, str(p), "async"]),
        Peer("nginx", "nginx", lambda x, c, p: [x, "-c", str(c)], "peers/hello-nginx.conf.in", ("-v",)),
        Peer("SwiftNIO", str(built / "hello-nio"), lambda x, c, p: [x, str(p)]),
        Peer("Node", "node", lambda x, c, p: [x, str(c), str(p)], "peers/hello-node.js.in", ("--version",)),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/hello", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server (5)")
    parser.add_argument("--seconds", type=float, default=2, help="length of a turn (2)")
    parser.add_argument("--servers", type=pathlib.Path, default=ROOT / "servers/.build/release", metavar="FOLDER",
                        help="the built servers (Benchmarks/servers/.build/release)")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="replace the table in this page")
    parser.add_argument("--check", action="store_true", help="status 1 when a budget is broken")
    arguments = parser.parse_args()
    chosen = [server for server in _servers(arguments.servers) if server.find()]
    if not any(server.name == "HTTPStack" for server in chosen):
        raise SystemExit(f"{arguments.servers / 'hello-httpstack'} is not built: see --help")
    machine = Machine.here()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="hello-"))
    directory.chmod(0o777)
    try:
        plan = Plan(chosen, [WORKLOAD], arguments.rounds, arguments.seconds, 0, 0, 1, None)
        samples = Comparison(plan, directory).run(lambda workload, own: None)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    text = _markdown(machine, {server.name: server.version_text() for server in chosen}, Summary(samples, set()))
    print(text, end="")
    if arguments.write:
        report.write_between_markers(arguments.write, text, BEGIN, END)
    ratios = _ratios(Summary(samples, set()))
    broken = [name for name, most in BUDGETS.items() if ratios.get(name, 0) > most]
    for name in broken:
        print(f"broken: {ratios[name]:.2f} of {name}, at most {BUDGETS[name]}", file=sys.stderr)
    return 1 if arguments.check and broken else 0


def _ratios(summary: Summary) -> dict[str, float]:
    own = summary.cell(WORKLOAD.name, "HTTPStack")
    cells = {name: summary.cell(WORKLOAD.name, name) for name in BUDGETS}
    return {name: own.cost / cell.cost for name, cell in cells.items() if own and cell}


def _markdown(machine: Machine, versions: dict[str, str], summary: Summary) -> str:
    told = ", ".join(f"{name} {version}" for name, version in versions.items() if version)
    lines = [
        f"{machine.date}; {machine.cores} cores ({machine.cpu}); Linux {machine.kernel}; {told}.",
        f"Load average before: {machine.load_before:.2f}. Command: `{machine.command}`.",
        "",
        "| server | CPU us per request | of them user | requests per second | p99, ms | errors |",
        "|---|---|---|---|---|---|",
    ]
    for name in summary.peer_names():
        cell = summary.cell(WORKLOAD.name, name)
        lines.append(f"| {name} | {cell.cost:.2f} | {cell.user:.2f} | {cell.rate:.0f} | {cell.p99_ms:.2f} | {cell.errors} |")
    lines.append("")
    ratios = _ratios(summary)
    told = (f"{ratios[name]:.2f} of {name} (at most {most})" for name, most in BUDGETS.items() if name in ratios)
    lines.append("HTTPStack costs " + ", ".join(told) + ".")
    return "\n".join(lines) + "\n"
