"""Half-closes by the hundred: an end in one direction is not the end of the other, however many come at once."""

import random
import threading

from faultkit.reasons import endings
from harness.message import request
from harness.waiting import until
from harness.web import pattern

TUNNELS = 300


def test_hundreds_of_clients_that_half_close_get_their_echo(watched, echo):
    clients = [watched.tunnel(echo.authority) for _ in range(TUNNELS)]
    for at, client in enumerate(clients):
        client.send(b"%d" % at)
        client.shut()
    for at, client in enumerate(clients):
        assert client.rest() == b"%d" % at
        client.close()
    until(lambda: len(endings(watched, echo.authority)) == TUNNELS, "a line for each")
    assert set(endings(watched, echo.authority)) == {(200, "closed")}


def test_hundreds_of_origins_that_half_close_get_what_follows(watched, origin):
    received = []

    def serve(wire):
        wire.send(b"greeting")
        wire.shut()
        received.append(wire.rest())

    one = origin(serve)
    clients = [watched.tunnel(one.authority) for _ in range(TUNNELS)]
    for client in clients:
        assert client.rest() == b"greeting"
    for client in clients:
        client.send(b"farewell")
        client.close()
    until(lambda: received == [b"farewell"] * TUNNELS, "the origins have it all")


def test_both_sides_that_half_close_at_the_same_time_end_in_peace(watched, origin):
    meet = threading.Barrier(2)

    def serve(wire):
        meet.wait(10)
        wire.send(b"origin")
        wire.shut()
        assert wire.rest() == b"client"

    one = origin(serve)
    for _ in range(50):
        with watched.tunnel(one.authority) as client:
            meet.wait(10)
            client.send(b"client")
            client.shut()
            assert client.rest() == b"origin"
    until(lambda: endings(watched, one.authority) == [(200, "closed")] * 50, "fifty peaceful ends")


def test_a_storm_of_ends_of_every_kind_leaves_nothing(start_watched, origin):
    """Seeded: closes, half-closes and resets of both sides, at any moment, bytes under way or not."""
    stormy = start_watched({"timeouts": {"tunnel_half_closed": "1s"}})
    dice = random.Random(3)
    moves = [dice.random() for _ in range(2 * TUNNELS)]

    def end(wire, move):
        if move < 0.25:
            wire.reset()
        elif move < 0.5:
            wire.close()
        elif move < 0.75:
            wire.send(b"x" * int(move * 300_000))
            wire.shut()
        else:
            wire.shut()
            wire.rest()

    one = origin(lambda wire: end(wire, moves.pop()))
    clients = []
    for _ in range(TUNNELS):
        client = stormy.connect()
        client.send(f"CONNECT {one.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        clients.append(client)
    for client in clients:
        try:
            end(client, dice.random())
        except OSError:
            pass
    for client in clients:
        client.close()
    until(lambda: stormy.status()["tunnels"]["open"] == 0, "no tunnel is left")


def test_hundreds_of_clients_that_half_close_after_a_request_get_their_response(watched, web):
    body = pattern(3000)
    clients = [watched.connect() for _ in range(200)]
    for client in clients:
        client.send(request(web.url("/bytes/3000")))
        client.shut()
    for client in clients:
        assert client.response().body == body
        assert client.ended()
        client.close()
