"""Kept counts, by architecture and compiler, and what exceeds them."""

import dataclasses
import json
import pathlib
import platform
import re
import subprocess

from .callgrind import Case, Count

PATH = pathlib.Path(__file__).resolve().parent.parent / "thresholds.json"
# What a change may cost before it is a red build, in parts of the kept count and in instructions.
SLACK, SLACK_INSTRUCTIONS = 0.05, 2
# Batches now and then, as the access log hands them over, are not an allocation per operation.
ALLOCATION_SLACK = 0.02


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something that is not as it is kept. `is_failure` is false for news that is good or that nobody can judge."""

    case: str
    text: str
    is_failure: bool = True


def here() -> str:
    """The pair that counts belong to: another compiler or instruction set has others."""
    done = subprocess.run(["swift", "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"Swift version (\S+)", done.stdout + done.stderr)
    return f"{platform.machine()} swift-{found[1] if found else 'unknown'}"


def load(path: pathlib.Path = PATH) -> dict[str, dict[str, Count]]:
    """What is kept, by pair and case. SystemExit when the file is damaged."""
    try:
        document = json.loads(path.read_text()) if path.exists() else {}
        return {pair: {name: Count(**kept) for name, kept in kept_by_case.items()}
                for pair, kept_by_case in document.items()}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise SystemExit(f"{path} is not what --write writes: {error}") from error


def save(pair: str, counts: dict[str, Count], whole: bool, path: pathlib.Path = PATH) -> None:
    """Keeps these counts for the pair; those of others stay. Unless they are `whole`, so do cases that were not counted."""
    kept = load(path)
    before = {} if whole else kept.get(pair, {})
    kept[pair] = {**before, **{name: _rounded(count) for name, count in counts.items()}}
    document = {pair: {name: dataclasses.asdict(count) for name, count in by_case.items()}
                for pair, by_case in sorted(kept.items())}
    path.write_text(json.dumps(document, indent=1) + "\n")


def judge(cases: list[Case], counts: dict[str, Count], kept: dict[str, Count] | None) -> list[Finding]:
    """Compares. With `kept` None, as for a compiler not met before, only allocations can be judged."""
    findings = []
    for case in cases:
        count = counts[case.name]
        if not case.may_allocate and count.allocations > ALLOCATION_SLACK:
            findings.append(Finding(case.name, f"allocates {count.allocations:.2f} times per operation, and must not"))
        if kept is None:
            continue
        findings += _compare(case, count, kept.get(case.name))
    for name in sorted(set(kept or {}) - {case.name for case in cases}):
        findings.append(Finding(name, "is kept, but there is no such case: renew with --write"))
    return findings


def _compare(case: Case, count: Count, kept: Count | None) -> list[Finding]:
    if kept is None:
        return [Finding(case.name, "has no kept count: add it with --write")]
    findings = []
    change = count.instructions / kept.instructions - 1
    told = f"{count.instructions:.1f} instructions per operation, kept are {kept.instructions:.1f}: {change:+.1%}"
    if count.instructions > kept.instructions * (1 + SLACK) + SLACK_INSTRUCTIONS:
        findings.append(Finding(case.name, f"{told}, at most {SLACK:+.0%}"))
    elif count.instructions < kept.instructions * (1 - SLACK) - SLACK_INSTRUCTIONS:
        findings.append(Finding(case.name, f"{told}; keep what was won with --write", is_failure=False))
    if count.allocations > kept.allocations + ALLOCATION_SLACK:
        findings.append(
            Finding(case.name, f"{count.allocations:.2f} allocations per operation, kept are {kept.allocations:.2f}"))
    return findings


def _rounded(count: Count) -> Count:
    return Count(round(count.instructions, 1), round(count.allocations, 2))
