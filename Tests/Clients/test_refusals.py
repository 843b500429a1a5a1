"""Targets that the proxy refuses whatever its settings: itself, and what its administrator closed."""

import pytest

from harness.message import fetch


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_its_own_listener_is_refused(start_proxy, host):
    """A loop that would end only when the descriptors do. An address in disguise is no way round."""
    looping = start_proxy()
    answer = fetch(looping, f"http://{host}:{looping.port}/")
    assert answer.status in ((403,) if host == "127.0.0.1" else (400, 403))
    assert looping.status()["connections"]["client_accepted"] == 1, "it never connected to itself"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"])
def test_the_admin_listener_cannot_be_reached_through_the_proxy(proxy, host):
    answer = fetch(proxy, f"http://{host}:{proxy.admin_port}/status")
    assert answer.status in ((403,) if host == "127.0.0.1" else (400, 403))
    assert b"uptime" not in answer.body


@pytest.mark.parametrize("which", ["port", "admin_port"])
def test_no_tunnel_leads_to_its_own_listeners(proxy, which):
    with proxy.connect() as client:
        client.send(b"CONNECT 127.0.0.1:%d HTTP/1.1\r\nHost: x\r\n\r\n" % getattr(proxy, which))
        answer = client.response(to="CONNECT")
    assert answer.status == 403
    assert len(answer.body) > 15


def test_a_name_that_resolves_to_its_own_listener_is_refused(start_proxy, dns):
    dns.add("sneaky.test", "127.0.0.1")
    careful = start_proxy({"dns": {"servers": [dns.address]}})
    answer = fetch(careful, f"http://sneaky.test:{careful.admin_port}/status")
    assert answer.status == 403
    assert b"uptime" not in answer.body


def test_the_admin_pages_are_not_on_the_proxy_port(proxy):
    with proxy.connect() as client:
        client.send(b"GET /status HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % proxy.admin_port)
        answer = client.response()
    assert answer.status == 400
    assert b"uptime" not in answer.body


def test_tunnels_to_other_ports_than_the_listed_are_refused(start_proxy, echo):
    strict = start_proxy({"tunnel": {"connect_ports": [443]}})
    with strict.connect() as client:
        client.send(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % echo.authority.encode())
        answer = client.response(to="CONNECT")
    assert answer.status == 403
    assert str(echo.port).encode() in answer.body
    assert echo.accepted == 0
