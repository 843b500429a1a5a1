"""The command line of ``Benchmarks/micro/run``."""

import argparse
import pathlib
import shlex
import subprocess
import sys

from . import callgrind, thresholds
from .callgrind import Case, Count

DESCRIPTION = """\
Counts the instructions and allocations per operation of the data path's parts, under callgrind.

Counts are the same whatever else the machine does, so a threshold can be narrow. They are no times:
a cache miss counts as an instruction, and what the kernel does is not counted at all. --time asks the
clock instead.
"""
_ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/micro/run", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="which (all)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="status 1 when a kept count is exceeded")
    what.add_argument("--write", action="store_true", help="keep what is counted now, for this architecture and compiler")
    what.add_argument("--time", action="store_true", help="nanoseconds by the clock, without callgrind")
    what.add_argument("--list", action="store_true", help="only name the cases")
    parser.add_argument("--program", type=pathlib.Path, metavar="PATH", help="a built `micro` (made by default)")
    return parser


def main() -> int:
    arguments = _parser().parse_args()
    program = str(arguments.program.resolve() if arguments.program else _build())
    known = callgrind.cases(program)
    chosen = _chosen(known, arguments.cases)
    if arguments.list:
        print("\n".join(case.name for case in chosen))
        return 0
    if arguments.time:
        return subprocess.run([program, "time", *(case.name for case in chosen)]).returncode
    counts = callgrind.count(program, chosen)
    pair = thresholds.here()
    kept = thresholds.load().get(pair)
    _print(chosen, counts, kept)
    if arguments.write:
        thresholds.save(pair, counts, whole=not arguments.cases)
        print(f"kept for {pair} in {thresholds.PATH.relative_to(_ROOT)}")
        return 0
    return _judge(pair, chosen, counts, kept, whole=not arguments.cases) if arguments.check else 0


def _build() -> pathlib.Path:
    """Builds the program as the product is built, beside it, and returns where it is."""
    flags = shlex.split(subprocess.run(
        [_ROOT / "dev/build", "--print-flags"], check=True, capture_output=True, text=True).stdout)
    subprocess.run(["swift", "build", *flags, "--product", "micro"], check=True, cwd=_ROOT, stdout=sys.stderr)
    folder = subprocess.run(
        ["swift", "build", *flags, "--show-bin-path"], check=True, cwd=_ROOT, capture_output=True, text=True).stdout
    return _ROOT / folder.strip() / "micro"


def _chosen(known: list[Case], names: list[str]) -> list[Case]:
    unknown = sorted(set(names) - {case.name for case in known})
    if unknown:
        raise SystemExit(f"no such case: {', '.join(unknown)}; known are {', '.join(case.name for case in known)}")
    return [case for case in known if not names or case.name in names]


def _print(chosen: list[Case], counts: dict[str, Count], kept: dict[str, Count] | None) -> None:
    width = max(len(case.name) for case in chosen)
    print(f"{'case':{width}} {'instructions':>13} {'kept':>10} {'':>7} {'allocations':>12}")
    for case in chosen:
        count, before = counts[case.name], (kept or {}).get(case.name)
        was = f"{before.instructions:10.1f} {count.instructions / before.instructions - 1:+7.1%}" if before else " " * 18
        print(f"{case.name:{width}} {count.instructions:13.1f} {was} {count.allocations:12.2f}")


def _judge(
    pair: str, chosen: list[Case], counts: dict[str, Count], kept: dict[str, Count] | None, whole: bool
) -> int:
    if kept is None:
        print(f"nothing is kept for {pair}: only allocations are judged; keep counts with --write")
    elif not whole:
        kept = {name: count for name, count in kept.items() if name in counts}
    findings = thresholds.judge(chosen, counts, kept)
    for finding in findings:
        print(f"{'TOO MUCH' if finding.is_failure else 'note'}: {finding.case}: {finding.text}", file=sys.stderr)
    return 1 if any(finding.is_failure for finding in findings) else 0
