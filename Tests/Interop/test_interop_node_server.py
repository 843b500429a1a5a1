"""The library's client against Node's own server: what both sides saw."""

import pytest

from harness.waiting import until
from harness.web import pattern

BODY = (b"proxy and origin; " * 12000)[:200000]


@pytest.mark.parametrize("path", ["/sized/70000", "/chunked/70000", "/closed/70000"])
def test_bodies_of_every_framing_arrive_whole(peer, node_server, path):
    answer = peer.ask("GET", node_server().url(path))
    assert (answer.status, answer.end) == ("200 OK HTTP/1.1", "complete")
    assert answer.body == pattern(70000)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_body_comes_back_with_the_trailers_of_the_answer(peer, node_server, is_chunked):
    answer = peer.ask("POST", node_server().url("/echo"), body=BODY, is_chunked=is_chunked)
    assert (answer.body, answer.trailers, answer.end) == (BODY, [("X-Bytes", "none")], "complete")


def test_a_body_waits_for_continue(peer, node_server):
    server = node_server()
    accepted = peer.ask("PUT", server.url("/echo"), "Expect: 100-continue", body=BODY)
    assert (accepted.interim, accepted.body, accepted.end) == (["100"], BODY, "complete")
    refused = peer.ask("PUT", server.url("/refused"), "Expect: 100-continue", body=b"not sent")
    assert (refused.status, refused.interim, refused.body) == ("417 Expectation Failed HTTP/1.1", [], b"not that\n")
    # The body that was not sent would be taken for a request: the connection must not be used again.
    assert peer.ask("GET", server.url()).body == b"hello"
    assert server.line("^request GET / on 2$") and server.count("clientError") == 0


def test_interim_answers_come_before_the_final_one(peer, node_server):
    answer = peer.ask("GET", node_server().url("/hints"))
    assert (answer.interim, answer.body) == (["102", "103"], b"hello")


def test_lines_of_one_name_stay_lines(peer, node_server):
    answer = peer.ask("GET", node_server().url("/cookies"))
    assert [value for name, value in answer.fields if name == "Set-Cookie"] == ["a=1", "b=2"]


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_leaves_the_connection_usable(peer, node_server, status):
    server = node_server()
    assert peer.ask("GET", server.url(f"/status/{status}")).body == b""
    assert peer.ask("HEAD", server.url("/sized/5000")).value("Content-Length") == "5000"
    answer = peer.ask("GET", server.url())
    assert (answer.body, answer.is_reused) == (b"hello", True)
    assert server.line("^request GET / on 1$")


def test_default_fields_are_what_node_expects(peer, node_server):
    server = node_server()
    fields = peer.ask("GET", server.url("/fields"), "X-Case: a", "x-case: b").body.decode().splitlines()
    assert fields == ["Host", f"127.0.0.1:{server.port}", "X-Case", "a", "x-case", "b", "Connection", "keep-alive"]


def test_an_upgrade_is_a_socket_on_both_sides(peer, node_server):
    answer = peer.ask("GET", node_server().url(), "Connection: Upgrade", "Upgrade: echo")
    assert (answer.status, answer.value("Upgrade")) == ("101 Switching Protocols HTTP/1.1", "echo")
    assert (answer.body, answer.end) == (b"is there anybody?", "complete")


def test_a_connect_is_a_socket_on_both_sides(peer, node_server):
    server = node_server()
    answer = peer.ask("CONNECT", server.url())
    assert (answer.status, answer.body, answer.end) == ("200 OK HTTP/1.1", b"is there anybody?", "complete")
    assert server.line("^tunnel (.*)$")[1] == "example.test:1"


def test_an_answer_that_is_cut_off_is_not_whole(peer, node_server):
    answer = peer.ask("GET", node_server().url("/cut"))
    assert (answer.body, answer.end) == (b"half.", "ECONNRESET")


def test_a_connection_that_is_reset_is_an_error(peer, node_server):
    answer = peer.ask("GET", node_server().url("/reset"))
    assert (answer.status, answer.end, answer.is_reused) == (None, "ECONNRESET", False)


def test_a_refusal_is_heard_by_who_is_still_sending(peer, node_server):
    answer = peer.ask("POST", node_server().url("/refused"), body=bytes(200_000))
    assert (answer.status, answer.body, answer.end) == ("413 Payload Too Large HTTP/1.1", b"too much\n", "complete")


def test_the_server_hears_of_a_request_that_is_aborted(peer, node_server):
    server = node_server()
    with peer.connect() as wire:
        wire.send(f"GET /gateway HTTP/1.1\r\nHost: peer\r\nAsk: GET {server.url('/endless')}\r\n\r\n".encode())
        wire.head()
        wire.exactly(100_000)
    server.line("^closed /endless false$")
    assert until(lambda: peer.sockets() == (0, 0, 0), "the agent has let go of the connection")


def test_a_connection_is_used_again_until_a_second_before_node_closes_it(peer, node_server):
    server = node_server(2000)
    assert not peer.ask("GET", server.url("/1")).is_reused
    assert peer.ask("GET", server.url("/2")).is_reused
    assert peer.sockets() == (0, 1, 0)
    until(lambda: peer.sockets() == (0, 0, 0), "the agent has closed it", seconds=4)
    # Node's own time is not over: had the agent waited for it, a request could have crossed Node's FIN.
    assert server.line("^disconnected 1$")
    assert not peer.ask("GET", server.url("/3")).is_reused
    assert server.line("^connection 2$")


def test_a_second_is_too_short_to_keep_a_connection(peer, node_server):
    server = node_server(1000)
    assert [peer.ask("GET", server.url()).is_reused for _ in range(3)] == [False] * 3
    until(lambda: server.count("^disconnected ") == 3, "every connection was closed")
