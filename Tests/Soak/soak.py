"""Many clients of every kind and origins that misbehave, for minutes; at the end all must be as at the beginning."""

import argparse
import pathlib
import random
import sys
import tempfile
import threading
import time
import traceback
from types import SimpleNamespace

from websockets.sync.server import serve

from clients import Client
from faultkit.ledger import Ledger
from harness.echo import EchoOrigin
from harness.origin import refused_port
from harness.proxyd import Proxyd, is_sanitized, raise_descriptor_limit
from origin import MisbehavingOrigin

SETTINGS = {
    "pool": {"max_sockets": 6, "idle": "1s"},
    "timeouts": {"response_head": "1500ms", "body": "1500ms", "write_stall": "5s", "tunnel_half_closed": "5s"},
    "access_log": {"target": "off"},
}
MOST_FAILURES = 20
# What memory may have grown by since the warm-up: allocators keep a little.
MOST_GROWTH_MIB = 8


class Soak:
    """The run: workers until the time is up or too much went wrong."""

    def __init__(self, proxy, seconds, seed, workers):
        self.proxy = proxy
        self.seconds = seconds
        self.failures = []
        self._lock = threading.Lock()
        self._sockets = serve(echo_messages, "127.0.0.1", 0, max_size=1 << 24)
        threading.Thread(target=self._sockets.serve_forever, daemon=True).start()
        self.targets = SimpleNamespace(
            origins=[MisbehavingOrigin() for _ in range(3)], echo=EchoOrigin(), refused=refused_port(),
            websocket=f"ws://127.0.0.1:{self._sockets.socket.getsockname()[1]}/")
        self.clients = [
            Client(f"{seed}-{at}", random.Random(f"{seed}/{at}"), proxy, self.targets) for at in range(workers)]

    def run(self):
        self._began = time.monotonic()
        self._until = self._began + self.seconds
        threads = [threading.Thread(target=self._work, args=(client,), daemon=True) for client in self.clients]
        for thread in threads:
            thread.start()
        warm = None
        report = min(60.0, max(5.0, self.seconds / 4))
        while any(thread.is_alive() for thread in threads):
            self._wait(threads, min(time.monotonic() + report, self._until + 60))
            warm = warm or self.proxy.rss_mib()
            print(self._line(), flush=True)
            if time.monotonic() > self._until + 60:
                self.failures.append("a client is stuck")
                break
        return warm

    @staticmethod
    def _wait(threads, deadline):
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _work(self, client):
        while time.monotonic() < self._until and len(self.failures) < MOST_FAILURES:
            try:
                client.run()
            except Exception as wrong:
                with self._lock:
                    self.failures.append(f"{client.name}: {''.join(traceback.format_exception_only(wrong)).strip()}")

    def _line(self):
        status = self.proxy.status()
        scenarios = sum(sum(client.counts.values()) for client in self.clients)
        counters = status["pool"]["counters"]
        return (
            f"{time.monotonic() - self._began:5.0f} s: scenarios={scenarios} requests={status['requests']['total']} "
            f"tunnels={status['tunnels']['total']} reused={counters['reused']} dialled={counters['dialled']} "
            f"retried={status['requests']['retried']} lost={self.lost()} rss={self.proxy.rss_mib():.1f}MiB "
            f"descriptors={status['descriptors']['open']} blocks={status['memory']['blocks_in_use']} "
            f"failures={len(self.failures)}")

    def lost(self):
        return sum(client.lost for client in self.clients)

    def close(self):
        self._sockets.shutdown()
        self.targets.echo.close()
        for one in self.targets.origins:
            try:
                one.close()
            except AssertionError as altered:
                self.failures.append(str(altered))


def echo_messages(connection):
    for message in connection:
        connection.send(message)


def check_memory(proxy, warm):
    now = proxy.rss_mib()
    if not is_sanitized() and now > warm + MOST_GROWTH_MIB:
        raise AssertionError(f"memory grew from {warm:.1f} to {now:.1f} MiB")


def check_lost(proxy, running):
    if running.lost():
        requests = proxy.status()["requests"]["total"]
        raise AssertionError(f"{running.lost()} of {requests} requests were lost although they may be repeated")


def main():
    parser = argparse.ArgumentParser(prog="dev/soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600, help="how long (%(default)s)")
    parser.add_argument("--seed", type=int, default=None, help="the same seed makes the same requests (random)")
    parser.add_argument("--workers", type=int, default=16, help="clients at a time (%(default)s)")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    print(f"seed {seed}, {options.seconds:.0f} s, {options.workers} clients at a time", flush=True)
    raise_descriptor_limit()
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxyd(pathlib.Path(folder), SETTINGS)
        try:
            failures = soak(proxy, options, seed)
        finally:
            proxy.kill()
    for failure in failures:
        print(f"  {failure}")
    print("verdict: " + (f"FAIL, {len(failures)} failures with seed {seed}" if failures else "pass"))
    return 1 if failures else 0


def soak(proxy, options, seed):
    """Everything that went wrong, in words."""
    ledger = Ledger(proxy)
    running = Soak(proxy, options.seconds, seed, options.workers)
    warm = running.run()
    running.close()
    checks = (
        lambda: ledger.check(20), lambda: check_lost(proxy, running), lambda: check_memory(proxy, warm), proxy.stop)
    for check in checks:
        try:
            check()
        except AssertionError as wrong:
            running.failures.append(str(wrong))
    return running.failures


if __name__ == "__main__":
    sys.exit(main())
