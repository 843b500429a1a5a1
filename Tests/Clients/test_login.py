"""Who may use the proxy: 407, the hashes that a login costs, and where the password does not go."""

import itertools
import json
import re
import threading

import pytest

from harness.login import basic, hashes, status
from harness.message import fetch, request
from harness.passwords import bcrypt, sha_crypt
from harness.proxyd import run_proxyd
from harness.waiting import until

ANN = basic("ann", "secret")
CHALLENGE = b'Basic realm="proxyd", charset="UTF-8"'


@pytest.fixture
def asking(start_proxy, tmp_path):
    """`asking(lines, settings)`: a proxy whose users are these; by default ann with the password `secret`."""
    def start(lines=None, settings=None):
        file = tmp_path / "users"
        file.write_text(lines or bcrypt("ann", "secret"))
        running = start_proxy({"authentication": {"password_file": str(file)}} | (settings or {}))
        running.users = file
        return running

    return start


# The challenge


def test_without_a_login_it_asks_and_keeps_the_connection(asking, web):
    with asking().connect() as client:
        client.send(request(web.url("/hello")))
        answer = client.response()
        assert answer.status == 407
        assert answer.value("Proxy-Authenticate") == CHALLENGE
        assert answer.value("Connection") is None
        assert status(client, web.url("/hello"), ANN) == 200
    assert len(web.seen) == 1


def test_the_realm_is_the_configured_one(asking, web, tmp_path):
    named = asking(settings={"authentication": {"password_file": str(tmp_path / "users"), "realm": "our proxy (ask Ann)"}})
    answer = fetch(named, web.url("/hello"))
    assert answer.value("Proxy-Authenticate") == b'Basic realm="our proxy (ask Ann)", charset="UTF-8"'


@pytest.mark.parametrize("line", [
    basic("ann", "wrong"), basic("ann", ""), basic("eve", "secret"), basic("ann", "secretx"), basic("Ann", "secret"),
    "Proxy-Authorization: Basic", "Proxy-Authorization: Basic !!!", "Proxy-Authorization: Bearer secret",
    "Proxy-Authorization: Basic YW5u", ANN + "\r\n" + ANN, "Authorization: " + ANN.partition(": ")[2],
], ids=["password", "empty", "user", "longer", "case", "nothing", "no base64", "bearer", "no colon", "twice", "origin's"])
def test_what_is_no_right_login_is_asked_again(asking, web, line):
    answer = fetch(asking(), web.url("/hello"), line)
    assert answer.status == 407 and answer.value("Proxy-Authenticate") == CHALLENGE
    assert web.seen == []


def test_two_logins_in_a_request_are_none_on_a_connection_that_is_known_too(asking, web):
    with asking().connect() as client:
        assert status(client, web.url("/hello"), ANN) == 200
        assert status(client, web.url("/hello"), ANN, basic("eve", "guess")) == 407
        assert status(client, web.url("/hello"), ANN) == 200
    assert len(web.seen) == 2


def test_every_form_of_request_needs_a_login(asking, web):
    proxy = asking()
    for head in (b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
                 request(web.url("/hello"), "Connection: Upgrade", "Upgrade: websocket"),
                 request(web.url("/hello"), "Max-Forwards: 0", method="TRACE"),
                 request(web.url("/hello"), method="HEAD")):
        with proxy.connect() as client:
            client.send(head)
            assert client.response(to="HEAD").status == 407, head


def test_connect_without_a_login_ends_the_connection(asking, web):
    with asking().connect() as client:
        client.send(b"CONNECT %s HTTP/1.1\r\nHost: x\r\n\r\n" % web.authority.encode() + request(web.url("/hello"), ANN))
        answer = client.response(to="CONNECT")
        assert answer.status == 407
        assert answer.value("Proxy-Authenticate") == CHALLENGE
        assert answer.value("Connection") == b"close"
        assert client.rest() == b"", "what follows a CONNECT is no request"


def test_a_refused_upload_ends_the_connection_and_its_body_goes_nowhere(asking, web):
    with asking().connect() as client:
        client.send(request(web.url("/echo"), "Content-Length: 1000000", method="POST") + bytes(10))
        answer = client.response()
        assert answer.status == 407 and answer.value("Connection") == b"close"
    assert web.seen == []


# What a login costs


@pytest.mark.parametrize("line", [
    lambda: bcrypt("ann", "secret"), lambda: sha_crypt("ann", "secret", 6), lambda: sha_crypt("ann", "secret", 5),
], ids=["bcrypt", "SHA-512", "SHA-256"])
def test_what_htpasswd_and_openssl_write_is_read(asking, web, line):
    proxy = asking(line())
    assert fetch(proxy, web.url("/hello"), ANN).body == b"hello"
    assert fetch(proxy, web.url("/hello"), basic("ann", "Secret")).status == 407


def test_a_password_may_have_colons_blanks_and_umlauts(asking, web):
    proxy = asking(bcrypt("jos\u00e9", "a:b \u00fc"))
    assert fetch(proxy, web.url("/hello"), basic("jos\u00e9", "a:b \u00fc")).status == 200


def test_many_connections_with_one_login_cost_one_hash(asking, web):
    proxy = asking(bcrypt("ann", "secret", cost=11))
    found = []

    def one():
        with proxy.connect() as client:
            for _ in range(5):
                found.append(status(client, web.url("/hello"), ANN))

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 100
    assert hashes(proxy) == (1, 0)


def test_each_request_of_a_connection_is_judged_by_its_own_login(asking, web):
    proxy = asking(bcrypt("ann", "secret") + bcrypt("bob", "geheim"))
    bob = basic("bob", "geheim")
    with proxy.connect() as client:
        found = [status(client, web.url("/hello"), *line) for line in ([ANN], [bob], [], [ANN], [basic("ann", "x")], [bob])]
    assert found == [200, 200, 407, 200, 407, 200]
    assert hashes(proxy) == (2, 1)


def test_pipelined_requests_wait_for_the_login_before_them(asking, web):
    slow = asking(bcrypt("ann", "secret", cost=11))
    with slow.connect() as client:
        client.send(request(web.url("/bytes/1"), ANN) + request(web.url("/bytes/2")) + request(web.url("/bytes/3"), ANN))
        assert [client.response().status for _ in range(3)] == [200, 407, 200]
    assert web.paths() == ["/bytes/1", "/bytes/3"]


def test_an_upload_waits_for_its_login_and_arrives_whole(asking, web):
    slow = asking(bcrypt("ann", "secret", cost=11))
    body = bytes(range(256)) * 2000
    assert fetch(slow, web.url("/echo"), ANN, method="POST", body=body).body == body


def test_bytes_ahead_of_a_tunnel_wait_for_the_login(asking, echo):
    slow = asking(bcrypt("ann", "secret", cost=11))
    with slow.connect() as client:
        client.send(f"CONNECT {echo.authority} HTTP/1.1\r\nHost: x\r\n{ANN}\r\n\r\nearly".encode())
        assert client.response(to="CONNECT").status == 200
        assert client.exactly(5) == b"early"


def test_clients_that_go_away_during_their_login_harm_nobody(asking, web):
    slow = asking(bcrypt("ann", "secret", cost=11))
    for end in ("close", "reset"):
        for line in (request(web.url("/hello"), ANN), f"CONNECT {web.authority} HTTP/1.1\r\n{ANN}\r\n\r\n".encode()):
            client = slow.connect()
            client.send(line)
            until(lambda: slow.status()["connections"]["client_open"] > 0, "it is there")
            getattr(client, end)()
    assert fetch(slow, web.url("/hello"), ANN).status == 200
    until(lambda: slow.status()["connections"]["client_open"] == 0, "no connection is left")
    assert slow.status()["requests"]["active"] == 0


# Guessing


def test_wrong_passwords_bring_a_pause(asking, web):
    proxy = asking()
    assert fetch(proxy, web.url("/hello"), ANN).status == 200
    for number in range(6):
        assert fetch(proxy, web.url("/hello"), basic("ann", f"guess {number}")).status == 407
    # The first pause is a second; where that is over before the next guess comes, the one behind it is longer.
    guesses = (basic("bob", f"guess {number}") for number in itertools.count())
    answer = until(lambda: (x := fetch(proxy, web.url("/hello"), next(guesses))).status == 429 and x, "a pause")
    assert 1 <= int(answer.value("Retry-After")) <= 60
    assert answer.value("Proxy-Authenticate") is None
    assert fetch(proxy, web.url("/hello"), ANN).status == 200, "who is known to be right does not suffer"
    right, wrong = hashes(proxy)
    assert right == 1 and wrong >= 6


def test_one_wrong_password_again_and_again_counts_once(asking, web):
    proxy = asking()
    with proxy.connect() as client:
        assert {status(client, web.url("/hello"), basic("ann", "old")) for _ in range(50)} == {407}
        assert status(client, web.url("/hello"), ANN) == 200
    assert hashes(proxy) == (1, 1)


def test_a_failed_login_is_logged_and_cannot_forge_a_line(asking, web):
    proxy = asking()
    fetch(proxy, web.url("/hello"), basic('e"ve\u202e\u00e9', "topsecret"))
    line = until(lambda: [x for x in proxy.errors().splitlines() if "login failed" in x], "the warning")[0]
    assert "warning" in line and "127.0.0.1" in line and r'user="e\"ve\u{202E}\u{00E9}"' in line, line
    assert line.isascii()


# The file


def test_a_changed_file_is_in_force_without_a_restart(asking, web):
    proxy = asking()
    with proxy.connect() as client:
        assert status(client, web.url("/hello"), ANN) == 200
        proxy.users.write_text(bcrypt("ann", "changed") + bcrypt("bob", "geheim"))
        until(lambda: status(client, web.url("/hello"), ANN) == 407, "the old password is refused")
        assert status(client, web.url("/hello"), basic("ann", "changed")) == 200
        assert status(client, web.url("/hello"), basic("bob", "geheim")) == 200


def test_a_change_with_an_error_is_told_and_not_taken(asking, web):
    proxy = asking()
    proxy.users.write_text(bcrypt("bob", "geheim") + "ann:$apr1$x$y\n")
    until(lambda: f"{proxy.users}:2:1" in proxy.errors(), "the place is told")
    assert fetch(proxy, web.url("/hello"), ANN).status == 200
    assert proxy.status()["logins"]["refused_reloads"] == 1


@pytest.mark.parametrize("line, words", [
    ("ann:$apr1$salt$hash", ["apr1", "htpasswd -B"]), ("ann:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", ["SHA-1", "htpasswd -B"]),
    ("ann:rqXexS6ZhobKA", ["old crypt", "htpasswd -B"]), ("ann:topsecret", ["no hash", "htpasswd -B"]),
    ("ann", ["user:hash"]),
], ids=["apr1", "SHA-1", "DES", "plain", "no colon"])
def test_a_file_with_weak_hashes_is_refused_with_its_line(tmp_path, line, words):
    file, config = tmp_path / "users", tmp_path / "proxyd.yaml"
    file.write_text(f"# users\n{bcrypt('bob', 'x')}{line}\n")
    config.write_text(f"listen: 127.0.0.1:0\nadmin: off\nauthentication:\n  password_file: {file}\n")
    ended = run_proxyd("--config", config)
    assert ended.returncode == 2
    assert f"{file}:3:1: " in ended.stderr and all(word in ended.stderr for word in words), ended.stderr
    assert "topsecret" not in ended.stderr


@pytest.mark.parametrize("make, word", [
    (lambda file: None, "No such file"), (lambda file: file.write_text("# nobody\n"), "no user"),
    (lambda file: file.mkdir(), "regular file"),
], ids=["missing", "empty", "folder"])
def test_a_file_without_users_is_refused(tmp_path, make, word):
    file, config = tmp_path / "users", tmp_path / "proxyd.yaml"
    make(file)
    config.write_text(f"listen: 127.0.0.1:0\nadmin: off\nauthentication:\n  password_file: {file}\n")
    ended = run_proxyd("--config", config)
    assert ended.returncode == 2 and str(file) in ended.stderr and word in ended.stderr, ended.stderr


# Where the password does not go


def test_the_password_is_neither_forwarded_nor_written_down(asking, web):
    proxy = asking(bcrypt("ann", "geheimnis"), {"error_log": {"level": "debug"}})
    right, wrong = basic("ann", "geheimnis"), basic("ann", "kein geheimnis")
    secrets = ["geheimnis", "Proxy-Authorization", right.rpartition(" ")[2], wrong.rpartition(" ")[2]]
    with proxy.connect() as client:
        assert [status(client, web.url("/hello"), line) for line in (right, wrong, right)] == [200, 407, 200]
        client.send(request(web.url("/x"), right, "Max-Forwards: 0", method="TRACE"))
        traced = client.response().body.decode()
    with proxy.connect() as client:
        client.send(f"CONNECT {web.authority} HTTP/1.1\r\nHost: x\r\n{right}\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 200
    told = "".join(proxy.admin(path)[2].decode() for path in ("/status", "/metrics"))
    proxy.stop()
    for place in (proxy.access_log(), proxy.errors(), told, traced, *(message.head.decode() for message in web.seen)):
        assert not any(secret in place for secret in secrets), place


@pytest.mark.parametrize("format", ["text", "json"])
def test_the_access_log_names_the_user(asking, web, echo, format):
    proxy = asking(bcrypt('a"nn', "secret"), {"access_log": {"format": format}})
    line = basic('a"nn', "secret")
    fetch(proxy, web.url("/hello"), line)
    with proxy.connect() as client:
        client.send(f"CONNECT {echo.authority} HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n".encode())
        assert client.response(to="CONNECT").status == 200
    fetch(proxy, web.url("/hello"))
    logged = until(lambda: (x := proxy.access_log().splitlines()) and len(x) == 3 and x, "three lines")
    if format == "json":
        users = sorted(str(json.loads(line).get("user")) for line in logged)
        assert users == ["None", 'a"nn', 'a"nn']
    else:
        assert sorted(r" user=a\x22nn " in line for line in logged) == [False, True, True]


def test_each_line_of_a_connection_names_the_user_of_its_own_request(asking, web):
    """Proxies in front of this one put requests of many users on a connection, and the next of them behind the last."""
    proxy = asking(bcrypt("ann", "secret") + bcrypt("bob", "geheim"))
    bob = basic("bob", "geheim")
    for line in (ANN, bob):
        assert fetch(proxy, web.url("/hello"), line).status == 200
    sent = [("/1", [ANN]), ("/2", [bob]), ("/3", []), ("/4", [bob]), ("/5", [ANN, bob]), ("/6", [ANN])]
    with proxy.connect() as client:
        client.send(b"".join(request(web.url(path), *lines) for path, lines in sent))
        assert [client.response().status for _ in sent] == [404, 404, 407, 404, 407, 404]
    logged = until(lambda: (x := proxy.access_log().splitlines()) and len(x) == 8 and x, "eight lines")
    users = {path: [re.findall(r" user=(\w+)", line) for line in logged if f'{path}"' in line] for path, _ in sent}
    assert users == {
        "/1": [["ann"]], "/2": [["bob"]], "/3": [[]], "/4": [["bob"]], "/5": [[]], "/6": [["ann"]]}, logged
