"""The admin listener: what it tells, in which shape, and to whom."""

import subprocess
import threading

import pytest

from harness.message import fetch, request
from harness.proxyd import run_proxyd
from harness.waiting import until
from harness.wire import Wire


def test_status_has_every_group(proxy, web):
    fetch(proxy, web.url("/hello"))
    status = proxy.status()
    groups = "connections tunnels requests bytes pool resolver memory descriptors".split()
    assert {"version", "uptime_s", "draining", "loops", *groups} <= set(status)
    assert status["draining"] is False
    assert status["memory"]["rss_bytes"] > 1_000_000
    assert 0 < status["descriptors"]["open"] < status["descriptors"]["limit"]


def test_status_counts_requests_by_status(start_proxy, web):
    counted = start_proxy()
    for path in ("/hello", "/hello", "/nothing"):
        fetch(counted, web.url(path))
    requests = until(lambda: (r := counted.status()["requests"])["total"] == 3 and r, "three requests are counted")
    by_status = {str(key): value for key, value in requests["by_status"].items()}
    assert (by_status.get("200", by_status.get("2xx")), by_status.get("404", by_status.get("4xx"))) == (2, 1)


def test_status_counts_client_connections(start_proxy, web):
    counted = start_proxy()
    with counted.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
        connections = counted.status()["connections"]
        assert (connections["client_open"], connections["client_accepted"]) == (1, 1)
        assert connections["origin_open"] == 1
    until(lambda: counted.status()["connections"]["client_open"] == 0, "the client has left")


def test_status_lists_an_origin_of_the_pool(start_proxy, web):
    listed = start_proxy()
    fetch(listed, web.url("/hello"))
    row = until(lambda: (r := listed.origin_pool(web.authority))["free_sockets"] and r, "a free socket")
    assert (row["sockets"], row["free_sockets"], row["requests"]) in ((1, 1, 0), (0, 1, 0))


def test_metrics_pass_the_checker_of_prometheus(proxy, web):
    fetch(proxy, web.url("/hello"))
    code, content_type, body = proxy.admin("/metrics")
    assert code == 200
    assert content_type.startswith("text/plain; version=0.0.4")
    checked = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True, timeout=20)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")


def test_metrics_count_what_happened(start_proxy, web):
    counted = start_proxy()
    before = samples(counted)
    for _ in range(3):
        fetch(counted, web.url("/hello"))
    until(lambda: rise(before, samples(counted), "requests_total") == 3, "three more requests")


def samples(proxy):
    """Sample name with labels -> value."""
    lines = proxy.admin("/metrics")[2].decode().splitlines()
    return {name: float(value) for name, _, value in (x.rpartition(" ") for x in lines if x and x[0] != "#")}


def rise(before, after, name):
    """How much the sum of the samples called `*name` rose."""
    return sum(value - before.get(key, 0) for key, value in after.items() if key.partition("{")[0].endswith(name))


def test_live_and_ready_answer_200(proxy):
    assert (proxy.admin("/live")[0], proxy.admin("/ready")[0]) == (200, 200)


def test_the_front_page_is_html(proxy):
    code, content_type, body = proxy.admin("/")
    assert (code, content_type.partition(";")[0]) == (200, "text/html")
    assert b"<title>" in body


def test_the_front_page_needs_nothing_from_elsewhere(proxy):
    body = proxy.admin("/")[2].lower()
    assert not any(mark in body for mark in (b'src="http', b'href="http', b"@import", b'src="//'))


def test_an_unknown_page_is_404(proxy):
    assert proxy.admin("/nothing")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_a_method_that_would_change_something_is_405(proxy, method):
    assert proxy.admin("/status", method)[0] == 405


def test_head_is_answered_without_a_body(proxy):
    code, content_type, body = proxy.admin("/status", "HEAD")
    assert (code, body) == (200, b"")
    assert "json" in content_type


def test_the_admin_listener_is_no_proxy(proxy, web):
    with Wire.connect(("127.0.0.1", proxy.admin_port)) as client:
        client.send(request(web.url("/hello")))
        assert client.response().status >= 400
    assert web.seen == []


def test_ready_flips_while_draining_and_live_does_not(start_proxy, echo):
    leaving = start_proxy({"timeouts": {"shutdown": "20s"}})
    with leaving.tunnel(echo.authority):
        leaving.signal()
        until(lambda: leaving.admin("/ready")[0] == 503, "/ready says that it drains")
        assert leaving.admin("/live")[0] == 200
        assert leaving.status()["draining"] is True
    assert leaving.wait() == 0


def test_many_watchers_do_not_disturb_each_other(proxy):
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(proxy.admin("/metrics")[0])) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert answers == [200] * 30


TOKEN = "c29tZSByYW5kb20gd29yZCBmb3IgdGVzdHM="


@pytest.fixture
def token_file(tmp_path):
    path = tmp_path / "token"
    path.write_text(TOKEN + "\n")
    path.chmod(0o600)
    return path


def test_a_token_opens_the_figures_and_health_needs_none(start_proxy, token_file):
    secret = start_proxy({"admin_token_file": str(token_file)})
    for path in ("/status", "/metrics"):
        assert secret.admin(path)[0] == 401
        assert secret.admin(path, authorization=f"Bearer {TOKEN[:-2]}x=")[0] == 401
        assert secret.admin(path, authorization=f"Bearer {TOKEN}")[0] == 200
    assert [secret.admin(path)[0] for path in ("/live", "/ready", "/")] == [200, 200, 200]
    assert run_proxyd("health", "--config", secret.config, "--admin", f"127.0.0.1:{secret.admin_port}").returncode == 0
    assert TOKEN not in secret.errors() + secret.access_log()


def test_an_admin_listener_that_others_reach_needs_a_token(tmp_path):
    file = tmp_path / "proxyd.yaml"
    file.write_text("admin: 0.0.0.0:0\n")
    for arguments in (["check", file], ["--config", file]):
        ended = run_proxyd(*arguments)
        assert ended.returncode == 2
        assert f"{file}:1:1: admin: 0.0.0.0:0 can be reached from other machines" in ended.stderr
        assert "admin_token_file" in ended.stderr


def test_a_token_file_without_a_token_keeps_it_from_starting(tmp_path, token_file):
    file = tmp_path / "proxyd.yaml"
    file.write_text(f"listen: 127.0.0.1:0\nadmin: 127.0.0.1:0\nadmin_token_file: {token_file}\n")
    token_file.write_text("secret\n")
    ended = run_proxyd("--config", file)
    assert (ended.returncode, "secret" in ended.stderr) == (1, False)
    assert f"{token_file} holds a word of 6 characters" in ended.stderr
    token_file.unlink()
    ended = run_proxyd("--config", file)
    assert ended.returncode == 1
    assert "No such file" in ended.stderr


@pytest.mark.parametrize("path", ["/", "/status", "/metrics", "/live", "/ready"])
def test_no_question_changes_anything(start_proxy, path):
    """Not even a GET with a query: what counts the process does is the same before and after."""
    proxy = start_proxy()
    before = proxy.status()
    assert proxy.admin(f"{path}?stop=1&reload=1&level=debug")[0] == 200
    after = proxy.status()
    assert [after[name] for name in ("requests", "pool", "draining")] == [
        before[name] for name in ("requests", "pool", "draining")]
