"""Where and when a run was made: figures without that mean nothing."""

import dataclasses
import datetime
import os
import pathlib
import platform
import shlex
import sys


@dataclasses.dataclass(frozen=True)
class Machine:
    date: str
    cores: int
    cpu: str
    kernel: str
    load_before: float
    command: str

    @staticmethod
    def here() -> "Machine":
        model = ""
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
        return Machine(
            datetime.date.today().isoformat(), os.cpu_count() or 1, model, platform.release(), os.getloadavg()[0],
            f"Benchmarks/{pathlib.Path(sys.argv[0]).name} " + " ".join(shlex.quote(word) for word in _told(sys.argv[1:])))


def _told(arguments: list[str]) -> list[str]:
    """The command line without what only says where things lie: anybody's paths are others."""
    places = {"--proxyd", "--proxyd-config", "--envoy", "--relays", "--json", "--write", "--directory", "--servers",
              "--from", "--draw"}
    told, skip = [], False
    for word in arguments:
        if skip:
            skip = False
        elif word in places:
            skip = True
        elif word.split("=", 1)[0] not in places and word != "--markdown":
            told.append(word)
    return told
