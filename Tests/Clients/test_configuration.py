"""The command line and the file, from outside: only what a test of the parser itself cannot see."""

import re
import subprocess

import pytest

from harness.origin import refused_port
from harness.proxyd import ROOT, run_proxyd


@pytest.mark.parametrize("text, place, words", [
    ("timeouts:\n  haed: 15s\n", "2:3", ["haed", "head"]),
    ("timeouts:\n  head: 15\n", "2:9", ["unit"]),
    ("loops: 900\n", "1:8", ["64"]),
    ("pool:\n  max_sockets: many\n", "2:16", ["many"]),
    ("pool: [1\n", "", ["proxyd.yaml:"]),
], ids=["unknown key", "no unit", "out of range", "wrong type", "no YAML"])
def test_a_bad_file_ends_it_with_2_and_the_place(tmp_path, text, place, words):
    file = tmp_path / "proxyd.yaml"
    file.write_text(text)
    ended = run_proxyd("--config", file)
    assert ended.returncode == 2
    assert f"{file}:{place}" in ended.stderr
    assert all(word in ended.stderr for word in words), ended.stderr


def test_every_problem_of_a_file_is_reported(tmp_path):
    file = tmp_path / "proxyd.yaml"
    file.write_text("loops: 900\ntimeouts:\n  haed: 15s\npool:\n  idle: 3 weeks\n")
    ended = run_proxyd("--config", file)
    assert ended.returncode == 2
    assert [f"{file}:{line}:" in ended.stderr for line in (1, 3, 5)] == [True, True, True]


def test_a_file_that_cannot_be_read_ends_it_with_2(tmp_path):
    ended = run_proxyd("--config", tmp_path / "missing.yaml")
    assert ended.returncode == 2
    assert "missing.yaml" in ended.stderr


@pytest.mark.parametrize("arguments", [["--listen", "nonsense"], ["--listen", "127.0.0.1:99999"], ["--nonsense"]])
def test_a_bad_command_line_ends_it_with_2(arguments):
    ended = run_proxyd(*arguments)
    assert ended.returncode == 2
    assert ended.stderr


def test_the_shipped_file_is_checked_as_good():
    ended = run_proxyd("check", ROOT / "config/proxyd.yaml")
    assert re.search(r"memory: at most \d+ MiB for \d+ connections of \d+ KiB", ended.stdout)
    assert (ended.returncode, ": ok" in ended.stdout) == (0, True), ended


def test_the_version_is_printed():
    ended = run_proxyd("--version")
    assert ended.returncode == 0
    assert ended.stdout.strip()[0].isdigit() or "proxyd" in ended.stdout


def test_env_prints_what_a_shell_can_read():
    ended = run_proxyd("env", "--listen", "127.0.0.1:4321")
    assert ended.returncode == 0
    told = subprocess.run(
        ["sh", "-c", 'eval "$1"; echo "$http_proxy $https_proxy $HTTPS_PROXY"', "sh", ended.stdout],
        capture_output=True, text=True, timeout=10, env={}).stdout
    assert told.split() == ["http://127.0.0.1:4321"] * 3


def test_health_asks_the_admin_listener(start_proxy):
    running = start_proxy()
    assert run_proxyd("health", "--admin", f"127.0.0.1:{running.admin_port}").returncode == 0


def test_health_fails_when_nothing_answers():
    assert run_proxyd("health", "--admin", f"127.0.0.1:{refused_port()}").returncode == 1
