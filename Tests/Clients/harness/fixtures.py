"""Fixtures of every suite: the proxy, with default settings or with a test's own, and origins.

A suite's `conftest.py` imports what it uses from here.
"""

import pytest

from .certificate import Certificate
from .dns import DNSServer
from .echo import EchoOrigin
from .origin import Origin
from .proxyd import BINARY, Proxyd, raise_descriptor_limit
from .web import WebOrigin


def pytest_configure(config):
    raise_descriptor_limit()
    if not BINARY.exists():
        raise pytest.UsageError(f"{BINARY} does not exist: build it with dev/build, or name another in PROXYD_BIN")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Puts the proxy's settings and logs beside every failure."""
    report = yield
    if report.failed:
        running = list(getattr(item, "funcargs", {}).values())
        running += getattr(item, "started_proxies", [])
        for value in running:
            if isinstance(value, Proxyd):
                report.sections.append((f"proxyd {value.pid}", value.logs()))
    return report


@pytest.fixture(scope="session")
def proxy(tmp_path_factory):
    """One proxy with default settings for all tests that need nothing else."""
    running = Proxyd(tmp_path_factory.mktemp("proxyd"))
    yield running
    running.stop()


@pytest.fixture
def start_proxy(tmp_path, request):
    """`start_proxy({"pool": {"max_sockets": 1}})`: a proxy of the test's own, stopped and checked at its end."""
    request.node.started_proxies = started = []

    def start(settings=None, **more):
        folder = tmp_path / f"proxyd{len(started)}"
        folder.mkdir()
        started.append(Proxyd(folder, settings, **more))
        return started[-1]

    yield start
    failures = []
    for running in started:
        try:
            running.stop()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


@pytest.fixture
def origin():
    """`origin(serve)`: a scripted origin; an assertion that fails inside it fails the test."""
    started = []

    def start(serve, **more):
        started.append(Origin(serve, **more))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def web():
    """A counting HTTP origin."""
    one = WebOrigin()
    yield one
    one.gate.set()
    one.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return Certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def secure_web(certificate):
    """The counting HTTP origin behind TLS."""
    one = WebOrigin(tls=certificate.server_context())
    yield one
    one.gate.set()
    one.close()


@pytest.fixture
def echo():
    one = EchoOrigin()
    yield one
    one.close()


@pytest.fixture
def dns():
    one = DNSServer()
    yield one
    one.gate.set()
    one.close()
