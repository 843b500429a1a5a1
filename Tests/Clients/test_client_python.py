"""requests, httpx and the standard library."""

import asyncio
import urllib.request

import httpx
import pytest
import requests

from harness.waiting import until
from harness.web import pattern


@pytest.fixture
def session(proxy):
    with requests.Session() as session:
        session.trust_env = False
        session.proxies = {"http": proxy.url, "https": proxy.url}
        yield session


def test_requests_gets_and_posts_over_one_connection(session, web):
    for _ in range(3):
        assert session.get(web.url("/hello"), timeout=10).text == "hello"
        assert session.post(web.url("/echo"), data=pattern(50_000), timeout=10).content == pattern(50_000)
    assert web.accepted == 1


def test_requests_streams_an_upload(session, web):
    pieces = (pattern(1000) for _ in range(50))
    assert session.post(web.url("/echo"), data=pieces, timeout=10).content == pattern(1000) * 50


def test_requests_streams_a_download(session, web):
    with session.get(web.url("/chunked/500000"), stream=True, timeout=10) as answer:
        assert b"".join(answer.iter_content(4096)) == pattern(500_000)


def test_requests_speaks_tls_through_a_tunnel(session, secure_web, certificate):
    answer = session.get(secure_web.url("/hello", "https"), verify=str(certificate.certificate), timeout=10)
    assert answer.text == "hello"


def test_requests_raises_its_proxy_error_when_a_tunnel_is_refused(session, proxy):
    with pytest.raises(requests.exceptions.ProxyError):
        session.get(f"https://127.0.0.1:{proxy.admin_port}/", timeout=10)


def test_httpx_gets_over_plain_and_tls(proxy, web, secure_web, certificate):
    with httpx.Client(proxy=proxy.url, verify=certificate.client_context(), trust_env=False, timeout=10) as client:
        assert client.get(web.url("/hello")).text == "hello"
        assert client.get(secure_web.url("/hello", "https")).text == "hello"


def test_httpx_sends_fifty_requests_at_once(proxy, web):
    async def load():
        async with httpx.AsyncClient(proxy=proxy.url, trust_env=False, timeout=20) as client:
            return await asyncio.gather(*(client.get(web.url(f"/bytes/{n}")) for n in range(50)))

    assert [len(answer.content) for answer in asyncio.run(load())] == list(range(50))


def test_httpx_that_gives_up_frees_the_origin(proxy, web):
    with httpx.Client(proxy=proxy.url, trust_env=False, timeout=0.3) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(web.url("/hold"))
    web.gate.set()
    until(lambda: web.open == 0 or web.holding == 0, "the origin is left")


def test_urllib_gets_a_page(proxy, web):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy.url}))
    assert opener.open(web.url("/hello"), timeout=10).read() == b"hello"
