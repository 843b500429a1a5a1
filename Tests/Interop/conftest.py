"""Fixtures of the interop tests: the library's peer, and other people's servers."""

import pathlib
import sys

import pytest

from harness.program import Program
from servers.nginx import Nginx
from servers.other import Other
from servers.peer import Peer

SCRIPTS = pathlib.Path(__file__).parent / "node"


def ended(*programs):
    """Ends them all, and fails if one of them could not be ended properly."""
    failures = []
    for program in programs:
        try:
            program.stop()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def peer():
    """The library's server and client, as a process."""
    running = Peer()
    yield running
    ended(running)


@pytest.fixture
def hello():
    """The example HelloServer: a server with nothing but a handler."""
    running = Program("HelloServer", 0)
    yield running
    ended(running)


@pytest.fixture
def node_server():
    """`node_server(2000)`: Node's own server, which keeps idle connections for so many milliseconds."""
    started = []

    def start(keep_alive_ms=5000):
        started.append(Other("node", SCRIPTS / "server.js", keep_alive_ms))
        return started[-1]

    yield start
    ended(*started)


@pytest.fixture
def nginx(tmp_path):
    """`nginx("keepalive_timeout 1s;", locations="...")`: nginx with a folder of files."""
    started = []

    def start(settings="", locations=""):
        started.append(Nginx(tmp_path / f"nginx{len(started)}", settings, locations))
        return started[-1]

    yield start
    ended(*started)


@pytest.fixture
def python_server(tmp_path):
    """`python_server("HTTP/1.0")`: Python's http.server with a folder of files, which is its `folder`."""
    started = []

    def start(version="HTTP/1.0"):
        folder = tmp_path / f"python{len(started)}"
        folder.mkdir()
        started.append(Other(
            sys.executable, "-u", "-m", "http.server", 0, "--bind", "127.0.0.1", "--directory", folder,
            "--protocol", version))
        started[-1].folder = folder
        return started[-1]

    yield start
    ended(*started)
