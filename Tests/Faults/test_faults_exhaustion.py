"""A kernel without descriptors, memory or room: what cannot be served says so, what can is right, and it passes."""

import threading

import pytest

from faultkit.reasons import ending, endings
from harness.message import fetch, request
from harness.waiting import until
from harness.web import pattern
from harness.wire import EndOfStream

WANT = ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]


@pytest.mark.parametrize("error", WANT + ["ECONNABORTED", "EINTR", "EPERM"])
def test_an_accept_that_fails_leaves_the_client_in_the_backlog(start_failing, web, error):
    proxy, faults = start_failing()
    faults.fail("accept", error, times=3)
    with proxy.connect() as client:
        client.send(request(web.url("/hello")))
        assert client.response().body == b"hello"
    assert faults.failed("accept") == 3


def test_while_no_accept_succeeds_open_connections_are_served(start_failing, web):
    proxy, faults = start_failing({"loops": 1})
    with proxy.connect() as open_before:
        open_before.send(request(web.url("/hello")))
        open_before.response()
        faults.fail("accept", "EMFILE")
        with proxy.connect() as waiting:
            waiting.send(request(web.url("/hello")))
            until(lambda: faults.failed("accept") >= 3, "it goes on trying")
            for _ in range(20):
                open_before.send(request(web.url("/hello")))
                assert open_before.response().body == b"hello"
            assert waiting.is_quiet()
            faults.heal()
            assert waiting.response().body == b"hello"
    until(lambda: proxy.status()["connections"]["accept_pauses"] >= 3, "the pauses are counted")


def test_accepting_without_descriptors_does_not_spin(start_failing, web):
    proxy, faults = start_failing({"loops": 1})
    faults.fail("accept", "EMFILE", times=5)
    with proxy.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
    # One try every 50 ms: as many calls as failures and a few that found nothing.
    assert proxy.errors().count("\n") < 10


@pytest.mark.parametrize("error", ["ENOMEM", "ENOSPC"])
def test_a_client_that_cannot_be_watched_is_closed(start_failing, web, error):
    proxy, faults = start_failing({"loops": 1})
    faults.fail("epoll_add", error, times=1)
    with proxy.connect() as client:
        assert client.ended()
    assert fetch(proxy, web.url("/hello")).body == b"hello"


@pytest.mark.parametrize("error", ["EMFILE", "ENFILE"])
def test_a_dial_without_descriptors_is_a_503(start_failing, web, error):
    proxy, faults = start_failing()
    faults.fail("socket", error, times=1)
    assert fetch(proxy, web.url("/bytes/1")).status == 503
    assert ending(proxy, "/bytes/1") == (503, "no_descriptors")
    assert fetch(proxy, web.url("/hello")).body == b"hello"


@pytest.mark.parametrize("call", ["socket", "connect", "epoll_add"])
@pytest.mark.parametrize("error", ["ENOBUFS", "ENOMEM"])
def test_a_dial_without_memory_is_a_503(start_failing, web, call, error):
    """The proxy's want, not the origin's fault: 502 would send people to the wrong machine."""
    proxy, faults = start_failing({"loops": 1})
    with proxy.connect() as client:
        client.send(request(web.url("/hello"), "Connection: keep-alive"))
        client.response()
        until(lambda: web.open == 0, "the free socket is closed")
        faults.fail(call, error, times=1)
        client.send(request(web.url("/bytes/1")))
        answer = client.response()
    assert answer.status == 503, answer
    assert ending(proxy, "/bytes/1")[0] == 503
    assert fetch(proxy, web.url("/hello")).body == b"hello"


@pytest.mark.parametrize("error", ["EADDRNOTAVAIL", "ENETUNREACH", "EHOSTUNREACH", "EACCES", "EPERM"])
def test_a_dial_that_the_system_refuses_is_a_502_with_its_word(start_failing, web, error):
    proxy, faults = start_failing()
    faults.fail("connect", error, times=1)
    answer = fetch(proxy, web.url("/bytes/1"))
    assert answer.status == 502
    assert b"(" in answer.body, answer
    assert ending(proxy, "/bytes/1") == (502, "connect_failed")


def test_a_tunnel_without_descriptors_is_a_503(start_failing, echo):
    proxy, faults = start_failing()
    faults.fail("socket", "EMFILE", times=1)
    with proxy.connect() as client:
        client.send(f"CONNECT {echo.authority} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 503
    assert ending(proxy, echo.authority) == (503, "no_descriptors")


@pytest.mark.parametrize("error", ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])
def test_a_look_up_without_descriptors_is_an_error_and_is_not_remembered(start_failing, dns, web, error):
    dns.add("origin.test", "127.0.0.1")
    proxy, faults = start_failing({"dns": {"servers": [dns.address], "search_domains": [], "negative_ttl": "0s"}})
    faults.fail("socket", error)
    answer = fetch(proxy, f"http://origin.test:{web.port}/first")
    assert answer.status in (502, 503), answer
    faults.heal()
    assert fetch(proxy, f"http://origin.test:{web.port}/hello").body == b"hello"


# Sending and splicing

def transfers(proxy, web, echo):
    """A little of everything, each checked to the byte."""
    data = pattern(700_000)
    with proxy.connect(timeout=30) as client:
        for _ in range(3):
            client.send(request(web.url("/bytes/700000")))
            assert client.response().body == data
            client.send(request(web.url("/chunked/50000")))
            assert client.response().body == data[:50_000]
            client.send(request(web.url("/echo"), method="POST", body=data))
            assert client.response().body == data
    with proxy.tunnel(echo.authority, timeout=30) as tunnel:
        sender = threading.Thread(target=tunnel.send, args=(data,))
        sender.start()
        assert tunnel.exactly(len(data)) == data
        sender.join(10)


@pytest.mark.parametrize("error", ["ENOBUFS", "ENOMEM"])
def test_sends_that_find_no_memory_are_tried_again(start_failing, web, echo, error):
    proxy, faults = start_failing()
    faults.fail("send", error, often=0.2)
    transfers(proxy, web, echo)
    assert faults.failed("send") > 0


@pytest.mark.parametrize("most", [1000, 70_000])
def test_short_sends_lose_nothing(start_failing, web, echo, most):
    proxy, faults = start_failing()
    faults.shorten("send", most)
    faults.shorten("splice_out", most)
    transfers(proxy, web, echo)


def test_interrupted_calls_lose_nothing(start_failing, web, echo):
    proxy, faults = start_failing()
    for call in ("send", "splice_in", "splice_out", "accept"):
        faults.fail(call, "EINTR", often=0.3)
    transfers(proxy, web, echo)
    assert faults.failed("splice_in") > 0


@pytest.mark.parametrize("error", ["EMFILE", "ENFILE"])
def test_without_pipes_bytes_are_copied(start_failing, web, echo, error):
    proxy, faults = start_failing()
    faults.fail("pipe", error)
    transfers(proxy, web, echo)
    assert faults.failed("pipe") > 0


@pytest.mark.parametrize("error", ["EINVAL", "ENOMEM"])
def test_what_cannot_be_spliced_is_copied(start_failing, web, echo, error):
    proxy, faults = start_failing()
    faults.fail("splice_in", error)
    transfers(proxy, web, echo)
    assert faults.failed("splice_in") > 0


def test_a_pipe_that_finds_no_memory_on_its_way_out_is_tried_again(start_failing, web, echo):
    """What is in the pipe is in no other place: giving up would cost the connection."""
    proxy, faults = start_failing()
    faults.fail("splice_out", "ENOMEM", often=0.3)
    transfers(proxy, web, echo)
    assert faults.failed("splice_out") > 0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_when_everything_fails_now_and_then_answers_are_right_or_plain_errors(start_failing, web, seed):
    proxy, faults = start_failing(seed=seed)
    body = pattern(200_000)
    for call, error in (("accept", "EMFILE"), ("socket", "EMFILE"), ("connect", "ENOBUFS"), ("epoll_add", "ENOMEM"),
                        ("send", "ENOBUFS"), ("splice_in", "EINVAL"), ("pipe", "EMFILE")):
        faults.fail(call, error, often=0.05)
    statuses = []
    for _ in range(60):
        try:
            answer = fetch(proxy, web.url("/bytes/200000"))
        except (EndOfStream, ConnectionError):
            statuses.append(None)  # a client that could not be watched
            continue
        assert answer.status in (200, 502, 503), answer
        assert answer.status != 200 or answer.body == body
        statuses.append(answer.status)
    faults.heal()
    assert statuses.count(200) > 20
    assert fetch(proxy, web.url("/hello")).body == b"hello"
    assert all(reason for _, reason in endings(proxy, "/bytes/200000"))
