"""In the steady state a relayed request and a tunnelled byte cost no allocation: all memory is pooled."""

import mmap
import pathlib
import shutil
import struct
import subprocess

import pytest

from harness.login import basic
from harness.passwords import bcrypt
from harness.proxyd import is_sanitized
from harness.waiting import until

SOURCE = pathlib.Path(__file__).parent / "native/count_allocations.c"
WARM_UP = 300
COUNTED = 2000
# The process as a whole is watched, its log writer and its clock included; a request that allocates shows a thousandfold.
TOLERATED = 40

pytestmark = pytest.mark.skipif(is_sanitized(), reason="a sanitizer brings an allocator of its own")


class Counter:
    """The number of allocations made by the process that was started with `environment`."""

    def __init__(self, folder):
        library = folder / "count_allocations.so"
        compiler = shutil.which("cc") or shutil.which("clang")
        assert compiler, "no C compiler: the Swift toolchain brings clang"
        subprocess.run([compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE], check=True)
        path = folder / "allocations"
        path.write_bytes(bytes(8))
        self.environment = {"LD_PRELOAD": str(library), "ALLOCATION_COUNTER": str(path)}
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 8)

    def now(self):
        return struct.unpack("=Q", self._map[:8])[0]


@pytest.fixture
def counter(tmp_path):
    return Counter(tmp_path)


@pytest.fixture
def counted(start_proxy, counter):
    """A proxy on one loop, with its access log on, whose allocations are counted."""
    running = start_proxy({"loops": 1}, environment=counter.environment)
    until(lambda: counter.now() > 0, "the process's allocations are counted")
    return running


def allocations(counter, step, count=COUNTED):
    """How many allocations `count` steps cost, after enough of them to fill every pool."""
    for _ in range(WARM_UP):
        step()
    before = counter.now()
    for _ in range(count):
        step()
    return counter.now() - before


def keep_alive_origin(origin, answer):
    def serve(wire):
        while True:
            if not wire.request().head:
                return
            wire.send(answer)

    return origin(serve)


@pytest.mark.parametrize("answer", [
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n",
], ids=["length", "chunked", "bodiless"])
def test_a_relayed_request_allocates_nothing(counted, counter, origin, answer):
    there = keep_alive_origin(origin, answer)
    request = b"GET http://%s/x HTTP/1.1\r\nHost: %s\r\nAccept: */*\r\nUser-Agent: test\r\n\r\n" % (
        (there.authority.encode(),) * 2)
    with counted.connect() as client:
        def step():
            client.send(request)
            assert client.response().status in (200, 304)

        assert allocations(counter, step) <= TOLERATED


def test_a_request_of_somebody_who_is_logged_in_allocates_nothing(start_proxy, counter, origin, tmp_path):
    users = tmp_path / "users"
    users.write_text(bcrypt("ann", "secret"))
    running = start_proxy(
        {"loops": 1, "authentication": {"password_file": str(users)}}, environment=counter.environment)
    there = keep_alive_origin(origin, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    request = b"GET http://%s/x HTTP/1.1\r\nHost: %s\r\n%s\r\n\r\n" % (
        (there.authority.encode(),) * 2 + (basic("ann", "secret").encode(),))
    with running.connect() as client:
        def step():
            client.send(request)
            assert client.response().status == 200

        assert allocations(counter, step) <= TOLERATED


def test_a_relayed_upload_allocates_nothing(counted, counter, origin):
    there = keep_alive_origin(origin, b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    request = b"POST http://%s/x HTTP/1.1\r\nHost: %s\r\nContent-Length: 1000\r\n\r\n" % (
        (there.authority.encode(),) * 2) + bytes(1000)
    with counted.connect() as client:
        def step():
            client.send(request)
            assert client.response().status == 200

        assert allocations(counter, step) <= TOLERATED


@pytest.mark.parametrize("size", [100, 40_000], ids=["copied", "spliced"])
def test_bytes_in_a_tunnel_allocate_nothing(counted, counter, echo, size):
    piece = bytes(size)
    with counted.tunnel(echo.authority) as client:
        def step():
            client.send(piece)
            assert len(client.exactly(size)) == size

        assert allocations(counter, step) <= TOLERATED


def test_a_short_tunnel_allocates_two_sockets_and_what_joins_them(counted, counter, echo):
    def step():
        with counted.tunnel(echo.authority) as client:
            client.send(b"small")
            assert client.exactly(5) == b"small"

    assert allocations(counter, step, 400) <= 3 * 400 + TOLERATED


def test_the_count_is_one_that_can_rise(counted, counter):
    before = counter.now()
    for _ in range(10):
        counted.status()
    assert counter.now() - before > 10 * 10, "a status document is made of strings"
