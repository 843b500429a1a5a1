"""Origin, proxies and load generator of a run: everything that is started, and ended again."""

import contextlib
import dataclasses
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

from sidebyside import origin, peers
from sidebyside.load import LoadGenerator
from sidebyside.peers import Peer
from sidebyside.ports import free_base
from sidebyside.process import ServerProcess, last_line, raise_descriptor_limit

from .requests import get
from .sample import Sample
from .series import BODIES, FIELDS, Load

# What nginx says of itself in every answer: Server, Date, Content-Type, Content-Length, Connection.
_OWN_FIELDS = 5


def known_programs(proxyd: str) -> list[Peer]:
    """proxyd, and those that it is drawn beside. The relay `floor` makes the system calls and does nothing else."""
    return [
        Peer("proxyd", proxyd, lambda x, c, p: [x, "--config", str(c)], "curves.yaml.in", ("--version",)),
        Peer("haproxy", "haproxy", lambda x, c, p: [x, "-db", "-f", str(c)], "peers/haproxy.cfg.in", ("-v",)),
        Peer("nginx", "nginx", lambda x, c, p: [x, "-c", str(c)], "peers/nginx.conf.in", ("-v",)),
        Peer("floor", peers.DEFAULT_RELAYS + "/floor", lambda x, c, p: [x, str(p)], relay=True),
    ]


@dataclasses.dataclass(frozen=True)
class Cores:
    """Where the proxy runs, and where load and origin do."""

    proxy: frozenset[int]
    load: frozenset[int]


class Rig(contextlib.ExitStack):
    """A context: what it has started ends with it."""

    def __init__(self, programs: list[Peer], cores: Cores, every_origin: bool = False):
        """With `every_origin` the origin is there at every address of 127.0.0.0/8, else only at 127.0.0.1."""
        super().__init__()
        self.programs, self._cores, self._every_origin = programs, cores, every_origin
        self._count = 0

    def __enter__(self) -> "Rig":
        super().__enter__()
        raise_descriptor_limit()
        self._directory = pathlib.Path(tempfile.mkdtemp(prefix="curves-"))
        # Servers that give up root write their logs and temporary files here too.
        self._directory.chmod(0o777)
        self.callback(shutil.rmtree, self._directory, ignore_errors=True)
        self._origin_port = free_base(64)
        self._load = LoadGenerator(self._directory, set(self._cores.load), self._origin_port)
        pages = self._directory / "www"
        pages.mkdir()
        for size in BODIES:
            with (pages / f"b{size}").open("wb") as page:
                page.truncate(size)
        listen = "0.0.0.0" if self._every_origin else "127.0.0.1"
        server = origin.start(
            self._directory, self._origin_port, set(self._cores.load), "peers/curves-origin.conf.in",
            listen=listen, fields="\n".join(map(_fields_location, FIELDS)))
        self.callback(server.stop)
        return self

    @property
    def origin_port(self) -> int:
        return self._origin_port

    def server(self, program: Peer, loops: int = 1, more: str = "") -> ServerProcess | None:
        """A fresh process that has relayed once; None when it does not start, which is said. Ends with the rig at the latest.

        `more` are settings of proxyd beside those of all curves, as YAML.
        """
        self._count += 1
        directory = self._directory / f"{program.name}-{self._count}"
        directory.mkdir(mode=0o777)
        directory.chmod(0o777)
        # Ports are taken in turn: one that has just been closed may have connections that linger.
        port = self._origin_port + 1 + 2 * (self._count % 31)
        server = program.server(directory, port, self._origin_port, set(self._cores.proxy), loops=loops, more=more)
        self.callback(server.stop)
        if server.start() and self._answers(server):
            return server
        say(f"{program.name} did not start: {last_line(server)}")
        return None

    def users(self) -> pathlib.Path:
        """A file of users of whom nobody knows a password."""
        path = self._directory / "users"
        path.write_text(f"nobody:$2y$10${'.' * 53}\n")
        path.chmod(0o600)
        return path

    def _answers(self, server: ServerProcess) -> bool:
        """Whether it has a worker, which would be left out of what is watched when it is made later than that begins."""
        request = get(f"127.0.0.1:{self._origin_port}", "Connection: close")
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
                connection.sendall(request.encode())
                return connection.recv(8).startswith(b"HTTP/1.")
        except OSError:
            return False

    def load(
        self, server: ServerProcess, load: Load, seconds: float, series: str, x: int, name: str | None = None
    ) -> Sample | None:
        """One run against a server; None, which is said, when nothing came of it."""
        watched = ",".join(str(pid) for pid in sorted(server.pids()))
        told = f"{series} {x}: {name or server.name}"
        try:
            result = self._load.run(load.workload, server.port, seconds, (*load.options, "--watch", watched))
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            say(f"{told}: the load generator failed: {error}")
            return None
        if result.operations == 0 or not result.settled:
            say(f"{told}: {result.operations} operations, {result.errors} errors; {last_line(server)}")
            return None
        operations = load.operations(result.operations, result.bytes)
        sample = Sample(
            series, name or server.name, x, result.cpuUs / operations, result.userUs / operations,
            operations / result.seconds, result.offered / seconds, result.rssKib, result.pssKib,
            result.p50Us / 1e3, result.p99Us / 1e3, result.p999Us / 1e3, result.operations, result.errors, result.reopened)
        say(f"{told}: {sample.cost_us:.2f} us, user {sample.user_us:.1f}, {sample.rate:.0f}/s, p99 {sample.p99_ms:.2f} ms, "
            f"{sample.pss_kib / 1024:.1f} MiB, errors {sample.errors}")
        return sample


def say(text: str) -> None:
    """Tells how the run goes on."""
    print(text, file=sys.stderr, flush=True)


def _fields_location(fields: int) -> str:
    added = " ".join(
        f'add_header X-Load-{number:04} "0123456789abcdef01234567";' for number in range(fields - _OWN_FIELDS))
    return f'        location = /f{fields} {{ {added} return 200 "hello world\\n"; }}'
