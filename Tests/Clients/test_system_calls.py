"""The system calls of a proxy at work are those of docs/system-calls.md, and none of them is refused."""

import shutil
import socket
import subprocess

import pytest

from harness.message import fetch, request
from harness.proxyd import is_sanitized
from harness.trace import Trace, traced

pytestmark = pytest.mark.skipif(is_sanitized(), reason="there is no filter under a sanitizer")


def is_traceable():
    """May this user trace its children here? A container may say no."""
    if not shutil.which("strace"):
        return False
    return subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, timeout=20).returncode == 0


@pytest.mark.skipif(not is_traceable(), reason="strace is missing, or may not trace here")
def test_all_that_it_does_is_in_the_table(start_proxy, web, echo, dns, tmp_path):
    dns.add("there.test", "127.0.0.1")
    path = tmp_path / "proxyd.sock"
    calls = tmp_path / "calls"
    running = start_proxy({
        "listen": ["127.0.0.1:0", f"unix:{path}"],
        "access_log": {"target": str(tmp_path / "access.log")},
        "dns": {"servers": [dns.address], "hosts_file": "/etc/hosts", "timeout": "1s"},
        "process": {"seccomp": "on"},
    }, wrapper=traced(calls))
    for _ in range(3):
        assert fetch(running, web.url("/hello")).body == b"hello"
    assert len(fetch(running, web.url("/bytes/300000")).body) == 300_000
    assert fetch(running, f"http://there.test:{web.authority.partition(':')[2]}/hello").body == b"hello"
    assert fetch(running, "http://nowhere.test/").status in (502, 504)
    with running.tunnel(echo.authority) as client:
        client.send(bytes(500_000))
        assert len(client.exactly(500_000)) == 500_000
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(request(web.url("/hello")))
        assert b"hello" in client.recv(65536)
    for question in ("/", "/status", "/metrics", "/live"):
        assert running.admin(question)[0] == 200
    running.stop()
    assert not path.exists()

    trace = Trace(calls.read_text(errors="replace"))
    assert trace.is_filtered
    assert (trace.refused, trace.unknown) == (set(), set())
    # The trace is one of the right thing.
    assert {"accept4", "recvfrom", "sendmsg", "splice", "socket", "connect", "openat", "clone", "unlink"} <= trace.made
