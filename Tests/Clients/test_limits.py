"""Limits per client address and of the whole proxy: who is over one is told so and when to come again, and never waits."""

import re
import socket
import time

import pytest

from harness.message import fetch, is_served, request
from harness.origin import refused_port
from harness.waiting import until
from harness.wire import Wire

CLOSE = b"connection: close"


def failures(proxy):
    return proxy.status()["requests"]["failures"]


def metric(proxy, name):
    """The value of one series, written as in the exposition."""
    _, _, text = proxy.admin("/metrics")
    return float(re.search(rf"^{re.escape(name)} (\S+)$", text.decode(), re.MULTILINE).group(1))


def retry_after(answer):
    value = [line for line in answer.lines if line.lower().startswith(b"retry-after:")]
    assert len(value) == 1, answer
    return int(value[0].split(b":")[1])


def connect_request(authority):
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode()


# Connections

def test_connections_of_an_address_beyond_the_limit_are_answered_and_closed(start_proxy, web):
    proxy = start_proxy({"loops": 1, "client_limits": {"connections": 2}})
    with proxy.connect() as first, proxy.connect() as second:
        for client in (first, second):
            client.send(request(web.url("/hello")))
            assert client.response().body == b"hello"
        with proxy.connect() as third:
            third.send(request(web.url("/hello")))
            answer = third.response()
            assert answer.status == 429 and retry_after(answer) >= 1
            assert CLOSE in answer.head.lower()
            assert third.ended()
        first.send(request(web.url("/hello")))
        assert first.response().body == b"hello", "those who have their place keep it"
    until(lambda: proxy.status()["connections"]["client_open"] == 0, "all are closed")
    assert fetch(proxy, web.url("/hello")).status == 200
    assert failures(proxy)["client_connections"] == 1


def test_a_tunnel_counts_as_a_connection_until_it_ends(start_proxy, echo, web):
    proxy = start_proxy({"loops": 1, "client_limits": {"connections": 1}})
    with proxy.tunnel(echo.authority) as tunnel:
        tunnel.send(b"ping")
        assert tunnel.exactly(4) == b"ping"
        assert fetch(proxy, web.url("/hello")).status == 429
    until(lambda: is_served(proxy, web.url("/hello")), "the tunnel has given its place back")


def test_one_connection_too_many_that_asks_nothing_is_told_as_well(start_proxy):
    proxy = start_proxy({"loops": 1, "client_limits": {"connections": 1}})
    with proxy.connect(), proxy.connect() as second:
        answer = second.response()
        assert answer.status == 429 and CLOSE in answer.head.lower()
        assert second.ended()


def test_a_refused_connect_of_one_too_many_is_closed(start_proxy, echo):
    proxy = start_proxy({"loops": 1, "client_limits": {"connections": 1}})
    with proxy.connect(), proxy.connect() as second:
        second.send(connect_request(echo.authority))
        assert second.response(to="CONNECT").status == 429
        assert second.ended()
    assert echo.accepted == 0


def test_a_surplus_of_one_client_does_not_take_the_others_places(start_proxy, web):
    """Refused connections are heard in places of their own; when those are taken, they get their 429 at once."""
    proxy = start_proxy({"loops": 1, "limits": {"max_connections": 100}, "client_limits": {"connections": 4}})
    held = [proxy.connect() for _ in range(4)]
    surplus = [proxy.connect() for _ in range(200)]
    statuses = [client.response().status for client in surplus]
    assert set(statuses) == {429}
    assert metric(proxy, 'proxyd_client_connections_turned_away_total{loop="0"}') >= 200 - 64 - 40
    for client in held:
        client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"
    for client in held + surplus:
        client.close()


def test_clients_of_a_unix_socket_have_no_address_and_no_limit(start_proxy, web, tmp_path):
    path = tmp_path / "proxy.sock"
    proxy = start_proxy({"listen": ["127.0.0.1:0", f"unix:{path}"], "client_limits": {"connections": 1}})
    open_sockets = []
    for _ in range(3):
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(10)
        client.connect(str(path))
        client.sendall(request(web.url("/hello"), "Connection: close"))
        open_sockets.append(client)
    for client in open_sockets:
        assert client.recv(9) == b"HTTP/1.1 "
        assert client.recv(3) == b"200"
        client.close()


# Tunnels

@pytest.mark.parametrize("most", [0, 1])
def test_tunnels_beyond_the_limit_are_refused_and_requests_are_not(start_proxy, echo, web, most):
    proxy = start_proxy({"client_limits": {"tunnels": most}})
    open_tunnels = [proxy.tunnel(echo.authority) for _ in range(most)]
    with proxy.connect() as client:
        client.send(connect_request(echo.authority))
        answer = client.response(to="CONNECT")
        assert answer.status == 429 and retry_after(answer) >= 1
    assert fetch(proxy, web.url("/hello")).status == 200
    for tunnel in open_tunnels:
        tunnel.close()
    assert failures(proxy)["client_tunnels"] == 1
    if most:
        def opens():
            with proxy.connect() as client:
                client.send(connect_request(echo.authority))
                return client.response(to="CONNECT").status == 200
        until(opens, "the tunnel has given its place back")


def test_a_tunnel_that_cannot_be_opened_gives_its_place_back(start_proxy, echo):
    proxy = start_proxy({"client_limits": {"tunnels": 1}})
    for _ in range(3):
        with proxy.connect() as client:
            client.send(connect_request(f"127.0.0.1:{refused_port()}"))
            assert client.response(to="CONNECT").status == 502
    proxy.tunnel(echo.authority).close()


def test_an_upgrade_takes_a_tunnels_place_and_gives_it_back_when_it_is_declined(start_proxy, origin, web):
    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n")
        wire.through(b"never")

    switching = origin(serve)
    proxy = start_proxy({"client_limits": {"tunnels": 1}})
    wanted = ("Connection: upgrade", "Upgrade: test")
    with proxy.connect() as declined:
        for _ in range(2):
            declined.send(request(web.url("/hello"), *wanted))
            assert declined.response().body == b"hello"
        with proxy.connect() as upgraded:
            upgraded.send(request(switching.url(), *wanted))
            assert upgraded.response().status == 101
            declined.send(request(web.url("/hello"), *wanted))
            assert declined.response().status == 429
        declined.send(request(web.url("/hello")))
        assert declined.response().status == 200


# Requests

def test_requests_beyond_the_rate_are_told_when_to_come_again(start_proxy, web):
    proxy = start_proxy({"client_limits": {"requests_per_second": 1, "burst": 3}})
    with proxy.connect() as client:
        client.send(request(web.url("/hello")) * 40)
        answers = [client.response() for _ in range(40)]
        statuses = [answer.status for answer in answers]
        assert statuses[:3] == [200] * 3 and statuses.count(429) > 20, "on one connection, which stays open"
        assert retry_after(answers[statuses.index(429)]) == 1

    def is_refused(send, to):
        with proxy.connect() as another:
            another.send(send)
            return another.response(to=to).status == 429

    # Each that is served uses up what a second has brought.
    until(lambda: is_refused(request(web.url("/hello")), "GET"), "another connection of the same client does not help")
    until(lambda: is_refused(connect_request(web.authority), "CONNECT"), "nor does a tunnel")
    until(lambda: is_served(proxy, web.url("/hello")), "the rate has brought a request", every=0.3)
    assert failures(proxy)["client_requests"] >= 22


def test_the_rate_holds_for_all_loops_together(start_proxy, web):
    proxy = start_proxy({"loops": 4, "client_limits": {"requests_per_second": 1, "burst": 10}})
    clients = [proxy.connect() for _ in range(20)]
    began = time.monotonic()
    for client in clients:
        client.send(request(web.url("/hello")))
    statuses = [client.response().status for client in clients]
    seconds = time.monotonic() - began
    assert 10 <= statuses.count(200) <= 10 + seconds + 1
    for client in clients:
        client.close()


# The whole proxy

def test_beyond_all_places_clients_are_told_at_once(start_proxy, web):
    proxy = start_proxy({"loops": 1, "limits": {"max_connections": 3}})
    held = [proxy.connect() for _ in range(3)]
    for client in held:
        client.send(request(web.url("/hello")))
        assert client.response().status == 200
    began = time.monotonic()
    for ask in (request(web.url("/hello")), connect_request(web.authority), b"garbage\r\n\r\n"):
        with proxy.connect() as client:
            client.send(ask)
            answer = client.response(to="CONNECT" if ask.startswith(b"CONNECT") else "GET")
            assert answer.status == 503 and retry_after(answer) >= 1
            assert CLOSE in answer.head.lower() and len(answer.body) > 20
            assert client.ended()
    assert time.monotonic() - began < 2.5, "each has a second to ask, and nobody had to wait for it"
    with proxy.connect() as silent:
        assert silent.response().status == 503
    assert time.monotonic() - began < 10
    held.pop().close()
    until(lambda: is_served(proxy, web.url("/hello")), "a place has come free")
    for client in held:
        client.close()
    assert failures(proxy)["connection_limit"] >= 4
    assert proxy.status()["connections"]["accept_pauses"] == 0


def test_beyond_the_places_of_the_refused_as_well(start_proxy, web):
    proxy = start_proxy({"loops": 1, "limits": {"max_connections": 1}})
    with proxy.connect() as held:
        held.send(request(web.url("/hello")))
        assert held.response().status == 200
        began = time.monotonic()
        silent = [proxy.connect() for _ in range(300)]
        assert {client.response().status for client in silent} == {503}
        assert time.monotonic() - began < 20, "nobody waits for somebody else's place"
        for client in silent:
            assert client.ended()
            client.close()
        held.send(request(web.url("/hello")))
        assert held.response().status == 200
    assert metric(proxy, 'proxyd_client_connections_turned_away_total{loop="0"}') >= 100
    until(lambda: proxy.status()["connections"]["client_http"] == 0, "they are gone")


def test_a_refused_client_that_sends_without_end_is_cut_off(start_proxy):
    proxy = start_proxy({"loops": 1, "limits": {"max_connections": 1}})
    with proxy.connect(), proxy.connect() as second:
        second.send(b"POST http://127.0.0.1:9/ HTTP/1.1\r\nHost: 127.0.0.1:9\r\nContent-Length: 999999999\r\n\r\n")
        assert second.response().status == 503
        until(lambda: proxy.status()["connections"]["client_http"] == 1, "it is not listened to any longer")


def test_the_admin_listener_tells_those_for_whom_it_has_no_place(start_proxy):
    proxy = start_proxy({"loops": 1})
    address = ("127.0.0.1", proxy.admin_port)
    held = [socket.create_connection(address) for _ in range(256)]
    with Wire.connect(address) as beyond:
        answer = beyond.response()
        assert answer.status == 503 and retry_after(answer) >= 1
        assert beyond.ended()
    for client in held:
        client.close()
    until(lambda: proxy.admin("/status")[0] == 200, "it answers again")


# Slow clients are counted

def test_clients_that_say_nothing_are_counted(start_proxy):
    proxy = start_proxy({"loops": 1, "timeouts": {"head": "300ms"}})
    with proxy.connect() as client:
        assert client.ended()
    until(lambda: metric(proxy, 'proxyd_client_connections_silent_total{loop="0"}') == 1, "it is counted")


@pytest.mark.parametrize("sent, settings, word", [
    (b"GET http://127.0.0.1:9/ HT", {"timeouts": {"head": "300ms"}}, "head_timeout"),
    (b"POST {url} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9\r\n\r\nab", {"timeouts": {"body": "300ms"}},
     "client_body_timeout"),
    (b"POST {url} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 9000\r\n\r\nab", {"timeouts": {"body_window": "300ms"}},
     "client_body_timeout"),
])
def test_clients_that_stop_are_counted_by_kind(start_proxy, origin, sent, settings, word):
    one = origin(lambda wire: wire.through(b"never"))
    proxy = start_proxy(settings)
    with proxy.connect() as client:
        client.send(sent.replace(b"{url}", one.url().encode()).replace(b"{host}", one.authority.encode()))
        assert client.response().status == 408
    until(lambda: metric(proxy, f'proxyd_request_failures_total{{reason="{word}"}}') == 1, "it is counted")
