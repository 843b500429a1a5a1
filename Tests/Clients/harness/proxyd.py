"""The proxy under test, as a process."""

import functools
import json
import os
import pathlib
import re
import resource
import signal
import subprocess
import urllib.error
import urllib.request

from .trace import TRACE, traced
from .waiting import DEFAULT_SECONDS, until
from .wire import Wire

ROOT = pathlib.Path(__file__).resolve().parents[3]
BINARY = pathlib.Path(os.environ.get("PROXYD_BIN", ROOT / ".build/release/proxyd"))

# Address, thread and undefined-behaviour sanitizers, and Swift's own traps.
CRASH = re.compile(r"Sanitizer|runtime error:|Fatal error|Precondition failed|\*\*\* Program crashed")
# What a build under a sanitizer calls all the time; the `__tsan_init` of the other one is in each of them, as a string.
SANITIZERS = {"asan": b"__asan_report_load8", "tsan": b"__tsan_func_entry"}
ANNOUNCED = re.compile(r"\b(listening|admin) on (\[[^\]]*\]|[^\s:]+):(\d+)")


def yaml(value, indent=0):
    """`value` (dicts, lists, scalars) as the plain YAML that an administrator would write."""
    pad = "  " * indent
    if isinstance(value, dict):
        lines = []
        for key, item in value.items():
            nested = isinstance(item, (dict, list)) and item
            lines.append(f"{pad}{key}:" + (f"\n{yaml(item, indent + 1)}" if nested else f" {json.dumps(item)}\n"))
        return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
    return "".join(f"{pad}- {json.dumps(item)}\n" for item in value)


class Proxyd:
    """`proxyd --config FILE` with the given settings over `DEFAULTS`, started on free ports and stopped by its pid.

    `environment` is added to this process's own; `wrapper` is the command that proxyd is the end of.
    """

    DEFAULTS = {
        "listen": ["127.0.0.1:0"],
        "admin": "127.0.0.1:0",
        "loops": 2,
        "dns": {"hosts_file": "off"},
        # These tests look into /proc for its descriptors, which only root may with a process that can leave no core.
        "process": {"core_dumps": "off" if os.geteuid() == 0 else "on"},
    }

    def __init__(self, folder, settings=None, environment=None, wrapper=()):
        self.folder = pathlib.Path(folder)
        self.settings = merged(self.DEFAULTS, settings or {})
        self.config = self.folder / "proxyd.yaml"
        self.config.write_text(yaml(self.settings))
        self.stdout = self.folder / "stdout"
        self.stderr = self.folder / "stderr"
        self.port = None
        self.admin_port = None
        self.exit_code = None
        self._more_environment = environment or {}
        self._wrapper = list(wrapper) or (traced(f"{TRACE}/{os.getpid()}-{id(self)}") if TRACE else [])
        self._start()

    def _start(self):
        with self.stdout.open("wb") as out, self.stderr.open("wb") as err:
            self.process = subprocess.Popen(
                [*self._wrapper, str(BINARY), "--config", str(self.config)], env=os.environ | self._more_environment,
                stdin=subprocess.DEVNULL, stdout=out, stderr=err)
        wanted = {"listening"} | ({"admin"} if self.settings["admin"] != "off" else set())

        def announced():
            found = {kind: int(port) for kind, _, port in ANNOUNCED.findall(self.errors())}
            if self.process.poll() is not None:
                raise AssertionError(f"proxyd ended with {self.process.returncode} at its start:\n{self.logs()}")
            return found if wanted <= set(found) else None

        try:
            found = until(announced, f"proxyd announces {sorted(wanted)}")
        except AssertionError:
            self.kill()
            raise
        self.port = found["listening"]
        self.admin_port = found.get("admin")

    # Where it is

    @property
    def pid(self):
        return self.process.pid

    @property
    def address(self):
        return ("127.0.0.1", self.port)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def connect(self, timeout=DEFAULT_SECONDS, is_narrow=False):
        """A raw client connection to the proxy port; a narrow one leaves little room in the kernel for answers."""
        return Wire.connect(self.address, timeout, is_narrow)

    def tunnel(self, authority, early=b"", timeout=DEFAULT_SECONDS):
        """A raw client connection on which `CONNECT authority` has been answered with 200."""
        wire = self.connect(timeout)
        wire.send(b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (authority.encode(), authority.encode()) + early)
        answer = wire.response(to="CONNECT")
        assert answer.status == 200, answer
        return wire

    def environment(self, **more):
        """The environment of a client that is told of the proxy in the usual way, and of no exception to it."""
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            environment[name] = self.url
        return environment | {"no_proxy": "", "NO_PROXY": ""} | more

    # What it says of itself

    def admin(self, path, method="GET", authorization=None):
        """(status, content type, body) of a request to the admin listener."""
        fields = {"Authorization": authorization} if authorization else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.admin_port}{path}", headers=fields, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=DEFAULT_SECONDS) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers["Content-Type"], answer.read()

    def status(self):
        code, _, body = self.admin("/status")
        assert code == 200, body
        return json.loads(body)

    def origin_pool(self, authority):
        """The row of `authority` in the pool's table, with zeros when it has none."""
        rows = [row for row in self.status()["pool"]["origins"] if authority in row["name"]]
        return rows[0] if rows else {"name": authority, "sockets": 0, "free_sockets": 0, "requests": 0}

    def rss_mib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("no VmRSS")

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def access_log(self):
        return self.stdout.read_text(errors="replace")

    def errors(self):
        return self.stderr.read_text(errors="replace")

    def logs(self):
        parts = {self.config: self.config.read_text(), "stdout": self.access_log(), "stderr": self.errors()}
        return "".join(f"--- {name}\n{tail(text)}\n" for name, text in parts.items())

    # Its end

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, seconds=15.0):
        """The exit code, once it has ended."""
        self.exit_code = self.process.wait(seconds)
        return self.exit_code

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def stop(self, seconds=15.0):
        """Stops it when it still runs, and fails unless it ended with 0 and without a word of a crash."""
        if self.exit_code is None:
            if self.process.poll() is None:
                self.signal()
            try:
                self.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"proxyd did not end within {seconds} s of SIGTERM:\n{self.logs()}") from None
        assert not CRASH.search(self.errors()), self.errors()
        assert self.exit_code == 0, f"proxyd ended with {self.exit_code}:\n{self.logs()}"


@functools.cache
def is_sanitized(*kinds):
    """True for a build under a sanitizer, whose memory says nothing about ours; of these kinds, if any are named."""
    binary = BINARY.read_bytes()
    return any(SANITIZERS[kind] in binary for kind in kinds or SANITIZERS)


def run_proxyd(*arguments):
    """A run of the binary that is expected to end by itself; its output is text."""
    return subprocess.run(
        [str(BINARY), *map(str, arguments)], capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)


def merged(base, over):
    """`base` with `over` laid on it, group by group."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = merged(result[key], value) if both else value
    return result


def tail(text, limit=6000):
    return text if len(text) <= limit else "[...]\n" + text[-limit:]


def raise_descriptor_limit(wanted=32768):
    """Raises this process's limit (and so its children's) to `wanted`, or to the hard limit when not privileged."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))
    except (ValueError, PermissionError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
