"""How tunnels end: half-close, reset, idleness. An EOS of one side is not the end of the other."""

import threading

from harness.origin import Unanswering
from harness.waiting import until
from harness.web import pattern


def test_a_client_that_half_closes_still_receives(proxy, origin):
    """The origin sees the FIN, and only then answers."""
    one = origin(lambda wire: wire.send(b"got " + wire.rest()))
    with proxy.tunnel(one.authority) as client:
        client.send(b"question")
        client.shut()
        assert client.rest() == b"got question"


def test_an_origin_that_half_closes_still_receives(proxy, origin):
    received = []

    def serve(wire):
        wire.send(b"greeting")
        wire.shut()
        received.append(wire.rest())

    one = origin(serve)
    with proxy.tunnel(one.authority) as client:
        assert client.rest() == b"greeting"
        client.send(pattern(500_000))
        client.shut()
        until(lambda: received, "the origin has it all")
    assert received == [pattern(500_000)]


def test_nothing_is_lost_when_a_big_send_is_followed_by_a_fin(proxy, origin):
    data = pattern(5_000_000)

    def serve(wire):
        wire.send(data)

    one = origin(serve)
    with proxy.tunnel(one.authority) as client:
        assert client.rest() == data


def test_early_bytes_followed_by_a_fin_reach_the_origin(proxy, origin):
    one = origin(lambda wire: wire.send(b"got " + wire.rest()))
    with proxy.connect() as client:
        client.send(f"CONNECT {one.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode() + b"all")
        client.shut()
        assert client.response(to="CONNECT").status == 200
        assert client.rest() == b"got all"


def test_a_client_reset_ends_the_origin_side(proxy, origin):
    ended = threading.Event()

    def serve(wire):
        wire.send(b"x")
        try:
            wire.rest()
        finally:
            ended.set()

    one = origin(serve)
    client = proxy.tunnel(one.authority)
    client.exactly(1)
    client.reset()
    assert ended.wait(15)


def test_an_origin_reset_ends_the_client_side(proxy, origin):
    def serve(wire):
        wire.exactly(1)
        wire.reset()

    one = origin(serve)
    with proxy.tunnel(one.authority) as client:
        client.send(b"x")
        assert client.ended()


def test_a_half_closed_tunnel_without_traffic_is_ended(start_proxy, origin):
    """Otherwise each client that leaves by FIN alone costs two descriptors for ever."""
    brief = start_proxy({"timeouts": {"tunnel_half_closed": "300ms"}})
    client_ended = threading.Event()

    def serve(wire):
        wire.rest()
        client_ended.wait(10)
        until(lambda: gone(wire), "the origin's connection is ended")

    one = origin(serve)
    with brief.tunnel(one.authority) as client:
        client.shut()
        assert client.ended()
        client_ended.set()
        until(lambda: one.open == 0, "the origin has seen it")
    until(lambda: brief.status()["tunnels"]["open"] == 0, "no tunnel is left")


def gone(wire):
    """True once the peer refuses our bytes: its FIN alone does not tell."""
    try:
        wire.send(b"?")
        return False
    except OSError:
        return True


def test_a_half_closed_tunnel_with_traffic_lives_on(start_proxy, origin):
    """A download after the client's FIN outlasts the limit as long as it moves."""
    brief = start_proxy({"timeouts": {"tunnel_half_closed": "1s"}})
    pace = threading.Event()

    def serve(wire):
        wire.rest()
        for _ in range(10):
            wire.send(b"x")
            pace.wait(0.25)

    one = origin(serve)
    with brief.tunnel(one.authority) as client:
        client.shut()
        assert client.rest() == b"x" * 10


def test_an_idle_tunnel_is_ended_on_both_sides(start_proxy, origin):
    brief = start_proxy({"timeouts": {"tunnel_idle": "1s"}})
    ended = threading.Event()
    one = origin(lambda wire: (wire.rest(), ended.set()))
    with brief.tunnel(one.authority) as client:
        assert client.ended()
        assert ended.wait(15)


def test_traffic_in_one_direction_keeps_a_tunnel_alive(start_proxy, origin):
    brief = start_proxy({"timeouts": {"tunnel_idle": "1s"}})
    pace = threading.Event()

    def serve(wire):
        for _ in range(10):
            wire.send(b"x")
            pace.wait(0.25)

    one = origin(serve)
    with brief.tunnel(one.authority) as client:
        assert client.rest() == b"x" * 10


def test_a_client_that_leaves_while_we_connect_leaves_nothing_behind(start_proxy):
    patient = start_proxy()
    with Unanswering() as nobody:
        before = patient.descriptors()
        client = patient.connect()
        client.send(f"CONNECT {nobody.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        until(lambda: patient.descriptors() >= before + 2, "the client is accepted and the origin dialled")
        client.reset()
        until(lambda: patient.descriptors() <= before, "both descriptors are closed")
