"""Ports for a run: a range in which nobody listens, below the ones that the kernel hands out by itself."""

import os
import socket

FIRST, LAST = 20000, 32000


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do it: connections of an earlier run that linger in TIME_WAIT are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_base(count: int) -> int:
    """The first of `count` free ports in a row. Starts at this process's own place: two runs rarely meet."""
    span = LAST - FIRST
    for step in range(span // count):
        base = FIRST + (os.getpid() * count + step * count) % (span - count)
        if all(_is_free(port) for port in range(base, base + count)):
            return base
    raise SystemExit(f"no {count} free ports in a row between {FIRST} and {LAST}")
