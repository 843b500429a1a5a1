"""What the relay does to message heads, and above all what it does not do."""

import pytest

from harness.message import fetch, request
from harness.origin import answering

VIA = b"1.1 proxyd"


def head_at_origin(proxy, web, *lines, method="GET", path="/head", **more):
    """The request head as the origin received it."""
    fetch(proxy, web.url(path), *lines, method=method, **more)
    return web.seen[-1]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "M-SEARCH", "BREW"])
def test_a_method_reaches_the_origin_unchanged(proxy, web, method):
    assert head_at_origin(proxy, web, method=method).start_line == f"{method} /head HTTP/1.1".encode()


def test_the_target_becomes_origin_form_and_is_otherwise_untouched(proxy, web):
    path = "/head/%7Euser/a%2Fb//c;p=1?q=a+b&x=%zz&y=[]|'"
    assert head_at_origin(proxy, web, path=path).start_line == f"GET {path} HTTP/1.1".encode()


def test_a_target_without_a_path_asks_for_the_root(proxy, web):
    with proxy.connect() as client:
        client.send(f"GET http://{web.authority} HTTP/1.1\r\nHost: {web.authority}\r\n\r\n".encode())
        client.response()
    assert web.seen[0].start_line == b"GET / HTTP/1.1"


def test_a_target_with_a_query_and_no_path_keeps_the_query(proxy, web):
    with proxy.connect() as client:
        client.send(f"GET http://{web.authority}?a=b HTTP/1.1\r\nHost: {web.authority}\r\n\r\n".encode())
        client.response()
    assert web.seen[0].start_line == b"GET /?a=b HTTP/1.1"


def test_options_for_a_whole_server_becomes_asterisk_form(proxy, web):
    """RFC 9112 3.2.4."""
    with proxy.connect() as client:
        client.send(f"OPTIONS http://{web.authority} HTTP/1.1\r\nHost: {web.authority}\r\n\r\n".encode())
        client.response()
    assert web.seen[0].start_line == b"OPTIONS * HTTP/1.1"


def test_the_host_field_is_taken_from_the_target(proxy, web):
    """RFC 9112 3.2.2: a proxy replaces a Host that differs from the absolute-form target."""
    with proxy.connect() as client:
        client.send(f"GET http://{web.authority}/head HTTP/1.1\r\nHost: other.example\r\n\r\n".encode())
        client.response()
    assert web.seen[0].value("Host") == web.authority.encode()


def test_request_fields_keep_their_order_case_and_duplicates(proxy, web):
    lines = ["X-b: 1", "x-A: two words  inside", "Accept: */*", "COOKIE: a=1", "cookie: b=2", "x-a:no-space",
             "X-Empty:", "User-Agent: t\u00e9st/1", "X-b: 2"]
    received = head_at_origin(proxy, web, *lines).lines
    mine = [line for line in received if not line.lower().startswith((b"host:", b"via:", b"connection:"))]
    assert mine == [line.encode("latin-1") for line in lines]


def test_response_fields_keep_their_order_case_and_duplicates(proxy, origin):
    """All but the spelling of framing fields, which are ours to write."""
    lines = [b"X-b: 1", b"SET-cookie: a=1; Path=/", b"Set-Cookie: b=2", b"x-B:no-space", b"Server: \xe9t\xe9",
             b"X-Empty:", b"Date: Sun, 06 Nov 1994 08:49:37 GMT", b"Content-Length: 0"]
    one = origin(answering(b"HTTP/1.1 200 Fine by me\r\n" + b"\r\n".join(lines) + b"\r\n\r\n"))
    answer = fetch(proxy, one.url())
    assert answer.start_line == b"HTTP/1.1 200 Fine by me"
    assert [line for line in answer.lines if not line.lower().startswith((b"via:", b"connection:"))] == lines


def test_an_empty_reason_phrase_is_relayed(proxy, origin):
    one = origin(answering(b"HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n"))
    assert fetch(proxy, one.url()).start_line == b"HTTP/1.1 299 "


@pytest.mark.parametrize("line", [
    "Proxy-Connection: keep-alive", "Keep-Alive: timeout=5", "TE: gzip", "Upgrade: h2c",
    "Proxy-Authorization: Basic eDp5"])
def test_a_hop_by_hop_request_field_stays_here(proxy, web, line):
    """RFC 9110 7.6.1. An unannounced Upgrade is none of the origin's business either."""
    name = line.partition(":")[0]
    assert head_at_origin(proxy, web, line).values(name) == []


@pytest.mark.parametrize("line", [b"Keep-Alive: timeout=99", b"Proxy-Connection: close"])
def test_a_hop_by_hop_response_field_stays_here(proxy, origin, line):
    one = origin(answering(b"HTTP/1.1 200 OK\r\n" + line + b"\r\nContent-Length: 0\r\n\r\n"))
    assert line not in fetch(proxy, one.url()).lines


def test_te_says_nothing_but_trailers(proxy, web):
    """RFC 9110 10.1.4: hop-by-hop, but we carry trailers and may say so in our own name."""
    received = head_at_origin(proxy, web, "TE: trailers, deflate;q=0.5", "Connection: TE")
    if received.values("TE"):
        assert received.value("TE") == b"trailers"
        assert b"te" in received.value("Connection").lower()


def test_request_fields_named_in_connection_are_removed(proxy, web):
    received = head_at_origin(proxy, web, "X-One: 1", "Connection: keep-alive, x-one,X-Two", "X-Two: 2", "X-Three: 3")
    assert (received.values("X-One"), received.values("X-Two")) == ([], [])
    assert received.values("X-Three") == [b"3"]


def test_response_fields_named_in_connection_are_removed(proxy, origin):
    head = b"HTTP/1.1 200 OK\r\nX-One: 1\r\nConnection: X-one\r\nX-Two: 2\r\nContent-Length: 0\r\n\r\n"
    one = origin(answering(head))
    answer = fetch(proxy, one.url())
    assert (answer.values("X-One"), answer.values("X-Two")) == ([], [b"2"])


@pytest.mark.parametrize("name", ["Host", "Content-Length"])
def test_connection_cannot_nominate_a_field_that_frames_or_routes(proxy, web, name):
    received = head_at_origin(proxy, web, f"Connection: {name}", method="POST", path="/echo", body=b"four")
    assert received.values(name) != []
    assert received.body == b"four"


def test_via_is_added_to_the_request(proxy, web):
    assert head_at_origin(proxy, web).values("Via") == [VIA]


def test_via_is_added_after_the_ones_before_us(proxy, web):
    received = head_at_origin(proxy, web, "Via: 1.0 fred, 1.1 other")
    assert b", ".join(received.values("Via")) == b"1.0 fred, 1.1 other, " + VIA


def test_via_is_added_to_the_response(proxy, web):
    assert fetch(proxy, web.url("/hello")).values("Via") == [VIA]


def test_via_can_be_turned_off(start_proxy, web):
    quiet = start_proxy({"via": "off"})
    assert head_at_origin(quiet, web).values("Via") == []
    assert fetch(quiet, web.url("/hello")).values("Via") == []


def test_the_origin_is_spoken_to_in_1_1_for_a_1_0_client(proxy, web):
    assert head_at_origin(proxy, web, version="1.0").start_line == b"GET /head HTTP/1.1"


def test_userinfo_in_a_target_is_not_sent_on(proxy, web):
    """RFC 9110 4.2.4: either refused or removed, never passed on."""
    with proxy.connect() as client:
        client.send(f"GET http://user:secret@{web.authority}/head HTTP/1.1\r\nHost: {web.authority}\r\n\r\n".encode())
        client.response()
    assert not any(b"secret" in message.head for message in web.seen)


def test_the_scheme_and_host_of_a_target_are_case_insensitive(start_proxy, web):
    hosts = start_proxy({"dns": {"hosts_file": "/etc/hosts"}})
    with hosts.connect() as client:
        client.send(f"GET HTTP://LocalHost:{web.port}/hello HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert client.response().body == b"hello"


def test_an_ipv6_literal_is_reached(proxy, origin):
    one = origin(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6"), host="::1")
    assert fetch(proxy, one.url()).body == b"v6"


def test_a_head_split_at_every_byte_is_understood(proxy, web):
    """Each byte in a segment of its own: slow, so one small head."""
    with proxy.connect() as client:
        for byte in request(web.url("/hello")):
            client.send(bytes([byte]))
        assert client.response().body == b"hello"


def test_a_204_has_no_length(proxy, origin):
    """RFC 9110 8.6: a server must not send one, and a client may wait for the bytes that it announces."""
    one = origin(answering(b"HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nX-A: 1\r\n\r\n"))
    with proxy.connect() as client:
        for _ in range(2):
            client.send(request(one.url()))
            answer = client.response()
            assert (answer.values("Content-Length"), answer.value("X-A")) == ([], b"1")
