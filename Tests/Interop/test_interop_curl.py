"""curl against the library's server."""

import hashlib

from harness.command import run
from harness.web import pattern


def curl(*arguments, **more):
    return run("curl", "--silent", "--show-error", "--max-time", "20", *arguments, **more).stdout


def test_one_connection_serves_many_transfers(peer, tmp_path):
    urls = [argument for n in range(5) for argument in ("--output", tmp_path / str(n), peer.url(f"/chunked/{n * 40000}"))]
    connects = curl("--write-out", "%{num_connects} %{http_code} %{size_download}\n", *urls).decode().splitlines()
    assert connects == [f"{int(n == 0)} 200 {n * 40000}" for n in range(5)]
    assert [(tmp_path / str(n)).read_bytes() for n in range(5)] == [pattern(n * 40000) for n in range(5)]


def test_a_head_has_the_fields_of_the_get_and_no_body(peer):
    head = curl("--head", peer.url("/sized/1234")).decode()
    assert head.startswith("HTTP/1.1 200 OK\r\n") and "content-length: 1234\r\n" in head.lower()


def test_http_1_0_gets_bodies_that_end_with_the_connection(peer):
    answer = curl("--http1.0", "--include", peer.url("/chunked/100000"))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"transfer-encoding" not in head.lower() and b"connection: close" in head.lower()
    assert body == pattern(100000)


def test_http_1_0_that_asks_for_it_is_kept_alive(peer):
    urls = [peer.url("/sized/1000"), peer.url("/sized/2000")]
    answer = curl("--http1.0", "--header", "Connection: keep-alive", "--write-out", "%{num_connects}", *urls)
    assert answer == pattern(1000) + b"1" + pattern(2000) + b"0"


def test_uploads_of_either_framing_come_back_whole(peer, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(pattern(3_000_000))
    for framing in ([], ["--header", "Transfer-Encoding: chunked"]):
        body = curl("--upload-file", source, *framing, peer.url("/echo"))
        assert hashlib.sha256(body).digest() == hashlib.sha256(pattern(3_000_000)).digest(), framing


def test_a_refused_upload_is_not_sent(peer, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(bytes(5_000_000))
    told = curl(
        "--upload-file", source, "--header", "Expect: 100-continue", "--expect100-timeout", "20",
        "--write-out", "%{http_code} %{size_upload}", peer.url("/refused"))
    assert told == b"not that\n417 0"


def test_an_answer_that_comes_before_the_upload_is_heard(peer, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(bytes(5_000_000))
    told = curl(
        "--upload-file", source, "--header", "Expect:", "--write-out", "%{http_code}", peer.url("/refused"), check=False)
    assert told.endswith(b"too much\n413")


def test_field_lines_arrive_as_they_were_sent(peer):
    lines = curl("--header", "X-Case: a  b", "--header", "x-case: c", "--user-agent", "", "--header", "Accept:",
                 peer.url("/fields")).decode()
    assert lines == f"Host: 127.0.0.1:{peer.address[1]}\nX-Case: a  b\nx-case: c\n"


def test_an_upgrade_to_http_2_is_passed_over(hello):
    assert curl("--http2", "--include", hello.url("/h2")).startswith(b"HTTP/1.1 200 OK\r\n")
