"""Reads a case file: a header of `key: value` lines, then steps. The format is described in README.md."""

import pathlib
import re
from dataclasses import dataclass, field

STEP = re.compile(r"(client|origin)(?: (\d+))?([<>])(?: (.+))?")
HEADER = re.compile(r"([a-z]+): (.+)")
ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.DOTALL)
PLAIN_ESCAPES = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "\\": b"\\"}

KEYS = {"intent", "source", "settings", "log", "splits"}
ACTIONS = {
    ("client", ">"): {"half-close", "close", "reset"},
    ("origin", ">"): {"half-close", "close", "reset"},
    ("client", "<"): {"close", "reset", "ended", "quiet", "prefix"},
    ("origin", "<"): {"close", "reset", "ended", "quiet", "prefix"},
}


class BadCase(Exception):
    """The file does not follow the format."""


@dataclass
class Step:
    """One thing that a side does (`>`) or that must be seen there (`<`)."""

    side: str
    connection: int
    direction: str
    action: str | None
    line: int
    text: str = ""

    @property
    def is_sent_block(self):
        return self.direction == ">" and self.action is None

    def __str__(self):
        number = f" {self.connection}" if self.connection > 1 else ""
        action = f" {self.action}" if self.action else ""
        return f"line {self.line}: {self.side}{number}{self.direction}{action}"


@dataclass
class Case:
    """A case file as read; placeholders in the steps' text are still there."""

    path: pathlib.Path
    header: dict
    steps: list = field(default_factory=list)

    @property
    def settings(self):
        return self.header.get("settings", "default")

    @property
    def splits(self):
        return self.header.get("splits", "some")

    @property
    def expected_log(self):
        return self.header.get("log")


def read(path):
    """The case in `path`. Raises `BadCase` with the line at fault."""
    case = Case(path, {})
    step = None
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if match := STEP.fullmatch(line):
            step = _step(path, number, *match.groups())
            case.steps.append(step)
        elif step is not None:
            if step.action not in (None, "prefix"):
                raise BadCase(f"{path}:{number}: text after {step}")
            step.text += line
        else:
            match = HEADER.fullmatch(line)
            if not match or match[1] not in KEYS or match[1] in case.header:
                raise BadCase(f"{path}:{number}: not a header line: {line}")
            case.header[match[1]] = match[2]
    missing = {"intent", "source"} - set(case.header)
    if missing or not case.steps:
        raise BadCase(f"{path}: lacks {sorted(missing) or 'steps'}")
    if case.splits not in ("some", "all", "none"):
        raise BadCase(f"{path}: splits are some, all or none")
    return case


def _step(path, number, side, connection, direction, action):
    if action is not None and action not in ACTIONS[side, direction]:
        raise BadCase(f"{path}:{number}: {side}{direction} has no action {action}")
    return Step(side, int(connection or 1), direction, action, number)


def unescape(text):
    """`text` with `\\r`, `\\n`, `\\t`, `\\0`, `\\\\` and `\\xHH` replaced: bytes."""
    result = bytearray()
    at = 0
    for match in ESCAPE.finditer(text):
        result += text[at:match.start()].encode("ascii")
        name = match[1]
        if len(name) == 3:
            result.append(int(name[1:], 16))
        elif name in PLAIN_ESCAPES:
            result += PLAIN_ESCAPES[name]
        else:
            raise BadCase(f"unknown escape \\{name}")
        at = match.end()
    return bytes(result + text[at:].encode("ascii"))
