"""The load generator in C: compiled once per run, run on the load's core."""

import dataclasses
import json
import os
import pathlib
import subprocess
from collections.abc import Sequence

from .workloads import Workload

_SOURCE = pathlib.Path(__file__).resolve().parent.parent / "load" / "load.c"


@dataclasses.dataclass(frozen=True)
class LoadResult:
    """What one run of the generator saw. Latencies in microseconds, each to 3 %.

    `offered` is how many requests should have been answered at a fixed rate. CPU time and memory are those of the
    processes that were watched.
    """

    operations: int
    offered: int
    seconds: float
    bytes: int
    errors: int
    reopened: int
    settled: bool
    cpuUs: int
    userUs: int
    rssKib: int
    pssKib: int
    p50Us: int
    p99Us: int
    p999Us: int


class LoadGenerator:
    def __init__(self, directory: pathlib.Path, cpus: set[int], origin_port: int):
        self._program = directory / "load"
        self._cpus, self._origin_port = cpus, origin_port
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-O2", "-std=gnu11", "-o", str(self._program), str(_SOURCE)], check=True)

    def run(self, workload: Workload, port: int, seconds: float, options: Sequence[str] = ()) -> LoadResult:
        """Loads the proxy on `port`; `options` are those of load/options.h.

        Raises CalledProcessError or TimeoutExpired when the generator itself fails.
        """
        done = subprocess.run(
            [str(self._program), workload.mode, str(port), str(self._origin_port), workload.path,
             str(workload.connections), str(seconds), *options],
            check=True, stdout=subprocess.PIPE, timeout=seconds + 60,
            preexec_fn=lambda: os.sched_setaffinity(0, self._cpus))
        return LoadResult(**json.loads(done.stdout))
