"""Runs the cases under callgrind, and reads what it counted."""

import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

# What the process asks the allocator for, by any of these names. Their calls of each other are not counted.
ALLOCATORS = frozenset({"malloc", "calloc", "realloc", "posix_memalign", "aligned_alloc", "memalign"})
_NAME = re.compile(r"\((\d+)\)(?: (.*))?")


@dataclasses.dataclass(frozen=True)
class Case:
    """One case as the program lists it."""

    name: str
    operations: int
    may_allocate: bool


@dataclasses.dataclass(frozen=True)
class Count:
    """What one operation takes."""

    instructions: float
    allocations: float


@dataclasses.dataclass(frozen=True)
class Part:
    """What was counted between two marks."""

    instructions: int
    allocations: int


def cases(program: str) -> list[Case]:
    """Every case that the program knows, in its order."""
    done = subprocess.run([program, "list"], check=True, capture_output=True, text=True)
    rows = (line.split() for line in done.stdout.splitlines())
    return [Case(name, int(operations), allocations == "any") for name, operations, allocations in rows]


def count(program: str, chosen: list[Case]) -> dict[str, Count]:
    """Runs these cases once. Raises CalledProcessError when the program or callgrind fails."""
    if shutil.which("valgrind") is None:
        raise SystemExit("counting needs valgrind (Debian: apt-get install valgrind)")
    with tempfile.TemporaryDirectory(prefix="micro-") as folder:
        out, stripped = pathlib.Path(folder, "counts"), pathlib.Path(folder, "micro")
        # Valgrind 3.19 gives up on the compiler's DWARF 5. Names of functions are all that is needed.
        subprocess.run(["strip", "--strip-debug", "-o", stripped, program], check=True)
        subprocess.run(
            ["valgrind", "--quiet", "--tool=callgrind", "--dump-before=getppid", f"--callgrind-out-file={out}",
             stripped, "count", *(case.name for case in chosen)],
            check=True, stdout=subprocess.DEVNULL, env=_environment(), timeout=600)
        # The first part is the start; then for each case its preparation and its operations take turns.
        parts = [read_part(pathlib.Path(f"{out}.{2 * place + 2}")) for place in range(len(chosen))]
    return {
        case.name: Count(part.instructions / case.operations, part.allocations / case.operations)
        for case, part in zip(chosen, parts)
    }


def read_part(path: pathlib.Path) -> Part:
    """One dump of callgrind's. ValueError when it is something else."""
    names: dict[str, str] = {}

    def named(text: str) -> str:
        number, name = _NAME.fullmatch(text).groups()
        return names.setdefault(number, name or "")

    instructions, allocations = None, 0
    caller = callee = ""
    for line in path.read_text(errors="replace").splitlines():
        if line.startswith("fn="):
            caller = named(line[3:])
        elif line.startswith("cfn="):
            callee = named(line[4:])
        elif line.startswith("calls=") and _allocates(callee) and not _allocates(caller):
            allocations += int(line[6:].split()[0])
        elif line.startswith("summary:"):
            instructions = int(line.split()[1])
    if instructions is None:
        raise ValueError(f"{path} has no summary")
    return Part(instructions, allocations)


def _allocates(name: str) -> bool:
    # A function that calls itself, by whatever way, is `name'2` at the second level.
    return name.partition("'")[0] in ALLOCATORS


def _environment() -> dict[str, str]:
    """The same on every machine, as far as it can be: it lies on the stack, and chooses what code runs."""
    return {
        "PATH": os.environ.get("PATH", ""),
        # A dictionary's order is drawn by lot otherwise, and with it how far a look-up goes.
        "SWIFT_DETERMINISTIC_HASHING": "1",
        # memcpy and its like have a version for each generation of processors.
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX,-AVX2,-AVX512F,-ERMS,-FSRM,-RTM",
    }
