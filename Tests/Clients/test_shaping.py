"""Bytes in a second: transfers of a client are held to the limit, each way, copied or spliced, and arrive whole."""

import re
import threading
import time

import pytest

from harness.message import request
from harness.waiting import until
from harness.web import pattern

RATE = 4 << 20
SIZE = 4 << 20


def check_rate(count, seconds, rate=RATE):
    """`count` bytes took as long as the rate says, within 15 %, and two seconds for others who use the machine."""
    expected = (count - rate // 4) / rate
    assert expected * 0.85 <= seconds <= expected * 1.15 + 2, f"{count} bytes in {seconds:.2f} s, not {expected:.2f} s"


def held(proxy):
    """For how many seconds reading was put off, by direction."""
    told = proxy.admin("/metrics")[2].decode()
    found = re.findall(r'^proxyd_shaped_seconds_total\{direction="(\w+)"\} (\S+)$', told, re.MULTILINE)
    return {direction: float(seconds) for direction, seconds in found}


def timed(work):
    began = time.monotonic()
    result = work()
    return result, time.monotonic() - began


@pytest.mark.parametrize("kind", ["bytes", "chunked"])
def test_downloads_are_held_to_the_limit(start_proxy, web, kind):
    """Sized bodies are spliced, chunked ones are copied."""
    proxy = start_proxy({"client_limits": {"bytes_to_client": "4MiB"}})
    with proxy.connect() as client:
        answer, seconds = timed(lambda: client.send(request(web.url(f"/{kind}/{SIZE}"))) or client.response())
    assert answer.body == pattern(SIZE)
    check_rate(SIZE, seconds)


def test_uploads_are_held_to_the_limit_and_downloads_are_not(start_proxy, web):
    proxy = start_proxy({"client_limits": {"bytes_to_origin": "4MiB"}})
    with proxy.connect() as client:
        sender = threading.Thread(
            target=client.send, args=(request(web.url("/echo"), method="POST", body=pattern(SIZE)),))
        answer, seconds = timed(lambda: sender.start() or client.response())
        sender.join()
        assert answer.body == pattern(SIZE)
        check_rate(SIZE, seconds)
        client.send(request(web.url(f"/bytes/{8 * RATE}")))
        answer, seconds = timed(client.response)
        assert len(answer.body) == 8 * RATE and seconds < 7, "8 s at the rate of the other way"


@pytest.mark.parametrize("direction", ["bytes_to_origin", "bytes_to_client"])
def test_tunnels_are_held_to_the_limit(start_proxy, echo, direction):
    proxy = start_proxy({"client_limits": {direction: "4MiB"}})
    data = pattern(SIZE)
    with proxy.tunnel(echo.authority) as tunnel:
        sender = threading.Thread(target=tunnel.send, args=(data,))
        got, seconds = timed(lambda: sender.start() or tunnel.exactly(SIZE))
        sender.join()
    assert got == data
    check_rate(SIZE, seconds)


def test_all_transfers_of_a_client_share_the_limit(start_proxy, web, echo):
    """Tunnels and bodies, on connections of several loops: together they are as fast as one, and all get their part."""
    proxy = start_proxy({"loops": 4, "client_limits": {"bytes_to_client": "4MiB"}})
    part = SIZE // 3
    ended = []

    def download():
        with proxy.connect(timeout=20) as client:
            client.send(request(web.url(f"/bytes/{part}")))
            assert client.response().body == pattern(part)
            ended.append(time.monotonic())

    def tunnel():
        with proxy.tunnel(echo.authority, timeout=20) as wire:
            wire.send(pattern(part))
            assert wire.exactly(part) == pattern(part)
            ended.append(time.monotonic())

    began = time.monotonic()
    threads = [threading.Thread(target=work) for work in [download, tunnel] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 6
    check_rate(2 * SIZE, max(ended) - began)


def test_small_exchanges_are_not_delayed(start_proxy, web):
    proxy = start_proxy({"client_limits": {"bytes_to_client": "4MiB", "bytes_to_origin": "4MiB"}})
    with proxy.connect() as client:
        for _ in range(100):
            client.send(request(web.url("/echo"), method="POST", body=pattern(1000)))
            assert client.response().body == pattern(1000)
    assert held(proxy) == {"to_origin": 0, "to_client": 0}


def test_a_client_that_leaves_while_it_is_held_leaves_nothing_behind(start_proxy, web, echo):
    proxy = start_proxy({"client_limits": {"bytes_to_client": "64KiB"}})
    with proxy.connect() as client, proxy.tunnel(echo.authority) as tunnel:
        client.send(request(web.url("/bytes/1000000")))
        tunnel.send(pattern(500_000))
        client.exactly(20_000)
    until(lambda: proxy.status()["connections"]["client_open"] == 0, "the connections are gone")
    until(lambda: proxy.status()["memory"]["blocks_in_use"] == 0, "and so is what they held")
    assert held(proxy)["to_client"] > 0


def test_what_is_held_ends_with_its_end(start_proxy, origin):
    """EOS behind held bytes arrives behind them, and the tunnel ends in good order."""
    def serve(wire):
        wire.send(pattern(2_000_000))

    one = origin(serve)
    proxy = start_proxy({"client_limits": {"bytes_to_client": "4MiB"}})
    with proxy.tunnel(one.authority) as tunnel:
        assert tunnel.exactly(2_000_000) == pattern(2_000_000)
        assert tunnel.ended()
