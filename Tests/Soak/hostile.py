"""Thousands of clients that send what costs most and read nothing, and origins like them: memory stays within its bound."""

import argparse
import pathlib
import sys
import tempfile

from faultkit.hostile import hold_to_bound, settings_for
from faultkit.ledger import Ledger
from harness.proxyd import Proxyd, merged, raise_descriptor_limit


def main():
    parser = argparse.ArgumentParser(prog="dev/hostile", description=__doc__)
    parser.add_argument("--connections", type=int, default=9000, help="how many clients (%(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="how long they may take to send it all (%(default)s)")
    options = parser.parse_args()
    raise_descriptor_limit(3 * options.connections + 1000)
    settings = merged(settings_for(options.connections), {"pool": {"idle": "100ms"}})
    with tempfile.TemporaryDirectory() as folder:
        proxy = Proxyd(pathlib.Path(folder), settings)
        ledger = Ledger(proxy)
        try:
            hold_to_bound(proxy, options.connections, options.seconds, say=lambda line: print(line, flush=True))
            ledger.check(20)
            proxy.stop(30)
        except AssertionError as wrong:
            print(f"verdict: FAIL: {wrong}")
            return 1
        finally:
            proxy.kill()
    print("verdict: pass")
    return 0


if __name__ == "__main__":
    sys.exit(main())
