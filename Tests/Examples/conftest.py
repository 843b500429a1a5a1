"""Fixtures of the examples' tests: each example as a process, and origins for those that need one."""

import pytest

from harness.fixtures import certificate, echo, origin, secure_web, web  # noqa: F401
from harness.program import Program


@pytest.fixture
def start():
    """`start("HelloServer", 0)`: an example, which Ctrl-C ends when the test does."""
    running = []

    def launch(name, *arguments):
        running.append(Program(name, *arguments))
        return running[-1]

    yield launch
    failures = []
    for program in running:
        try:
            program.stop()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
