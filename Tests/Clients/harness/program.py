"""A program of this package as a process: an example, or the peer of Tests/Interop."""

import os
import pathlib
import re
import signal
import subprocess
import threading

from .proxyd import CRASH, ROOT
from .waiting import DEFAULT_SECONDS, until
from .wire import Wire

PROGRAMS = pathlib.Path(os.environ.get("EXAMPLES_BIN", ROOT / ".build/debug"))
LISTENING = re.compile(r"listening on ([0-9.]+):(\d+)")


class Program:
    """Runs `name` with `arguments`. Its output goes into a pipe, so that a line which waits in a buffer is missed."""

    def __init__(self, name, *arguments):
        binary = PROGRAMS / name
        assert binary.exists(), f"{binary} does not exist: build it with swift build, or name a folder in EXAMPLES_BIN"
        self.name = name
        self.is_stopped = False
        self.lines = []
        self.complaints = []
        self.process = subprocess.Popen(
            [str(binary), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, errors="replace",
            # A shell starts what runs in its background with SIGINT ignored, and that is inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self._readers = [
            threading.Thread(target=self._collect, args=pair, daemon=True)
            for pair in ((self.process.stdout, self.lines), (self.process.stderr, self.complaints))]
        for reader in self._readers:
            reader.start()

    @staticmethod
    def _collect(stream, lines):
        for line in stream:
            lines.append(line.rstrip("\n"))

    @property
    def address(self):
        """Where it listens, once it has said so."""
        found = self.line(LISTENING)
        return found[1], int(found[2])

    def url(self, path="/"):
        return "http://%s:%d%s" % (*self.address, path)

    def connect(self, timeout=DEFAULT_SECONDS):
        return Wire.connect(self.address, timeout)

    def line(self, pattern, seconds=DEFAULT_SECONDS):
        """The match of the first line that has `pattern` in it, once it is there."""

        def found():
            ended = self.process.poll() is not None
            if ended:
                for reader in self._readers:
                    reader.join(5)
            matches = [match for line in list(self.lines) if (match := re.search(pattern, line))]
            assert matches or not ended, f"{self.name} ended with {self.process.returncode}:\n{self.output()}"
            return matches[0] if matches else None

        return until(found, f"{self.name} prints {pattern!r}; it printed\n{self.output()}", seconds)

    def count(self, pattern):
        """How many lines have `pattern` in them so far."""
        return sum(bool(re.search(pattern, line)) for line in list(self.lines))

    def memory_mib(self, kind="VmHWM"):
        """The most memory it ever had, or with `VmRSS` what it has."""
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(kind):
                return int(line.split()[1]) / 1024
        raise AssertionError(f"no {kind}")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def output(self):
        return "\n".join(["--- stdout", *self.lines, "--- stderr", *self.complaints])

    def wait(self, seconds=15.0):
        """Its exit code, once it has ended by itself and all its output is here."""
        code = self.process.wait(seconds)
        for reader in self._readers:
            reader.join(5)
        return code

    def stop(self):
        """Ctrl-C, unless it has ended; fails when that does not end it, and when it has crashed."""
        if self.is_stopped:
            return
        self.is_stopped = True
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                assert self.wait() == -signal.SIGINT, self.output()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.wait()
                raise AssertionError(f"{self.name} did not end on SIGINT:\n{self.output()}") from None
        else:
            assert self.wait() == 0, self.output()
        assert not CRASH.search("\n".join(self.complaints)), self.output()
