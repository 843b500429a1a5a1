"""Fixtures: one proxy per named set of settings, and the outcome of every case, played by a few threads at once."""

import concurrent.futures

import pytest

from harness.fixtures import pytest_configure  # noqa: F401
from harness.proxyd import Proxyd, merged
from runner.casefile import read
from runner.play import Play, blocks_of
from runner.settings import COMMON, SETTINGS
from runner.splits import splits_of

# Cases spend their time waiting for sockets; more threads than this only queue for the interpreter.
THREADS = 12


@pytest.fixture(scope="session")
def outcomes(request, tmp_path_factory):
    """Case -> future with the list of its failures. The cases selected start together, in order."""
    items = [item for item in request.session.items if "outcomes" in item.fixturenames]
    cases = {item.callspec.params["path"]: read(item.callspec.params["path"]) for item in items}
    proxies = {}
    for name in sorted({case.settings for case in cases.values()}):
        folder = tmp_path_factory.mktemp(name)
        proxies[name] = Proxyd(folder, merged(COMMON, SETTINGS[name]))
    with concurrent.futures.ThreadPoolExecutor(THREADS) as pool:
        # Cases that wait for time-outs first: they would be the tail otherwise.
        ordered = sorted(cases.items(), key=lambda item: item[1].splits != "none")
        yield {path: pool.submit(failures_of, case, proxies[case.settings]) for path, case in ordered}
        pool.shutdown(cancel_futures=True)
    failures = []
    for proxy in proxies.values():
        try:
            proxy.stop()
        except AssertionError as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def failures_of(case, proxy):
    """What went wrong in the runs of `case`; two failures are enough to see whether splitting matters."""
    failures = []
    for split in splits_of(case, blocks_of(case)):
        try:
            Play(case, proxy, split).run()
        except Exception as failure:  # a defect of the runner must name its case, too
            failures.append(f"{type(failure).__name__}: {failure}" if not isinstance(failure, AssertionError)
                            else str(failure))
        if len(failures) == 2:
            break
    return failures
