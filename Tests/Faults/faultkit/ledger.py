"""What a proxy holds, and that it holds no more of it afterwards than before."""

import os
import pathlib
import time

from harness.waiting import until


class Ledger:
    """Counts at the time it is made; `check()` waits until they are reached again.

    Spare pipes are the one thing that may remain: each loop keeps up to 16, and they come in pairs of descriptors.
    """

    def __init__(self, proxy):
        self.proxy = proxy
        self.before = until(self._settled, "the proxy is at rest")

    def check(self, seconds=10.0):
        """Fails with the differences unless everything is given back within `seconds`."""
        last = {}

        def given_back():
            last.update(self._counts())
            return not self._differences(last)

        try:
            until(given_back, "everything is given back", seconds=seconds, every=0.03)
        except AssertionError:
            raise AssertionError(f"left behind after {seconds} s: {self._differences(last)}") from None

    def _differences(self, now):
        return {name: f"{count}, not {self.before[name]}" for name, count in now.items() if count > self.before[name]}

    def _settled(self):
        counts = self._counts()
        return counts if counts["client connections"] == 0 and counts["blocks"] == 0 else None

    def _counts(self):
        # Before the question for the status, which opens one more.
        kinds = descriptors(self.proxy)
        status = self.proxy.status()
        pool = status["pool"]
        return {
            "client connections": status["connections"]["client_open"],
            "origin connections": status["connections"]["origin_open"],
            "active requests": status["requests"]["active"],
            "tunnels": status["tunnels"]["open"],
            "pool sockets": pool["sockets"] + pool["free_sockets"],
            "dials": pool["dialling"],
            "waiting requests": pool["requests"],
            "look-ups": status["resolver"]["in_flight"],
            "blocks": status["memory"]["blocks_in_use"],
            "pipes": status["memory"]["pipes_in_use"],
            "socket descriptors": kinds["socket"],
            "other descriptors": kinds["other"],
            "odd pipe ends": kinds["pipe"] % 2,
            "pipe ends beyond the spare ones": max(0, kinds["pipe"] - 32 * len(status["loops"])),
        }


def descriptors(proxy):
    """Open descriptors by kind, without the three standard ones, which may be pipes of the test's.

    The fewest of a few countings: the connection of the last question for the status may not be closed yet.
    """
    return min((_count(proxy) for _ in range(5)), key=lambda kinds: kinds["socket"])


def sockets(proxy):
    """Open sockets, listeners included."""
    return descriptors(proxy)["socket"]


def _count(proxy):
    kinds = {"socket": 0, "pipe": 0, "other": 0}
    folder = pathlib.Path(f"/proc/{proxy.pid}/fd")
    for entry in os.listdir(folder):
        try:
            target = os.readlink(folder / entry)
        except FileNotFoundError:
            continue
        kind = target.partition(":")[0]
        if int(entry) >= 3:
            kinds[kind if kind in ("socket", "pipe") else "other"] += 1
    time.sleep(0.005)
    return kinds
