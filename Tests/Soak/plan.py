"""What one request asks for: both ends read it from the path, so each knows what the other must do."""

import hashlib
from dataclasses import dataclass

# What the origin does. The first group answers with everything that was asked for, each in its own framing or order.
WHOLE = ("sized", "chunked", "close", "slow", "interim", "rude", "trailers", "old")
# These must not look complete to the client.
CUT = ("cut_length", "cut_chunks", "cut_chunk_size", "reset_body", "stall_body")
# These leave the client with an answer of the proxy's own.
FAILED = ("hangup", "reset", "garbage", "half_head", "silent")


@dataclass(frozen=True)
class Plan:
    """A request by its number, what becomes of it, and how much goes each way."""

    number: str
    kind: str
    size: int
    upload: int = 0

    @property
    def path(self):
        return f"/{self.kind}/{self.number}/{self.size}/{self.upload}"

    @classmethod
    def of(cls, path):
        kind, number, size, upload = path.strip("/").split("/")
        return cls(number, kind, int(size), int(upload))

    @property
    def body(self):
        """The response's body: every request's own, so that bytes of another response cannot pass for it."""
        return content(self.number + "down", self.size)

    @property
    def uploaded(self):
        """The request's body."""
        return content(self.number + "up", self.upload)


def content(name, count):
    return hashlib.shake_128(name.encode()).digest(count)


def digest(data):
    return hashlib.sha256(data).hexdigest()
