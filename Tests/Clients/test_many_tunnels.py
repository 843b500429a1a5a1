"""Thousands of tunnels open at once: all carried, and everything given back afterwards."""

import resource

from harness.proxyd import is_sanitized
from harness.waiting import until
from harness.wire import Wire

COUNT = 5000
CONNECT_IN_FLIGHT = 500
LEFTOVER_MIB = 16


def open_tunnels(proxy, authority, count):
    """`count` open tunnels; several hundred CONNECTs are on their way at a time."""
    head = b"CONNECT %s HTTP/1.1\r\nHost: %s\r\n\r\n" % (authority.encode(), authority.encode())
    clients = []
    while len(clients) < count:
        batch = [Wire.connect(proxy.address, timeout=20) for _ in range(min(CONNECT_IN_FLIGHT, count - len(clients)))]
        for client in batch:
            client.send(head)
        for client in batch:
            assert client.response(to="CONNECT").status == 200
        clients += batch
    return clients


def echo_through(clients, salt):
    """Every tunnel is written to before any is read."""
    for at, client in enumerate(clients):
        client.send(b"%06d %s" % (at, salt))
    for at, client in enumerate(clients):
        assert client.exactly(7 + len(salt)) == b"%06d %s" % (at, salt)


def test_thousands_of_tunnels_carry_and_leave_nothing_behind(start_proxy, echo):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    assert limit >= 2 * COUNT + 200, f"the descriptor limit is {limit}: too low for this test"
    crowded = start_proxy({"access_log": {"target": "off"}})
    with crowded.tunnel(echo.authority) as client:
        client.send(b"warm")
        client.exactly(4)
    until(lambda: crowded.status()["tunnels"]["open"] == 0, "the first tunnel has ended")
    descriptors, rss = crowded.descriptors(), crowded.rss_mib()
    for salt in (b"first round", b"second round"):
        clients = open_tunnels(crowded, echo.authority, COUNT)
        assert crowded.status()["tunnels"]["open"] == COUNT
        echo_through(clients, salt)
        idle = crowded.rss_mib()
        for client in clients:
            client.close()
        until(lambda: crowded.status()["tunnels"]["open"] == 0, "all tunnels have ended", seconds=30)
        until(lambda: crowded.descriptors() <= descriptors + 4, f"{descriptors} descriptors again")
        if not is_sanitized():
            assert (idle - rss) * 1024 / COUNT < 4, f"{(idle - rss) * 1024 / COUNT:.1f} KiB for each idle tunnel"
            assert crowded.rss_mib() < rss + LEFTOVER_MIB
    assert crowded.status()["tunnels"]["total"] == 2 * COUNT + 1
