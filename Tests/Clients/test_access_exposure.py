"""Whom the proxy serves, and where they may go, while no rule says anything: by where it listens."""

import pytest

from harness.message import fetch, request
from harness.proxyd import run_proxyd
from harness.wire import Wire

FORMS = ["GET", "CONNECT", "Upgrade"]
HERE = {"listen": ["0.0.0.0:0"], "access": {"clients": ["127.0.0.0/8"]}}


def ask(proxy, authority, form="GET", source="127.0.0.1"):
    """The answer to one request for `authority`, from a client at `source`."""
    with Wire.connect(proxy.address, source=source) as client:
        if form == "CONNECT":
            client.send(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % authority.encode())
            return client.response(to="CONNECT")
        lines = ["Connection: upgrade", "Upgrade: websocket"] if form == "Upgrade" else []
        client.send(request(f"http://{authority}/hello", *lines))
        return client.final_response()


@pytest.mark.parametrize("listen", ["0.0.0.0:0", ":0", "[::]:0"])
def test_a_proxy_that_others_reach_does_not_start_without_knowing_whom_it_serves(listen):
    ended = run_proxyd("--listen", listen)
    assert ended.returncode == 2
    assert ended.stderr.startswith("--listen: other machines can reach ")
    assert "access: {clients: [10.0.0.0/8" in ended.stderr and "password_file" in ended.stderr


def test_the_place_of_the_listener_is_named(tmp_path):
    file = tmp_path / "p.yaml"
    file.write_text("loops: 1\nlisten: 0.0.0.0:0\n")
    for command in (["check", file], ["--config", file]):
        ended = run_proxyd(*command)
        assert ended.returncode == 2 and ended.stderr.startswith(f"{file}:2:1: other machines can reach")


@pytest.mark.parametrize("clients", ["any", ["127.0.0.0/8"]])
def test_with_clients_it_starts(start_proxy, clients):
    assert start_proxy({"listen": ["0.0.0.0:0"], "access": {"clients": clients}}).port


@pytest.mark.parametrize("form", FORMS)
def test_clients_elsewhere_are_denied_whatever_they_ask(start_proxy, web, form):
    narrow = start_proxy({"access": {"clients": ["127.0.0.2/32"]}})
    answer = ask(narrow, web.authority, form)
    assert answer.status == 403 and b"access.clients" in answer.body
    assert web.seen == []
    assert ask(narrow, web.authority, source="127.0.0.2").status == 200


@pytest.mark.parametrize("form", FORMS)
def test_nothing_private_is_reached_through_a_proxy_that_others_reach(start_proxy, web, dns, form):
    dns.add("inside.test", "127.0.0.1")
    open_proxy = start_proxy(
        HERE | {"dns": {"servers": [dns.address]}, "tunnel": {"connect_ports": [web.port]}})
    for host in ("127.0.0.1", "inside.test", "[::1]", "[::ffff:127.0.0.1]"):
        answer = ask(open_proxy, f"{host}:{web.port}", form)
        assert answer.status == 403 and b"not on the public Internet" in answer.body, host
    assert web.seen == []


def test_tunnels_of_a_proxy_that_others_reach_go_to_443(start_proxy, echo):
    answer = ask(start_proxy(HERE), echo.authority, "CONNECT")
    assert answer.status == 403 and b"tunnel.connect_ports" in answer.body
    assert echo.accepted == 0


@pytest.mark.parametrize("port", [25, 465, 587])
def test_mail_ports_are_closed(proxy, port):
    for form in FORMS:
        answer = ask(proxy, f"127.0.0.1:{port}", form)
        assert answer.status == 403 and f"ports: [{port}]".encode() in answer.body


@pytest.mark.parametrize("host", ["169.254.169.254", "[::ffff:a9fe:a9fe]", "[64:ff9b::a9fe:a9fe]", "metadata.google.internal"])
def test_metadata_services_are_closed(proxy, host):
    for form in FORMS:
        answer = ask(proxy, f"{host}:80", form)
        assert answer.status == 403 and b"metadata service" in answer.body


def test_a_name_of_a_metadata_service_is_closed_by_its_address(start_proxy, dns):
    dns.add("harmless.test", "169.254.169.254")
    resolving = start_proxy({"dns": {"servers": [dns.address]}})
    assert fetch(resolving, "http://harmless.test/").status == 403
