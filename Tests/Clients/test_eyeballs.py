"""Names with several addresses, some of them dead: how long a client waits. RFC 8305."""

import time

import pytest

from harness.dns import AAAA
from harness.origin import Unanswering


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
    assert min(times) < 0.4, times


def test_an_ipv6_address_that_refuses_costs_nothing(dialling, dns, echo):
    dns.add("refusing.test", "::1", "127.0.0.1")
    assert time_to_tunnel(dialling(connect_stagger="5s"), f"refusing.test:{echo.port}") < 2


def test_the_family_that_won_goes_first_the_next_time(dialling, dns, echo):
    proxy = dialling(connect_stagger="700ms")
    dns.add("learnt.test", "::1", "127.0.0.1")
    with Unanswering("::1", echo.port):
        assert time_to_tunnel(proxy, f"learnt.test:{echo.port}") >= 0.69
        assert time_to_tunnel(proxy, f"learnt.test:{echo.port}") < 0.6


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


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "[::ffff:0.0.0.0]"])
def test_an_address_that_leads_to_another_is_judged_as_that_one(start_proxy, echo, host):
    """Linux takes the unspecified address for loopback, in IPv4-mapped form too."""
    rules = [{"deny": {"networks": ["127.0.0.0/8", "::1"]}}]
    with start_proxy({"loops": 1, "access": {"rules": rules}}).connect() as client:
        client.send(f"CONNECT {host}:{echo.port} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 403
    assert echo.open == 0
