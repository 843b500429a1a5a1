"""The log's word for what happened."""

import re

from harness.waiting import until

LINE = re.compile(r'"(?P<method>\S+) (?P<target>[^"]*)" (?P<status>\d+) .*reason=(?P<reason>\S+)$', re.MULTILINE)


def endings(proxy, target):
    """(status, reason) of every line so far whose target contains `target`."""
    return [
        (int(line["status"]), line["reason"])
        for line in LINE.finditer(proxy.access_log()) if target in line["target"]
    ]


def ending(proxy, target):
    """(status, reason) of the only line for `target`, waited for. Status 0: nothing was sent."""
    found = until(lambda: endings(proxy, target), f"a log line for {target}")
    assert len(found) == 1, found
    return found[0]
