"""A client that resets its connection, at every phase. Nobody waits for it, and nothing of it is left."""

import threading

import pytest

from faultkit.ledger import sockets
from faultkit.reasons import ending
from harness.message import fetch, request
from harness.origin import Unanswering
from harness.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"
NARROW = {"pool": {"max_sockets": 1}}


class Observer:
    """An origin's view: what it did with the connection, and that it ended."""

    def __init__(self, serve):
        self.serve = serve
        self.reached = threading.Event()
        self.ended = threading.Event()

    def __call__(self, wire):
        try:
            self.serve(wire)
            self.reached.set()
            wire.rest()
        finally:
            self.ended.set()


def accepted(proxy, count=1):
    until(lambda: proxy.status()["connections"]["client_accepted"] == count, f"{count} connections are accepted")


def test_before_a_head_it_leaves_no_line(watched):
    client = watched.connect()
    accepted(watched)
    client.reset()
    until(lambda: watched.status()["connections"]["client_open"] == 0, "it is gone")
    assert watched.access_log() == ""


def test_inside_a_head_it_leaves_no_line(watched):
    client = watched.connect()
    client.send(b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127")
    accepted(watched)
    client.reset()
    until(lambda: watched.status()["connections"]["client_open"] == 0, "it is gone")
    assert watched.access_log() == ""


def test_with_its_answer_outstanding_it_ends_the_origin_connection(watched, origin):
    observer = Observer(lambda wire: wire.request())
    one = origin(observer)
    client = watched.connect()
    client.send(request(one.url("/outstanding")))
    assert observer.reached.wait(10)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, "/outstanding") == (0, "client_gone")


@pytest.mark.parametrize("framing", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_inside_an_upload_it_ends_the_origin_connection(watched, origin, framing):
    observer = Observer(lambda wire: wire.through(b"piece"))
    one = origin(observer)
    client = watched.connect()
    client.send(request(one.url("/upload"), framing, method="PUT") + b"5\r\npiece\r\n")
    assert observer.reached.wait(10)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, "/upload") == (0, "client_gone")


def test_inside_a_spliced_upload_it_ends_the_origin_connection(watched, origin):
    observer = Observer(lambda wire: wire.exactly(4_000_000))
    one = origin(observer)
    client = watched.connect()
    client.send(request(one.url("/bulk"), "Content-Length: 99999999", method="PUT") + b"x" * 5_000_000)
    assert observer.reached.wait(10)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, "/bulk") == (0, "client_gone")


def test_inside_a_download_it_ends_the_origin_connection(watched, origin):
    observer = Observer(lambda wire: (wire.request(), wire.send(ENDLESS + b"x" * 1000)))
    one = origin(observer)
    client = watched.connect()
    client.send(request(one.url("/download")))
    client.exactly(1000)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, "/download") == (200, "client_gone")


def test_inside_a_spliced_download_it_ends_the_origin_connection(watched, origin):
    def serve(wire):
        wire.request()
        wire.send(ENDLESS)
        while True:
            wire.send(b"x" * 100_000)

    observer = Observer(serve)
    one = origin(observer)
    client = watched.connect()
    client.send(request(one.url("/spliced")))
    client.exactly(3_000_000)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, "/spliced") == (200, "client_gone")


def test_between_responses_it_leaves_the_origin_connection_to_others(start_watched, origin):
    def serve(wire):
        while True:
            wire.request()
            wire.send(OK)

    one = origin(serve)
    single = start_watched({"loops": 1, "pool": {"idle": "1s"}})
    client = single.connect()
    client.send(request(one.url()))
    client.response()
    client.reset()
    assert fetch(single, one.url()).body == b"ok"
    assert one.accepted == 1
    one.close()


def test_while_queued_it_leaves_the_queue(start_watched, web):
    narrow = start_watched(NARROW)
    with narrow.connect() as first:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        leaver = narrow.connect()
        leaver.send(request(web.url("/queued")))
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 1, "it waits")
        leaver.reset()
        assert ending(narrow, "/queued") == (0, "client_gone")
        assert narrow.origin_pool(web.authority)["requests"] == 0
        web.gate.set()
        assert first.response().body == b"held"
    assert "/queued" not in web.paths()


def test_while_dialling_it_leaves_the_dial_to_the_next(start_watched):
    """The pool's dial goes on to its end or its deadline: whoever asks next for that origin has the use of it."""
    brief = start_watched({"timeouts": {"connect": "1s", "connect_attempt": "1s"}})
    with Unanswering() as nobody:
        client = brief.connect()
        client.send(request(f"http://{nobody.authority}/dialling"))
        until(lambda: brief.origin_pool(nobody.authority).get("dialling") == 1, "it dials")
        client.reset()
        assert ending(brief, "/dialling") == (0, "client_gone")
        until(lambda: brief.status()["pool"]["dialling"] == 0, "the dial has had its time")


@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_while_resolving_it_is_forgotten(start_watched, dns, method):
    dns.gate.clear()
    resolving = start_watched({"dns": {"servers": [dns.address], "search_domains": []}})
    client = resolving.connect()
    target = "http://slow.test/" if method == "GET" else "slow.test:80"
    client.send(f"{method} {target} HTTP/1.1\r\nHost: slow.test\r\n\r\n".encode())
    until(lambda: dns.asked("slow.test") == 1, "the name is asked for")
    client.reset()
    assert ending(resolving, "slow.test") == (0, "client_gone")
    dns.gate.set()
    until(lambda: resolving.status()["resolver"]["in_flight"] == 0, "the look-up is over")


def test_before_its_tunnel_is_open_it_ends_the_dial(watched):
    before = sockets(watched)
    with Unanswering() as nobody:
        client = watched.connect()
        client.send(f"CONNECT {nobody.authority} HTTP/1.1\r\nHost: x\r\n\r\nearly".encode())
        until(lambda: sockets(watched) == before + 2, "the client is accepted and the origin dialled")
        client.reset()
        assert ending(watched, nobody.authority) == (0, "client_gone")
        until(lambda: sockets(watched) == before, "the dial is given up at once", seconds=8)


def test_in_an_idle_tunnel_it_resets_the_origin(watched, origin):
    seen, arrived = [], threading.Event()

    def serve(wire):
        try:
            wire.exactly(1)
            arrived.set()
            wire.rest()
        except ConnectionResetError:
            seen.append("reset")

    one = origin(serve)
    client = watched.tunnel(one.authority)
    client.send(b"x")
    assert arrived.wait(10)
    client.reset()
    assert ending(watched, one.authority) == (200, "client_reset")
    until(lambda: seen, "the origin sees a reset, not an end")


def test_in_a_busy_tunnel_it_resets_the_origin(watched, origin):
    def serve(wire):
        while True:
            wire.send(b"x" * 100_000)

    observer = Observer(serve)
    one = origin(observer)
    client = watched.tunnel(one.authority)
    client.exactly(3_000_000)
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, one.authority) == (200, "client_reset")


def test_after_its_own_half_close_it_ends_the_tunnel(watched, origin):
    gate = threading.Event()

    def serve(wire):
        wire.rest()
        gate.wait(10)
        while True:
            wire.send(b"x" * 1000)

    one = origin(serve)
    client = watched.tunnel(one.authority)
    client.shut()
    until(lambda: watched.status()["tunnels"]["half_closed"] == 1, "it is half-closed")
    client.reset()
    gate.set()
    assert ending(watched, one.authority) == (200, "client_reset")


def test_after_the_origins_half_close_it_ends_the_tunnel(watched, origin):
    observer = Observer(lambda wire: wire.shut())
    one = origin(observer)
    client = watched.tunnel(one.authority)
    assert client.rest() == b""
    client.reset()
    assert observer.ended.wait(10)
    assert ending(watched, one.authority) == (200, "client_reset")


def test_with_requests_pipelined_it_ends_them_all(start_watched, web):
    one_loop = start_watched({"loops": 1})
    client = one_loop.connect()
    client.send(request(web.url("/hold")) + request(web.url("/hello")) * 20)
    until(lambda: web.holding == 1, "the first is at the origin")
    client.reset()
    assert ending(one_loop, "/hold") == (0, "client_gone")
    web.gate.set()
    assert "/hello" not in web.paths()
