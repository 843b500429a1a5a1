"""Opening tunnels. RFC 9110 9.3.6."""

import threading
import time

import pytest

from harness.message import request
from harness.origin import Unanswering, refused_port
from harness.waiting import stays, until
from harness.web import pattern


def connect(authority, early=b""):
    return b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (authority.encode(), authority.encode()) + early


def test_a_tunnel_carries_bytes_both_ways(proxy, echo):
    with proxy.tunnel(echo.authority) as client:
        client.send(b"\x00\xff any bytes \r\n\r\n")
        assert client.exactly(17) == b"\x00\xff any bytes \r\n\r\n"


def test_the_200_has_no_framing_fields(proxy, echo):
    """RFC 9110 9.3.6: no Content-Length and no Transfer-Encoding in a 2xx to CONNECT."""
    with proxy.connect() as client:
        client.send(connect(echo.authority))
        answer = client.response(to="CONNECT")
    assert answer.start_line.startswith(b"HTTP/1.1 200 ")
    assert (answer.values("Content-Length"), answer.values("Transfer-Encoding")) == ([], [])


def test_the_200_comes_only_once_the_origin_is_connected(start_proxy):
    patient = start_proxy({"timeouts": {"connect": "5s", "connect_attempt": "5s"}})
    with Unanswering() as nobody, patient.connect() as client:
        client.send(connect(nobody.authority))
        stays(client.is_quiet, "nothing is said before the origin is connected")


def test_a_refused_tunnel_is_one_answer_with_its_reason(proxy):
    with proxy.connect() as client:
        client.send(connect(f"127.0.0.1:{refused_port()}"))
        answer = client.response(to="CONNECT")
        assert answer.status == 502
        assert b"refused" in answer.body.lower()


def test_bytes_after_a_refused_connect_are_never_read_as_a_request(proxy, web):
    """They were meant for the tunnel. RFC 9110 9.3.6 and its known smuggling cases."""
    early = f"GET {web.url('/hello')} HTTP/1.1\r\nHost: {web.authority}\r\n\r\n".encode()
    with proxy.connect() as client:
        client.send(connect(f"127.0.0.1:{refused_port()}", early))
        assert client.response(to="CONNECT").status == 502
        assert b"hello" not in client.rest()
    assert web.seen == []


def test_a_tunnel_to_nobody_is_answered_with_504(start_proxy):
    brief = start_proxy({"timeouts": {"connect": "300ms", "connect_attempt": "300ms"}})
    with Unanswering() as nobody, brief.connect() as client:
        client.send(connect(nobody.authority))
        assert client.response(to="CONNECT").status == 504


@pytest.mark.parametrize("size", [1, 517, 20_000, 300_000])
def test_bytes_sent_with_the_head_reach_the_origin_first_and_whole(proxy, echo, size):
    """A ClientHello in the segment of the CONNECT must not lose its first byte."""
    early = pattern(size)
    with proxy.tunnel(echo.authority, early) as client:
        client.send(b"later")
        assert client.exactly(size + 5) == early + b"later"


def test_early_bytes_wait_for_the_origin(proxy, origin):
    received = []

    def serve(wire):
        received.append(wire.exactly(5))
        wire.send(b"done")

    one = origin(serve)
    with proxy.tunnel(one.authority, b"early") as client:
        assert client.exactly(4) == b"done"
    assert received == [b"early"]


def test_what_the_origin_says_first_follows_the_200(proxy, origin):
    """SSH and SMTP servers speak first."""
    one = origin(lambda wire: (wire.send(b"220 ready\r\n"), wire.rest()))
    with proxy.tunnel(one.authority) as client:
        assert client.through(b"\n") == b"220 ready\r\n"


def test_an_origin_that_speaks_first_has_its_turn_soon(proxy, origin):
    """The end of its handshake waits for bytes of the client, but not for the kernel's 200 ms."""
    def serve(wire):
        wire.send(b"220 ready\r\n")
        wire.rest()

    there = origin(serve)

    def greeting():
        with proxy.tunnel(there.authority) as client:
            begin = time.monotonic()
            assert client.through(b"\n") == b"220 ready\r\n"
            return time.monotonic() - begin

    assert min(greeting() for _ in range(5)) < 0.15


def test_a_tunnel_follows_an_earlier_request_on_its_connection(proxy, web, echo):
    with proxy.connect() as client:
        client.send(request(web.url("/hello")) + connect(echo.authority, b"ping"))
        assert client.response().body == b"hello"
        assert client.response(to="CONNECT").status == 200
        assert client.exactly(4) == b"ping"


def test_a_1_0_client_can_open_a_tunnel(proxy, echo):
    with proxy.connect() as client:
        client.send(f"CONNECT {echo.authority} HTTP/1.0\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 200
        client.send(b"old")
        assert client.exactly(3) == b"old"


def test_a_tunnel_reaches_an_ipv6_literal(proxy, origin):
    one = origin(lambda wire: wire.send(wire.exactly(2)), host="::1")
    with proxy.tunnel(one.authority) as client:
        client.send(b"v6")
        assert client.exactly(2) == b"v6"


def test_a_tunnel_carries_megabytes_both_ways_at_once(proxy, origin):
    """Both directions full at the same time: one that waits for the other would stop."""
    data = pattern(8_000_000)

    def serve(wire):
        sender = threading.Thread(target=wire.send, args=(data,), daemon=True)
        sender.start()
        assert wire.exactly(len(data)) == data
        sender.join(20)

    one = origin(serve)
    with proxy.tunnel(one.authority) as client:
        sender = threading.Thread(target=client.send, args=(data,), daemon=True)
        sender.start()
        assert client.exactly(len(data)) == data
        sender.join(20)
        assert not sender.is_alive()


def test_an_open_tunnel_is_counted_and_logged_at_its_end(start_proxy, echo):
    counted = start_proxy()
    with counted.tunnel(echo.authority) as client:
        client.send(b"12345")
        client.exactly(5)
        assert counted.status()["tunnels"]["open"] == 1
    until(lambda: counted.status()["tunnels"]["open"] == 0, "the tunnel has ended")
    assert counted.status()["tunnels"]["total"] == 1
    lines = until(lambda: [x for x in counted.access_log().splitlines() if "CONNECT" in x], "a log line of the tunnel")
    assert len(lines) == 1
    assert echo.authority in lines[0]
