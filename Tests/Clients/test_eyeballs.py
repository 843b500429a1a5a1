"""Names with several addresses, some of them dead: how long a client waits. RFC 8305."""

import threading
import time

import pytest

from harness.dns import AAAA, A
from harness.message import fetch, request
from harness.origin import Unanswering, answering
from harness.waiting import stays, until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def dialling(start_proxy, dns):
    """A proxy on one loop, which remembers what it has seen, that asks the scripted server."""

    def start(**timeouts):
        return start_proxy({"loops": 1, "dns": {"servers": [dns.address]}, "timeouts": timeouts})

    return start


def time_to_tunnel(proxy, authority):
    """Seconds from the client's connection to the 200."""
    begun = time.monotonic()
    with proxy.tunnel(authority) as client:
        took = time.monotonic() - begun
        client.send(b"ping")
        assert client.exactly(4) == b"ping"
    return took


def test_a_silent_ipv6_address_costs_no_more_than_the_stagger(dialling, dns, echo):
    proxy = dialling()
    with Unanswering("::1", echo.port):
        times = []
        for number in range(3):
            # A name of its own each time: nothing is remembered of it.
            dns.add(f"half-dead-{number}.test", "::1", "127.0.0.1")
            times.append(time_to_tunnel(proxy, f"half-dead-{number}.test:{echo.port}"))
        assert dns.queries["half-dead-0.test", AAAA] == 1
    assert min(times) >= 0.24, "IPv6 has its chance first"
    assert min(times) < 1, times


def test_an_ipv6_address_that_refuses_costs_nothing(dialling, dns, echo):
    dns.add("refusing.test", "::1", "127.0.0.1")
    assert time_to_tunnel(dialling(connect_stagger="5s"), f"refusing.test:{echo.port}") < 4


def test_the_family_that_won_goes_first_the_next_time(dialling, dns, echo):
    proxy = dialling(connect_stagger="700ms")
    dns.add("learnt.test", "::1", "127.0.0.1")
    with Unanswering("::1", echo.port):
        assert time_to_tunnel(proxy, f"learnt.test:{echo.port}") >= 0.69
        assert min(time_to_tunnel(proxy, f"learnt.test:{echo.port}") for _ in range(3)) < 0.6


def test_several_silent_addresses_are_tried_side_by_side(dialling, dns, echo):
    proxy = dialling(connect_stagger="50ms")
    silent = [f"127.0.0.{number}" for number in (2, 3, 4)]
    dns.add("late.test", *silent, "127.0.0.1")
    listeners = [Unanswering(address, echo.port) for address in silent]
    try:
        # Three staggers, where one address after the other would take three times `connect_attempt`: 9 s.
        assert time_to_tunnel(proxy, f"late.test:{echo.port}") < 2
    finally:
        for listener in listeners:
            listener.__exit__()


def test_a_server_that_is_silent_about_ipv6_costs_no_more_than_the_resolution_delay(dialling, dns, echo):
    """RFC 8305 3. By default a look-up has 5 s."""
    proxy = dialling()
    times = []
    for number in range(3):
        dns.add(f"no-word-{number}.test", "127.0.0.1")
        dns.silent.add((f"no-word-{number}.test", AAAA))
        times.append(time_to_tunnel(proxy, f"no-word-{number}.test:{echo.port}"))
    assert min(times) >= 0.04, "IPv6 has its chance first"
    assert min(times) < 1, times


def test_who_asks_next_does_not_wait_for_the_silent_server_either(dialling, dns, echo):
    proxy = dialling()
    dns.add("no-word.test", "127.0.0.1")
    dns.silent.add(("no-word.test", AAAA))
    first = time_to_tunnel(proxy, f"no-word.test:{echo.port}")
    assert first < 4
    times = [time_to_tunnel(proxy, f"no-word.test:{echo.port}") for _ in range(10)]
    assert min(times) < 0.04, "what is known is known"
    assert dns.asked("no-word.test") == 1


def test_a_name_is_not_asked_for_again_because_one_family_stayed_silent(start_proxy, dns, echo):
    proxy = start_proxy({"loops": 1, "dns": {"servers": [dns.address], "timeout": "900ms", "tries": 2}})
    dns.add("no-word.test", "127.0.0.1")
    dns.silent.add(("no-word.test", AAAA))
    time_to_tunnel(proxy, f"no-word.test:{echo.port}")
    until(lambda: proxy.status()["resolver"]["in_flight"] == 0, "the look-up ends")
    for _ in range(3):
        time_to_tunnel(proxy, f"no-word.test:{echo.port}")
    assert dns.queries["no-word.test", AAAA] == 2, "its tries, once"


def test_a_server_that_is_silent_about_ipv4_costs_nothing(dialling, dns, origin):
    one = origin(answering(OK), host="::1")
    dns.add("six.test", "::1")
    dns.silent.add(("six.test", A))
    proxy = dialling()
    begun = time.monotonic()
    assert fetch(proxy, f"http://six.test:{one.port}/").body == b"ok"
    assert time.monotonic() - begun < 4, "not the time of a look-up without an answer, which is 5 s"


def test_an_address_that_comes_late_is_tried_when_the_others_fail(dialling, dns, origin):
    """Nothing listens on 127.0.0.9. The other family's answer is late, but leads somewhere."""
    one = origin(answering(OK), host="::1")
    dns.add("late.test", "127.0.0.9", "::1")
    came = dns.late["late.test", AAAA] = threading.Event()
    with dialling().connect() as client:
        client.send(request(f"http://late.test:{one.port}/"))
        until(lambda: dns.queries["late.test", AAAA] >= 1, "IPv6 addresses are asked for")
        stays(client.is_quiet, "no word of failure while an answer is awaited")
        came.set()
        assert client.response().body == b"ok"


def test_a_name_that_does_not_exist_is_refused_though_the_server_is_silent_about_ipv6(dialling, dns):
    dns.silent.add(("nowhere.test", AAAA))
    proxy = dialling()
    begun = time.monotonic()
    assert fetch(proxy, "http://nowhere.test/").status == 502
    assert time.monotonic() - begun < 4, "not the time of a look-up without an answer, which is 5 s"


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "[::ffff:0.0.0.0]"])
def test_an_address_that_leads_to_another_is_judged_as_that_one(start_proxy, echo, host):
    """Linux takes the unspecified address for loopback, in IPv4-mapped form too."""
    rules = [{"deny": {"networks": ["127.0.0.0/8", "::1"]}}]
    with start_proxy({"loops": 1, "access": {"rules": rules}}).connect() as client:
        client.send(f"CONNECT {host}:{echo.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 403
    assert echo.open == 0
