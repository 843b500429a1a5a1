"""The examples that end by themselves."""

import collections

from harness.origin import refused_port


def test_agent_client_uses_two_connections_for_many_urls(start, web):
    urls = [web.url(f"/bytes/{n * 1000}") for n in range(8)]
    client = start("AgentClient", *urls)
    assert client.wait() == 0
    told = dict(line.rsplit(": ", 1) for line in client.lines)
    assert sorted(told) == sorted(urls)
    for n, url in enumerate(urls):
        assert told[url].startswith(f"200, {n * 1000} bytes, connection ")
    kinds = collections.Counter(line.rpartition("connection ")[2] for line in client.lines)
    assert kinds == {"new": 2, "used again": 6}
    assert web.accepted == 2 and web.most_busy <= 2


def test_agent_client_says_what_went_wrong(start, origin):
    half = origin(lambda wire: (wire.request(), wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")))
    dead = f"http://127.0.0.1:{refused_port()}/"
    client = start("AgentClient", half.url(), dead)
    assert client.wait() == 0
    assert sorted(client.lines) == sorted([f"{half.url()}: cut off after 5 bytes: truncated", f"{dead}: connect_refused"])


def test_agent_client_tells_as_it_goes_and_ends_on_ctrl_c(start, web):
    client = start("AgentClient", web.url("/hello"), web.url("/hold"))
    client.line("/hello: 200, 5 bytes")
    client.stop()
    assert len(client.lines) == 1


def test_upgrade_server_talks_to_itself(start):
    program = start("UpgradeServer")
    assert program.wait() == 0
    assert program.lines == ["got upgraded to echo", "heard is there anybody?"]
