"""How a client's connection ends: nothing that is owed is lost, and nothing that is over is waited for."""

import pytest

from harness.message import request
from harness.origin import answering


def chunked(kib):
    """A response of so many chunks of 1 KiB."""
    chunk = b"400\r\n" + b"a" * 1024 + b"\r\n"
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * kib + b"0\r\n\r\n"


@pytest.mark.parametrize("kib", [150, 200, 250])
def test_what_is_queued_is_delivered_though_the_client_sends_more_and_ends(proxy, origin, kib):
    """The rest of the response is behind a full send buffer when the unread bytes and the FIN behind them are found."""
    one = origin(answering(chunked(kib)))
    with proxy.connect(is_narrow=True) as client:
        client.send(request(one.url(), "Connection: close") + b"more than was asked for")
        client.shut()
        assert len(client.response().body) == kib * 1024
        assert client.ended()


@pytest.mark.parametrize("part", [
    b"G", b"GET http://127.0.0.1/", b"GET http://127.0.0.1/ HTTP/1.1\r\nHost: a\r\n"])
def test_a_part_of_a_head_and_an_end_are_the_end(proxy, part):
    """Not after `timeouts.head`, 15 s, which is longer than this waits."""
    with proxy.connect(timeout=10) as client:
        client.send(part)
        client.shut()
        assert client.ended()


def test_a_part_of_a_second_head_and_an_end_are_the_end_behind_the_first_answer(proxy, web):
    with proxy.connect(timeout=10) as client:
        client.send(request(web.url("/hello")) + b"GET http://127.0.0.1/")
        client.shut()
        assert client.response().body == b"hello"
        assert client.ended()
