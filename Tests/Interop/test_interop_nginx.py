"""The library's client against nginx, and the library's server behind it."""

import gzip

from harness.command import run
from harness.waiting import until
from harness.web import pattern


def test_a_file_arrives_whole_over_one_connection(peer, nginx):
    server = nginx()
    (server.files / "file").write_bytes(pattern(3_000_000))
    answers = [peer.ask("GET", server.url("/file")) for _ in range(3)]
    assert all(answer.body == pattern(3_000_000) and answer.end == "complete" for answer in answers)
    assert [answer.is_reused for answer in answers] == [False, True, True]


def test_head_and_conditions_leave_the_connection_usable(peer, nginx):
    server = nginx()
    (server.files / "file").write_bytes(pattern(5000))
    head = peer.ask("HEAD", server.url("/file"))
    assert (head.value("Content-Length"), head.body) == ("5000", b"")
    unchanged = peer.ask("GET", server.url("/file"), f"If-None-Match: {head.value('ETag')}")
    assert (unchanged.status, unchanged.body, unchanged.is_reused) == ("304 Not Modified HTTP/1.1", b"", True)
    part = peer.ask("GET", server.url("/file"), "Range: bytes=1000-1999")
    assert (part.status, part.body) == ("206 Partial Content HTTP/1.1", pattern(5000)[1000:2000])
    assert part.is_reused


def test_a_body_made_on_the_way_is_chunked(peer, nginx):
    server = nginx("gzip on; gzip_types text/plain;")
    (server.files / "file.txt").write_bytes(pattern(400_000))
    answers = [peer.ask("GET", server.url("/file.txt"), "Accept-Encoding: gzip") for _ in range(2)]
    for answer in answers:
        assert (answer.value("Transfer-Encoding"), gzip.decompress(answer.body)) == ("chunked", pattern(400_000))
    assert answers[1].is_reused


def test_a_body_may_end_with_the_connection(peer, nginx):
    server = nginx("gzip on; gzip_types text/plain; chunked_transfer_encoding off;")
    (server.files / "file.txt").write_bytes(pattern(400_000))
    answers = [peer.ask("GET", server.url("/file.txt"), "Accept-Encoding: gzip") for _ in range(2)]
    for answer in answers:
        assert (answer.value("Connection"), answer.value("Content-Length")) == ("close", None)
        assert (gzip.decompress(answer.body), answer.end, answer.is_reused) == (pattern(400_000), "complete", False)


def test_an_upload_too_large_is_refused_while_it_is_sent(peer, nginx):
    server = nginx("client_max_body_size 1k;")
    answer = peer.ask("POST", server.url("/file"), body=bytes(2_000_000))
    assert (answer.status, answer.end) == ("413 Request Entity Too Large HTTP/1.1", "complete")


def test_a_connection_that_nginx_closes_is_not_used_again(peer, nginx):
    server = nginx("keepalive_timeout 1s;")
    (server.files / "file").write_bytes(b"text")
    assert not peer.ask("GET", server.url("/file")).is_reused
    assert peer.ask("GET", server.url("/file")).is_reused
    # nginx does not say how long it keeps connections: the agent sees the end of one that is free.
    until(lambda: peer.sockets() == (0, 0, 0), "the agent has noticed", seconds=4)
    answer = peer.ask("GET", server.url("/file"))
    assert (answer.body, answer.is_reused, answer.end) == (b"text", False, "complete")


def test_a_connection_ends_after_the_requests_that_nginx_allows(peer, nginx):
    server = nginx("keepalive_requests 3;")
    (server.files / "file").write_bytes(b"text")
    answers = [peer.ask("GET", server.url("/file")) for _ in range(6)]
    assert [answer.is_reused for answer in answers] == [False, True, True] * 2
    assert [answer.value("Connection") for answer in answers] == ["keep-alive", "keep-alive", "close"] * 2


BEHIND = """
location / {{
    proxy_pass http://{host}:{port};
    proxy_http_version {version};
    proxy_set_header Connection {connection};
    proxy_set_header Upgrade $http_upgrade;
    proxy_request_buffering off;
    proxy_buffering off;
}}
"""


def behind(nginx, peer, version="1.1", connection='""'):
    host, port = peer.address
    return nginx("client_max_body_size 0;", BEHIND.format(host=host, port=port, version=version, connection=connection))


def test_the_server_behind_nginx_serves_either_version(peer, nginx, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(pattern(2_000_000))
    for version, connection in ("1.0", "close"), ("1.1", '""'):
        server = behind(nginx, peer, version, connection)
        assert run("curl", "--silent", server.url("/chunked/300000")).stdout == pattern(300_000)
        assert run("curl", "--silent", server.url("/sized/300000")).stdout == pattern(300_000)
        echo = run("curl", "--silent", "--upload-file", source, server.url("/echo")).stdout
        assert echo == pattern(2_000_000), version
        assert peer.line(f"^request GET /sized/300000 HTTP/{version}$")


def test_the_server_behind_nginx_upgrades(peer, nginx):
    server = behind(nginx, peer, connection="upgrade")
    answer = peer.ask("GET", server.url("/chat"), "Connection: Upgrade", "Upgrade: echo")
    assert (answer.status, answer.body) == ("101 Switching Protocols HTTP/1.1", b"is there anybody?")
