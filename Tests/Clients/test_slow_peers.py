"""Peers that stop reading: the other side is held back, and the proxy's memory is not where the bytes go."""

import socket
import threading
import time

import pytest

from harness.message import request
from harness.proxyd import is_sanitized
from harness.waiting import stays, until

BLOCK = b"x" * 65_536
# Far more than all the kernel buffers on the way take: a few sockets of a few MiB each.
MOST_BYTES = 150_000_000


class Flood:
    """Sends without end until it is held back or refused, and counts."""

    def __init__(self):
        self.sent = 0
        self.refused = False
        self._last = (time.monotonic(), 0)

    def run(self, wire, block=BLOCK, most=MOST_BYTES):
        """Sends `block` over and over, up to `most` bytes."""
        block = memoryview(block)
        try:
            while self.sent < most:
                self.sent += wire.sock.send(block[self.sent % len(block):])
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


def check_held_back(proxy, flood, before, most=MOST_BYTES):
    until(flood.is_held_back, "the sender is held back")
    assert flood.sent < most
    check_memory(proxy, before)


def check_memory(proxy, before):
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


def test_requests_without_end_wait_for_a_client_that_reads_no_answers(proxy, flood):
    """The proxy answers these itself: no origin holds it back."""
    most = 20_000_000
    before = proxy.rss_mib()
    client = proxy.connect(is_narrow=True)
    asking = b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" * 2000
    sender = threading.Thread(target=give_up_quietly, args=(flood.run, client, asking, most))
    sender.start()
    check_held_back(proxy, flood, before, most)
    client.sock.shutdown(socket.SHUT_RDWR)
    sender.join(10)
    client.close()


def give_up_quietly(work, *arguments):
    try:
        work(*arguments)
    except OSError:
        pass


def test_a_client_that_reads_again_gets_all_answers_to_its_pipelined_requests(proxy):
    with proxy.connect(is_narrow=True) as client:
        asking = b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n" * 3000
        sender = threading.Thread(target=client.send, args=(asking,))
        sender.start()
        for _ in range(3000):
            assert client.response().status == 200
        sender.join(10)
        assert client.is_quiet()


def test_interim_responses_do_not_pile_up_for_a_client_that_does_not_read(proxy, origin):
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" * 1000
    sent = threading.Event()

    def serve(wire):
        wire.request()
        for _ in range(400):
            wire.send(hints)
        sent.set()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        wire.rest()

    one = origin(serve)
    before = proxy.rss_mib()
    with proxy.connect(is_narrow=True) as client:
        client.send(request(one.url()))
        assert sent.wait(30), "the origin is not held back by advice"
        check_memory(proxy, before)
        assert client.final_response().body == b"ok"


def test_a_client_that_reads_slowly_and_steadily_is_not_given_up(start_proxy, origin, flood):
    """So slowly that the kernel reports no room for longer than `write_stall`: it does so for a third of its buffer."""
    brief = start_proxy({"timeouts": {"write_stall": "300ms"}})
    one = origin(flood.answer)
    with brief.connect(is_narrow=True) as client:
        client.send(request(one.url()))
        stays(lambda: client.sock.recv(500), "the client is served", seconds=2, every=0.02)


def test_a_client_that_is_held_back_by_its_origin_is_not_accused(start_proxy, origin):
    """`timeouts.body` runs while we are ready to read, not while the origin is not."""
    impatient = start_proxy({"timeouts": {"body": "300ms"}})
    reading = threading.Event()

    def serve(wire):
        wire.head()
        assert not reading.wait(1.2), "several times as long as the client may pause"
        body, _ = wire.chunked_body()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n%d" % len(body))

    one = origin(serve, is_narrow=True)
    body = (b"4000\r\n" + bytes(0x4000) + b"\r\n") * 500 + b"0\r\n\r\n"
    with impatient.connect() as client:
        sender = threading.Thread(
            target=give_up_quietly,
            args=(client.send, request(one.url(), "Transfer-Encoding: chunked", method="POST", body=body)))
        sender.start()
        answer = client.response()
        sender.join(10)
        assert (answer.status, answer.body) == (200, b"8192000")


def test_a_client_that_stalls_after_it_was_held_back_is_given_up(start_proxy, origin, flood):
    """A sized body moves inside the kernel: it is waited for again when the origin reads again."""
    impatient = start_proxy({"timeouts": {"body": "500ms"}})
    reading = threading.Event()
    one = origin(lambda wire: (wire.head(), reading.wait(20), wire.rest()), is_narrow=True)
    with impatient.connect() as client:
        client.send(request(one.url(), "Content-Length: 999999999", method="PUT"))
        sender = threading.Thread(target=give_up_quietly, args=(flood.run, client, BLOCK, 20_000_000))
        sender.start()
        until(flood.is_held_back, "the sender is held back")
        reading.set()
        sender.join(10)
        assert client.response().status == 408


def test_an_origin_that_stalls_after_it_was_held_back_is_given_up(start_proxy, origin):
    """What it sent last waits for the client inside the proxy: when that is gone, the origin is waited for again."""
    impatient = start_proxy({"loops": 1, "timeouts": {"body": "500ms"}})

    def is_holding():
        memory = impatient.status()["memory"]
        return memory["pipes_in_use"] + memory["blocks_in_use"] > 0

    held = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        while not (is_holding() and is_holding() and is_holding()):
            wire.send(BLOCK)
            time.sleep(0.01)
        held.set()
        wire.rest()

    one = origin(serve)
    with impatient.connect(is_narrow=True) as client:
        client.send(request(one.url()))
        assert held.wait(10), "the client is waited for"
        client.rest()
    until(lambda: impatient.status()["requests"]["failures"].get("body_timeout"), "the origin is given up")


def test_an_origin_that_stalls_behind_the_first_bytes_of_a_long_body_is_given_up(start_proxy, origin):
    """What comes with the head is handed on before the rest is spliced, and the rest may never come."""
    brief = start_proxy({"timeouts": {"body": "300ms"}})

    def stall(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2000000\r\n\r\n" + b"x" * 1000)
        wire.rest()

    one = origin(stall)
    with brief.connect() as client:
        client.send(request(one.url()))
        client.head()
        assert client.rest() == b"x" * 1000
    until(lambda: one.open == 0, "the origin is let go")


def test_a_client_that_stalls_behind_the_first_bytes_of_a_long_body_is_given_up(start_proxy, web):
    """On a free socket: nothing is waited for before the body flows."""
    brief = start_proxy({"loops": 1, "timeouts": {"body": "300ms"}})
    with brief.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
        client.send(request(web.url("/echo"), "Content-Length: 2000000", method="PUT", body=b"x" * 1000))
        assert client.response().status == 408


def test_a_client_that_leaves_inside_a_long_body_before_it_flows_is_let_go(start_proxy, web):
    """Its end is read while the request waits for a socket."""
    narrow = start_proxy({"loops": 1, "pool": {"max_sockets": 1}})
    with narrow.connect() as holder, narrow.connect() as client:
        holder.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        client.send(request(web.url("/echo"), "Content-Length: 2000000", method="PUT", body=b"x" * 1000))
        client.shut()
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 1, "the other waits")
        web.gate.set()
        assert client.ended()


def test_a_client_that_has_sent_all_is_not_waited_for_when_the_origin_answers_early(start_proxy, origin):
    """The end of the body is in the proxy's hands, as the origin reads no more. The client's connection goes on."""
    own = start_proxy({"loops": 1, "tcp": {"splice_threshold": "0"}})
    over = threading.Event()

    def answer(wire):
        wire.head()
        wire.exactly(40_000)
        stays(lambda: not over.is_set(), "the proxy takes what the client has", seconds=0.1)
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        over.wait(20)

    one = origin(answer, is_narrow=True)
    with own.connect() as client:
        client.send(request(one.url(), method="PUT", body=b"x" * 130_000))
        assert client.response().body == b"ok"
        until(lambda: own.status()["connections"]["client_idle"] == 1, "the connection waits for a request")
        over.set()
