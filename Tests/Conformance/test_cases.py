"""Every file under cases/ is a test: what both ends see, byte for byte, however the input is split."""

import pathlib
import re

import pytest

from runner.casefile import read

HERE = pathlib.Path(__file__).parent
CASES = sorted(HERE.joinpath("cases").rglob("*.case"))


def name_of(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", CASES, ids=name_of)
def test_case(path, outcomes):
    failures = outcomes[path].result()
    assert not failures, f"{read(path).header['intent']}\n" + "\n".join(failures)


def test_there_are_cases():
    assert len(CASES) >= 300


def test_every_intent_is_said_once():
    intents = [read(path).header["intent"] for path in CASES]
    assert sorted({intent for intent in intents if intents.count(intent) > 1}) == []


def test_failures_of_others_are_kept_out_by_tests_that_exist():
    known = {name_of(path) for path in CASES}
    for suite in ("Clients", "Faults"):
        for path in HERE.parent.joinpath(suite).glob("test_*.py"):
            known |= {f"{path.name}::{name}" for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)}
    rows = [line for line in (HERE / "field-failures.md").read_text().splitlines() if line.startswith("|")]
    named = re.findall(r"`([\w.-]+(?:/|::)[\w-]+)`", "\n".join(rows))
    assert len(named) > 100
    assert sorted(set(named) - known) == []
