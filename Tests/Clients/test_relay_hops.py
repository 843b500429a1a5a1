"""What a proxy must know of the others in a chain: Via, Max-Forwards, and who the client is."""

import pytest

from harness.message import fetch, request


def test_a_request_that_comes_back_is_refused(proxy, web):
    """RFC 9110 7.6.3: without this, a proxy that is its own next hop would fill itself with one request."""
    answer = fetch(proxy, web.url(), "Via: 1.1 other, 1.1 proxyd (first time)")
    assert answer.status == 508
    assert web.seen == []


def test_another_proxys_via_is_no_loop(proxy, web):
    assert fetch(proxy, web.url("/hello"), "Via: 1.1 proxyd2, 1.1 my-proxyd (proxyd)").status == 200


def test_a_proxy_without_a_pseudonym_sees_no_loop(start_proxy, web):
    quiet = start_proxy({"via": "off"})
    assert fetch(quiet, web.url("/hello"), "Via: 1.1 proxyd").status == 200


def test_a_trace_that_may_go_no_further_comes_back(proxy, web):
    """As message/http and as received, without what is secret. RFC 9110 9.3.8."""
    target = web.url("/x")
    answer = fetch(
        proxy, target, "Max-Forwards: 0", "Cookie: secret", "Authorization: secret", "Proxy-Authorization: secret",
        "X-A: 1", method="TRACE")
    assert (answer.status, answer.value("Content-Type")) == (200, b"message/http")
    assert answer.body == (
        f"TRACE {target} HTTP/1.1\r\nHost: {web.authority}\r\nMax-Forwards: 0\r\nX-A: 1\r\n\r\n".encode())
    assert web.seen == []


def test_options_that_may_go_no_further_are_answered_here(proxy, web):
    answer = fetch(proxy, web.url(), "Max-Forwards: 0", method="OPTIONS")
    assert (answer.status, answer.value("Content-Length")) == (200, b"0")
    assert b"CONNECT" in answer.value("Allow")
    assert web.seen == []


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS"])
def test_max_forwards_is_counted_down(proxy, web, method):
    fetch(proxy, web.url("/head"), "Max-Forwards: 3", method=method)
    assert web.seen[0].values("Max-Forwards") == [b"2"]


def test_max_forwards_of_other_methods_is_not_ours(proxy, web):
    """RFC 9110 7.6.2: may be ignored, and then stays as it is."""
    fetch(proxy, web.url("/head"), "Max-Forwards: 0")
    assert web.seen[0].values("Max-Forwards") == [b"0"]


@pytest.mark.parametrize("value", ["", "-1", "+1", "1, 2", "ten", "9999999999"])
def test_max_forwards_that_is_no_number_is_refused(proxy, web, value):
    assert fetch(proxy, web.url(), f"Max-Forwards: {value}", method="TRACE").status == 400
    assert web.seen == []


@pytest.mark.parametrize("policy, addresses, nodes", [
    ("off", [b"192.0.2.1"], [b"for=192.0.2.1"]),
    ("add", [b"192.0.2.1", b"127.0.0.1"], [b"for=192.0.2.1", b"for=127.0.0.1"]),
    ("replace", [b"127.0.0.1"], [b"for=127.0.0.1"]),
    ("delete", [], []),
])
def test_the_forwarded_policy_decides_who_the_origin_sees(start_proxy, web, policy, addresses, nodes):
    one = start_proxy({"forwarded": policy})
    with one.connect() as client:
        client.send(request(web.url("/head"), "X-Forwarded-For: 192.0.2.1", "Forwarded: for=192.0.2.1"))
        client.response()
    assert (web.seen[0].values("X-Forwarded-For"), web.seen[0].values("Forwarded")) == (addresses, nodes)
