"""WebSocket clients: through CONNECT, as most do it, and by an absolute-form Upgrade, as a few do."""

import os
import socket
import threading

import pytest
from websockets.sync.client import connect
from websockets.sync.server import serve

from harness.wire import Wire


@pytest.fixture
def echo_socket():
    """The port of a WebSocket server that sends every message back."""

    def handle(connection):
        for message in connection:
            connection.send(message)

    with serve(handle, "127.0.0.1", 0, max_size=1 << 24) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.socket.getsockname()[1]
        server.shutdown()
        thread.join(5)


def test_websockets_talks_through_a_tunnel(proxy, echo_socket):
    with connect(f"ws://127.0.0.1:{echo_socket}/", proxy=proxy.url, max_size=1 << 24) as client:
        for message in ("hello", "", "x" * 3_000_000, os.urandom(100_000)):
            client.send(message)
            assert client.recv(timeout=10) == message


def test_websockets_talks_over_an_upgraded_request(proxy, echo_socket):
    """`sock` makes the client believe that it talks to the origin; the request line is made absolute on the way."""
    url = f"ws://127.0.0.1:{echo_socket}/chat"
    with connect(url, sock=AbsoluteForm(proxy, echo_socket).sock, proxy=None) as client:
        client.send("over an upgraded request")
        assert client.recv(timeout=10) == "over an upgraded request"


class AbsoluteForm:
    """A socket pair whose far end is pumped to the proxy, with the first request line in absolute-form."""

    def __init__(self, proxy, origin_port):
        self.sock, near = socket.socketpair()
        self._near, self._far = Wire(near), proxy.connect()
        self._prefix = b"GET http://127.0.0.1:%d/" % origin_port
        threading.Thread(target=self._up, daemon=True).start()
        threading.Thread(target=self._pump, args=(self._far, self._near), daemon=True).start()

    def _up(self):
        self._far.send(self._near.head().replace(b"GET /", self._prefix, 1) + bytes(self._near.buffer))
        self._pump(self._near, self._far)

    @staticmethod
    def _pump(source, target):
        try:
            while data := source.sock.recv(65536):
                target.send(data)
            target.shut()
        except OSError:
            target.close()
