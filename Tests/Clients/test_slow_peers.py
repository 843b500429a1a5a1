"""Peers that stop reading: the other side is held back, and the proxy's memory is not where the bytes go."""

import threading
import time

import pytest

from harness.message import request
from harness.proxyd import is_sanitized
from harness.waiting import until

BLOCK = b"x" * 65_536
# Far more than all the kernel buffers on the way take: a few sockets of a few MiB each.
MOST_BYTES = 150_000_000


class Flood:
    """Sends without end until it is held back or refused, and counts."""

    def __init__(self):
        self.sent = 0
        self.refused = False
        self._last = (time.monotonic(), 0)

    def run(self, wire):
        try:
            while self.sent < MOST_BYTES:
                self.sent += wire.sock.send(BLOCK)
        except ConnectionError:
            self.refused = True
            raise

    def answer(self, wire):
        """The same as the body of a response."""
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        self.run(wire)

    def is_held_back(self):
        """True when nothing was taken for a third of a second."""
        since, sent = self._last
        if sent != self.sent:
            self._last = (time.monotonic(), self.sent)
        return sent == self.sent > 0 and time.monotonic() - since > 0.3


@pytest.fixture
def flood():
    return Flood()


def check_held_back(proxy, flood, before):
    until(flood.is_held_back, "the sender is held back")
    assert flood.sent < MOST_BYTES
    assert is_sanitized() or proxy.rss_mib() < before + 8


def test_a_client_that_stops_reading_holds_the_origin_back(proxy, origin, flood):
    one = origin(flood.answer)
    before = proxy.rss_mib()
    with proxy.connect() as client:
        client.send(request(one.url()))
        check_held_back(proxy, flood, before)


def test_a_tunnel_client_that_stops_reading_holds_the_origin_back(proxy, origin, flood):
    one = origin(flood.run)
    before = proxy.rss_mib()
    with proxy.tunnel(one.authority):
        check_held_back(proxy, flood, before)


def test_a_client_that_reads_again_gets_every_byte(proxy, origin, flood):
    one = origin(flood.run)
    with proxy.tunnel(one.authority, timeout=20) as client:
        until(flood.is_held_back, "the sender is held back")
        assert len(client.rest()) == flood.sent >= MOST_BYTES


def test_a_client_that_stops_reading_is_given_up(start_proxy, origin, flood):
    brief = start_proxy({"timeouts": {"write_stall": "500ms"}})
    one = origin(flood.answer)
    with brief.connect() as client:
        client.send(request(one.url()))
        until(lambda: flood.refused, "the origin is let go")


def test_an_origin_that_stops_reading_is_given_up(start_proxy, origin, flood):
    brief = start_proxy({"timeouts": {"write_stall": "500ms"}})
    given_up = threading.Event()
    one = origin(lambda wire: (wire.head(), given_up.wait(20)))
    with brief.connect() as client:
        client.send(request(one.url(), "Content-Length: 999999999", method="PUT"))
        with pytest.raises(ConnectionError):
            flood.run(client)
        given_up.set()


def test_many_clients_that_stop_reading_do_not_stop_the_others(proxy, origin, web, flood):
    one = origin(flood.answer)
    stuck = [proxy.connect() for _ in range(10)]
    for client in stuck:
        client.send(request(one.url()))
    until(flood.is_held_back, "all senders are held back")
    with proxy.connect() as client:
        client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"
    for client in stuck:
        client.close()
