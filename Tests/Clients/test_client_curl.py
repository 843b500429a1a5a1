"""curl, which speaks every form that a proxy meets."""

import threading

import pytest

from harness.command import run
from harness.origin import answering, refused_port
from harness.waiting import until
from harness.web import pattern


@pytest.fixture
def curl(proxy):
    def call(*arguments, check=True, **more):
        return run("curl", "-sS", "--max-time", "20", "--noproxy", "", "-x", proxy.url, *arguments, check=check, **more)

    return call


def test_curl_gets_a_page(curl, web):
    assert curl(web.url("/hello")).stdout == b"hello"


def test_curl_reuses_one_connection_for_many_pages(curl, web):
    pages = sum((["-o", "/dev/null", web.url(f"/bytes/{n}")] for n in range(1, 6)), [])
    assert curl("-w", "%{num_connects} ", *pages).stdout == b"1 0 0 0 0 "


def test_curl_gets_a_page_through_a_tunnel(curl, web):
    assert curl("-p", web.url("/hello")).stdout == b"hello"
    assert web.seen[0].values("Via") == [], "a tunnel is not touched"


def test_curl_gets_a_page_over_tls(curl, secure_web, certificate):
    assert curl("--cacert", certificate.certificate, secure_web.url("/hello", "https")).stdout == b"hello"


def test_curl_speaks_1_0_to_the_proxy(curl, web):
    assert curl("--http1.0", web.url("/chunked/50000")).stdout == pattern(50_000)


def test_curl_opens_a_1_0_tunnel(curl, proxy, web):
    assert curl("-p", "--proxy1.0", proxy.url, web.url("/hello")).stdout == b"hello"


def test_curl_uploads_a_sized_body(curl, web, tmp_path):
    file = tmp_path / "body"
    file.write_bytes(pattern(2_000_000))
    assert curl("-T", file, web.url("/echo")).stdout == pattern(2_000_000)
    assert web.seen[0].framing == "length"


def test_curl_uploads_a_chunked_body(curl, web):
    assert curl("-T", "-", web.url("/echo"), input=pattern(2_000_000)).stdout == pattern(2_000_000)
    assert web.seen[0].framing == "chunked"


def test_curl_waits_for_100_and_gets_it(curl, origin):
    """With 15 s of patience: an upload that ends within the limit had its 100."""

    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        wire.exactly(5000)
        wire.send(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")
        wire.rest()

    one = origin(serve)
    done = curl("-v", "--expect100-timeout", "15", "-m", "8", "-H", "Expect: 100-continue", "--data-binary", "@-",
                one.url(), input=pattern(5000))
    assert b"< HTTP/1.1 100 Continue" in done.stderr
    assert b"< HTTP/1.1 201 Created" in done.stderr


def test_curl_is_refused_before_its_upload(curl, origin):
    one = origin(lambda wire: (wire.head(), wire.send(
        b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"), wire.shut(), wire.rest()))
    done = curl("-H", "Expect: 100-continue", "--data-binary", "@-", one.url(), input=pattern(3_000_000))
    assert done.stdout == b"no"


def test_curl_asks_for_http_2_and_gets_a_plain_answer(curl, web):
    """`--http2` sends `Upgrade: h2c`, which no origin here takes up."""
    assert curl("--http2", web.url("/hello")).stdout == b"hello"


def test_curl_follows_a_redirect_and_asks_for_a_head(curl, web, origin):
    elsewhere = origin(answering(b"HTTP/1.1 302 Found\r\nLocation: " + web.url("/hello").encode()
                                 + b"\r\nContent-Length: 0\r\n\r\n"))
    assert curl("-L", elsewhere.url()).stdout == b"hello"
    assert b"Content-Length: 5" in curl("-I", web.url("/hello")).stdout


def test_curl_reports_why_a_tunnel_was_refused(curl):
    done = curl("-p", "-v", f"http://127.0.0.1:{refused_port()}/", check=False)
    assert done.returncode == 56
    assert b"502" in done.stderr


def test_curl_shows_our_sentence_for_a_refused_origin(curl):
    assert b"refused" in curl(f"http://127.0.0.1:{refused_port()}/").stdout.lower()


def test_many_curls_at_once_are_all_served(curl, web):
    urls = [web.url(f"/bytes/{1000 + n}") for n in range(120)]
    pages = sum((["-o", "/dev/null", url] for url in urls), [])
    done = curl("-Z", "--parallel-max", "60", "--parallel-immediate", "-w", "%{http_code} %{size_download}\n", *pages)
    assert sorted(done.stdout.decode().split("\n")[:-1]) == sorted(f"200 {1000 + n}" for n in range(120))


def test_curl_that_is_stopped_leaves_no_connection(curl, origin):
    """Its FIN alone could be a half-close; the bytes that nobody takes tell."""

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while True:
            wire.send(b"x")
            pace.wait(0.05)

    pace = threading.Event()
    one = origin(serve)
    assert curl("-m", "0.5", one.url(), check=False).returncode == 28
    until(lambda: one.open == 0, "the origin is left too")
