"""Which rights the running process has kept."""

import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

import pytest

from harness.message import fetch
from harness.proxyd import BINARY, is_sanitized, run_proxyd
from harness.waiting import until

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = pwd.getpwnam("nobody")


@pytest.fixture
def folder_of_nobody():
    """A folder that the user can reach: those of tmp_path are below one that only root may enter."""
    with tempfile.TemporaryDirectory() as name:
        os.chown(name, NOBODY.pw_uid, NOBODY.pw_gid)
        yield pathlib.Path(name)


def threads(proxy):
    """The status of every thread, as name -> words. Of the first alone under a sanitizer, which makes one before us."""
    # Its threads are made after its addresses are announced; it answers when all are there.
    assert proxy.admin("/live")[0] == 200
    found = []
    for status in pathlib.Path(f"/proc/{proxy.pid}/task").glob(f"{proxy.pid if is_sanitized() else '*'}/status"):
        lines = (line.partition(":") for line in status.read_text().splitlines())
        found.append({name: text.split() for name, _, text in lines})
    assert found
    return found


def test_addresses_are_announced_when_all_rights_are_given_up(start_proxy):
    """Whoever waits for these lines finds modes, owners and rights as they will stay."""
    running = start_proxy()
    until(lambda: "rights given up" in running.errors(), "the rights are given up")
    lines = running.errors().splitlines()
    given_up = next(index for index, line in enumerate(lines) if "rights given up" in line)
    announced = [index for index, line in enumerate(lines) if line.startswith(("listening on", "admin on"))]
    assert len(announced) == 2 and given_up < min(announced), running.errors()


def test_closed_standard_descriptors_are_nobody_elses(start_proxy, web):
    """Else log lines go to whatever has got the numbers, a socket perhaps."""
    running = start_proxy(wrapper=["sh", "-c", 'exec "$@" <&- >&-', "sh"])
    assert fetch(running, web.url("/hello")).body == b"hello"
    assert {os.readlink(f"/proc/{running.pid}/fd/{number}") for number in (0, 1)} == {"/dev/null"}
    until(lambda: running.status()["log"]["lost_lines"] == 1, "the line is lost, and counted")


def test_a_closed_standard_error_is_nobody_elses(start_proxy, web, tmp_path):
    path = tmp_path / "proxyd.sock"
    config = tmp_path / "proxyd.yaml"
    config.write_text(f"listen: unix:{path}\nadmin: off\nprocess: {{core_dumps: on}}\n")
    started = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", str(BINARY), "--config", str(config)])
    try:
        until(path.exists, "it listens")
        assert {os.readlink(f"/proc/{started.pid}/fd/{number}") for number in range(3)} == {"/dev/null"}
        started.terminate()
        assert started.wait(15) == 0
    finally:
        started.kill()
        started.wait(10)


def test_every_thread_is_filtered_and_can_gain_nothing(start_proxy, web):
    """The default: no configuration asks for it."""
    running = start_proxy()
    assert fetch(running, web.url("/hello")).body == b"hello"
    assert {thread["NoNewPrivs"][0] for thread in threads(running)} == {"1"}
    assert {thread["Seccomp"][0] for thread in threads(running)} == {"0" if is_sanitized() else "2"}


@pytest.mark.skipif(is_sanitized(), reason="the sanitizer has a thread of its own")
def test_every_thread_says_what_it_is_for(start_proxy):
    running = start_proxy({"loops": 3})
    wanted = ["loop-1", "loop-2", "proxyd-log"]

    def others():
        """The first thread has the program's name, whatever that is."""
        return sorted(thread["Name"][0] for thread in threads(running) if int(thread["Pid"][0]) != running.pid)

    until(lambda: others() == wanted, "all have their names")


def test_the_filter_can_be_turned_off(start_proxy):
    assert {thread["Seccomp"][0] for thread in threads(start_proxy({"process": {"seccomp": "off"}}))} == {"0"}


@pytest.mark.skipif(is_sanitized(), reason="there is no filter under a sanitizer")
def test_the_filter_can_be_required(start_proxy):
    assert {thread["Seccomp"][0] for thread in threads(start_proxy({"process": {"seccomp": "on"}}))} == {"2"}


@as_root
def test_root_becomes_the_user_with_every_thread_and_keeps_nothing(start_proxy, web, echo, tmp_path):
    log = tmp_path / "access.log"
    running = start_proxy({"process": {"user": "nobody"}, "access_log": {"target": str(log)}})
    assert fetch(running, web.url("/hello")).body == b"hello"
    with running.tunnel(echo.authority) as client:
        client.send(bytes(300_000))
        assert client.exactly(300_000) == bytes(300_000)
    for thread in threads(running):
        assert set(thread["Uid"]) == {str(NOBODY.pw_uid)}
        assert set(thread["Gid"]) == {str(NOBODY.pw_gid)}
        assert set(thread["Groups"]) == {str(NOBODY.pw_gid)}
        assert {int(thread[name][0], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
        assert thread["NoNewPrivs"] == ["1"]
    until(lambda: log.read_text().count("\n") == 2, "the log that root opened is written to")
    status = running.status()
    assert status["memory"]["rss_bytes"] > 1_000_000, "its own figures are readable still"
    assert status["descriptors"]["open"] > 5


@as_root
def test_a_group_can_be_named_and_numbers_need_no_account(start_proxy):
    running = start_proxy({"process": {"user": "54321:12345"}})
    assert {tuple(thread["Uid"] + thread["Gid"]) for thread in threads(running)} == {("54321",) * 4 + ("12345",) * 4}
    assert {tuple(thread["Groups"]) for thread in threads(running)} == {("12345",)}


@as_root
@pytest.mark.parametrize("user, words", [
    ("nobody-of-that-name", ["no account", "nobody-of-that-name"]),
    ("nobody:no-such-group", ["no group", "no-such-group"]),
    ("54321", ["54321:GROUP"]),
])
def test_a_user_who_is_not_known_keeps_it_from_starting(tmp_path, user, words):
    file = tmp_path / "proxyd.yaml"
    file.write_text(f"listen: 127.0.0.1:0\nadmin: off\nprocess:\n  user: '{user}'\n")
    ended = run_proxyd("--config", file)
    assert ended.returncode == 1
    assert all(word in ended.stderr for word in words), ended.stderr


@pytest.mark.parametrize("user", ["root", "0", "0:0"])
def test_root_is_no_user_to_become(tmp_path, user):
    file = tmp_path / "proxyd.yaml"
    file.write_text(f"process:\n  user: '{user}'\n")
    ended = run_proxyd("check", file)
    assert ended.returncode == 2
    assert f"{file}:2:9: process.user:" in ended.stderr


@as_root
def test_root_without_a_user_is_told_what_to_write(start_proxy):
    assert "process: {user: nobody}" in start_proxy().errors()


@as_root
def test_a_unix_socket_belongs_to_the_user(start_proxy, folder_of_nobody):
    path = folder_of_nobody / "proxyd.sock"
    running = start_proxy({"process": {"user": "nobody"}, "listen": ["127.0.0.1:0", f"unix:{path},mode=660"]})
    status = path.stat()
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (NOBODY.pw_uid, NOBODY.pw_gid, 0o660)
    running.stop()
    assert not path.exists()


@as_root
def test_a_unix_socket_that_cannot_be_removed_is_taken_over_by_the_next(start_proxy, tmp_path):
    path = tmp_path / "proxyd.sock"
    settings = {"process": {"user": "nobody"}, "listen": ["127.0.0.1:0", f"unix:{path}"]}
    for _ in range(2):
        running = start_proxy(settings)
        running.stop()
        assert path.exists()
        assert f"{path} stays" in running.errors()


def dumpable(proxy):
    """A process that is not dumpable shows in that /proc gives its files to root."""
    return os.stat(f"/proc/{proxy.pid}/environ").st_uid != 0


@as_root
def test_no_core_can_be_written_unless_asked_for(start_proxy):
    silent, talkative = (
        start_proxy({"process": {"user": "nobody", "core_dumps": word}}) for word in ("off", "on"))
    for proxy in silent, talkative:
        until(lambda: "rights given up" in proxy.errors(), "it is what it will be")
    assert (dumpable(silent), dumpable(talkative)) == (False, True)
    limits = pathlib.Path(f"/proc/{silent.pid}/limits").read_text()
    assert next(line for line in limits.splitlines() if "core" in line).split()[4:6] == ["0", "0"]


@pytest.fixture
def guarded(tmp_path):
    """`guarded(text)`: a configuration file with that text, and a token file beside it."""
    token = tmp_path / "token"
    token.write_text("c29tZSByYW5kb20gd29yZCBmb3IgdGVzdHM=\n")
    token.chmod(0o600)
    file = tmp_path / "proxyd.yaml"

    def write(text):
        file.write_text(text.format(folder=tmp_path))
        file.chmod(0o644)
        return file, token

    return write


def test_files_that_only_the_right_people_touch_are_not_mentioned(guarded):
    file, _ = guarded("admin_token_file: {folder}/token\n")
    assert "warning" not in run_proxyd("check", file).stdout


def test_loose_permissions_are_reported_by_check_with_what_to_run(guarded):
    file, token = guarded("admin_token_file: {folder}/token\n")
    file.chmod(0o646)
    token.chmod(0o644)
    told = run_proxyd("check", file)
    assert told.returncode == 0
    assert f"warning: {file} can be written by everybody; run: chmod go-w {file}\n" in told.stdout
    assert f"warning: {token} holds secrets and can be read by everybody; run: chmod o= {token}\n" in told.stdout
    assert "c29t" not in told.stdout + told.stderr


def test_loose_permissions_are_reported_at_the_start(start_proxy, guarded):
    _, token = guarded("")
    token.chmod(0o666)
    running = start_proxy({"admin_token_file": str(token)})
    assert f"{token} can be written by everybody" in running.errors()
    assert f"{token} holds secrets and can be read by everybody" in running.errors()


def test_an_account_that_is_not_there_is_reported_by_check(guarded):
    file, _ = guarded("process: {{user: nobody-of-that-name}}\n")
    assert "warning: process.user: there is no account" in run_proxyd("check", file).stdout


@as_root
def test_a_file_that_the_user_could_not_read_again_keeps_it_from_starting(guarded, tmp_path):
    names = tmp_path / "names"
    names.write_text("ads.example\n")
    names.chmod(0o600)
    file, _ = guarded(
        "listen: 127.0.0.1:0\nadmin: off\nprocess: {{user: nobody}}\n"
        "access: {{lists: {{ads: {{files: ['{folder}/names']}}}}}}\n")
    ended = run_proxyd("--config", file)
    assert ended.returncode == 1
    assert f"{names} cannot be read by nobody" in ended.stderr
    assert f"chmod g+r {names}" in ended.stderr


@as_root
def test_only_root_can_become_somebody_else(tmp_path):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        file = folder / "proxyd.yaml"
        file.write_text("listen: 127.0.0.1:0\nadmin: off\nprocess: {user: nobody}\n")
        binary = folder / "proxyd"
        shutil.copy(BINARY, binary)
        ended = subprocess.run(
            ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups", str(binary), "--config", str(file)],
            capture_output=True, text=True, timeout=15)
    assert ended.returncode == 1
    assert "only root can become `nobody`" in ended.stderr
