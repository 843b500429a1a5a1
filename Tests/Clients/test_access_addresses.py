"""No spelling, name or change of mind leads to a denied address: held against Python's `ipaddress`."""

import ipaddress
import random

import pytest

from harness.message import request
from harness.origin import answering
from harness.proxyd import run_proxyd
from harness.waiting import until
from harness.wire import EndOfStream
from test_access_exposure import ask

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
DENIED = ipaddress.ip_network("127.0.0.0/9")


@pytest.fixture
def everywhere(origin):
    """An origin on every address of the machine, 127.0.0.0/8 among them."""
    return origin(answering(OK), host="0.0.0.0")


def spellings(chooser, count):
    """Hosts as a client may write them: addresses in 127.0.0.0/8 in every form there is, and broken ones."""
    for _ in range(count):
        number = (127 << 24) | chooser.choice([1, 2, chooser.getrandbits(24), 1 << 23, (1 << 23) | 1])
        a, b, c, d = number.to_bytes(4, "big")
        low = number & 0xFFFFFF
        six = f"{number >> 16:x}:{number & 0xFFFF:x}"
        dotted = f"{a}.{b}.{c}.{d}"
        yield chooser.choice([
            dotted, dotted, f"[::ffff:{dotted}]", f"[::ffff:{six}]", f"[::FFFF:{six}]", f"[0:0:0:0:0:ffff:{six}]",
            f"[0000:0000:0000:0000:0000:ffff:{dotted}]", f"[::{dotted}]", f"[::{six}]", f"[::ffff:0:{six}]",
            f"[64:ff9b::{dotted}]", f"[64:ff9b::{six}]", f"[2002:{six}::]", f"[2002:{six}::1]",
            f"[2001:0:{six}::]", f"[fe80::5efe:{six}]", f"[fe80::200:5efe:{six}]",
            f"[64:ff9b:1:{number >> 16:x}:{(number >> 8) & 0xff:x}:{(number & 0xff) << 8:x}::]",
            f"{number}", f"0x{number:x}", f"0{number:o}", f"{a}.{low}", f"{a}.{b}.{low & 0xffff}", f"0x7f.{b}.{c}.{d}",
            f"0177.{b}.{c}.{d}", f"{a}.{b}.{c}.0x{d:x}", f"{dotted}.", f"{a:03}.{b}.{c}.{d}", f"{a}.{b}.{c}.{d:03}",
            f"[{dotted}]", f"[::ffff:{dotted}%25lo]", f"[::1%25lo]", f"%31{dotted[1:]}", dotted.replace(".", "%2e"),
            "[::1]", "[0:0:0:0:0:0:0:1]", "[::]", "0.0.0.0", "0", "localhost", "LOCALHOST.", "a.localhost",
        ])


def expected(host):
    """What a client must be answered: 200, 403, or 400 for what is no host. None when that depends on the machine."""
    bare = host[1:-1] if host.startswith("[") else host
    if bare.lower().rstrip(".").endswith("localhost"):
        return None
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return 400
    if (address.version == 6) != host.startswith("[") or "%" in host:
        return 400
    if address.version == 6 and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.version == 4:
        return 403 if address in DENIED else 200 if address in ipaddress.ip_network("127.0.0.0/8") else None
    return None


def test_thousands_of_spellings_of_a_denied_address_lead_nowhere(start_proxy, everywhere):
    proxy = start_proxy({
        "loops": 1, "access": {"rules": [{"deny": {"networks": [str(DENIED), "0.0.0.0/8"]}}, {
            "deny": {"classes": ["loopback"], "networks": ["::/0"], "names": [".localhost"]}}]}})
    chooser = random.Random(20261123)
    wire = proxy.connect()
    passed = {200: 0, 403: 0, 400: 0}
    for host in spellings(chooser, 4000):
        wanted = expected(host)
        if wanted is None:
            continue
        for _ in range(2):
            try:
                wire.send(request(f"http://{host}:{everywhere.port}/"))
                answer = wire.final_response()
                break
            except (EndOfStream, ConnectionError):
                wire.close()
                wire = proxy.connect()
        assert answer.status == wanted, (host, answer)
        passed[answer.status] += 1
        if answer.values("Connection") == [b"close"]:
            wire.close()
            wire = proxy.connect()
    wire.close()
    assert min(passed.values()) > 100, passed


def test_addresses_inside_others_are_judged_by_what_is_inside(start_proxy, everywhere):
    proxy = start_proxy({"loops": 1, "access": {"rules": [{"deny": {"networks": ["127.0.0.0/8"]}}]}})
    for host in ("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::7f00:1", "::ffff:0:7f00:1", "fe80::5efe:7f00:1",
                 "64:ff9b:1:7f00:0:100::"):
        for form in ("GET", "CONNECT"):
            assert ask(proxy, f"[{host}]:{everywhere.port}", form).status == 403, host
    assert everywhere.accepted == 0


@pytest.mark.parametrize("form", ["GET", "CONNECT"])
def test_a_name_that_changes_its_mind_is_judged_each_time(start_proxy, dns, origin, form):
    """DNS rebinding: first an allowed address, then a denied one, and both at once."""
    allowed = origin(answering(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), host="0.0.0.0")
    dns.add("moving.test", "127.200.0.1", ttl=0)
    proxy = start_proxy({
        "loops": 1, "dns": {"servers": [dns.address], "cache_entries": 0},
        "access": {"rules": [{"deny": {"networks": [str(DENIED)]}}]}})
    authority = f"moving.test:{allowed.port}"
    assert ask(proxy, authority, form).status == 200
    until(lambda: allowed.accepted == 1, "the first connection")
    dns.add("moving.test", "127.0.0.1", ttl=0)
    assert ask(proxy, authority, form).status == 403
    dns.add("moving.test", "127.0.0.1", "127.200.0.1", ttl=0)
    assert ask(proxy, authority, form).status == 200
    # Connections are accepted in their order: one of the denied request would have come before this.
    until(lambda: allowed.accepted > 1, "the second connection")
    assert allowed.accepted == 2
    assert dns.asked("moving.test") >= 3


def test_explain_says_what_the_running_proxy_does(start_proxy, dns, origin):
    """Generated questions, asked of both."""
    one = origin(answering(OK), host="0.0.0.0")
    names = {"a.test": "127.0.0.1", "b.a.test": "127.200.0.1", "c.test": "127.0.0.2", "d.test": "127.200.0.2"}
    for name, address in names.items():
        dns.add(name, address)
    port = one.port
    proxy = start_proxy({
        "loops": 1, "dns": {"servers": [dns.address]}, "tunnel": {"connect_ports": "any"},
        "access": {
            "clients": ["127.0.0.0/29"],
            "rules": [
                {"deny": {"names": [".a.test"], "methods": ["CONNECT"]}},
                {"allow": {"names": ["c.test"], "networks": ["127.0.0.0/8"], "clients": ["127.0.0.2"]}},
                {"deny": {"networks": [str(DENIED)], "clients": ["127.0.0.0/30"]}},
                {"deny": {"networks": ["127.200.0.2"], "ports": [f"{port}"]}},
            ],
        }})
    chooser = random.Random(7)
    seen = set()
    for _ in range(40):
        client = f"127.0.0.{chooser.choice([1, 2, 4, 9])}"
        host = chooser.choice([*names, "127.0.0.1", "127.200.0.9", "[::ffff:127.0.0.1]", "B.A.test."])
        method = chooser.choice(["GET", "CONNECT"])
        target = f"{host}:{port}" if method == "CONNECT" else f"http://{host}:{port}/"
        said = run_proxyd("explain", "--config", proxy.config, "--client", client, method, target)
        done = ask(proxy, f"{host}:{port}", method, source=client)
        assert done.status in (200, 403)
        assert said.returncode == (0 if done.status == 200 else 1), (client, method, target, said.stdout, done)
        assert said.stdout.startswith("allowed by " if done.status == 200 else "denied by ")
        seen.add((method, done.status))
    assert len(seen) == 4, "both methods, allowed and denied"
