"""A proxy under a crowd of hostile clients and origins: what it holds, against what it has said it may."""

import re

from faultkit.hostile_clients import HostileCrowd
from faultkit.hostile_origins import HostileOrigins
from harness.message import fetch
from harness.proxyd import is_sanitized
from harness.waiting import until

# A block of 64 KiB, with what its alignment costs.
BLOCK_MIB = 68 / 1024
# Heads, tables and objects of a connection, and what the allocator keeps.
CONNECTION_MIB = 24 / 1024
# Places and time enough for all of them to be there at once.
SETTINGS = {
    "pool": {"max_sockets": 10_000, "queue": 10_000, "queue_wait": "5m"},
    "timeouts": {"head": "5m", "body": "5m", "write_stall": "5m", "response_head": "5m", "body_window": "5m"},
    "access_log": {"target": "off"},
}


def settings_for(count):
    return SETTINGS | {"limits": {"max_connections": count + 8}}


def bound_mib(proxy):
    """What the proxy says that it takes at most under its settings."""
    return int(re.search(r"memory=at most (\d+) MiB", proxy.errors()).group(1))


def hold_to_bound(proxy, count, seconds, say=lambda line: None):
    """Lets `count` of them loose, and fails if memory is not within its bounds or others are not served."""
    origins = HostileOrigins()
    before = proxy.rss_mib()
    crowd = HostileCrowd(proxy.address, origins, count)
    try:
        crowd.push(seconds, lambda: proxy.status()["connections"]["client_open"] == count)
        status = proxy.status()
        blocks, held, rss = status["memory"]["blocks_in_use"], status["connections"]["client_open"], proxy.rss_mib()
        say(f"{held} connections hold {blocks} blocks of at most {crowd.most_blocks}; "
            f"{rss:.0f} MiB resident, {before:.0f} before, at most {bound_mib(proxy)}")
        assert crowd.refused == 0 and held == count, f"{held} of {count} are there, {crowd.refused} were cut off"
        # Otherwise they are not as hostile as they think.
        assert blocks > crowd.most_blocks / 4, f"{blocks} blocks"
        assert blocks <= crowd.most_blocks, f"{blocks} blocks, at most {crowd.most_blocks}"
        if not is_sanitized():
            assert rss <= bound_mib(proxy)
            assert rss - before <= blocks * BLOCK_MIB + count * CONNECTION_MIB
        answer = fetch(proxy, f"http://{origins.answering}/")
        assert answer.status == 200, answer
    finally:
        crowd.close()
        origins.close()
    until(lambda: proxy.status()["memory"]["blocks_in_use"] == 0, "everything is given back", seconds=20)
