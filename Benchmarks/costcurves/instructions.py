"""``Benchmarks/instructions``: proxyd's own instructions per operation, by part and by function."""

import argparse
import pathlib
import shutil
import subprocess
import tempfile

from sidebyside import report as pages
from sidebyside.peers import DEFAULT_PROXYD, Peer
from sidebyside.workloads import Workload

from . import profile
from .rig import Cores, Rig, say
from .series import Load

DESCRIPTION = """\
Runs proxyd as a whole under callgrind and counts the instructions that an operation adds, in user mode:
where the remaining user time goes. The difference of two runs of different length, so that the start
cancels out. Counts hardly depend on the machine or its load; what the kernel does is not counted.
"""
BEGIN = "<!-- instructions: begin -->"
END = "<!-- instructions: end -->"
WORKLOADS = {
    "relay": Workload("relay", "a small GET over a keep-alive connection", "relay", "/s", 16),
    "rr": Workload("rr", "a small exchange in an open tunnel", "tunnel", "/s", 16),
    "churn": Workload("churn", "CONNECT, a small exchange, reset", "churn", "/s", 16),
}
_FEW, _MANY = 1000, 4000


def _count(program: Peer, workload: Workload, operations: int) -> profile.Counts:
    cores = frozenset({0, 1})
    with Rig([program], Cores(cores, cores)) as rig:
        server = rig.server(program)
        if server is None:
            raise SystemExit("proxyd did not start under callgrind")
        sample = rig.load(server, Load(workload, ("--operations", str(operations))), 120, workload.name, operations)
        if sample is None or sample.operations < operations:
            raise SystemExit(f"{workload.name}: the operations were not all done")
        server.stop(timeout_s=60)
        return profile.read(server.directory / "counts")


def _under_callgrind(proxyd: str, stripped: pathlib.Path) -> Peer:
    # Valgrind 3.19 gives up on the compiler's DWARF 5. Names of functions are all that is needed.
    subprocess.run(["strip", "--strip-debug", "-o", stripped, proxyd], check=True)

    def command(program: str, config: pathlib.Path | None, port: int) -> list[str]:
        counts = config.parent / "counts"
        return ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={counts}", program, "--config", str(config)]

    return Peer("proxyd", str(stripped), command, "curves.yaml.in")


def _markdown(figures: dict[str, profile.Figures], functions: int, called: str | None) -> str:
    parts = {name: figure.by_part() for name, figure in figures.items()}
    largest = {part: max(sums.get(part, 0) for sums in parts.values()) for sums in parts.values() for part in sums}
    lines = ["| part | " + " | ".join(figures) + " |", "| --- |" + " ---: |" * len(figures)]
    lines += [f"| {part} | " + " | ".join(f"{sums.get(part, 0):.0f}" for sums in parts.values()) + " |"
              for part in sorted(largest, key=lambda part: -largest[part]) if largest[part] >= 1]
    lines.append("| **all** | " + " | ".join(f"**{figure.total:.0f}**" for figure in figures.values()) + " |")
    for name, figure in figures.items():
        if called:
            lines += ["", f"Calls of `{called}` per operation of {name}:", ""]
            rows = {caller: f"{count:.2f}" for caller, count in figure.callers(called).items()}
        else:
            lines += ["", f"The most of {name}:", ""]
            rows = {function: f"{count:.0f} ({count / figure.total:.0%})" for (_, function), count in figure.costs.items()}
        shown = list(rows)[:functions]
        lines += [f"- {rows[function]} `{text}`" for function, text in zip(shown, _demangled(shown))]
    return "\n".join(lines) + "\n"


def _demangled(names: list[str]) -> list[str]:
    if shutil.which("swift") is None:
        return names
    done = subprocess.run(
        ["swift", "demangle", "--compact", "--simplified"], input="\n".join(names), capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/instructions", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(WORKLOADS)} (all)")
    parser.add_argument("--proxyd", default=DEFAULT_PROXYD, metavar="PATH", help="(.build/release/proxyd)")
    parser.add_argument("--functions", type=int, default=12, help="how many of the dearest are named (12)")
    parser.add_argument("--callers", metavar="FUNCTION", help="name who calls this instead, such as swift_retain")
    parser.add_argument("--write", type=pathlib.Path, metavar="FILE", help="replace what stands between the markers of this page")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.workloads) - set(WORKLOADS))
    if unknown:
        raise SystemExit(f"no such workload: {', '.join(unknown)}; known are {', '.join(WORKLOADS)}")
    if shutil.which("valgrind") is None:
        raise SystemExit("counting needs valgrind (Debian: apt-get install valgrind)")
    figures = {}
    with tempfile.TemporaryDirectory(prefix="instructions-") as folder:
        program = _under_callgrind(arguments.proxyd, pathlib.Path(folder, "proxyd"))
        for name, workload in WORKLOADS.items():
            if not arguments.workloads or name in arguments.workloads:
                say(f"{name}: {workload.title}")
                few, many = (_count(program, workload, operations) for operations in (_FEW, _MANY))
                figures[name] = many.per_operation(few, _MANY - _FEW)
    text = _markdown(figures, arguments.functions, arguments.callers)
    print(text, end="")
    if arguments.write:
        pages.write_between_markers(arguments.write, text, BEGIN, END)
    return 0
