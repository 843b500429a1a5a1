"""One line for each request and each tunnel."""

import json

import pytest

from harness.message import fetch, request
from harness.waiting import until


def lines(proxy, count):
    """The access log once it has `count` lines; more is a failure."""
    found = until(lambda: (x := proxy.access_log().splitlines()) and len(x) >= count and x, f"{count} lines")
    assert len(found) == count, found
    return found


def test_a_request_is_one_line_with_its_target_and_status(start_proxy, web):
    logging = start_proxy()
    fetch(logging, web.url("/status/418?a=b"))
    line = lines(logging, 1)[0]
    assert all(part in line for part in ("GET", web.authority, "/status/418?a=b", "418", "127.0.0.1"))


def test_every_request_of_a_connection_has_its_line(start_proxy, web):
    logging = start_proxy()
    with logging.connect() as client:
        client.send(request(web.url("/hello")) * 5)
        for _ in range(5):
            client.response()
    assert len(lines(logging, 5)) == 5


def test_a_json_line_is_json(start_proxy, web, echo):
    logging = start_proxy({"access_log": {"format": "json"}})
    fetch(logging, web.url("/hello"), 'User-Agent: "quoted\\ "')
    with logging.tunnel(echo.authority) as client:
        client.send(b"ping")
        client.exactly(4)
    for line in lines(logging, 2):
        assert isinstance(json.loads(line), dict)


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_target_cannot_forge_a_line(start_proxy, web, format):
    """Whatever bytes a target may hold, a line stays one printable line."""
    logging = start_proxy({"access_log": {"format": format}})
    with logging.connect() as client:
        client.send(b"GET " + web.url("/hello?").encode() + b"\xff\"\\\xc2\x9b HTTP/1.1\r\nHost: x\r\n\r\n")
        client.response()
    line = lines(logging, 1)[0]
    assert line.isprintable()


def test_the_log_can_be_a_file(start_proxy, web, tmp_path):
    file = tmp_path / "access.log"
    logging = start_proxy({"access_log": {"target": str(file)}})
    fetch(logging, web.url("/hello"))
    until(lambda: file.exists() and "/hello" in file.read_text(), "the line is in the file")
    assert logging.access_log() == ""


def test_the_log_can_be_off(start_proxy, web):
    quiet = start_proxy({"access_log": {"target": "off"}})
    fetch(quiet, web.url("/hello"))
    quiet.stop()
    assert quiet.access_log() == ""


def test_no_line_is_lost_at_the_end(start_proxy, web):
    logging = start_proxy()
    with logging.connect() as client:
        client.send(request(web.url("/hello")) * 200)
        for _ in range(200):
            client.response()
    logging.stop()
    assert len(logging.access_log().splitlines()) == 200


def test_an_answer_of_the_proxys_own_has_no_timings_of_an_earlier_request(start_proxy, web):
    logging = start_proxy({"loops": 1})
    fetch(logging, web.url("/hello"))
    with logging.connect() as client:
        client.send(b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.response().status == 200
    line = lines(logging, 2)[1]
    assert "connect=0.000" in line and "first=0.000" in line and "reused=0" in line
