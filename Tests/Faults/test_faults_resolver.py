"""A resolver that is down, and comes back: its absence is an error with a word, and is not remembered for long."""

import pytest

from faultkit.reasons import ending
from harness.dns import SERVFAIL, DNSServer
from harness.message import fetch, request
from harness.waiting import until


def settings(dns, **more):
    return {"dns": {"servers": [dns.address], "search_domains": [], "timeout": "150ms", "tries": 2,
                    "negative_ttl": "100ms"} | more}


def fetch_until_served(proxy, url):
    return until(lambda: (answer := fetch(proxy, url)).status == 200 and answer, "names are resolved again")


def test_a_resolver_that_is_gone_is_an_error_until_it_is_back(start_watched, dns, web):
    dns.add("origin.test", "127.0.0.1")
    proxy = start_watched(settings(dns))
    dns.close()  # its port refuses now
    answer = fetch(proxy, f"http://origin.test:{web.port}/gone")
    assert answer.status in (502, 504), answer
    assert ending(proxy, "/gone")[1] in ("dns_unreachable", "dns_timeout")


def test_a_resolver_that_is_silent_is_a_504_until_it_speaks(start_watched, dns, web):
    dns.zones["origin.test"] = DNSServer.SILENCE
    proxy = start_watched(settings(dns))
    assert fetch(proxy, f"http://origin.test:{web.port}/silent").status == 504
    assert ending(proxy, "/silent") == (504, "dns_timeout")
    dns.add("origin.test", "127.0.0.1")
    assert fetch_until_served(proxy, f"http://origin.test:{web.port}/hello").body == b"hello"


def test_a_resolver_that_fails_is_a_502_until_it_recovers(start_watched, dns, web):
    dns.zones["origin.test"] = SERVFAIL
    proxy = start_watched(settings(dns))
    assert fetch(proxy, f"http://origin.test:{web.port}/failing").status == 502
    assert ending(proxy, "/failing") == (502, "dns_servfail")
    dns.add("origin.test", "127.0.0.1")
    assert fetch_until_served(proxy, f"http://origin.test:{web.port}/hello").body == b"hello"


def test_a_second_resolver_stands_in_for_one_that_is_gone(start_watched, dns, web):
    dns.add("origin.test", "127.0.0.1")
    gone = DNSServer()
    gone.close()
    proxy = start_watched(settings(dns, servers=[gone.address, dns.address], timeout="5s"))
    assert fetch(proxy, f"http://origin.test:{web.port}/hello").body == b"hello"


def test_origins_by_address_are_served_while_the_resolver_is_gone(start_watched, dns, web):
    proxy = start_watched(settings(dns))
    dns.close()
    assert fetch(proxy, web.url("/hello")).body == b"hello"


def test_a_hundred_requests_for_a_silent_name_are_one_look_up(start_watched, dns):
    dns.zones["origin.test"] = DNSServer.SILENCE
    proxy = start_watched(settings(dns))
    clients = [proxy.connect() for _ in range(100)]
    for client in clients:
        client.send(request("http://origin.test/"))
    for client in clients:
        assert client.response().status == 504
        client.close()
    assert dns.asked("origin.test") <= 6


@pytest.mark.parametrize("seconds", [86_400 * 400, -86_400 * 400])
def test_a_clock_that_jumps_neither_ages_nor_revives_a_name(start_failing, dns, web, seconds):
    """The cache counts on the monotonic clock."""
    dns.add("origin.test", "127.0.0.1", ttl=1)
    proxy, faults = start_failing(settings(dns, timeout="5s") | {"pool": {"max_free_sockets": 0}})
    url = f"http://origin.test:{web.port}/hello"
    assert fetch(proxy, url).status == 200
    asked = dns.asked("origin.test")
    faults.set_wall_clock(seconds)
    assert fetch(proxy, url).status == 200
    assert dns.asked("origin.test") == asked

    def asked_again():
        assert fetch(proxy, url).status == 200
        return dns.asked("origin.test") > asked

    until(asked_again, "the name is asked for after its second", every=0.1)
