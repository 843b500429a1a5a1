"""Names: the configured server, the cache, and each way in which a name can fail."""

import time

import pytest

from harness.dns import SERVFAIL, DNSServer
from harness.message import fetch, request
from harness.origin import answering
from harness.waiting import until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def resolving(start_proxy, dns):
    """A proxy that asks the scripted server, and gives it time: one that is late would be asked again."""

    def start(**more):
        return start_proxy({"dns": {"servers": [dns.address], "timeout": "5s", "tries": 2} | more})

    return start


def test_the_configured_server_is_asked(resolving, dns, web):
    dns.add("origin.test", "127.0.0.1")
    assert fetch(resolving(), f"http://origin.test:{web.port}/hello").body == b"hello"
    assert dns.asked("origin.test") == 1
    assert web.seen[0].value("Host") == f"origin.test:{web.port}".encode()


def test_a_tunnel_resolves_names_too(resolving, dns, echo):
    dns.add("echo.test", "127.0.0.1")
    with resolving().tunnel(f"echo.test:{echo.port}") as client:
        client.send(b"ping")
        assert client.exactly(4) == b"ping"


def test_an_answer_is_cached_for_its_ttl(resolving, dns, origin):
    one = origin(answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))
    dns.add("cached.test", "127.0.0.1", ttl=60)
    caching = resolving()
    for _ in range(5):
        assert fetch(caching, f"http://cached.test:{one.port}/").body == b"ok"
    assert dns.asked("cached.test") == 1


def test_an_answer_is_asked_for_again_after_its_ttl(resolving, dns, origin):
    one = origin(answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"))
    dns.add("brief.test", "127.0.0.1", ttl=1)
    caching = resolving()

    def asked_again():
        assert fetch(caching, f"http://brief.test:{one.port}/").body == b"ok"
        return dns.asked("brief.test") >= 2

    until(asked_again, "the name is asked for again", every=0.1)


def test_many_requests_for_one_name_ask_once(resolving, dns, web):
    dns.add("busy.test", "127.0.0.1")
    dns.gate.clear()
    asking = resolving(timeout="20s")
    clients = [asking.connect() for _ in range(20)]
    for client in clients:
        client.send(request(f"http://busy.test:{web.port}/hello"))
    until(lambda: dns.asked("busy.test") >= 1, "the name is asked for")
    until(lambda: asking.status()["connections"]["client_open"] >= 20, "all clients are accepted")
    dns.gate.set()
    assert all(client.response().body == b"hello" for client in clients)
    assert dns.asked("busy.test") <= 2, "once for each loop at the most"


def test_a_name_that_does_not_exist_is_answered_with_502(resolving, dns):
    answer = fetch(resolving(), "http://nowhere.test/")
    assert answer.status == 502
    assert b"nowhere.test" in answer.body


def test_a_name_that_does_not_exist_is_remembered_for_a_while(resolving, dns):
    forgetful = resolving(negative_ttl="30s")
    for _ in range(4):
        assert fetch(forgetful, "http://nowhere.test/").status == 502
    assert dns.asked("nowhere.test") == 1


def test_a_name_without_addresses_is_answered_with_502(resolving, dns):
    dns.add("empty.test")
    answer = fetch(resolving(), "http://empty.test/")
    assert answer.status == 502
    assert b"empty.test" in answer.body


def test_a_server_failure_is_answered_with_502(resolving, dns):
    dns.zones["broken.test"] = SERVFAIL
    assert fetch(resolving(), "http://broken.test/").status in (502, 504)


def test_a_silent_server_is_answered_with_504(resolving, dns):
    dns.zones["silent.test"] = DNSServer.SILENCE
    answer = fetch(resolving(timeout="400ms"), "http://silent.test/")
    assert answer.status == 504
    assert b"silent.test" in answer.body


def test_the_time_is_for_the_whole_look_up(resolving, dns):
    """Three tries of each server for each of three names would take 8.4 s if each waited for that long."""
    more = DNSServer()
    for server in (dns, more):
        for name in ("silent", "silent.one.test", "silent.two.test"):
            server.zones[name] = DNSServer.SILENCE
    servers = [dns.address, more.address]
    proxy = resolving(servers=servers, timeout="400ms", tries=3, search_domains=["one.test", "two.test"])
    begun = time.monotonic()
    assert fetch(proxy, "http://silent/").status == 504
    took = time.monotonic() - begun
    more.close()
    assert 0.3 < took < 3, took


def test_a_failed_name_refuses_a_tunnel_with_its_reason(resolving, dns):
    with resolving().connect() as client:
        client.send(b"CONNECT nowhere.test:443 HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = client.response(to="CONNECT")
    assert answer.status == 502
    assert b"nowhere.test" in answer.body


def test_a_truncated_answer_is_asked_for_over_tcp(resolving, dns, web):
    dns.add("large.test", "127.0.0.1")
    dns.truncate = True
    assert fetch(resolving(), f"http://large.test:{web.port}/hello").body == b"hello"
    assert dns.over_tcp >= 1


def test_the_next_address_is_tried_when_one_refuses(resolving, dns, web):
    """Nothing listens on 127.0.0.9 at the origin's port."""
    dns.add("several.test", "127.0.0.9", "127.0.0.1")
    assert fetch(resolving(), f"http://several.test:{web.port}/hello").body == b"hello"


def test_the_other_family_is_tried_when_one_refuses(resolving, dns, web):
    dns.add("both.test", "::1", "127.0.0.1")
    assert fetch(resolving(), f"http://both.test:{web.port}/hello").body == b"hello"


def test_an_ipv6_only_name_is_reached(resolving, dns, origin):
    one = origin(answering(OK), host="::1")
    dns.add("six.test", "::1")
    assert fetch(resolving(), f"http://six.test:{one.port}/").body == b"ok"


def test_family_ipv4_asks_for_no_ipv6_address(resolving, dns, web):
    dns.add("four.test", "127.0.0.1")
    assert fetch(resolving(family="ipv4"), f"http://four.test:{web.port}/hello").body == b"hello"
    assert dns.queries["four.test", 28] == 0


def test_the_hosts_file_is_read_before_any_server(resolving, dns, web, tmp_path):
    hosts = tmp_path / "hosts"
    hosts.write_text("# mine\n127.0.0.1\tinternal.test  alias.test\n")
    assert fetch(resolving(hosts_file=str(hosts)), f"http://Alias.Test:{web.port}/hello").body == b"hello"
    assert sum(dns.queries.values()) == 0


def test_other_requests_go_on_while_a_name_is_awaited(resolving, dns, web):
    dns.zones["slow.test"] = DNSServer.SILENCE
    asking = resolving(timeout="20s")
    with asking.connect() as waiting:
        waiting.send(request("http://slow.test/"))
        until(lambda: dns.asked("slow.test") >= 1, "the name is asked for")
        for _ in range(10):
            assert fetch(asking, web.url("/hello")).body == b"hello"
        assert waiting.is_quiet()
        waiting.reset()
