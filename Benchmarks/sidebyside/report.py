"""Prints a run: text while it goes on, JSON with every sample, Markdown tables for the documentation."""

import dataclasses
import json
import pathlib
import sys
from collections.abc import Iterable

from .machine import Machine
from .peers import Peer
from .comparison import Sample
from .summary import Summary
from .workloads import BUDGETS, Workload

BEGIN = "<!-- side-by-side: begin -->"
END = "<!-- side-by-side: end -->"


def print_workload(workload: Workload, summary: Summary) -> None:
    unit = "KiB per tunnel" if not workload.mode else "CPU microseconds per operation"
    print(f"\n{workload.name}: {workload.title} ({unit})", file=sys.stderr)
    best = summary.best_peer(workload.name)
    rows = [(peer, cell) for peer in summary.peer_names() if (cell := summary.cell(workload.name, peer)) is not None]
    for peer, cell in sorted(rows, key=lambda row: row[1].cost):
        ratio = f"{cell.cost / best:6.2f} of best peer" if best else ""
        line = f"  {peer:10} {cell.cost:9.2f} {ratio}"
        if workload.mode:
            line += f"  user {cell.user:8.1f}  {cell.rate:9.0f}/s  p99 {cell.p99_ms:8.2f} ms  reopened {cell.reopened}"
        print(f"{line}  errors {cell.errors}", file=sys.stderr)
    verdict = summary.verdict(workload.name)
    if verdict:
        word = "kept" if verdict.kept else "BROKEN"
        print(f"  budget {word}: {verdict.ratio:.2f}, at most {BUDGETS[workload.name]}", file=sys.stderr)
    sys.stderr.flush()


def write_json(path: pathlib.Path, machine: Machine, versions: dict[str, str], samples: list[Sample]) -> None:
    document = {
        "machine": dataclasses.asdict(machine),
        "versions": versions,
        "samples": [dataclasses.asdict(sample) for sample in samples],
    }
    path.write_text(json.dumps(document, indent=1) + "\n")


def read_json(path: pathlib.Path) -> tuple[Machine, dict[str, str], list[Sample]]:
    """What `write_json` wrote. SystemExit when it is something else."""
    try:
        document = json.loads(path.read_text())
        samples = [Sample(**sample) for sample in document["samples"]]
        return Machine(**document["machine"]), document["versions"], samples
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SystemExit(f"{path} is no run that --json wrote: {error}") from error


def markdown(machine: Machine, versions: dict[str, str], peers: list[Peer], summary: Summary) -> str:
    """Two tables and where they come from."""
    workloads = summary.workloads
    names = [peer.name for peer in peers if peer.name in summary.peer_names()]
    head = ["", *(f"{workload.name}, {workload.unit}" for workload in workloads)]
    costs = [[f"**{name}**" if name == "proxyd" else name, *(_cost(summary, workload, name) for workload in workloads)]
             for name in names]
    if "proxyd" in names:
        for name in ("floor", "proxyd"):
            if name in names:
                ratios = (_ratio(summary, workload, name) for workload in workloads)
                costs.append([f"{name} / best of budget's peers", *ratios])
        costs.append(["budget", *(str(BUDGETS[workload.name]) for workload in workloads)])
    loaded = [workload for workload in workloads if workload.mode]
    rates = [[name, *(_rate(summary, workload, name) for workload in loaded)] for name in names]
    told = ", ".join(f"{name} {versions[name]}" for name in names if versions.get(name))
    parts = [
        f"{machine.date}; {machine.cores} cores ({machine.cpu}); Linux {machine.kernel}; {told}.\n"
        f"Load average before: {machine.load_before:.2f}. Command: `{machine.command}`.",
        "Cost: CPU microseconds of the whole process per operation, minimum of the rounds; idle: KiB per tunnel.",
        _table(head, costs),
    ]
    if loaded:
        parts += [
            "Operations per second / 99th percentile of their latency in milliseconds; medians of the rounds.",
            _table(["", *(workload.name for workload in loaded)], rates),
        ]
    troubles = list(_troubles(summary, workloads, names))
    if troubles:
        parts.append("Not clean: " + "; ".join(troubles) + ".")
    return "\n\n".join(parts) + "\n"


def write_between_markers(path: pathlib.Path, text: str, begin: str = BEGIN, end: str = END) -> None:
    """Replaces what stands between the markers of a page; SystemExit when it does not have them, in order, once."""
    page = path.read_text()
    if page.count(begin) != 1 or page.count(end) != 1 or page.index(begin) > page.index(end):
        raise SystemExit(f"{path} needs one line {begin} and behind it one line {end}")
    before, rest = page.split(begin)
    after = rest.split(end)[1]
    path.write_text(f"{before}{begin}\n{text}{end}{after}")


def _cost(summary: Summary, workload: Workload, peer: str) -> str:
    cell = summary.cell(workload.name, peer)
    if cell is None:
        return ""
    if not workload.mode:
        return f"{cell.cost:.2f}"
    return f"{cell.cost:.1f}" if cell.cost < 1000 else f"{cell.cost:,.0f}".replace(",", " ")


def _ratio(summary: Summary, workload: Workload, of: str) -> str:
    verdict = summary.verdict(workload.name, of)
    if verdict is None:
        return ""
    if BUDGETS[workload.name].absolute:
        return f"{verdict.cost:.2f} KiB"
    return f"{verdict.ratio:.2f}"


def _rate(summary: Summary, workload: Workload, peer: str) -> str:
    cell = summary.cell(workload.name, peer)
    return "" if cell is None else f"{cell.rate:,.0f} / {cell.p99_ms:.1f}".replace(",", " ")


def _troubles(summary: Summary, workloads: Iterable[Workload], names: Iterable[str]) -> Iterable[str]:
    for workload in workloads:
        for name in names:
            cell = summary.cell(workload.name, name)
            if cell is not None and cell.errors:
                yield f"{name} had {cell.errors} errors in {workload.name}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
