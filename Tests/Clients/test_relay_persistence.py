"""Many requests on one connection, on either side. RFC 9112 9.3."""

import pytest

from harness.message import request
from harness.origin import answering, answering_then_closing
from harness.web import pattern
from harness.waiting import until


def test_pipelined_requests_are_answered_in_order(proxy, web):
    sizes = [3, 70_000, 0, 1, 5000, 2, 65_536, 9]
    with proxy.connect() as client:
        client.send(b"".join(request(web.url(f"/bytes/{size}")) for size in sizes))
        assert [client.response().body for _ in sizes] == [pattern(size) for size in sizes]


def test_pipelined_requests_to_two_origins_are_answered_in_order(proxy, web, origin):
    other = origin(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother"))
    with proxy.connect() as client:
        client.send(b"".join(request(one.url("/hello")) for one in (web, other, web, other)))
        assert [client.response().body for _ in range(4)] == [b"hello", b"other", b"hello", b"other"]


def test_a_pipelined_upload_does_not_swallow_the_next_request(proxy, web):
    with proxy.connect() as client:
        body = b"GET / HTTP/1.1\r\n\r\n"
        client.send(request(web.url("/echo"), method="POST", body=body) + request(web.url("/hello")))
        assert client.response().body == body
        assert client.response().body == b"hello"


def test_an_empty_line_behind_a_body_is_not_the_beginning_of_a_request(start_proxy, web):
    """Some clients send one (RFC 9112 2.2). Answered 408 after `timeouts.head`, it would answer the next request."""
    own = start_proxy()
    with own.connect() as client:
        client.send(request(web.url("/echo"), method="POST", body=b"data") + b"\r\n")
        assert client.response().body == b"data"
        until(lambda: own.status()["connections"]["client_idle"] == 1, "the connection waits for a request")
        client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"


def test_a_thousand_pipelined_requests_are_all_answered(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/hello")) * 1000)
        assert all(client.response().body == b"hello" for _ in range(1000))


def test_one_origin_connection_serves_many_requests(proxy, web):
    with proxy.connect() as client:
        for _ in range(20):
            client.send(request(web.url("/hello")))
            client.response()
    assert (len(web.seen), web.accepted) == (20, 1)


def test_an_origin_connection_serves_several_clients(start_proxy, web):
    """One loop: whether two loops share a free socket at the first try is a matter of timing."""
    single = start_proxy({"loops": 1})
    for _ in range(5):
        with single.connect() as client:
            client.send(request(web.url("/hello")))
            client.response()
    assert web.accepted == 1


def test_a_client_that_says_close_is_closed_after_its_answer(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), "Connection: close"))
        answer = client.response()
        assert answer.body == b"hello"
        assert b"close" in answer.value("Connection").lower()
        assert client.ended()


def test_a_client_that_says_close_costs_no_origin_connection(start_proxy, web):
    single = start_proxy({"loops": 1})
    for _ in range(3):
        with single.connect() as client:
            client.send(request(web.url("/hello"), "Connection: close"))
            client.response()
    assert web.accepted == 1


def test_an_origin_that_says_close_does_not_end_the_client_connection(proxy, origin):
    one = origin(answering_then_closing(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))
    with proxy.connect() as client:
        for _ in range(3):
            client.send(request(one.url()))
            assert client.response().body == b"ok"
    assert one.accepted == 3


def test_a_1_0_client_is_closed_after_its_answer(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), version="1.0"))
        assert client.response().body == b"hello"
        assert client.ended()


@pytest.mark.parametrize("line", ["Connection: keep-alive", "Proxy-Connection: keep-alive"])
def test_a_1_0_client_that_asks_to_stay_is_told_what_happens(proxy, web, line):
    """RFC 9112 9.3 lets us close, many proxies do not: the answer must say which, and it must be so."""
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), line, version="1.0"))
        answer = client.response()
        assert answer.body == b"hello"
        if b"keep-alive" in b",".join(answer.values("Connection")).lower():
            client.send(request(web.url("/hello"), version="1.0"))
            assert client.response().body == b"hello"
        else:
            assert client.ended()


def test_a_client_that_half_closes_after_its_request_is_answered(proxy, web):
    """`printf ... | nc`: a FIN says that no more requests come, not that the answer is unwanted."""
    with proxy.connect() as client:
        client.send(request(web.url("/bytes/100000")))
        client.shut()
        assert client.response().body == pattern(100_000)
        assert client.ended()


def test_a_client_that_leaves_ends_the_exchange_at_the_origin(proxy, origin):
    left = []

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        try:
            while True:
                wire.send(b"x" * 65536)
        except OSError:
            left.append(True)

    one = origin(serve)
    client = proxy.connect()
    client.send(request(one.url()))
    client.exactly(10)
    client.reset()
    until(lambda: left, "the origin's connection is ended")


def test_blank_lines_before_a_request_are_ignored(proxy, web):
    """RFC 9112 2.2."""
    with proxy.connect() as client:
        client.send(b"\r\n\r\n" + request(web.url("/hello")))
        assert client.response().body == b"hello"


def test_an_idle_client_connection_is_closed_after_keep_alive(start_proxy, web):
    brief = start_proxy({"timeouts": {"keep_alive": "300ms"}})
    with brief.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
        assert client.ended()
