"""A server process with its children and threads: started on one core, measured, ended by its id."""

import contextlib
import dataclasses
import os
import pathlib
import resource
import signal
import socket
import subprocess
import time

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


@dataclasses.dataclass(frozen=True)
class CPUTime:
    """Seconds on a CPU. `total` is exact; `user` is the part of it in user mode, to 10 ms."""

    total: float
    user: float

    def __sub__(self, earlier: "CPUTime") -> "CPUTime":
        return CPUTime(self.total - earlier.total, self.user - earlier.user)


class ServerProcess:
    """One program that listens on a loopback port. All that it starts inherits its cores."""

    def __init__(self, name: str, command: list[str], port: int, cpus: set[int], directory: pathlib.Path):
        self.name, self.command, self.port, self.cpus, self.directory = name, command, port, cpus, directory
        self._child: subprocess.Popen | None = None

    @property
    def log(self) -> pathlib.Path:
        return self.directory / f"{self.name}-output.log"

    def start(self, timeout_s: float = 15) -> bool:
        """Starts the program; false when it does not listen in time or ends."""
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                start_new_session=True, preexec_fn=lambda: os.sched_setaffinity(0, self.cpus))
        end = time.monotonic() + timeout_s
        while time.monotonic() < end and self._child.poll() is None:
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return True
            time.sleep(0.05)
        return False

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self, timeout_s: float = 5) -> None:
        """Ends the program and every process that it had started; after `timeout_s` by force."""
        if self._child is None:
            return
        family = self.pids()
        if self._child.poll() is None:
            self._child.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._child.wait(timeout_s)
        for pid in family:
            if pid != self._child.pid and _parent(pid) is not None and self._is_ours(pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        if self._child.poll() is None:
            self._child.kill()
            self._child.wait()
        self._child = None

    def cpu_time(self) -> CPUTime:
        """What all processes of the program have used so far, ended threads included."""
        total = user = 0.0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                # The kernel's clock of another process, as clock_getcpuclockid(3) makes it.
                total += time.clock_gettime((~pid << 3) | 2)
                user += int(_stat(pid)[11]) / _TICKS
        return CPUTime(total, user)

    def resident_kib(self) -> float:
        """Resident memory; pages shared between the program's processes count for each."""
        total = 0.0
        for pid in self.pids():
            try:
                # Exact, where statm may lag by what each core has not reported yet.
                text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += next(float(line.split()[1]) for line in text.splitlines() if line.startswith("Rss:"))
            except (OSError, StopIteration):
                with contextlib.suppress(OSError):
                    total += int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE_KIB
        return total

    def pids(self) -> set[int]:
        """The program and every process that it has started."""
        if self._child is None:
            return set()
        children: dict[int, list[int]] = {}
        for entry in filter(str.isdigit, os.listdir("/proc")):
            parent = _parent(int(entry))
            if parent is not None:
                children.setdefault(parent, []).append(int(entry))
        found, waiting = {self._child.pid}, [self._child.pid]
        while waiting:
            for child in children.get(waiting.pop(), []):
                if child not in found:
                    found.add(child)
                    waiting.append(child)
        return found

    def _is_ours(self, pid: int) -> bool:
        # start_new_session made a session of its own; an id that was given out anew is in another.
        with contextlib.suppress(OSError):
            return os.getsid(pid) == self._child.pid
        return False


def raise_descriptor_limit() -> None:
    """Thousands of tunnels need descriptors, here and in the servers, which inherit the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 24_000 if hard == resource.RLIM_INFINITY else min(hard, 24_000)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def last_line(server: ServerProcess) -> str:
    """What the program said last, to tell why it ended."""
    lines = server.log.read_text(errors="replace").strip().splitlines() if server.log.exists() else []
    return lines[-1] if lines else "it said nothing"


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the state on; the name before it may hold anything."""
    return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


def _parent(pid: int) -> int | None:
    with contextlib.suppress(OSError, IndexError):
        return int(_stat(pid)[1])
    return None
