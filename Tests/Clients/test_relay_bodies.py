"""Bodies through the relay, in each framing and both ways. RFC 9112 6."""

import threading

import pytest

from harness.message import fetch, request
from harness.origin import answering, answering_then_closing
from harness.web import chunked, pattern
from harness.wire import EndOfStream

SIZES = [0, 1, 1023, 65_536, 1_000_003]


@pytest.mark.parametrize("size", SIZES)
def test_a_sized_response_body_arrives_whole(proxy, web, size):
    answer = fetch(proxy, web.url(f"/bytes/{size}"))
    assert (answer.status, answer.framing) == (200, "length")
    assert answer.body == pattern(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_chunked_response_body_arrives_whole(proxy, web, size):
    answer = fetch(proxy, web.url(f"/chunked/{size}"))
    assert answer.framing == "chunked"
    assert answer.body == pattern(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_response_body_ended_by_closing_arrives_whole(proxy, web, size):
    assert fetch(proxy, web.url(f"/close/{size}")).body == pattern(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_sized_request_body_arrives_whole(proxy, web, size):
    answer = fetch(proxy, web.url("/echo"), f"Content-Length: {size}", method="POST", body=pattern(size))
    assert answer.body == pattern(size)


@pytest.mark.parametrize("size", SIZES)
def test_a_chunked_request_body_arrives_whole(proxy, web, size):
    answer = fetch(proxy, web.url("/echo"), "Transfer-Encoding: chunked", method="PUT", body=chunked(pattern(size)))
    assert answer.body == pattern(size)
    assert web.seen[0].value("Content-Length") is None


def test_response_trailers_reach_the_client(proxy, origin):
    trailers = b"X-Sum: 12ab\r\nX-Second: yes\r\n"
    one = origin(answering(b"HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n"
                           + chunked(b"data", trailers=trailers)))
    answer = fetch(proxy, one.url(), "TE: trailers")
    assert (answer.body, answer.trailers) == (b"data", trailers)


def test_request_trailers_reach_the_origin(proxy, web):
    body = chunked(b"data", trailers=b"X-Sum: 12ab\r\n")
    fetch(proxy, web.url("/echo"), "Transfer-Encoding: chunked", "Trailer: X-Sum", method="POST", body=body)
    assert web.seen[0].trailers == b"X-Sum: 12ab\r\n"


def test_a_head_response_keeps_its_length_and_has_no_body(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/bytes/5000"), method="HEAD"))
        answer = client.response(to="HEAD")
        assert answer.value("Content-Length") == b"5000"
        client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_is_followed_by_the_next_response(proxy, web, status):
    with proxy.connect() as client:
        client.send(request(web.url(f"/status/{status}")) + request(web.url("/hello")))
        assert client.response().status == status
        assert client.response().body == b"hello"


def test_a_304_with_a_content_length_has_no_body(proxy, origin):
    one = origin(answering(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\nETag: \"a\"\r\n\r\n"))
    with proxy.connect() as client:
        for _ in range(2):
            client.send(request(one.url()))
            assert client.response().status == 304


def test_chunk_extensions_and_odd_chunk_sizes_do_not_disturb_the_body(proxy, origin):
    one = origin(answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                           b"0003;name=value\r\nabc\r\n1;q=\"a;b\"\r\nd\r\n000A\r\n0123456789\r\n0;last\r\n\r\n"))
    assert fetch(proxy, one.url()).body == b"abcd0123456789"


def test_a_body_is_passed_on_as_it_comes(proxy, origin):
    """A relay that waits for more than it has would stop event streams."""
    received = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n")
        assert received.wait(10), "the client has the first chunk before the second is sent"
        wire.send(b"0\r\n\r\n")
        wire.rest()

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url()))
        client.head()
        client.through(b"x\r\n")
        received.set()
        assert client.through(b"\r\n\r\n") == b"0\r\n\r\n"


def test_a_response_cut_short_never_looks_complete(proxy, origin):
    one = origin(answering_then_closing(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"))
    with proxy.connect() as client:
        client.send(request(one.url()))
        with pytest.raises((EndOfStream, ConnectionError)):
            client.response()


def test_a_chunked_response_cut_short_never_looks_complete(proxy, origin):
    one = origin(answering_then_closing(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"))
    with proxy.connect() as client:
        client.send(request(one.url()))
        with pytest.raises((EndOfStream, ConnectionError)):
            client.response()


def test_an_http_1_0_client_gets_no_chunked_coding(proxy, web):
    with proxy.connect() as client:
        client.send(request(web.url("/chunked/3000"), version="1.0"))
        answer = client.response()
        assert answer.framing in ("close", "length")
        assert answer.body == pattern(3000)
        assert client.ended()


def test_an_http_1_0_origin_is_understood(proxy, origin):
    one = origin(answering_then_closing(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold body"))
    answer = fetch(proxy, one.url())
    assert (answer.status, answer.body) == (200, b"old body")
    assert answer.start_line.startswith(b"HTTP/1.1 200")


def test_an_early_answer_to_an_upload_reaches_the_client(proxy, origin):
    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        wire.shut()
        wire.rest()

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url(), "Content-Length: 100000", method="POST") + b"x" * 10)
        answer = client.response()
        assert (answer.status, answer.body) == (403, b"no")


@pytest.mark.parametrize("size", [150_000, 200_000, 250_000, 300_000, 1_000_000])
def test_a_close_delimited_body_is_whole_though_its_client_reads_late(proxy, origin, size):
    """The origin's FIN is seen while the last of the body still waits for the client."""
    one = origin(answering_then_closing(b"HTTP/1.1 200 OK\r\n\r\n" + b"z" * size))
    with proxy.connect(is_narrow=True) as client:
        client.send(request(one.url()))
        assert len(client.response().body) == size
