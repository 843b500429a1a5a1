"""Clients that cost a proxy memory: each sends what it is made of for as long as that is taken, and reads nothing."""

import itertools
import socket
import time

from harness.wire import narrow

# What the proxy may hold for one of them, in blocks: docs/security.md, "What a client may cost".
MOST_BLOCKS = {
    "half heads": 1,
    "big heads": 1,
    "uploads": 4,
    "chunked uploads": 4,
    "downloads": 4,
    "tunnels": 4,
    "pipelines": 4,
}
PIECE = b"y" * 16_384


class HostileClient:
    """One connection. `pump` sends more, and says whether anything was taken."""

    def __init__(self, address, pieces):
        self._pieces = iter(pieces)
        self._rest = b""
        self.is_refused = False
        self.sock = socket.socket()
        narrow(self.sock)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
        self.sock.connect(address)
        self.sock.setblocking(False)

    def pump(self):
        moved = False
        try:
            for _ in range(8):
                if not self._rest:
                    self._rest = next(self._pieces, b"")
                if not self._rest:
                    break
                taken = self.sock.send(self._rest)
                self._rest = self._rest[taken:]
                moved = moved or taken > 0
        except BlockingIOError:
            pass
        except OSError:
            self.is_refused = True
            self._rest, self._pieces = b"", iter(())
        return moved


def pieces(kind, origins):
    """What clients of a kind send: anything from one piece to no end of them."""
    if kind == "half heads":
        return [b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", b"a", b"b", b"c"]
    if kind == "big heads":
        return [b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ", *[b"a" * 1000] * 31]
    if kind == "tunnels":
        head = f"CONNECT {origins.endless} HTTP/1.1\r\nHost: {origins.endless}\r\n\r\n"
        return itertools.chain([head.encode()], itertools.repeat(PIECE))
    if kind == "pipelines":
        return itertools.repeat(_request("GET", origins.answering, "") * 50)
    if kind == "downloads":
        return [_request("GET", origins.endless, "")]
    if kind == "uploads":
        return itertools.chain(
            [_request("POST", origins.deaf, "Content-Length: 999999999\r\n")], itertools.repeat(PIECE))
    chunk = b"1\r\nz\r\n" * 2000 + b"4000\r\n" + PIECE + b"\r\n"
    return itertools.chain([_request("POST", origins.deaf, "Transfer-Encoding: chunked\r\n")], itertools.repeat(chunk))


def _request(method, authority, fields):
    return f"{method} http://{authority}/ HTTP/1.1\r\nHost: {authority}\r\n{fields}\r\n".encode()


class HostileCrowd:
    """So many clients, of all kinds in turn."""

    def __init__(self, address, origins, count):
        kinds = list(MOST_BLOCKS)
        self.counts = {kind: len(range(at, count, len(kinds))) for at, kind in enumerate(kinds)}
        self.clients = []
        for at in range(count):
            self.clients.append(HostileClient(address, pieces(kinds[at % len(kinds)], origins)))
            if at % 50 == 49:
                self._pump(self.clients[-50:])

    @property
    def most_blocks(self):
        return sum(MOST_BLOCKS[kind] * count for kind, count in self.counts.items())

    @property
    def refused(self):
        return sum(client.is_refused for client in self.clients)

    @staticmethod
    def _pump(clients):
        return sum([client.pump() for client in clients])

    def push(self, seconds, are_all_there):
        """Sends until they are all there and hardly anything is taken any more, for so long at most."""
        deadline = time.monotonic() + seconds
        quiet = 0
        while time.monotonic() < deadline and (quiet < 4 or not are_all_there()):
            quiet = 0 if self._pump(self.clients) > len(self.clients) // 50 else quiet + 1
            time.sleep(0.1)

    def close(self):
        for client in self.clients:
            client.sock.close()
