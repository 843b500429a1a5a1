"""A wall clock that jumps, and a process that was stopped for a while: deadlines mean time in which something could happen."""

import datetime
import re
import signal
import threading
import time

import pytest

from faultkit.reasons import ending
from harness.message import fetch, request
from harness.waiting import stays, until

YEAR = 366 * 86_400
STOP_SECONDS = 1.2
# Passes while it stands still, but not before a busy machine gets to stopping it.
BRIEF = "900ms"


@pytest.mark.parametrize("seconds", [YEAR, -YEAR])
def test_a_jump_of_the_clock_fires_no_deadline(start_failing, web, echo, seconds):
    proxy, faults = start_failing()
    with proxy.connect() as idle, proxy.connect() as busy, proxy.tunnel(echo.authority) as tunnel:
        idle.send(request(web.url("/hello")))
        idle.response()
        busy.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "a request is at the origin")
        faults.set_wall_clock(seconds)
        stays(lambda: idle.is_quiet() and busy.is_quiet() and tunnel.is_quiet(), "all three stay open")
        web.gate.set()
        assert busy.response().body == b"held"
        idle.send(request(web.url("/hello")))
        assert idle.response().body == b"hello"
        tunnel.send(b"ping")
        assert tunnel.exactly(4) == b"ping"


@pytest.mark.parametrize("seconds", [YEAR, -YEAR])
def test_after_a_jump_deadlines_still_fire(start_failing, origin, seconds):
    proxy, faults = start_failing({"timeouts": {"response_head": "500ms"}})
    one = origin(lambda wire: (wire.request(), wire.rest()))
    with proxy.connect() as client:
        client.send(request(one.url("/late")))
        until(lambda: one.open == 1, "the request is at the origin")
        faults.set_wall_clock(seconds)
        began = time.monotonic()
        assert client.response().status == 504
        assert time.monotonic() - began < 15


def test_the_log_follows_the_wall_clock_and_durations_do_not(start_failing, web):
    proxy, faults = start_failing()
    with proxy.connect() as client:
        client.send(request(web.url("/hold?jump")))
        until(lambda: web.holding == 1, "the request is at the origin")
        faults.set_wall_clock(YEAR)
        web.gate.set()
        client.response()
    assert ending(proxy, "jump") == (200, "ok")
    line = next(line for line in proxy.access_log().splitlines() if "jump" in line)
    logged = datetime.datetime.fromisoformat(line.split(" ")[0].replace("Z", "+00:00"))
    ahead = logged - datetime.datetime.now(datetime.timezone.utc)
    assert abs(ahead.total_seconds() - YEAR) < 60
    assert float(re.search(r"total=([\d.]+)", line)[1]) < 60_000


class Stopped:
    """The process stands still for longer than the deadlines of these tests. Everything it knows is late afterwards."""

    def __init__(self, proxy, seconds=STOP_SECONDS):
        self.proxy = proxy
        self.seconds = seconds

    def __enter__(self):
        self.proxy.signal(signal.SIGSTOP)
        until(lambda: state(self.proxy) == "T", "it is stopped")
        self._until = time.monotonic() + self.seconds

    def __exit__(self, *_):
        time.sleep(max(0.0, self._until - time.monotonic()))
        self.proxy.signal(signal.SIGCONT)


def state(proxy):
    with open(f"/proc/{proxy.pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def test_an_answer_that_came_while_it_stood_still_is_not_too_late(start_watched, web):
    brief = start_watched({"timeouts": {"response_head": BRIEF}})
    with brief.connect() as client:
        client.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the request is at the origin")
        with Stopped(brief):
            web.gate.set()
        assert client.response().body == b"held"


def test_a_head_that_came_while_it_stood_still_is_not_too_late(start_watched, web):
    brief = start_watched({"timeouts": {"head": BRIEF}})
    head = request(web.url("/hello"))
    with brief.connect() as client:
        client.send(head[:20])
        until(lambda: brief.status()["memory"]["blocks_in_use"] > 0, "the first part is read")
        with Stopped(brief):
            client.send(head[20:])
        assert client.response().body == b"hello"


def test_a_request_that_came_while_it_stood_still_is_served_on_the_kept_connection(start_watched, web):
    brief = start_watched({"timeouts": {"keep_alive": BRIEF}})
    with brief.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
        with Stopped(brief):
            client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"


def test_a_body_that_came_while_it_stood_still_is_not_too_late(start_watched, origin):
    brief = start_watched({"timeouts": {"body": BRIEF}})
    gate = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        gate.wait(10)
        wire.send(b"half")

    one = origin(serve)
    with brief.connect() as client:
        client.send(request(one.url()))
        client.head()
        client.exactly(4)
        with Stopped(brief):
            gate.set()
        assert client.exactly(4) == b"half"


def test_an_upload_that_came_while_it_stood_still_is_not_too_late(start_watched, web):
    brief = start_watched({"timeouts": {"body": BRIEF}})
    with brief.connect() as client:
        client.send(request(web.url("/echo"), "Content-Length: 8", method="PUT") + b"half")
        until(lambda: web.open == 1, "the upload has begun")
        with Stopped(brief):
            client.send(b"half")
        assert client.response().body == b"halfhalf"


def test_a_connection_made_while_it_stood_still_counts(start_watched, web):
    """The dial was answered in time; it was the proxy that did not look."""
    brief = start_watched({"loops": 1, "timeouts": {"connect": BRIEF, "connect_attempt": BRIEF}})
    with brief.connect() as client:
        with Stopped(brief):
            client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"


def test_a_tunnel_that_moved_while_it_stood_still_is_not_idle(start_watched, origin):
    brief = start_watched({"timeouts": {"tunnel_half_closed": BRIEF}})
    gate = threading.Event()

    def serve(wire):
        wire.rest()
        gate.wait(10)
        wire.send(b"late but there")

    one = origin(serve)
    with brief.tunnel(one.authority) as client:
        client.shut()
        until(lambda: brief.status()["tunnels"]["half_closed"] == 1, "it is half-closed")
        with Stopped(brief):
            gate.set()
        assert client.rest() == b"late but there"


def test_after_standing_still_many_connections_are_served_as_before(start_watched, web):
    """All their events are there at once, more than one turn of a loop takes, and all their timers are due."""
    # Long enough for a slow build to accept them all in time, and shorter than it stands still.
    brief = start_watched({"timeouts": {"keep_alive": "2500ms", "head": "2500ms"}, "pool": {"queue": 1000}})
    clients = [brief.connect() for _ in range(600)]
    for client in clients:
        client.send(request(web.url("/hello"))[:10])
    until(lambda: brief.status()["connections"]["client_accepted"] == 600, "all are there")
    with Stopped(brief, seconds=3):
        for client in clients:
            client.send(request(web.url("/hello"))[10:])
    answers = [client.response().status for client in clients]
    for client in clients:
        client.close()
    assert answers == [200] * 600
    assert fetch(brief, web.url("/hello")).body == b"hello"
