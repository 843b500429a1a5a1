"""Resident memory per idle tunnel: the slope between a few tunnels and many, not the first tunnel's warm-up."""

import dataclasses
import socket
import time

from .process import ServerProcess

_FIRST = 200
_GIVE_UP_FAILURES = 20


@dataclasses.dataclass(frozen=True)
class IdleResult:
    kib: float
    tunnels: int
    errors: int


def measure(server: ServerProcess, origin_port: int, tunnels: int) -> IdleResult:
    """Opens tunnels with one small exchange in each, and leaves them open until the memory has been read."""
    held: list[socket.socket] = []
    try:
        failures = _open(held, server.port, origin_port, _FIRST)
        before = server.resident_kib()
        failures += _open(held, server.port, origin_port, tunnels)
        opened = len(held) - _FIRST
        # Memory that a server gives back a little later is not held by idle tunnels.
        time.sleep(1)
        after = server.resident_kib()
    finally:
        for tunnel in held:
            tunnel.close()
    if opened <= 0 or failures >= _GIVE_UP_FAILURES:
        return IdleResult(float("nan"), max(opened, 0), failures)
    return IdleResult(max(0.0, (after - before) / opened), opened, failures)


def _open(held: list[socket.socket], port: int, origin_port: int, count: int) -> int:
    authority = f"127.0.0.1:{origin_port}"
    connect = f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()
    get = f"GET /s HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()
    failures = 0
    for _ in range(count):
        tunnel = socket.socket()
        tunnel.settimeout(3)
        try:
            tunnel.connect(("127.0.0.1", port))
            tunnel.sendall(connect)
            _expect_200(tunnel, b"\r\n\r\n")
            tunnel.sendall(get)
            _expect_200(tunnel, b"hello world\n")
        except OSError:
            tunnel.close()
            failures += 1
            if failures >= _GIVE_UP_FAILURES:
                break
            continue
        held.append(tunnel)
    return failures


def _expect_200(tunnel: socket.socket, end: bytes) -> None:
    """Reads a reply whose last bytes are `end`; OSError when it is another, or cut off."""
    reply = b""
    while not reply.endswith(end):
        piece = tunnel.recv(4096)
        if not piece or len(reply) > 16384:
            raise OSError("the reply was cut off")
        reply += piece
    if b" 200" not in reply[:13]:
        raise OSError(f"not a 200: {reply[:40]!r}")
