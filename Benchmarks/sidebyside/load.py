"""The load generator in C: compiled once per run, run on the load's core."""

import dataclasses
import json
import os
import pathlib
import subprocess

from .workloads import Workload

_SOURCE = pathlib.Path(__file__).resolve().parent.parent / "load" / "load.c"


@dataclasses.dataclass(frozen=True)
class LoadResult:
    """What one run of the generator saw. Latencies in microseconds, each to 3 %."""

    operations: int
    seconds: float
    bytes: int
    errors: int
    reopened: int
    p50Us: int
    p99Us: int


class LoadGenerator:
    def __init__(self, directory: pathlib.Path, cpu: int, origin_port: int):
        self._program = directory / "load"
        self._cpu, self._origin_port = cpu, origin_port
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-O2", "-std=gnu11", "-o", str(self._program), str(_SOURCE)], check=True)

    def run(self, workload: Workload, port: int, seconds: float) -> LoadResult:
        """Loads the proxy on `port`. Raises CalledProcessError or TimeoutExpired when the generator itself fails."""
        done = subprocess.run(
            [str(self._program), workload.mode, str(port), str(self._origin_port), workload.path,
             str(workload.connections), str(seconds)],
            check=True, stdout=subprocess.PIPE, timeout=seconds + 30,
            preexec_fn=lambda: os.sched_setaffinity(0, {self._cpu}))
        return LoadResult(**json.loads(done.stdout))
