"""A gigabyte each way, by tunnel and by relay: every byte the same, and the proxy's memory flat.

`BULK_MIB` sets the size (1024 when unset).
"""

import hashlib
import os
import subprocess
import threading

import pytest

from harness.command import run
from harness.message import request
from harness.proxyd import is_sanitized

MIB = 1 << 20
COUNT = int(os.environ.get("BULK_MIB", "1024"))
BLOCK = os.urandom(MIB)
MOST_RSS_MIB = 64


@pytest.fixture(scope="session")
def expected():
    """The digest of what is sent: `COUNT` times the same random block."""
    digest = hashlib.sha256()
    for _ in range(COUNT):
        digest.update(BLOCK)
    return digest.hexdigest()


@pytest.fixture
def watched(proxy):
    """The default proxy, with its resident memory watched from first to last byte."""
    done = threading.Event()
    most = [proxy.rss_mib()]

    def watch():
        while not done.wait(0.05):
            most.append(proxy.rss_mib())

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield proxy
    done.set()
    watcher.join(5)
    assert is_sanitized() or max(most) < MOST_RSS_MIB, f"resident {max(most):.0f} MiB at the most"


def send_all(wire):
    for _ in range(COUNT):
        wire.send(BLOCK)


def digest_of(wire, count=COUNT * MIB):
    """The digest of the next `count` bytes."""
    digest = hashlib.sha256(wire.buffer)
    left = count - len(wire.buffer)
    wire.buffer.clear()
    room = memoryview(bytearray(4 * MIB))
    while left:
        got = wire.sock.recv_into(room[:min(left, len(room))])
        assert got, f"the stream ended {left} bytes early"
        digest.update(room[:got])
        left -= got
    return digest.hexdigest()


def test_a_tunnel_carries_it_to_the_client(watched, origin, expected):
    one = origin(send_all)
    with watched.tunnel(one.authority, timeout=30) as client:
        assert digest_of(client) == expected
        assert client.ended()


def test_a_tunnel_carries_it_to_the_origin(watched, origin, expected):
    one = origin(lambda wire: wire.send(digest_of(wire).encode()))
    with watched.tunnel(one.authority, timeout=30) as client:
        send_all(client)
        assert client.exactly(64).decode() == expected


def test_the_relay_carries_it_to_the_client(watched, origin, expected):
    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % (COUNT * MIB))
        send_all(wire)

    one = origin(serve)
    with watched.connect(timeout=30) as client:
        client.send(request(one.url()))
        client.head()
        assert digest_of(client) == expected


def test_the_relay_carries_it_to_the_origin(watched, origin, expected):
    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + digest_of(wire).encode())

    one = origin(serve)
    with watched.connect(timeout=30) as client:
        client.send(request(one.url(), f"Content-Length: {COUNT * MIB}", method="PUT"))
        send_all(client)
        assert client.response().body.decode() == expected


def test_the_relay_carries_it_to_curl_in_chunks(watched, origin, expected):
    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"100000\r\n" + BLOCK + b"\r\n"
        for _ in range(COUNT):
            wire.send(chunk)
        wire.send(b"0\r\n\r\n")

    one = origin(serve)
    curl = ["curl", "-sS", "--max-time", "60", "--noproxy", "", "-x", watched.url, one.url()]
    digest = hashlib.sha256()
    with subprocess.Popen(curl, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL) as client:
        while data := client.stdout.read1(MIB):
            digest.update(data)
    assert (client.returncode, digest.hexdigest()) == (0, expected)


def test_the_relay_carries_curls_chunks_to_the_origin(watched, origin):
    """64 MiB: here curl is the slow one."""
    body = BLOCK * min(64, COUNT)

    def serve(wire):
        received = wire.request()
        assert received.framing == "chunked"
        answer = hashlib.sha256(received.body).hexdigest().encode()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n" + answer)

    one = origin(serve)
    done = run("curl", "-sS", "--max-time", "60", "--noproxy", "", "-x", watched.url, "-T", "-", one.url(), input=body)
    assert done.stdout.decode() == hashlib.sha256(body).hexdigest()
