"""The proxies that can be compared: how each is found, configured, started, and asked for its version."""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Callable

from .process import ServerProcess
from .template import ROOT, fill

_REPOSITORY = ROOT.parent


@dataclasses.dataclass(frozen=True)
class Peer:
    """One proxy. `command` gets the program, its filled-in configuration (or None) and the port."""

    name: str
    program: str
    command: Callable[[str, pathlib.Path | None, int], list[str]]
    config: str | pathlib.Path | None = None
    version: tuple[str, ...] = ()
    tunnels: bool = True
    relay: bool = False
    """Is it a bare comparison relay, which checks nothing and is no peer to be compared with?"""

    def find(self) -> str | None:
        """Path of the program, or None when it is not there."""
        if os.sep in self.program:
            path = pathlib.Path(self.program)
            return str(path.resolve()) if os.access(path, os.X_OK) else None
        return shutil.which(self.program) or shutil.which(self.program, path="/usr/sbin:/usr/local/sbin")

    def server(
        self, directory: pathlib.Path, port: int, origin_port: int, cpus: set[int], **values: object
    ) -> ServerProcess:
        """The program, not started yet. `values` are for what else its configuration leaves open."""
        program = self.find()
        if program is None:
            raise FileNotFoundError(self.program)
        config = None
        if self.config is not None:
            places = {"port": port, "admin": port + 1, "origin": origin_port, **values}
            config = fill(self.config, directory, places)
        return ServerProcess(self.name, self.command(program, config, port), port, cpus, directory)

    def version_text(self) -> str:
        """The version that the program states, or '' for our own relays and programs that do not say."""
        program = self.find()
        if program is None or not self.version:
            return ""
        try:
            done = subprocess.run([program, *self.version], capture_output=True, text=True, timeout=10)
        except (OSError, subprocess.TimeoutExpired):
            return ""
        # Behind the word where there is one: what comes before may be a path with numbers of its own.
        number = r"(\d+\.\d+(?:\.\d+)*)"
        text = done.stdout + done.stderr
        found = re.search(r"version:?\s+\S*?" + number, text, re.IGNORECASE) or re.search(number, text)
        return found[1] if found else ""


def known_peers(proxyd: str, proxyd_config: str, envoy: str, relays: str) -> list[Peer]:
    """All proxies, in the order of the tables; proxyd first."""
    def bare(program: str, config: pathlib.Path | None, port: int) -> list[str]:
        return [program, str(port)]

    built = pathlib.Path(relays)
    return [
        Peer("proxyd", proxyd, lambda x, c, p: [x, "--config", str(c)], pathlib.Path(proxyd_config).resolve(),
             ("--version",)),
        Peer("haproxy", "haproxy", lambda x, c, p: [x, "-db", "-f", str(c)], "peers/haproxy.cfg.in", ("-v",),
             tunnels=False),
        Peer("nginx", "nginx", lambda x, c, p: [x, "-c", str(c)], "peers/nginx.conf.in", ("-v",), tunnels=False),
        Peer("squid", "squid", lambda x, c, p: [x, "-N", "-f", str(c)], "peers/squid.conf.in", ("-v",)),
        Peer("envoy", envoy,
             lambda x, c, p: [x, "-c", str(c), "--concurrency", "1", "-l", "error", "--use-dynamic-base-id"],
             "peers/envoy.yaml.in", ("--version",)),
        Peer("tinyproxy", "tinyproxy", lambda x, c, p: [x, "-d", "-c", str(c)], "peers/tinyproxy.conf.in", ("-v",)),
        Peer("apache", "apache2", lambda x, c, p: [x, "-D", "FOREGROUND", "-f", str(c)], "peers/apache.conf.in",
             ("-v",)),
        Peer("node", "node", lambda x, c, p: [x, str(c), str(p)], "peers/node.js.in", ("--version",)),
        Peer("floor", str(built / "floor"), bare, relay=True),
        Peer("nio-lean", str(built / "nio-lean"), bare, relay=True),
        Peer("nio-http1", str(built / "nio-http1"), bare, relay=True),
    ]


DEFAULT_PROXYD = str(_REPOSITORY / ".build" / "release" / "proxyd")
DEFAULT_CONFIG = str(ROOT / "proxyd.yaml.in")
DEFAULT_RELAYS = str(ROOT / "relays" / ".build" / "release")
