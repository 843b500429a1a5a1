"""The origin that every proxy asks: nginx on the load's core, so that it never takes time from a proxy."""

import pathlib
import shutil

from .process import ServerProcess
from .template import fill


def start(
    directory: pathlib.Path, port: int, cpus: set[int], config: str = "peers/origin.conf.in", **values: object
) -> ServerProcess:
    """Starts the origin, or ends the program with the reason. It serves what lies in the folder `www` of `directory`."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise SystemExit("the origin needs nginx (Debian: apt-get install nginx-light)")
    pages = directory / "www"
    pages.mkdir(exist_ok=True)
    (pages / "64k").write_bytes(b"b" * 65536)
    (pages / "10m").write_bytes(b"m" * (10 << 20))
    filled = fill(config, directory, {"port": port, **values})
    origin = ServerProcess("origin", [program, "-c", str(filled)], port, cpus, directory)
    if not origin.start():
        log = origin.log.read_text(errors="replace")
        origin.stop()
        raise SystemExit(f"the origin did not start:\n{log[-1000:]}")
    return origin
