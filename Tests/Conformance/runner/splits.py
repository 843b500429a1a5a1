"""Where a case's input is cut: each run of a case sends its blocks in other pieces, and must end the same way."""

import zlib
from dataclasses import dataclass

MOST_CLIENT_POINTS = 7
MOST_ORIGIN_POINTS = 4
# Byte by byte costs a system call and a wake-up per byte.
LONGEST_BYTEWISE = 600


@dataclass(frozen=True)
class Split:
    """How one run sends: block number -> offsets at which it pauses, or every byte of one side's blocks on its own."""

    name: str
    side: str | None = None
    block: int = -1
    offset: int = 0
    bytewise: bool = False

    def pieces(self, side, block, data):
        """`data`, which is the block with this number on this side, in the pieces to send."""
        if self.side != side:
            return [data]
        if self.bytewise:
            return [data[i:i + 1] for i in range(len(data))] or [data]
        if self.block == block and 0 < self.offset < len(data):
            return [data[:self.offset], data[self.offset:]]
        return [data]


WHOLE = Split("whole")


def splits_of(case, blocks):
    """The runs of `case`; `blocks` holds the bytes of its sending steps by side."""
    result = [WHOLE]
    if case.splits == "none":
        return result
    for side, most in (("client", MOST_CLIENT_POINTS), ("origin", MOST_ORIGIN_POINTS)):
        points = [(i, offset) for i, data in enumerate(blocks[side]) for offset in interesting(data)]
        for block, offset in spread(points, most):
            result.append(Split(f"{side} block {block + 1} cut at {offset}", side, block, offset))
    for side in ("client", "origin"):
        total = sum(map(len, blocks[side]))
        if 0 < total <= LONGEST_BYTEWISE and (case.splits == "all" or is_chosen(case, side)):
            result.append(Split(f"{side} byte by byte", side, bytewise=True))
    return result


def interesting(data):
    """Offsets where readers of HTTP go wrong: around line ends, inside the first line, inside what follows a head."""
    found = {1, len(data) // 2, len(data) - 1}
    at = data.find(b"\r\n")
    while at >= 0 and len(found) < 200:
        found |= {at + 1, at + 2, at + 3}
        at = data.find(b"\r\n", at + 2)
    return sorted(offset for offset in found if 0 < offset < len(data))


def spread(points, most):
    """At most `most` of `points`, evenly, the last one always among them."""
    if len(points) <= most:
        return points
    step = len(points) / most
    return [points[int((i + 1) * step) - 1] for i in range(most)]


def is_chosen(case, side):
    """A fixed third of the cases: the same ones on every run."""
    return zlib.crc32(f"{case.path.parent.name}/{case.path.name} {side}".encode()) % 3 == 0
