"""Waiting for a fact with a deadline. Nothing in this suite sleeps for a fixed time and then hopes."""

import time

# For tests that fail: long enough for a build under a sanitizer on a machine that has more to do.
DEFAULT_SECONDS = 20.0


def until(fact, what, seconds=DEFAULT_SECONDS, every=0.01):
    """Returns the first true value of `fact()`, or fails saying that `what` did not happen in `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        value = fact()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what} (last value: {value!r})")
        time.sleep(every)


def stays(fact, what, seconds=0.3, every=0.02):
    """Fails when `fact()` stops being true within `seconds`: for things that must *not* happen."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not fact():
            raise AssertionError(f"did not hold for {seconds} s: {what}")
        time.sleep(every)
