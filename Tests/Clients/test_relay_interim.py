"""Interim responses and Expect. RFC 9110 10.1.1 and 15.2."""

import threading

from harness.message import request
from harness.origin import answering
from harness.wire import Message

FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_103_is_relayed_before_the_final_response(proxy, origin):
    one = origin(answering(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n" + FINAL))
    with proxy.connect() as client:
        client.send(request(one.url()))
        early = client.response()
        assert (early.status, early.values("Link")) == (103, [b"</a.css>; rel=preload"])
        assert client.response().body == b"ok"


def test_several_interim_responses_are_relayed_in_order(proxy, origin):
    hints = b"HTTP/1.1 103 Early Hints\r\n\r\n"
    one = origin(answering(b"HTTP/1.1 102 Processing\r\n\r\n" + hints + hints + FINAL))
    with proxy.connect() as client:
        client.send(request(one.url()))
        assert [client.response().status for _ in range(4)] == [102, 103, 103, 200]


def test_an_interim_response_is_not_held_until_the_final_one(proxy, origin):
    received = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(b"HTTP/1.1 103 Early Hints\r\n\r\n")
        assert received.wait(10), "the client has the interim response"
        wire.send(FINAL)
        wire.rest()

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url()))
        assert client.response().status == 103
        received.set()
        assert client.response().status == 200


def test_a_1_0_client_gets_no_interim_response(proxy, origin):
    one = origin(answering(b"HTTP/1.1 103 Early Hints\r\n\r\n" + FINAL))
    with proxy.connect() as client:
        client.send(request(one.url(), version="1.0"))
        assert client.response().status == 200


def test_100_continue_comes_from_the_origin(proxy, origin):
    """The body is sent only after the origin itself agreed; what the origin's 100 said is what the client gets."""
    heads = []

    def serve(wire):
        heads.append(Message(wire.head()))
        assert wire.is_quiet(), "no byte of the body comes before 100"
        wire.send(b"HTTP/1.1 100 Go on\r\nX-From: origin\r\n\r\n")
        assert wire.exactly(4) == b"data"
        wire.send(FINAL)
        wire.rest()

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url(), "Expect: 100-continue", "Content-Length: 4", method="POST"))
        agreed = client.response()
        assert (agreed.status, agreed.values("X-From")) == (100, [b"origin"])
        client.send(b"data")
        assert client.response().body == b"ok"
    assert heads[0].value("Expect") == b"100-continue"


def test_a_refusal_instead_of_100_spares_the_client_its_upload(proxy, origin):
    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        wire.shut()
        assert wire.rest() == b"", "no byte of the body was sent"

    one = origin(serve)
    with proxy.connect() as client:
        client.send(request(one.url(), "Expect: 100-continue", "Content-Length: 4000", method="POST"))
        answer = client.response()
        assert (answer.status, answer.body) == (413, b"no")


def test_an_origin_that_never_says_100_still_gets_the_body(start_proxy, origin):
    """Neither side may wait for ever: the client starts by itself, and the body is passed on."""

    def serve(wire):
        request = wire.request()
        assert request.body == b"data"
        wire.send(FINAL)

    one = origin(serve)
    impatient = start_proxy({"timeouts": {"continue_wait": "100ms"}})
    with impatient.connect() as client:
        client.send(request(one.url(), "Expect: 100-continue", method="POST", body=b"data"))
        assert client.final_response().body == b"ok"
