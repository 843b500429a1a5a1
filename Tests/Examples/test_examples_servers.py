"""The examples that serve, used as their comments say."""

import hashlib
import threading

from harness.command import run
from harness.origin import Origin, refused_port
from harness.waiting import until
from harness.web import chunked, pattern
from harness.wire import Wire


def curl(*arguments, **more):
    return run("curl", "--silent", "--show-error", "--max-time", "30", *arguments, **more).stdout


def test_hello_server_greets(start):
    server = start("HelloServer", 0)
    answer = curl("--include", server.url("/world"), server.url("/again"))
    assert answer.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert answer.count(b"Content-Type: text/plain; charset=utf-8\r\n") == 2
    assert answer.endswith(b"\r\n\r\nHello, /again\n") and b"\r\n\r\nHello, /world\n" in answer


def test_upload_echo_sends_back_what_comes_and_holds_nothing(start, tmp_path):
    source, same = tmp_path / "big.iso", tmp_path / "same.iso"
    block = pattern(1 << 20)
    with source.open("wb") as file:
        for _ in range(64):
            file.write(block)
    server = start("UploadEcho", 0)
    curl("--upload-file", source, server.url("/small"), "--range", "0-9", check=False)
    before = server.memory_mib()
    told = curl("--upload-file", source, server.url(), "--output", same, "--write-out", "%{http_code} %{size_upload}")
    assert told == b"200 %d" % (64 << 20)
    digests = [hashlib.file_digest(path.open("rb"), "sha256").digest() for path in (source, same)]
    assert digests[0] == digests[1]
    assert server.memory_mib() < before + 8


def test_upload_echo_asks_for_a_body_that_waits(start):
    server = start("UploadEcho", 0)
    with server.connect() as wire:
        wire.send(b"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: a/b\r\nContent-Length: 5\r\n\r\n")
        assert wire.response().status == 100
        wire.send(b"hello")
        answer = wire.response()
    assert (answer.status, answer.value("Content-Type"), answer.body) == (200, b"a/b", b"hello")


def test_upload_echo_takes_nothing_but_uploads(start):
    answer = curl("--include", start("UploadEcho", 0).url())
    assert answer.startswith(b"HTTP/1.1 405 Method Not Allowed\r\nAllow: POST, PUT\r\n")


def test_upload_echo_reads_no_faster_than_its_client(start):
    server = start("UploadEcho", 0)
    with server.connect() as wire:
        wire.send(b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert wire.head().startswith(b"HTTP/1.1 200 OK\r\n")
        chunk = b"%x\r\n%s\r\n" % (1 << 16, bytes(1 << 16))
        wire.sock.settimeout(0.5)
        sent = 0
        try:
            for _ in range(1024):
                wire.send(chunk)
                sent += 1
        except TimeoutError:
            pass
        assert sent < 1024, "64 MiB were taken from a client that reads nothing"


def test_tunnelling_proxy_carries_http(start, web):
    proxy = start("TunnellingProxy", 0)
    through = ["--proxytunnel", "--proxy", "http://%s:%d" % proxy.address]
    assert curl(*through, web.url("/bytes/300000")) == pattern(300000)
    assert curl(*through, web.url("/close/300000")) == pattern(300000)


def test_tunnelling_proxy_carries_tls(start, secure_web, certificate):
    proxy = start("TunnellingProxy", 0)
    address = "%s:%d" % proxy.address
    ca = certificate.certificate
    assert curl("--proxy", f"http://{address}", "--cacert", ca, secure_web.url("/hello", "https")) == b"hello"
    told = run("openssl", "s_client", "-proxy", address, "-connect", secure_web.authority, "-CAfile", ca,
               "-verify_return_error", "-quiet", "-no_ign_eof",
               input=b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\nQ\n", seconds=20, check=False)
    assert b"verify return:1" in told.stderr


def test_tunnelling_proxy_says_why_there_is_no_tunnel(start):
    proxy = start("TunnellingProxy", 0)
    assert curl("--include", "--proxy", "http://%s:%d" % proxy.address, "http://127.0.0.1:1/").startswith(
        b"HTTP/1.1 400 Bad Request\r\n")
    before = proxy.descriptors()
    for target, status in (f"127.0.0.1:{refused_port()}", 502), ("127.0.0.1", 400), ("127.0.0.1:99999", 400):
        with proxy.connect() as wire:
            wire.send(b"CONNECT %s HTTP/1.1\r\nHost: a\r\n\r\n" % target.encode())
            assert wire.response(to="CONNECT").status == status, target
            assert wire.ended(), "a refusal is the connection's last"
    until(lambda: proxy.descriptors() <= before, "the refused connections are closed")


def test_tunnelling_proxy_lets_go_of_both_ends(start, echo):
    proxy = start("TunnellingProxy", 0)
    proxy.address
    before = proxy.descriptors()
    for leave in (Wire.close, Wire.reset):
        wire = proxy.connect()
        wire.send(b"CONNECT %s HTTP/1.1\r\nHost: a\r\n\r\nearly" % echo.authority.encode())
        assert wire.response(to="CONNECT").status == 200
        assert wire.exactly(5) == b"early"
        leave(wire)
        until(lambda: proxy.descriptors() <= before + 1 and echo.open == 0, f"both ends are closed after {leave}")


def test_tunnelling_proxy_passes_an_end_on_and_goes_on_the_other_way(start, origin):
    def serve(wire):
        assert wire.rest() == b"question"
        wire.send(b"answer")

    proxy, far = start("TunnellingProxy", 0), origin(serve)
    with proxy.connect() as wire:
        wire.send(b"CONNECT %s HTTP/1.1\r\nHost: a\r\n\r\nquestion" % far.authority.encode())
        wire.response(to="CONNECT")
        wire.shut()
        assert wire.rest() == b"answer"


def joined(chat, name):
    wire = chat.connect()
    wire.send(b"GET /%s HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n" % name)
    assert wire.response().status == 101
    return wire


def test_chat_tells_all_the_others(start):
    chat = start("Chat", 0)
    ann = joined(chat, b"ann")
    bob = joined(chat, b"bob")
    assert ann.through(b"\n") == b"bob: joined\n"
    eve = joined(chat, b"eve")
    assert (ann.through(b"\n"), bob.through(b"\n")) == (b"eve: joined\n",) * 2
    bob.send(b"hello\nhow are")
    assert (ann.through(b"\n"), eve.through(b"\n")) == (b"bob: hello\n",) * 2
    bob.send(b" you\n")
    assert (ann.through(b"\n"), eve.through(b"\n")) == (b"bob: how are you\n",) * 2
    assert bob.is_quiet()
    bob.shut()
    assert bob.ended()
    eve.reset()
    assert {ann.through(b"\n") for _ in range(2)} == {b"bob: left\n", b"eve: left\n"}
    for wire in (ann, bob):
        wire.close()


def test_chat_refuses_who_is_there_already_and_who_does_not_upgrade(start):
    chat = start("Chat", 0)
    ann = joined(chat, b"ann")
    with chat.connect() as wire:
        wire.send(b"GET /ann HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n")
        assert wire.response().status == 409
        assert wire.ended()
    answer = curl("--include", chat.url("/bob"))
    assert answer.startswith(b"HTTP/1.1 426 Upgrade Required\r\n") and b"\r\nUpgrade: chat\r\n" in answer
    assert ann.is_quiet()
    ann.send(b"x" * 10_000)
    assert ann.ended(), "a line without end"


def test_async_server_counts_uploads(start, tmp_path):
    source = tmp_path / "file"
    source.write_bytes(pattern(3_000_000))
    server = start("AsyncServer", 0)
    assert curl("--upload-file", source, server.url("/a")) == b"PUT /a: 3000000 bytes\n"
    assert curl("--upload-file", source, "--header", "Transfer-Encoding: chunked", server.url("/b")) == (
        b"PUT /b: 3000000 bytes\n")


def test_async_server_passes_on_what_another_says(start, web):
    server = start("AsyncServer", 0)
    told = curl(server.url("/?") + web.url("/chunked/500000"), "--write-out", "%{http_code}")
    assert told == pattern(500000) + b"200"
    assert curl(server.url("/?") + web.url("/nothing"), "--write-out", "%{http_code}") == b"no such page404"


def test_async_server_says_that_another_cannot_be_asked(start):
    server = start("AsyncServer", 0)
    url = f"http://127.0.0.1:{refused_port()}/"
    told = curl(server.url("/?") + url, "--write-out", "%{http_code}").decode()
    assert told.startswith(f"{url}: ") and told.endswith("\n502")
    assert "\n502" in curl(server.url("/?ftp://a/"), "--write-out", "%{http_code}").decode()


def test_async_server_cuts_off_what_was_cut_off(start, origin):
    half = origin(lambda wire: (wire.request(), wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf.")))
    server = start("AsyncServer", 0)
    done = run("curl", "--silent", server.url("/?") + half.url(), check=False)
    assert (done.returncode, done.stdout) == (18, b"half.")
    assert curl("--upload-file", "/dev/null", server.url("/alive")).endswith(b": 0 bytes\n")


def test_async_server_asks_no_further_when_its_client_has_gone(start):
    gone = threading.Event()

    def endless(wire):
        wire.request()
        wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                wire.send(chunked(bytes(65536))[:-5])
        finally:
            gone.set()

    far = Origin(endless)
    server = start("AsyncServer", 0)
    with server.connect() as wire:
        wire.send(b"GET /?%s HTTP/1.1\r\nHost: a\r\n\r\n" % far.url().encode())
        wire.exactly(100_000)
    assert gone.wait(10)
    far.close()
