"""Upgrade over the relay: raw bytes only once the origin has said 101. RFC 9110 7.8."""

import pytest

from harness.message import request
from harness.waiting import until

LINES = (
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13")
SWITCH = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


def echo_after_101(wire):
    wire.head()
    wire.send(SWITCH)
    while data := wire.sock.recv(65536):
        wire.send(data)


def test_a_101_from_the_origin_opens_a_tunnel(proxy, origin):
    one = origin(echo_after_101)
    with proxy.connect() as client:
        client.send(request(one.url("/chat"), *LINES))
        answer = client.response()
        assert answer.status == 101
        assert answer.value("Upgrade") == b"websocket"
        assert answer.value("Connection").lower() == b"upgrade"
        client.send(b"\x81\x05hello")
        assert client.exactly(7) == b"\x81\x05hello"


def test_the_origin_is_asked_for_the_upgrade(proxy, origin):
    heads = []

    def serve(wire):
        heads.append(wire.head())
        wire.send(SWITCH)

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url("/chat"), *LINES))
        client.response()
    head = heads[0].lower()
    assert b"\r\nupgrade: websocket\r\n" in head
    assert b"\r\nconnection: upgrade\r\n" in head
    assert b"sec-websocket-key: dghl" in head


def test_bytes_in_the_segment_of_the_101_belong_to_the_tunnel(proxy, origin):
    one = origin(lambda wire: (wire.head(), wire.send(SWITCH + b"\x81\x02hi"), wire.rest()))
    with proxy.connect() as client:
        client.send(request(one.url(), *LINES))
        client.response()
        assert client.exactly(4) == b"\x81\x02hi"


def test_bytes_in_the_segment_of_the_request_belong_to_the_tunnel(proxy, origin):
    one = origin(echo_after_101)
    with proxy.connect() as client:
        client.send(request(one.url(), *LINES) + b"\x81\x02hi")
        client.response()
        assert client.exactly(4) == b"\x81\x02hi"


def test_an_origin_that_declines_leaves_the_connection_http(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), *LINES) + request(web.url("/bytes/4")))
        assert client.response().body == b"hello"
        assert client.response().body == b"0000"
    until(lambda: len(web.seen) == 2, "the second request was read as one")


def test_bytes_after_a_declined_upgrade_are_never_raw(proxy, origin):
    """The origin says 200: what follows is HTTP, and this is not."""
    received = []

    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        received.append(wire.rest())

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url(), *LINES))
        assert client.response().status == 200
        client.send(b"\x81\x85\x00\x00\x00\x00hello\r\n\r\n")
        assert client.response().status == 400
        assert client.ended()
    assert received in ([], [b""])


def test_a_half_close_after_101_is_passed_on(proxy, origin):
    one = origin(lambda wire: (wire.head(), wire.send(SWITCH), wire.send(b"got " + wire.rest())))
    with proxy.connect() as client:
        client.send(request(one.url(), *LINES))
        client.response()
        client.send(b"all")
        client.shut()
        assert client.rest() == b"got all"


def test_a_1_0_client_cannot_upgrade(proxy, web):
    """RFC 9110 7.8: Upgrade in a 1.0 request is ignored."""
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), *LINES, version="1.0"))
        assert client.response().body == b"hello"
    assert web.seen[0].values("Upgrade") == []


@pytest.mark.parametrize("value", ["h2c", "websocket, h2c", "HTTP/2.0", "TLS/1.2, websocket"])
def test_an_upgrade_of_this_hop_is_not_passed_on(proxy, web, value):
    """The request stays, as plain HTTP. Behind an `h2c` that two others agree on, the proxy would be blind."""
    lines = ("Connection: Upgrade, HTTP2-Settings", f"Upgrade: {value}", "HTTP2-Settings: AAMAAABkAAQAAP__")
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), *lines))
        assert client.response().body == b"hello"
    assert [web.seen[0].values(name) for name in ("Upgrade", "HTTP2-Settings", "Connection")] == [[], [], []]


def test_a_101_for_a_protocol_that_was_not_asked_for_is_refused(proxy, origin):
    one = origin(lambda wire: (wire.head(), wire.send(SWITCH.replace(b"websocket", b"h2c")), wire.rest()))
    with proxy.connect() as client:
        client.send(request(one.url(), *LINES))
        assert client.response().status == 502
