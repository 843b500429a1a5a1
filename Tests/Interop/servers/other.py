"""Other people's programs that serve until they are told to stop."""

import re
import signal
import subprocess
import threading

from harness.waiting import until


class Other:
    """A program that prints where it listens."""

    LISTENING = re.compile(r"(?:listening on 127\.0\.0\.1:|port )(\d+)")

    def __init__(self, *command):
        self.lines = []
        try:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, errors="replace")
        except FileNotFoundError as missing:
            raise AssertionError(f"{command[0]} is not installed: run dev/install-deps test") from missing
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()
        self.port = int(self.line(self.LISTENING)[1])

    def _collect(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def line(self, pattern):
        """The match of the first line that has `pattern` in it, once it is there."""
        return until(
            lambda: next((found for line in list(self.lines) if (found := re.search(pattern, line))), None),
            f"it prints {pattern}; it printed {self.lines}")

    def count(self, pattern):
        """How many lines have `pattern` in them so far."""
        return sum(bool(re.search(pattern, line)) for line in list(self.lines))

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
        self._reader.join(5)
