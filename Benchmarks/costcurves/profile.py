"""Reads what callgrind counted of a whole process: instructions by function, and functions by part of the program."""

import collections
import dataclasses
import pathlib
import re

_NAME = re.compile(r"\((\d+)\)(?: (.*))?")
_MANGLED = re.compile(r"\$s(\d+)")
# What the compiler and the standard library bring, by the beginnings of their symbols.
_RUNTIME = ("swift_", "_swift", "__swift", "$ss", "$sS", "$s15Synchronization", "__aarch64_")
_OWN = frozenset({"ProxyApp", "HTTPStack", "HTTPWire", "Pool", "Policy", "Tunnel", "Engine", "CLinux", "proxyd"})


@dataclasses.dataclass
class Counts:
    """Instructions of each function itself, by object file and name, and calls by the names of caller and called."""

    costs: collections.Counter[tuple[str, str]]
    calls: collections.Counter[tuple[str, str]]

    def per_operation(self, fewer: "Counts", operations: int) -> "Figures":
        """What an operation adds: the difference to a run with so many fewer, so that the start cancels out."""
        return Figures(_added(self.costs, fewer.costs, operations), _added(self.calls, fewer.calls, operations))


@dataclasses.dataclass
class Figures:
    """`Counts` for one operation, the largest first. Less than a hundredth is left out."""

    costs: dict[tuple[str, str], float]
    calls: dict[tuple[str, str], float]

    @property
    def total(self) -> float:
        return sum(self.costs.values())

    def by_part(self) -> dict[str, float]:
        """Instructions by part of the program."""
        sums: dict[str, float] = {}
        for (file, function), count in self.costs.items():
            part = part_of(file, function)
            sums[part] = sums.get(part, 0) + count
        return sums

    def callers(self, function: str) -> dict[str, float]:
        """Who calls the function, and how often."""
        return {caller: count for (caller, called), count in self.calls.items() if called == function}


def _added(many: collections.Counter, few: collections.Counter, operations: int) -> dict:
    added = {place: (count - few[place]) / operations for place, count in many.items()}
    return {place: count for place, count in sorted(added.items(), key=lambda item: -item[1]) if count >= 0.01}


def read(path: pathlib.Path) -> Counts:
    """What callgrind wrote. ValueError when nothing was counted."""
    names: dict[str, dict[str, str]] = {"fn": {}, "ob": {}}

    def named(kind: str, text: str) -> str:
        number, name = _NAME.fullmatch(text).groups()
        return names[kind].setdefault(number, name or "")

    counts = Counts(collections.Counter(), collections.Counter())
    file = function = called = ""
    is_call = False
    for line in path.read_text(errors="replace").splitlines():
        key, _, value = line.partition("=")
        if key == "fn":
            function = named("fn", value)
        elif key == "cfn":
            called = named("fn", value)
        elif key == "ob":
            file = named("ob", value)
        elif key == "cob":
            named("ob", value)
        elif key == "calls":
            counts.calls[function, called] += int(value.split()[0])
            # What follows is the cost of the called function, which is counted where that stands.
            is_call = True
        elif line[:1] and line[0] in "+-*0123456789":
            if not is_call:
                counts.costs[file, function] += int(line.split()[1])
            is_call = False
    if not counts.costs:
        raise ValueError(f"{path} has no counts")
    return counts


def part_of(file: str, function: str) -> str:
    """The module of ours that a function belongs to, else what it comes with."""
    mangled = _MANGLED.match(function)
    if mangled:
        begin = mangled.end()
        module = function[begin:begin + int(mangled[1])]
        if module in _OWN:
            return module
    if function.startswith("clinux_"):
        return "Engine"
    if function.startswith(_RUNTIME) or mangled:
        return "Swift"
    library = pathlib.Path(file).name.partition(".so")[0]
    return "libc" if library in ("libc", "ld-linux-x86-64", "ld-linux-aarch64") else library or "other"
