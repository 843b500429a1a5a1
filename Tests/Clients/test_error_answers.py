"""Errors as people and programs get them: status, Proxy-Status, text or page, log, metric and table say the same."""

import base64
import contextlib
import hashlib
import html
import json
import re

import pytest

from harness.command import run
from harness.message import fetch, request
from harness.origin import Unanswering, answering_then_closing, refused_port
from harness.waiting import until

BRIEF = {"timeouts": {"connect": "300ms", "connect_attempt": "300ms", "response_head": "300ms"}}
BROWSER = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PROXY_STATUS = re.compile(
    rb'proxyd; error=(?P<error>[a-z_]+)(?:; [a-z-]+=(?:\d+|"[A-Z]+"))?; '
    rb'details="(?P<word>[a-z_]+): [\x20-\x7e]* Request (?P<number>[0-9a-z]{4}(?:-[0-9a-z]{4}){2})"')


@contextlib.contextmanager
def dead_origin(kind, origin, dns):
    """The authority of an origin that is dead in this way."""
    if kind == "unanswering":
        with Unanswering() as nobody:
            yield nobody.authority
        return
    if kind == "refused":
        yield f"127.0.0.1:{refused_port()}"
    elif kind == "nxdomain":
        yield "gone.test:80"
    elif kind == "servfail":
        dns.zones["broken.test"] = 2
        yield "broken.test:80"
    else:
        serve = {
            "garbage": answering_then_closing(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
            "silent": lambda wire: (wire.request(), wire.rest()),
            "closing": lambda wire: wire.request(),
        }[kind]
        yield origin(serve).authority


# What each is called: status, RFC 9209's type, our word, whose fault.
DEAD = {
    "refused": (502, "connection_refused", "connect_refused", "site"),
    "unanswering": (504, "connection_timeout", "connect_timeout", "site"),
    "nxdomain": (502, "dns_error", "dns_nxdomain", "misspelt"),
    "servfail": (502, "dns_error", "dns_servfail", "name servers"),
    "garbage": (502, "http_protocol_error", "bad_response", "site"),
    "silent": (504, "http_response_timeout", "response_timeout", "site"),
    "closing": (502, "connection_terminated", "closed_early", "site"),
}


@pytest.mark.parametrize("kind", DEAD)
def test_all_that_tells_of_a_failure_tells_the_same(start_proxy, origin, dns, kind):
    status, error, word, fault = DEAD[kind]
    proxy = start_proxy(BRIEF | {"dns": {"servers": [dns.address]}})
    with dead_origin(kind, origin, dns) as authority:
        answer = fetch(proxy, f"http://{authority}/secret?password=x", method="POST", body=b"x")
    assert answer.status == status
    told = PROXY_STATUS.fullmatch(answer.value("Proxy-Status"))
    assert told, answer.value("Proxy-Status")
    assert (told["error"].decode(), told["word"].decode()) == (error, word)
    number = told["number"].decode()
    text = answer.body.decode()
    assert f"\nReason: {word}\nRequest: {number}\n" in text and fault in text
    assert authority.rpartition(":")[0] in text.splitlines()[0]
    assert "secret" not in text and "password" not in text

    line = until(lambda: [x for x in proxy.access_log().splitlines() if number in x], "its line is in the log")[0]
    assert line.endswith(f" request={number} reason={word}") and f'" {status} ' in line
    metrics = proxy.admin("/metrics")[2].decode()
    assert f'proxyd_request_failures_total{{reason="{word}"}} 1\n' in metrics
    listed = proxy.status()["recent_failures"]
    assert len(listed) == 1
    row = listed[0]
    assert (row["request"], row["reason"], row["status"], row["count"]) == (number, word, status, 1)
    assert (row["method"], row["destination"]) == ("POST", authority)
    assert row["client"].startswith("127.0.0.1:")
    assert "secret" not in json.dumps(listed) and "password" not in json.dumps(listed)


def test_a_browser_gets_a_page_that_loads_and_runs_nothing(proxy):
    answer = fetch(proxy, f"http://127.0.0.1:{refused_port()}/", BROWSER)
    page = answer.body.decode()
    assert answer.status == 502 and answer.value("Content-Type") == b"text/html; charset=utf-8"
    assert answer.value("Cache-Control") == b"no-store" and answer.value("X-Content-Type-Options") == b"nosniff"
    assert int(answer.value("Content-Length")) == len(answer.body)
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = answer.value("Content-Security-Policy").decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{hashed}';"), "the style is the one that may apply"
    assert not re.search(r"<script|<img|<link|<iframe|<form|<a |url\(|@import|\son\w+=|\sstyle=", page)
    number = PROXY_STATUS.fullmatch(answer.value("Proxy-Status"))["number"].decode()
    for part in ("502", "refused the connection", "Whose fault", "What helps", "connect_refused", number):
        assert part in html.unescape(page), part


@pytest.mark.parametrize("accept, kind", [
    (None, b"text/plain"), ("*/*", b"text/plain"), ("text/html", b"text/html"), ("application/json", b"text/plain"),
    ("text/html;q=0.5, text/plain", b"text/plain"), ("text/html;q=0", b"text/plain"), ("text/html, */*", b"text/html"),
])
def test_the_body_is_what_is_accepted(proxy, accept, kind):
    fields = [f"Accept: {accept}"] if accept else []
    for url in (f"http://127.0.0.1:{refused_port()}/", "ftp://127.0.0.1/"):
        assert fetch(proxy, url, *fields).value("Content-Type").startswith(kind)


def test_the_accept_of_an_earlier_request_does_not_count(start_proxy):
    proxy = start_proxy({"loops": 1})
    url = f"http://127.0.0.1:{refused_port()}/"
    assert fetch(proxy, url, BROWSER).value("Content-Type").startswith(b"text/html")
    assert fetch(proxy, "ftp://127.0.0.1/").value("Content-Type").startswith(b"text/plain")
    assert fetch(proxy, url).value("Content-Type").startswith(b"text/plain")


@pytest.mark.parametrize("target", ["http://127.0.0.1/<script>", "http://a<i>.test/", "htt<p>://x/", 'http://a"b.test/',
                                    "h'tt://x/", "http://[::1<i>]/", "http://user:pass@x/"])
def test_no_markup_comes_back(proxy, target):
    with proxy.connect() as client:
        client.send(b"GET " + target.encode() + b" HTTP/1.1\r\nHost: x\r\n" + BROWSER.encode() + b"\r\n\r\n")
        answer = client.response()
    assert answer.status >= 400
    body = re.sub(rb"<style>.*?</style>", b"", answer.body, flags=re.S)
    for mark in (b"<script", b"<i>", b"<p>:", b'a"b', b"h'tt", b"user:pass"):
        assert mark not in body


def test_a_head_request_gets_the_head_alone(proxy):
    url = f"http://127.0.0.1:{refused_port()}/"
    with proxy.connect() as client:
        client.send(request(url, method="HEAD") + request(url))
        answer = client.response(to="HEAD")
        assert answer.status == 502 and int(answer.value("Content-Length")) > 100 and answer.values("Proxy-Status")
        assert client.response().status == 502, "no byte of a body was in between"


def test_an_http_1_0_client_that_persists_is_told_so(proxy):
    url = f"http://127.0.0.1:{refused_port()}/"
    with proxy.connect() as client:
        for _ in range(2):
            client.send(request(url, "Connection: keep-alive", version="1.0"))
            answer = client.response()
            assert answer.status == 502 and answer.value("Connection") == b"keep-alive"


def test_curl_sees_why_a_tunnel_was_refused(proxy):
    done = run("curl", "-sv", "--proxytunnel", "--proxy", proxy.url, f"http://127.0.0.1:{refused_port()}/", check=False)
    assert done.returncode != 0
    assert b"< Proxy-Status: proxyd; error=connection_refused;" in done.stderr and b"< Connection: close" in done.stderr


def test_curl_shows_text_and_a_browser_would_show_a_page(proxy):
    url = f"http://127.0.0.1:{refused_port()}/"
    plain = run("curl", "-s", "--proxy", proxy.url, url).stdout
    assert plain.splitlines()[0].endswith(b"refused the connection (Connection refused).")
    assert run("curl", "-s", "-H", BROWSER, "--proxy", proxy.url, url).stdout.startswith(b"<!doctype html>")


def test_who_may_try_again_hears_when(start_proxy, web):
    narrow = start_proxy({"pool": {"max_sockets": 1, "queue_wait": "200ms"}})
    with narrow.connect() as first:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        answer = fetch(narrow, web.url("/hello"))
        web.gate.set()
        assert answer.status == 503 and int(answer.value("Retry-After")) >= 1
        assert b"error=connection_limit_reached" in answer.value("Proxy-Status")
        assert first.response().body == b"held"


def test_the_name_is_that_of_via(start_proxy):
    for via, name in (("edge.example", b"edge.example;"), ("off", b"proxyd;")):
        answer = fetch(start_proxy({"via": via}), f"http://127.0.0.1:{refused_port()}/")
        assert answer.value("Proxy-Status").startswith(name)


def test_what_origins_answer_has_no_proxy_status(proxy, web):
    assert fetch(proxy, web.url("/status/502")).values("Proxy-Status") == []


def test_a_flood_of_one_failure_is_one_row(start_proxy):
    proxy = start_proxy({"loops": 1})
    url = f"http://127.0.0.1:{refused_port()}/"
    with proxy.connect() as client:
        client.send(request(url) * 200)
        numbers = [PROXY_STATUS.fullmatch(client.response().value("Proxy-Status"))["number"] for _ in range(200)]
    assert len(set(numbers)) == 200
    listed = proxy.status()["recent_failures"]
    assert [(row["count"], row["request"]) for row in listed] == [(200, numbers[-1].decode())]


def test_a_client_that_leaves_is_listed_without_a_status(start_proxy, web):
    proxy = start_proxy()
    with proxy.connect() as client:
        client.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the request is with the origin")
        client.reset()
    row = until(lambda: proxy.status()["recent_failures"], "the failure is listed")[0]
    assert (row["reason"], row["status"], row["destination"]) == ("client_gone", 0, web.authority)
    web.gate.set()


def test_a_json_line_has_the_number(start_proxy, web):
    proxy = start_proxy({"loops": 1, "access_log": {"format": "json"}})
    answer = fetch(proxy, f"http://127.0.0.1:{refused_port()}/")
    number = PROXY_STATUS.fullmatch(answer.value("Proxy-Status"))["number"].decode()
    fetch(proxy, web.url("/hello"))
    lines = until(lambda: (x := proxy.access_log().splitlines()) and len(x) == 2 and x, "two lines")
    failed, fine = map(json.loads, lines)
    assert (failed["request"], failed["reason"]) == (number, "connect_refused")
    assert "request" not in fine and fine["reason"] == "ok"
