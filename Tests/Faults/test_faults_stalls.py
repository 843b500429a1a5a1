"""Peers that stop, or are slow on purpose: bounded by a deadline, with a status when one can still be sent."""

import threading
import time

from faultkit.reasons import ending
from harness.message import fetch, request
from harness.origin import Unanswering
from harness.waiting import until


def flooding(head=b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n"):
    def serve(wire):
        wire.request()
        wire.send(head)
        while True:
            wire.send(b"x" * 65_536)

    return serve


def test_a_client_that_stops_reading_is_reset(start_watched, origin):
    brief = start_watched({"timeouts": {"write_stall": "300ms"}})
    one = origin(flooding())
    with brief.connect() as client:
        client.send(request(one.url("/stalled")))
        assert ending(brief, "/stalled") == (200, "client_write_timeout")
    until(lambda: one.open == 0, "the origin's connection is closed")


def test_a_client_that_stops_reading_chunks_is_reset(start_watched, origin):
    brief = start_watched({"timeouts": {"write_stall": "300ms"}})

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            wire.send(b"10000\r\n" + b"x" * 65_536 + b"\r\n")

    one = origin(serve)
    with brief.connect() as client:
        client.send(request(one.url("/stalled")))
        assert ending(brief, "/stalled") == (200, "client_write_timeout")


def test_a_client_that_pipelines_and_never_reads_is_reset(start_watched, web):
    """Answers pile up in its socket; it must not become the proxy's memory."""
    brief = start_watched({"timeouts": {"write_stall": "300ms"}})
    with brief.connect() as client:
        client.sock.setblocking(False)
        ask = request(web.url("/bytes/50000"))

        def gone():
            try:
                client.sock.send(ask * 10)
            except BlockingIOError:
                pass
            except ConnectionError:
                return True
            return False

        until(gone, "it is reset", seconds=20)


def test_an_origin_that_stops_reading_an_upload_is_a_504(start_watched, origin):
    brief = start_watched({"timeouts": {"write_stall": "300ms"}})
    ended = threading.Event()

    def serve(wire):
        wire.head()
        ended.wait(10)

    one = origin(serve)
    with brief.connect() as client:
        sender = threading.Thread(target=pour, args=(client, one.url("/unread")), daemon=True)
        sender.start()
        assert client.response().status == 504
        assert ending(brief, "/unread") == (504, "write_timeout")
    ended.set()
    sender.join(10)


def pour(client, url):
    try:
        client.send(request(url, "Content-Length: 99999999", method="PUT"))
        for _ in range(1500):
            client.send(b"x" * 65_536)
    except OSError:
        pass


def test_a_tunnel_side_that_stops_reading_costs_one_pipe_until_it_leaves(watched, origin):
    def serve(wire):
        while True:
            wire.send(b"x" * 65_536)

    one = origin(serve)
    with watched.tunnel(one.authority):
        until(lambda: watched.status()["memory"]["pipes_in_use"] <= 1 and held_back(watched), "it is held back")
        assert watched.status()["memory"]["pipes_in_use"] <= 1


def held_back(proxy):
    before = proxy.status()["bytes"]["tunnel_to_client"]
    time.sleep(0.2)
    return before > 0 and proxy.status()["bytes"]["tunnel_to_client"] == before


def test_a_head_that_trickles_is_a_408(start_watched):
    """Progress does not buy time: the whole head has one deadline."""
    brief = start_watched({"timeouts": {"head": "500ms"}})
    with brief.connect() as client:
        began = time.monotonic()
        head = request("http://127.0.0.1/trickle", "X: " + "x" * 500)
        for at in range(len(head)):
            if not client.is_quiet():
                break
            client.send(head[at:at + 1])
            time.sleep(0.02)
        assert client.response().status == 408
        assert time.monotonic() - began < 10


def test_a_response_head_that_trickles_is_a_504(start_watched, origin):
    brief = start_watched({"timeouts": {"response_head": "500ms"}})

    def serve(wire):
        wire.request()
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 500:
            wire.send(bytes([byte]))
            time.sleep(0.02)

    one = origin(serve)
    assert fetch(brief, one.url("/trickle")).status == 504
    assert ending(brief, "/trickle") == (504, "response_timeout")


def test_an_upload_that_stops_is_a_408(start_watched, origin):
    brief = start_watched({"timeouts": {"body": "300ms"}})
    one = origin(lambda wire: (wire.head(), wire.rest()))
    with brief.connect() as client:
        client.send(request(one.url("/half"), "Content-Length: 100", method="PUT") + b"half")
        assert client.response().status == 408
    assert ending(brief, "/half") == (408, "client_body_timeout")


def test_a_download_that_stops_is_cut_off(start_watched, origin):
    brief = start_watched({"timeouts": {"body": "300ms"}})

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        wire.rest()

    one = origin(serve)
    with brief.connect() as client:
        client.send(request(one.url("/half")))
        client.head()
        assert client.rest() == b"half"
    assert ending(brief, "/half") == (200, "body_timeout")


def test_a_client_that_connects_and_says_nothing_is_closed(start_watched):
    brief = start_watched({"timeouts": {"head": "300ms"}})
    with brief.connect() as client:
        assert client.ended()
    assert brief.access_log() == ""


def test_a_dial_that_is_not_answered_is_a_504(start_watched):
    brief = start_watched({"timeouts": {"connect": "300ms", "connect_attempt": "300ms"}})
    with Unanswering() as nobody:
        assert fetch(brief, f"http://{nobody.authority}/dial").status == 504
        with brief.connect() as client:
            client.send(f"CONNECT {nobody.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert client.response(to="CONNECT").status == 504
    assert ending(brief, "/dial") == (504, "connect_timeout")
