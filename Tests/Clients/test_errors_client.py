"""Answers to clients that err: the status that fits, a sentence that explains, and nothing sent to an origin."""

import pytest

from harness.message import fetch, request
from harness.web import chunked


def answer_to(proxy, data):
    """The proxy's answer to `data`, which must be followed by the end of the connection."""
    with proxy.connect() as client:
        client.send(data)
        answer = client.response()
        assert client.ended(), "the connection ends after a bad request"
    check_shape(answer)
    return answer


def check_shape(answer):
    """Every error of ours is a plain sentence."""
    assert answer.value("Content-Type").startswith(b"text/plain"), answer
    assert len(answer.body) > 15, f"an explanation: {answer.body!r}"
    assert answer.values("Date") != []


def head(web, *lines, start=None):
    start = start or f"GET {web.url('/hello')} HTTP/1.1"
    return "\r\n".join([start, f"Host: {web.authority}", *lines, "", ""]).encode("latin-1")


BAD_LINES = {
    "a space before the colon": "Name : value",
    "a line without a colon": "Name value",
    "an empty name": ": value",
    "a folded line": "Name: value\r\n folded",
    "a bare CR in a value": "Name: a\rb",
    "a NUL in a value": "Name: a\0b",
    "a control character in a name": "Na\x01me: value",
    "a negative length": "Content-Length: -1",
    "a signed length": "Content-Length: +4",
    "a length that is no number": "Content-Length: four",
    "a length beyond 64 bits": "Content-Length: 99999999999999999999",
    "two different lengths": "Content-Length: 4\r\nContent-Length: 5",
    "a list of different lengths": "Content-Length: 4, 5",
    "a length and a coding": "Content-Length: 4\r\nTransfer-Encoding: chunked",
    "chunked that is not last": "Transfer-Encoding: chunked, identity",
    "chunked twice": "Transfer-Encoding: chunked, chunked",
    "a second Host": "Host: other",
}


@pytest.mark.parametrize("line", BAD_LINES.values(), ids=BAD_LINES.keys())
def test_a_bad_field_line_is_answered_with_400(proxy, web, line):
    answer = answer_to(proxy, head(web, line))
    assert answer.status in ((400, 501) if "identity" in line else (400,))
    assert web.seen == []


@pytest.mark.parametrize("start", [
    "GET", "GET http://127.0.0.1/", "GET  http://127.0.0.1/ HTTP/1.1", "GET http://127.0.0.1/ HTTP/1.1 x",
    "GET http://127.0.0.1/ http/1.1", "GET http://127.0.0.1/ HTTP/11", "G@T http://127.0.0.1/ HTTP/1.1",
    "GET http://127.0.0.1:99999/ HTTP/1.1", "GET http:///path HTTP/1.1", "GET http://[::1/ HTTP/1.1",
    "GET http://a b/ HTTP/1.1", "CONNECT 127.0.0.1 HTTP/1.1", "CONNECT http://127.0.0.1:1/ HTTP/1.1",
    "CONNECT 127.0.0.1:0x50 HTTP/1.1", "CONNECT :443 HTTP/1.1"])
def test_a_bad_request_line_is_answered_with_400(proxy, web, start):
    assert answer_to(proxy, head(web, start=start)).status == 400


def test_a_request_in_origin_form_is_told_that_this_is_a_proxy(proxy):
    answer = answer_to(proxy, b"GET /index.html HTTP/1.1\r\nHost: example.com\r\n\r\n")
    assert answer.status == 400
    assert b"proxy" in answer.body.lower()


def test_tls_sent_to_the_plain_port_is_answered_or_closed_at_once(proxy):
    with proxy.connect() as client:
        client.send(bytes.fromhex("1603010200010001fc0303") + bytes(64))
        data = client.rest()
    assert data == b"" or data.startswith(b"HTTP/1.1 400 ")


def test_an_http_2_preface_is_refused(proxy):
    with proxy.connect() as client:
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert client.rest()[:13] in (b"HTTP/1.1 400 ", b"HTTP/1.1 505 ")


def test_a_1_1_request_without_host_is_answered_with_400(proxy, web):
    answer = answer_to(proxy, f"GET {web.url()} HTTP/1.1\r\n\r\n".encode())
    assert answer.status == 400
    assert web.seen == []


def test_a_scheme_that_we_do_not_speak_is_explained(proxy):
    answer = fetch(proxy, "ftp://127.0.0.1/file")
    assert answer.status in (400, 501)
    assert b"ftp" in answer.body


def test_a_slow_head_is_answered_with_408(start_proxy):
    brief = start_proxy({"timeouts": {"head": "300ms"}})
    answer = answer_to(brief, b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Unfini")
    assert answer.status == 408


def test_a_client_that_says_nothing_is_closed_without_a_word(start_proxy):
    brief = start_proxy({"timeouts": {"head": "300ms"}})
    with brief.connect() as client:
        data = client.rest()
    assert data == b"" or data.startswith(b"HTTP/1.1 408 ")


def test_a_body_that_stops_is_given_up(start_proxy, web):
    brief = start_proxy({"timeouts": {"body": "300ms"}})
    with brief.connect() as client:
        client.send(request(web.url("/echo"), "Content-Length: 10", method="POST") + b"half")
        assert client.response().status == 408
        assert client.ended()


def test_a_length_over_the_limit_is_answered_with_413(start_proxy, web):
    limited = start_proxy({"limits": {"request_body": "1KiB"}})
    answer = answer_to(limited, request(web.url("/echo"), "Content-Length: 1025", method="POST"))
    assert answer.status == 413
    assert web.seen == []


def test_a_body_at_the_limit_is_accepted(start_proxy, web):
    limited = start_proxy({"limits": {"request_body": "1KiB"}})
    assert len(fetch(limited, web.url("/echo"), method="POST", body=b"x" * 1024).body) == 1024


def test_a_chunked_body_over_the_limit_is_answered_with_413(start_proxy, web):
    limited = start_proxy({"limits": {"request_body": "1KiB"}})
    answer = answer_to(limited, request(web.url("/echo"), "Transfer-Encoding: chunked", method="POST",
                                        body=chunked(b"x" * 1500, size=1500)))
    assert answer.status == 413


def test_a_request_line_over_the_limit_is_answered_with_414(start_proxy, web):
    limited = start_proxy({"limits": {"request_line": "1KiB"}})
    assert answer_to(limited, head(web, start=f"GET {web.url('/' + 'x' * 1100)} HTTP/1.1")).status == 414
    assert fetch(limited, web.url("/hello?" + "x" * 900)).status == 200


def test_a_head_over_the_limit_is_answered_with_431(start_proxy, web):
    limited = start_proxy({"limits": {"head": "2KiB", "request_line": "1KiB"}})
    assert answer_to(limited, head(web, "X: " + "x" * 2100)).status == 431
    assert fetch(limited, web.url("/hello"), "X: " + "x" * 1500).status == 200


def test_too_many_fields_are_answered_with_431_and_none_is_dropped(start_proxy, web):
    limited = start_proxy({"limits": {"fields": 20}})
    assert answer_to(limited, head(web, *["X: 1"] * 20)).status == 431
    assert web.seen == []
    fetch(limited, web.url("/hello"), *["X: 1"] * 19)
    assert len(web.seen[0].values("X")) == 19


def test_an_unknown_expectation_is_answered_with_417(proxy, web):
    answer = fetch(proxy, web.url("/hello"), "Expect: miracles")
    assert answer.status == 417
    check_shape(answer)
    assert web.seen == []


def test_an_unknown_transfer_coding_is_answered_with_501(proxy, web):
    answer = answer_to(proxy, head(web, "Transfer-Encoding: gzip, chunked"))
    assert answer.status == 501
    assert web.seen == []


@pytest.mark.parametrize("body", [
    b"zz\r\n", b"5\r\nhello!!\r\n", b"-1\r\n", b"0x5\r\nhello\r\n", b"fffffffffffffffff\r\n", b"5 \nhello\r\n",
    b"\r\n"])
def test_a_bad_chunk_ends_the_exchange_and_is_never_passed_on(proxy, origin, body):
    received = []

    def serve(wire):
        wire.head()
        received.append(wire.rest())

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url(), "Transfer-Encoding: chunked", method="POST") + body)
        data = client.rest()
    assert data == b"" or data.startswith(b"HTTP/1.1 400 ")
    assert not any(raw.endswith(b"0\r\n\r\n") for raw in received), "a broken body never looks complete to the origin"


def test_a_head_error_answers_a_head_request_without_a_body(start_proxy, web):
    limited = start_proxy({"limits": {"fields": 20}})
    with limited.connect() as client:
        client.send(head(web, *["X: 1"] * 30, start=f"HEAD {web.url()} HTTP/1.1"))
        assert client.rest().endswith(b"\r\n\r\n")
