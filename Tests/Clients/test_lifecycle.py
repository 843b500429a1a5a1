"""From the first line on stderr to the exit code."""

import os
import resource
import signal
import socket
import subprocess
import time

import pytest

from harness.message import fetch, is_served, request
from harness.proxyd import BINARY, is_sanitized, run_proxyd
from harness.waiting import until


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_an_idle_proxy_ends_at_once_with_0(start_proxy, number):
    idle = start_proxy({"timeouts": {"shutdown": "20s"}})
    idle.signal(number)
    assert idle.wait(12) == 0


def test_free_origin_sockets_and_idle_clients_do_not_delay_the_end(start_proxy, web):
    idle = start_proxy({"timeouts": {"shutdown": "20s"}})
    with idle.connect() as client:
        client.send(request(web.url("/hello")))
        client.response()
        idle.signal()
        assert idle.wait(12) == 0
        assert client.ended()


def test_a_request_in_flight_is_finished_first(start_proxy, web):
    busy = start_proxy({"timeouts": {"shutdown": "20s"}})
    with busy.connect() as client:
        client.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the request is at the origin")
        busy.signal()
        until(lambda: busy.status()["draining"], "it drains")
        web.gate.set()
        answer = client.response()
        assert answer.body == b"held"
        assert b"close" in answer.value("Connection").lower()
        assert client.ended()
    assert busy.wait(12) == 0


def test_no_connection_is_accepted_while_draining(start_proxy, echo):
    leaving = start_proxy({"timeouts": {"shutdown": "20s"}})
    with leaving.tunnel(echo.authority) as client:
        leaving.signal()
        until(lambda: refused(leaving), "new connections are refused")
        client.send(b"still here")
        assert client.exactly(10) == b"still here"
    assert leaving.wait(12) == 0


def test_a_unix_socket_is_the_next_process_while_this_one_drains(start_proxy, echo, web, tmp_path):
    """A restart: the new process has the path, and the old one's end must not take it away."""
    path = tmp_path / "proxyd.sock"
    settings = {"listen": ["127.0.0.1:0", f"unix:{path}"]}
    leaving = start_proxy(settings)
    with leaving.tunnel(echo.authority) as client:
        leaving.signal()
        until(lambda: not path.exists(), "the path is free")
        next_one = start_proxy(settings)
        client.send(b"still here")
        assert client.exactly(10) == b"still here"
    assert leaving.wait(12) == 0
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(path))
        sock.sendall(request(web.url("/hello")))
        assert b"hello" in sock.recv(65536)
    next_one.stop()
    assert not path.exists()


def refused(proxy):
    try:
        socket.create_connection(proxy.address, timeout=5).close()
        return False
    except ConnectionResetError:
        # The listener was closed between the kernel's SYN-ACK and this side's ACK.
        return False
    except ConnectionRefusedError:
        return True


def test_a_tunnel_is_ended_at_the_deadline(start_proxy, echo):
    leaving = start_proxy({"timeouts": {"shutdown": "500ms"}})
    with leaving.tunnel(echo.authority) as client:
        began = time.monotonic()
        leaving.signal()
        assert client.ended()
        assert leaving.wait(12) == 0
        assert time.monotonic() - began >= 0.4, "it had its time"


def test_a_second_signal_ends_it_at_once(start_proxy, echo):
    leaving = start_proxy({"timeouts": {"shutdown": "60s"}})
    with leaving.tunnel(echo.authority):
        leaving.signal()
        until(lambda: leaving.status()["draining"], "it drains")
        leaving.signal()
        leaving.wait(12)
    assert leaving.exit_code == 0


def test_a_start_that_waits_for_its_token_obeys_signals(tmp_path):
    """It may come through a pipe, and whoever writes that may not come."""
    token, config = tmp_path / "token", tmp_path / "proxyd.yaml"
    os.mkfifo(token)
    config.write_text(f"listen: 127.0.0.1:0\nadmin_token_file: {token}\n")
    waiting = subprocess.Popen([str(BINARY), "--config", str(config)], stderr=subprocess.DEVNULL)
    try:
        writer = until(lambda: opened_for_writing(token), "it reads")
        waiting.terminate()
        assert waiting.wait(15) == -signal.SIGTERM
        os.close(writer)
    finally:
        waiting.kill()
        waiting.wait(10)


def opened_for_writing(pipe):
    """A descriptor, or None while nobody reads."""
    try:
        return os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return None


def test_a_port_in_use_is_named_and_ends_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = run_proxyd("--listen", address, "--admin", "127.0.0.1:0")
    assert ended.returncode not in (0, 2)
    assert address in ended.stderr
    assert "in use" in ended.stderr.lower()


def test_an_admin_port_in_use_is_named_and_ends_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        ended = run_proxyd("--listen", "127.0.0.1:0", "--admin", address)
    assert ended.returncode not in (0, 2)
    assert address in ended.stderr


def test_several_listeners_are_all_served(start_proxy, web):
    several = start_proxy({"listen": ["127.0.0.1:0", "127.0.0.2:0"]})
    until(lambda: several.errors().count("listening on") == 2, "both are announced")
    second = next(line for line in several.errors().splitlines() if "listening on 127.0.0.2:" in line)
    several.port = int(second.split("127.0.0.2:")[1].split()[0])
    with socket.create_connection(("127.0.0.2", several.port), timeout=5) as sock:
        sock.sendall(request(web.url("/hello")))
        assert b"hello" in sock.recv(65536)


def test_a_unix_socket_listener_is_served(start_proxy, web, tmp_path):
    path = tmp_path / "proxyd.sock"
    start_proxy({"listen": ["127.0.0.1:0", f"unix:{path}"]})
    until(path.exists, "the socket exists")
    with socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(5)
        sock.connect(str(path))
        sock.sendall(request(web.url("/hello")))
        assert b"hello" in sock.recv(65536)


def test_descriptors_return_to_where_they_began(start_proxy, web, echo):
    tidy = start_proxy({"pool": {"max_free_sockets": 0}})
    fetch(tidy, web.url("/hello"))
    until(lambda: tidy.status()["connections"]["client_open"] == 0, "the first client has left")
    before = tidy.descriptors()
    for at in range(60):
        fetch(tidy, web.url("/bytes/70000"))
        with tidy.tunnel(echo.authority) as client:
            client.send(b"ping")
            client.exactly(4)
            if at % 3 == 0:
                client.reset()
    until(lambda: tidy.descriptors() <= before + 2, f"no more than {before} descriptors and a spare pipe")


@pytest.mark.skipif(
    is_sanitized("tsan"),
    reason="without a descriptor the thread sanitizer cannot name what it has seen, and so not match what is known")
def test_running_out_of_descriptors_is_survived(start_proxy, web):
    """With few descriptors some clients must wait or be refused; afterwards all is well again."""
    starved = start_proxy()
    resource.prlimit(starved.pid, resource.RLIMIT_NOFILE, (starved.descriptors() + 12, 4096))
    clients = [starved.connect() for _ in range(40)]
    for client in clients:
        client.send(request(web.url("/hello")))
    for client in clients:
        client.close()
    resource.prlimit(starved.pid, resource.RLIMIT_NOFILE, (4096, 4096))

    until(lambda: is_served(starved, web.url("/hello")), "a new client is served")


def test_stdin_and_terminal_are_not_needed(start_proxy):
    """As under systemd or in a container: nothing is read, and it is its own master."""
    running = start_proxy()
    assert os.readlink(f"/proc/{running.pid}/fd/0") == "/dev/null"
    assert running.admin("/live")[0] == 200
