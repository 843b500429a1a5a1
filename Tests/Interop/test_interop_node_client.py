"""Node's own client and fetch against the library's server: what both sides saw."""

import hashlib
import json

from harness.command import run
from harness.waiting import until
from harness.web import pattern

from conftest import SCRIPTS

#: What client.js sends.
BODY = (b"proxy and origin; " * 12000)[:200000]


def node(peer, action):
    """The JSON values that client.js prints."""
    done = run("node", SCRIPTS / "client.js", peer.url(""), action, seconds=30)
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def digest(body):
    return hashlib.sha256(body).hexdigest()


def test_the_agent_keeps_connections_alive(peer):
    [told] = node(peer, "agent")
    for n, answer in enumerate(told["answers"]):
        assert answer["digest"] == digest(pattern(n * 1000)), n
        framing = "content-length" if n % 2 else "transfer-encoding"
        assert framing in answer["headers"] or n == 0, answer
        assert answer["headers"]["connection"] == "keep-alive"
    assert told["sockets"] <= 3
    until(lambda: peer.count("^finished ") == 30, "the server has sent all")
    assert peer.count("^connection ") == told["sockets"]


def test_a_body_is_sent_when_the_server_says_continue(peer):
    accepted, refused = node(peer, "expect")
    assert accepted["events"] == ["continue", 100] and accepted["isSent"]
    assert (accepted["status"], accepted["digest"]) == (200, digest(BODY))
    assert refused["events"] == [] and not refused["isSent"]
    assert (refused["status"], refused["headers"]["connection"]) == (417, "close")


def test_trailers_go_both_ways(peer):
    [answer] = node(peer, "trailers")
    assert answer["digest"] == digest(BODY)
    assert answer["trailers"] == {"x-sum": "a sum", "x-more": "another"}


def test_an_upgrade_is_a_socket_on_both_sides(peer):
    assert node(peer, "upgrade") == [[101, "echo", "over the wire"]]
    peer.line("^upgrade echo with 0 early bytes$")
    peer.line("^upgrade echo closed$")


def test_a_connect_is_a_socket_on_both_sides(peer):
    assert node(peer, "connect") == [[200, 0, "through it"]]
    peer.line("^tunnel example.test:443 closed$")


def test_the_server_hears_of_clients_that_leave(peer):
    assert node(peer, "aborted") == ["aborted"]
    peer.line("^closed /endless$")
    peer.line("^aborted /echo: ECONNRESET$")
    assert peer.count("^finished ") == 0


def test_answers_of_every_kind_are_understood(peer):
    cookies, hints, empty, unchanged, closed, cut, thrown, head = node(peer, "others")
    assert cookies["headers"]["set-cookie"] == ["a=1; Path=/", "b=2"]
    assert (hints["events"], hints["digest"]) == ([102, 103], digest(b"hello"))
    for answer, status in (empty, 204), (unchanged, 304):
        assert (answer["status"], answer["size"]) == (status, 0)
        assert "content-length" not in answer["headers"] and "transfer-encoding" not in answer["headers"]
    assert closed["digest"] == digest(pattern(5000)) and closed["headers"]["connection"] == "close"
    assert cut == {"error": "ECONNRESET", "size": 5, "events": ["aborted"]}
    assert thrown["status"] == 500
    assert (head["headers"]["content-length"], head["size"]) == ("1000", 0)
    peer.line(r"^handler failed: Thrown\(\)$")
    # The server lives on: a connection that one answer did not end was used again for the next.
    assert [answer["reused"] for answer in (cookies, hints, empty, unchanged, closed)] == [False, *[True] * 4]


def test_fetch_is_served(peer):
    assert node(peer, "fetch") == [{"sizes": [70000, 70000], "isSame": True}]


def test_pipelined_requests_are_answered_in_order(peer):
    paths = ["/sized/3000", "/chunked/20000", "/status/204", "/hints", "/echo", "/fields"]
    with peer.connect() as wire:
        requests = [b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % path.encode() for path in paths]
        requests[4] = b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-A: b\r\n\r\n"
        wire.send(b"".join(requests))
        answers = [wire.final_response() for _ in paths]
    assert [answer.status for answer in answers] == [200, 200, 204, 200, 200, 200]
    assert [answer.body for answer in answers[:4]] == [pattern(3000), pattern(20000), b"", b"hello"]
    assert (answers[4].body, answers[4].trailers.lower()) == (b"abc", b"x-a: b\r\n")
    assert answers[5].body == b"Host: a\n"
    until(lambda: peer.count("^finished ") == len(paths), "the server has sent all")
    assert [line.split()[1] for line in list(peer.lines) if line.startswith("finished")] == paths
