"""Connections that are open and quiet beside a load."""

import contextlib
import resource
import socket

from sidebyside.process import ServerProcess

from .requests import connect, get

_GIVE_UP_FAILURES = 20


def most() -> int:
    """As many as the descriptor limit allows, with two descriptors for each in the proxy; 10 000 at most."""
    return min(10_000, (resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 1000) // 2)


@contextlib.contextmanager
def held(server: ServerProcess, origin_port: int, count: int, tunnels: bool):
    """Keeps so many tunnels, or keep-alive connections, open, with one small exchange in each; SystemExit when it cannot."""
    authority = f"127.0.0.1:{origin_port}"
    with contextlib.ExitStack() as open_ones:
        failures = 0
        for _ in range(count):
            quiet = socket.socket()
            open_ones.callback(quiet.close)
            quiet.settimeout(3)
            try:
                quiet.connect(("127.0.0.1", server.port))
                if tunnels:
                    _exchange(quiet, connect(authority), b"\r\n\r\n")
                    _exchange(quiet, f"GET /s HTTP/1.1\r\nHost: {authority}\r\n\r\n", b"hello world\n")
                else:
                    _exchange(quiet, get(authority), b"hello world\n")
            except OSError as error:
                failures += 1
                if failures == _GIVE_UP_FAILURES:
                    raise SystemExit(f"quiet connections cannot be opened: {error}") from error
        yield


def _exchange(connection: socket.socket, request: str, end: bytes) -> None:
    connection.sendall(request.encode())
    reply = b""
    while not reply.endswith(end):
        piece = connection.recv(4096)
        if not piece or len(reply) > 16384:
            raise OSError("the reply was cut off")
        reply += piece
    if b" 200" not in reply[:13]:
        raise OSError(f"not a 200: {reply[:40]!r}")
