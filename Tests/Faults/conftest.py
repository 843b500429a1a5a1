"""Fixtures of the fault tests: proxies that must end a test holding what they held at its start."""

import pytest

from faultkit.ledger import Ledger
from faultkit.preload import Preload, compile_library
from harness.fixtures import (  # noqa: F401
    dns,
    echo,
    origin,
    pytest_configure,
    pytest_runtest_makereport,
    start_proxy,
    web,
)
from harness.proxyd import merged

# Free sockets are given up soon: at its end a test's proxy must hold no descriptor more than at its start.
BRIEF = {"pool": {"idle": "100ms"}}


@pytest.fixture
def start_watched(start_proxy):  # noqa: F811
    """`start_proxy` whose proxies must, at the end of the test, have given back all that they took."""
    ledgers = []

    def start(settings=None, **more):
        running = start_proxy(merged(BRIEF, settings or {}), **more)
        ledgers.append(Ledger(running))
        return running

    yield start
    for ledger in ledgers:
        ledger.check()


@pytest.fixture
def watched(start_watched):
    """A proxy with default settings that must end the test with nothing left behind."""
    return start_watched()


@pytest.fixture(scope="session")
def faults_library(tmp_path_factory):
    return compile_library(tmp_path_factory.mktemp("faults"))


@pytest.fixture
def start_failing(start_watched, faults_library, tmp_path):
    """`start_failing(settings, seed=1)`: (proxy, faults), watched as well; the faults are healed before the count."""
    made = []

    def start(settings=None, seed=1):
        preload = Preload(faults_library, tmp_path / f"faults{len(made)}", seed)
        made.append(preload)
        return start_watched(settings, environment=preload.environment), preload

    yield start
    for preload in made:
        preload.heal()
