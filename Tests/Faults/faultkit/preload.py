"""The proxy's system calls, made to fail from the test: the other side of `faults.c`."""

import errno
import mmap
import pathlib
import struct
import subprocess

SOURCE = pathlib.Path(__file__).with_name("faults.c")
CALLS = ["accept", "socket", "connect", "epoll_add", "send", "splice_in", "splice_out", "pipe"]
HEADER = struct.Struct("=QQq")
RULE = struct.Struct("=6I")
ENDLESS = 0xFFFF_FFFF


def compile_library(folder):
    """Builds the library that is preloaded, once per run."""
    library = pathlib.Path(folder) / "faults.so"
    subprocess.run(
        ["cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library), str(SOURCE)],
        check=True, timeout=60)
    return library


class Preload:
    """One proxy's faults. `environment` is what that proxy is started with; nothing fails before it is asked to."""

    def __init__(self, library, control, seed=1):
        size = HEADER.size + RULE.size * len(CALLS)
        control.write_bytes(HEADER.pack(seed, 0, 0).ljust(size, b"\0"))
        with control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), size)
        self.environment = {"LD_PRELOAD": str(library), "FAULTS_CONTROL": str(control)}

    def fail(self, call, error, times=ENDLESS, often=1.0, skip=0, cap=0):
        """`call` fails with the errno `error` (a name): `times` times, each call with the chance `often`, after `skip`."""
        assert hasattr(errno, error), error
        self._write(call, getattr(errno, error), int(often * 1_000_000), skip, times, cap)

    def shorten(self, call, most):
        """`call` takes at most `most` bytes at a time, fewer at random."""
        self._write(call, 0, 0, 0, 0, most)

    def heal(self):
        """Nothing fails any more. What has failed stays counted."""
        for call in CALLS:
            self._write(call, 0, 0, 0, 0, 0)

    def failed(self, call):
        """How often `call` has failed."""
        return RULE.unpack_from(self._memory, self._offset(call))[5]

    def set_wall_clock(self, seconds):
        """Moves the wall clock that the proxy sees by `seconds` from the real one."""
        struct.pack_into("=q", self._memory, 16, int(seconds * 1e9))

    def _offset(self, call):
        return HEADER.size + RULE.size * CALLS.index(call)

    def _write(self, call, *values):
        struct.pack_into("=5I", self._memory, self._offset(call), 0, *values[1:])
        # The errno last: it is what arms the rule.
        struct.pack_into("=I", self._memory, self._offset(call), values[0])
