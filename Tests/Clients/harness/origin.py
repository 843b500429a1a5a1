"""Origins that do exactly what the test says, byte for byte."""

import collections
import socket
import threading

from .wire import EndOfStream, Wire, narrow


class Origin:
    """Listens on a free loopback port and runs `serve(wire)` in a thread for each connection.

    `serve` may return at any point: the connection is then closed. A peer that leaves while `serve` waits is
    normal and ends that thread quietly; any other exception is kept in `failures`, which `close()` raises. A narrow
    origin leaves little room in the kernel for requests.
    """

    def __init__(self, serve, host="127.0.0.1", backlog=512, tls=None, is_narrow=False):
        self.serve = serve
        self.tls = tls
        self.failures = []
        self.accepted = 0
        self.open = 0
        self._lock = threading.Lock()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_narrow:
            narrow(self._listener)
        self._listener.bind((host, 0))
        self._listener.listen(backlog)
        self.host = host
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def authority(self):
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def url(self, path="/", scheme="http"):
        return f"{scheme}://{self.authority}{path}"

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._run, args=(sock,), daemon=True).start()

    def _run(self, sock):
        sock.settimeout(30)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self.accepted += 1
            self.open += 1
        wire = Wire(sock)
        try:
            if self.tls:
                wire.sock = self.tls.wrap_socket(sock, server_side=True)
            self.serve(wire)
        except (EndOfStream, ConnectionError, TimeoutError, OSError):
            pass
        except BaseException as error:  # kept for close(): an assertion in a thread must fail the test
            self.failures.append(error)
        finally:
            self._end(wire.sock)
            with self._lock:
                self.open -= 1

    def _end(self, sock):
        """Closes; over TLS with a close_notify first, without which careful clients call the answer cut short."""
        try:
            if self.tls and sock.fileno() >= 0:
                sock.settimeout(1)
                sock.unwrap()
        except OSError:
            pass
        sock.close()

    def close(self):
        # shutdown wakes the accepting thread; close alone would leave it blocked on the old descriptor.
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        self._thread.join(5)
        if self.failures:
            raise self.failures[0]


def answering(answer):
    """A `serve` that answers every request on every connection with the same bytes."""

    def serve(wire):
        while True:
            wire.request()
            wire.send(answer)

    return serve


def answering_then_closing(answer):
    """A `serve` that answers one request and ends the connection."""

    def serve(wire):
        wire.request()
        wire.send(answer)

    return serve


# Sockets of `refused_port`, which keep their ports from others; closed after so many more.
_held = collections.deque(maxlen=64)


def refused_port():
    """A loopback port on which nothing listens, nor will: it is bound."""
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    _held.append(probe)
    return probe.getsockname()[1]


class Unanswering:
    """A port whose SYNs are dropped: a listener with a full accept queue. For connect timeouts on loopback."""

    def __init__(self, host="127.0.0.1", port=0):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind((host, port))
        self._listener.listen(0)
        self.port = self._listener.getsockname()[1]
        self.authority = f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"
        self._fillers = []
        for _ in range(4):
            filler = socket.socket(family)
            filler.setblocking(False)
            filler.connect_ex((host, self.port))
            self._fillers.append(filler)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for filler in self._fillers:
            filler.close()
        self._listener.close()
