"""Every file under cases/ is a test: what both ends see, byte for byte, however the input is split."""

import pathlib

import pytest

from runner.casefile import read

CASES = sorted(pathlib.Path(__file__).parent.joinpath("cases").rglob("*.case"))


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
