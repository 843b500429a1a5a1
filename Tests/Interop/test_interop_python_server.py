"""The library's client against Python's http.server."""

from email.utils import formatdate

import pytest

from harness.web import pattern


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_a_file_arrives_whole(peer, python_server, version):
    server = python_server(version)
    (server.folder / "file").write_bytes(pattern(500_000))
    answers = [peer.ask("GET", server.url("/file")) for _ in range(3)]
    assert [(answer.status, answer.end) for answer in answers] == [(f"200 OK {version}", "complete")] * 3
    assert all(answer.body == pattern(500_000) for answer in answers)
    # An HTTP/1.0 server closes after each answer unless it says otherwise.
    assert [answer.is_reused for answer in answers] == [False, version == "HTTP/1.1", version == "HTTP/1.1"]


def test_a_listing_and_its_head_agree(peer, python_server):
    server = python_server()
    (server.folder / "file").touch()
    listing, head = peer.ask("GET", server.url()), peer.ask("HEAD", server.url())
    assert b"file" in listing.body and head.body == b""
    assert head.value("Content-Length") == str(len(listing.body))


def test_an_unchanged_file_has_no_body(peer, python_server):
    server = python_server("HTTP/1.1")
    (server.folder / "file").write_bytes(b"text")
    answers = [peer.ask("GET", server.url("/file"), f"If-Modified-Since: {formatdate(usegmt=True)}") for _ in range(2)]
    assert [(answer.status, answer.body) for answer in answers] == [("304 Not Modified HTTP/1.1", b"")] * 2
    assert answers[1].is_reused


def test_an_error_closes_the_connection(peer, python_server):
    server = python_server("HTTP/1.1")
    answers = [peer.ask("GET", server.url("/nothing")) for _ in range(2)]
    assert [(answer.status, answer.is_reused) for answer in answers] == [("404 File not found HTTP/1.1", False)] * 2
