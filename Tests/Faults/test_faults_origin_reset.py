"""An origin that resets its connection, at every phase: a status while one can be sent, a cut that shows afterwards."""

import array
import fcntl
import termios

import pytest

from faultkit.reasons import ending
from harness.message import fetch, request
from harness.waiting import until
from harness.wire import EndOfStream

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def resetting(*, after=b"", reads=True):
    """A `serve` that reads a request, sends `after` and resets."""

    def serve(wire):
        if reads:
            wire.request()
        if after:
            wire.send(after)
            # RST drops what the peer has not read yet, so it waits until the proxy has.
            until(lambda: unsent(wire) == 0, "the proxy has it")
        wire.reset()

    return serve


def unsent(wire):
    """Bytes that the peer has not acknowledged (SIOCOUTQ)."""
    count = array.array("i", [0])
    fcntl.ioctl(wire.sock, termios.TIOCOUTQ, count)
    return count[0]


def cut_off(proxy, url, *lines):
    """The response's head, what of its body came, and how the client's connection ended: "FIN" or "RST"."""
    with proxy.connect() as client:
        client.send(request(url, *lines))
        head = client.head()
        try:
            return head, client.rest(), "FIN"
        except ConnectionResetError:
            return head, bytes(client.buffer), "RST"


def test_at_once_after_accepting_it_is_a_502(watched, origin):
    one = origin(resetting(reads=False))
    assert fetch(watched, one.url("/accepting"), method="POST", body=b"x").status == 502
    status, reason = ending(watched, "/accepting")
    # As a refusal, when the reset came before the proxy had looked at the connection.
    assert status == 502 and reason in ("reset", "closed_early", "connect_refused"), reason


def test_after_the_request_it_is_a_502(watched, origin):
    one = origin(resetting())
    assert fetch(watched, one.url("/request"), method="POST", body=b"x").status == 502
    assert ending(watched, "/request") == (502, "reset")


@pytest.mark.parametrize("part", [b"H", b"HTTP/1.1 200", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"])
def test_inside_the_head_it_is_a_502(watched, origin, part):
    one = origin(resetting(after=part))
    assert fetch(watched, one.url("/head")).status == 502
    assert ending(watched, "/head") == (502, "reset")


def test_after_an_interim_response_it_is_a_502(watched, origin):
    one = origin(resetting(after=b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"))
    with watched.connect() as client:
        client.send(request(one.url("/interim")))
        assert client.response().status == 103
        assert client.response().status == 502
    assert ending(watched, "/interim") == (502, "reset")


@pytest.mark.parametrize("part", [b"", b"half"])
def test_inside_a_sized_body_the_client_sees_bytes_missing(watched, origin, part):
    one = origin(resetting(after=b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n" + part))
    _, body, _ = cut_off(watched, one.url("/sized"))
    assert body == part
    assert ending(watched, "/sized") == (200, "reset")


def test_inside_a_large_sized_body_the_client_sees_bytes_missing(watched, origin):
    one = origin(resetting(after=b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 3_000_000))
    _, body, _ = cut_off(watched, one.url("/large"))
    assert len(body) < 9_000_000
    assert ending(watched, "/large") == (200, "reset")


def test_inside_a_chunked_body_the_client_gets_no_last_chunk(watched, origin):
    one = origin(resetting(after=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"))
    _, body, _ = cut_off(watched, one.url("/chunked"))
    assert b"\r\n0\r\n" not in body
    assert ending(watched, "/chunked") == (200, "reset")


def test_inside_a_body_ended_by_close_the_client_gets_no_last_chunk(watched, origin):
    one = origin(resetting(after=b"HTTP/1.1 200 OK\r\n\r\nhalf"))
    head, body, _ = cut_off(watched, one.url("/close"))
    assert b"chunked" in head.lower()
    assert b"\r\n0\r\n" not in body
    assert ending(watched, "/close") == (200, "reset")


def test_inside_a_body_ended_by_close_an_old_client_gets_a_reset(watched, origin):
    """FIN would tell an HTTP/1.0 client that the body is complete."""
    one = origin(resetting(after=b"HTTP/1.0 200 OK\r\n\r\nhalf"))
    with watched.connect() as client:
        client.send(request(one.url("/old"), version="1.0"))
        with pytest.raises(ConnectionResetError):
            client.rest()
    assert ending(watched, "/old") == (200, "reset")


def test_during_an_upload_it_is_a_502(watched, origin):
    def serve(wire):
        wire.exactly(10_000)
        wire.reset()

    one = origin(serve)
    with watched.connect() as client:
        client.send(request(one.url("/upload"), "Content-Length: 3000000", method="PUT") + b"x" * 20_000)
        assert client.response().status == 502
    assert ending(watched, "/upload") == (502, "reset")


def test_during_an_upload_that_was_refused_the_refusal_arrives(watched, origin):
    """Origins answer 413 and close with the upload unread, which makes the kernel send RST behind the answer."""

    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
        until(lambda: unsent(wire) == 0, "the proxy has it")

    one = origin(serve)
    with watched.connect() as client:
        client.send(request(one.url("/refused"), "Content-Length: 3000000", method="PUT") + b"x" * 100_000)
        assert client.response().body == b"big"
    assert ending(watched, "/refused") == (413, "ok")


def test_between_responses_it_goes_unnoticed(start_watched, origin):
    def serve(wire):
        wire.request()
        wire.send(OK)
        until(lambda: single.origin_pool(one.authority)["free_sockets"] == 1, "it is free")
        wire.reset()

    single = start_watched({"loops": 1, "pool": {"idle": "30s"}})
    one = origin(serve)
    with single.connect() as client:
        for count in (1, 2):
            client.send(request(one.url(), method="POST", body=b"x"))
            assert client.response().body == b"ok"
            until(lambda: single.status()["pool"]["counters"]["died_idle"] == count, "the dead socket is dropped")


def test_on_a_reused_connection_an_idempotent_request_is_repeated_once(start_watched, origin):
    def serve(wire):
        wire.request()
        wire.send(OK)
        wire.request()
        wire.reset()

    one = origin(serve)
    single = start_watched({"loops": 1})
    with single.connect() as client:
        for _ in range(2):
            client.send(request(one.url()))
            assert client.response().body == b"ok"
    assert one.accepted == 2


def test_before_a_switch_of_protocols_it_is_a_502(watched, origin):
    one = origin(resetting())
    answer = fetch(watched, one.url("/upgrade"), "Connection: Upgrade", "Upgrade: websocket",
                   "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
    assert answer.status == 502
    assert ending(watched, "/upgrade")[0] == 502


def test_in_a_tunnel_the_client_is_reset(watched, origin):
    def serve(wire):
        wire.exactly(1)
        wire.reset()

    one = origin(serve)
    with watched.tunnel(one.authority) as client:
        client.send(b"x")
        with pytest.raises(ConnectionResetError):
            client.rest()
    assert ending(watched, one.authority) == (200, "origin_reset")


def test_at_once_in_a_tunnel_the_client_has_its_200(watched, origin):
    one = origin(resetting(reads=False))
    with watched.connect() as client:
        client.send(f"CONNECT {one.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        try:
            answer = client.response(to="CONNECT")
            assert answer.status in (200, 502)
        except (ConnectionResetError, EndOfStream):
            pass  # the reset overtook the 200 on its way: as if the two had spoken to each other
    status, reason = ending(watched, one.authority)
    assert (status, reason) in ((200, "origin_reset"), (502, "connect_refused")), (status, reason)


def test_in_a_busy_tunnel_the_client_is_reset(watched, origin):
    def serve(wire):
        wire.exactly(1)  # a reset before the tunnel is open would be a refused connection
        wire.send(b"x" * 3_000_000)
        wire.reset()

    one = origin(serve)
    with watched.tunnel(one.authority) as client:
        client.send(b"?")
        with pytest.raises(ConnectionResetError):
            client.rest()
    assert ending(watched, one.authority) == (200, "origin_reset")


def test_after_the_clients_half_close_the_client_is_reset(watched, origin):
    def serve(wire):
        wire.rest()
        wire.reset()

    one = origin(serve)
    with watched.tunnel(one.authority) as client:
        client.shut()
        with pytest.raises(ConnectionResetError):
            client.rest()
    assert ending(watched, one.authority) == (200, "origin_reset")


def test_after_its_own_half_close_the_client_is_reset(watched, origin):
    def serve(wire):
        wire.send(b"greeting")
        wire.shut()
        wire.exactly(1)
        wire.reset()

    one = origin(serve)
    with watched.tunnel(one.authority) as client:
        assert client.rest() == b"greeting"
        client.send(b"x")
        until(lambda: refuses(client), "the client's bytes are refused")
    assert ending(watched, one.authority) == (200, "origin_reset")


def refuses(wire):
    try:
        wire.send(b"?")
        return False
    except OSError:
        return True
