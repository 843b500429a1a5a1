"""System calls of a proxy, as strace(1) saw them, held against docs/system-calls.md.

`PROXYD_TRACE=FOLDER pytest ...` writes a trace of every proxy of a run, and `python -m harness.trace FOLDER` (in Tests/Clients)
says what the filter refused, and which calls of the table were never made.
"""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/system-calls.md"
TRACE = os.environ.get("PROXYD_TRACE")

# Its flags lie in memory, where a filter cannot see them; libc then takes clone.
MEANT_TO_FAIL = {"clone3"}

CALL = re.compile(r"^\d+ +(?:<\.\.\. )?(\w+)(?:\(| resumed>)(.*)$")
FAILED = re.compile(r"\) += -1 (E\w+)")
ROW = re.compile(r"^\| `(\w+)` \| .* \| (.*) \|$", re.MULTILINE)
REFUSAL = re.compile(r"\((E[A-Z]+)\)$")


def traced(path):
    """The words before a command that have its calls written to `path`. Its process id stays its own."""
    return ["strace", "-D", "-f", "-qq", "-o", str(path)]


def table():
    """Call -> the errno of a refused argument, or None."""
    found = {}
    for name, condition in ROW.findall(PAGE.read_text()):
        refusal = REFUSAL.search(condition)
        found[name] = refusal[1] if refusal else None
    assert len(found) > 50, "the page has another form than this reads"
    return found


class Trace:
    """What a trace holds from the moment the filter is in force."""

    def __init__(self, text):
        self.made = set()
        self.refused = set()
        known = table()
        lines = iter(text.splitlines())
        self.is_filtered = any("seccomp(SECCOMP_SET_MODE_FILTER" in line and line.endswith("= 0") for line in lines)
        for line in lines:
            call = CALL.match(line)
            if not call:
                continue
            name, rest = call.groups()
            self.made.add(name)
            failed = FAILED.search(rest)
            if failed and (failed[1] == "ENOSYS" or failed[1] == known.get(name)) and name not in MEANT_TO_FAIL:
                self.refused.add(line.partition(" ")[2].strip())

    @property
    def unknown(self):
        """Calls that were made, and are not in the table."""
        return self.made - set(table()) - MEANT_TO_FAIL


def main(folder):
    made, refused = set(), set()
    for path in sorted(pathlib.Path(folder).iterdir()):
        trace = Trace(path.read_text(errors="replace"))
        made |= trace.made
        refused |= trace.refused
        for line in sorted(trace.refused):
            print(f"{path.name}: refused: {line[:160]}")
    print("made:", *sorted(made))
    print("in the table, never made:", *sorted(set(table()) - made))
    print("not in the table:", *sorted(made - set(table()) - MEANT_TO_FAIL))
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
