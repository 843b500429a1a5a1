"""Answers to clients when the origin fails: 502, 503 and 504, each with its cause in a sentence."""

import threading

import pytest

from harness.message import fetch, request
from harness.origin import Unanswering, answering_then_closing, refused_port
from harness.waiting import until


def check(answer, status, *words):
    """The status, and a sentence that has every one of `words`."""
    assert answer.status == status, answer
    assert answer.value("Content-Type").startswith(b"text/plain")
    text = answer.body.decode().lower()
    assert all(word in text for word in words), f"{words} in {text!r}"


def test_a_refused_connection_is_answered_with_502(proxy):
    check(fetch(proxy, f"http://127.0.0.1:{refused_port()}/"), 502, "refused")


def test_the_client_connection_survives_a_refused_origin(proxy, web):
    with proxy.connect() as client:
        client.send(request(f"http://127.0.0.1:{refused_port()}/") + request(web.url("/hello")))
        assert client.response().status == 502
        assert client.response().body == b"hello"


GARBAGE = {
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "a bad status": b"HTTP/1.1 2x0 OK\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "a bad field": b"HTTP/1.1 200 OK\r\nNo colon here\r\n\r\n",
    "a space before the colon": b"HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "a 101 that nobody asked for": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
}


@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE.keys())
def test_a_response_that_is_not_http_is_answered_with_502(proxy, origin, answer):
    one = origin(answering_then_closing(answer))
    check(fetch(proxy, one.url()), 502)


def test_a_response_with_a_length_and_a_coding_loses_its_length(proxy, origin):
    """RFC 9112 6.3: an error, or the coding wins and the length goes. Both on to the client would be smuggling."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = fetch(proxy, origin(answering_then_closing(head + b"2\r\nok\r\n0\r\n\r\n")).url())
    assert answer.status == 502 or (answer.values("Content-Length"), answer.body) == ([], b"ok")


def test_an_origin_that_closes_before_answering_is_answered_with_502(proxy, origin):
    one = origin(lambda wire: wire.request())
    check(fetch(proxy, one.url(), method="POST", body=b"x"), 502, "clos")


def test_an_origin_that_resets_before_answering_is_answered_with_502(proxy, origin):
    def serve(wire):
        wire.request()
        wire.reset()

    one = origin(serve)
    check(fetch(proxy, one.url(), method="POST", body=b"x"), 502)


def test_an_origin_that_closes_within_the_head_is_answered_with_502(proxy, origin):
    one = origin(answering_then_closing(b"HTTP/1.1 200 OK\r\nContent-Le"))
    check(fetch(proxy, one.url(), method="POST", body=b"x"), 502)


def test_a_response_head_without_end_is_answered_with_502(proxy, origin):
    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\n")
        for _ in range(4096):
            wire.send(b"X: " + b"x" * 1020 + b"\r\n")

    one = origin(serve)
    check(fetch(proxy, one.url()), 502)


def test_an_origin_that_never_answers_is_answered_with_504(start_proxy, origin):
    brief = start_proxy({"timeouts": {"response_head": "300ms"}})
    one = origin(lambda wire: (wire.request(), wire.rest()))
    check(fetch(brief, one.url()), 504)


def test_a_body_that_stops_ends_the_client_connection(start_proxy, origin):
    brief = start_proxy({"timeouts": {"body": "300ms"}})

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        wire.rest()

    one = origin(serve)
    with brief.connect() as client:
        client.send(request(one.url()))
        client.head()
        assert client.exactly(4) == b"half"
        assert client.ended()


def test_an_address_that_drops_our_syns_is_answered_with_504(start_proxy):
    brief = start_proxy({"timeouts": {"connect": "400ms", "connect_attempt": "400ms"}})
    with Unanswering() as nobody:
        check(fetch(brief, f"http://{nobody.authority}/"), 504)


def test_a_request_beyond_the_queue_is_answered_with_503(start_proxy, web):
    narrow = start_proxy({"pool": {"max_sockets": 1, "queue": 1}})
    first, second = narrow.connect(), narrow.connect()
    with first, second:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        second.send(request(web.url("/hello")))
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 1, "one request waits")
        check(fetch(narrow, web.url("/hello")), 503, "queue")
        web.gate.set()
        assert first.response().body == b"held"
        assert second.response().body == b"hello"


def test_a_request_that_waits_too_long_is_answered_with_503(start_proxy, web):
    narrow = start_proxy({"pool": {"max_sockets": 1, "queue_wait": "300ms"}})
    with narrow.connect() as first:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        check(fetch(narrow, web.url("/hello")), 503)
        web.gate.set()
        assert first.response().body == b"held"


def test_an_idempotent_request_is_retried_when_a_reused_connection_dies(start_proxy, origin):
    """The origin closes on receipt of the second request: it may have timed out the idle connection just then."""
    requests = []

    def serve(wire):
        for _ in range(2):
            requests.append(wire.request())
            if len(requests) == 2:
                return
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    one = origin(serve)
    single = start_proxy({"loops": 1})
    with single.connect() as client:
        for _ in range(2):
            client.send(request(one.url()))
            assert client.response().body == b"ok"
    assert len(requests) == 3


def test_a_post_is_not_sent_twice(start_proxy, origin):
    requests = []

    def serve(wire):
        while True:
            requests.append(wire.request())
            if len(requests) == 2:
                return
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    one = origin(serve)
    single = start_proxy({"loops": 1})
    with single.connect() as client:
        client.send(request(one.url()))
        client.response()
        client.send(request(one.url(), method="POST", body=b"pay"))
        assert client.response().status == 502
    assert len(requests) == 2


def test_an_unasked_response_on_an_idle_connection_is_never_given_to_anyone(start_proxy, origin):
    """Response-queue poisoning: what arrives while nothing is asked belongs to nobody."""
    gate = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        if one.accepted == 1:
            wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")
            gate.set()
        wire.rest()

    one = origin(serve)
    single = start_proxy({"loops": 1})
    with single.connect() as client:
        client.send(request(one.url()))
        assert client.response().body == b"ok"
        assert gate.wait(10)
        until(lambda: single.origin_pool(one.authority)["free_sockets"] == 0, "the poisoned connection is dropped")
        client.send(request(one.url()))
        assert client.response().body == b"ok"


def test_an_error_is_logged_with_its_status(proxy):
    port = refused_port()
    fetch(proxy, f"http://127.0.0.1:{port}/logged")
    until(lambda: any(f":{port}" in line and "502" in line for line in proxy.access_log().splitlines()), "a log line")
