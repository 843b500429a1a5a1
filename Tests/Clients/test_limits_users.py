"""Limits per user: those who are logged in are held to them from all connections together."""

import subprocess

import pytest

from harness.message import fetch, is_served, request
from harness.waiting import until
from harness.web import pattern


def hashed(password):
    return subprocess.run(
        ["openssl", "passwd", "-6", "-salt", "saltsalt", password], check=True, capture_output=True, text=True,
    ).stdout.strip()


@pytest.fixture
def start_with_users(start_proxy, tmp_path):
    """A proxy with the users ann and ben and the given limits."""
    users = tmp_path / "users"
    users.write_text(f"ann:{hashed('a')}\nben:{hashed('b')}\n")
    users.chmod(0o600)

    def start(**limits):
        return start_proxy({"authentication": {"password_file": str(users)}, "user_limits": limits})

    return start


ANN = "Proxy-Authorization: Basic YW5uOmE="
BEN = "Proxy-Authorization: Basic YmVuOmI="


def test_requests_of_a_user_are_counted_over_all_connections(start_with_users, web):
    proxy = start_with_users(requests_per_second=1, burst=3)
    assert fetch(proxy, web.url("/hello")).status == 407
    statuses = [fetch(proxy, web.url("/hello"), ANN).status for _ in range(5)]
    assert statuses[:3] == [200] * 3 and 429 in statuses[3:]
    assert fetch(proxy, web.url("/hello"), BEN).status == 200, "the other user has limits of his own"
    assert proxy.status()["requests"]["failures"]["user_requests"] >= 1


def test_connections_of_a_user_are_counted_from_the_login_on(start_with_users, web):
    proxy = start_with_users(connections=1)
    with proxy.connect() as first:
        first.send(request(web.url("/hello"), ANN))
        assert first.response().status == 200
        with proxy.connect() as second:
            second.send(request(web.url("/hello"), ANN))
            answer = second.response()
            assert answer.status == 429 and second.ended()
        assert fetch(proxy, web.url("/hello"), BEN).status == 200
    until(lambda: is_served(proxy, web.url("/hello"), ANN), "the place has been given back")


def test_tunnels_of_a_user_have_a_limit(start_with_users, echo):
    proxy = start_with_users(tunnels=1)

    def opened(login):
        wire = proxy.connect()
        wire.send(f"CONNECT {echo.authority} HTTP/1.1\r\nHost: {echo.authority}\r\n{login}\r\n\r\n".encode())
        status = wire.response(to="CONNECT").status
        return wire, status

    ann, status = opened(ANN)
    assert status == 200
    for login, expected in ((ANN, 429), (BEN, 200)):
        wire, status = opened(login)
        assert status == expected
        wire.close()
    ann.send(b"ping")
    assert ann.exactly(4) == b"ping"
    ann.close()


def test_bytes_of_a_user_are_shaped(start_with_users, web):
    proxy = start_with_users(bytes_to_client="256KiB")
    with proxy.connect() as client:
        client.send(request(web.url("/bytes/200000"), ANN))
        assert client.response().body == pattern(200_000)
    text = proxy.admin("/metrics")[2].decode()
    held = [line for line in text.splitlines() if line.startswith('proxyd_shaped_seconds_total{direction="to_client"}')]
    assert float(held[0].split()[1]) > 0
