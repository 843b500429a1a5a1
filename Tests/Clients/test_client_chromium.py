"""Headless Chromium: a page, a page over TLS, a WebSocket from a page, and the admin page as a picture."""

import threading

import pytest
from websockets.sync.server import serve

from harness.command import run
from harness.waiting import until

# The image is answered once the page has said that it is done: the DOM is printed when all is loaded, so not before.
SOCKET_PAGE = b"""<!doctype html><title>socket</title><p id=out>waiting</p><script>
const socket = new WebSocket("ws://127.0.0.1:%d/");
socket.onopen = () => socket.send("from the page");
socket.onmessage = (event) => {
    document.getElementById("out").textContent = "got " + event.data;
    socket.send("done");
};
</script><img src=/hold>"""


@pytest.fixture
def chromium(tmp_path):
    def call(*arguments):
        return run(
            "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
            f"--user-data-dir={tmp_path / 'profile'}", "--timeout=20000", *arguments, seconds=60)

    return call


@pytest.fixture
def browse(chromium, proxy):
    """The DOM of a page fetched through the proxy. Without the bypass list Chromium uses no proxy for loopback."""
    return lambda url, *more: chromium(
        f"--proxy-server={proxy.url}", "--proxy-bypass-list=<-loopback>", "--dump-dom", *more, url).stdout


def test_chromium_shows_a_page(browse, web):
    web.page("/site", "text/html", b"<link rel=stylesheet href=/a.css><p id=a></p><script src=/b.js></script>")
    web.page("/a.css", "text/css", b"p { color: red }")
    web.page("/b.js", "text/javascript", b"document.getElementById('a').textContent = 'script ' + 'ran'")
    assert b"script ran" in browse(web.url("/site"))
    assert {"/site", "/a.css", "/b.js"} <= set(web.paths())
    assert all(message.values("Via") for message in web.seen)


def test_chromium_shows_a_page_over_tls(browse, secure_web, proxy):
    assert b"hello from the origin" in browse(secure_web.url("/page", "https"), "--ignore-certificate-errors")
    until(lambda: f"CONNECT {secure_web.authority}" in proxy.access_log(), "the tunnel is in the log")


def test_chromium_opens_a_websocket_from_a_page(browse, web, proxy):
    def handle(connection):
        connection.send(connection.recv(timeout=20))
        assert connection.recv(timeout=20) == "done"
        web.gate.set()

    with serve(handle, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        web.page("/socket", "text/html", SOCKET_PAGE % port)
        dom = browse(web.url("/socket"))
        server.shutdown()
    assert b"got from the page" in dom
    until(lambda: f"127.0.0.1:{port}" in proxy.access_log(), "the socket went through the proxy")


def test_chromium_draws_the_admin_page(chromium, proxy, tmp_path):
    picture = tmp_path / "admin.png"
    chromium("--no-proxy-server", "--window-size=1280,900", f"--screenshot={picture}",
             f"http://127.0.0.1:{proxy.admin_port}/")
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert len(data) > 10_000, "an empty page is smaller"
