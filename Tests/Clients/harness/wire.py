"""A TCP connection seen as bytes, with just enough HTTP/1 to find where a message ends.

Deliberately not an HTTP library: tests compare the exact bytes of heads, so nothing is normalised here.
"""

import select
import socket
import struct
from dataclasses import dataclass, field

from .waiting import DEFAULT_SECONDS


def narrow(sock):
    """Leaves little room in the kernel for what goes to `sock`, in either one's buffers: for peers that do not read.

    To be called before the connection is made; what a listener accepts inherits it. The small segments keep the sender's
    buffer small as well.
    """
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)


class EndOfStream(Exception):
    """The peer sent its FIN before the bytes that the test waited for."""


@dataclass
class Message:
    """One HTTP message: the head as received (with its blank line), the decoded body, and how it was framed."""

    head: bytes
    body: bytes = b""
    trailers: bytes = b""
    framing: str = "none"  # none | length | chunked | close

    @property
    def start_line(self):
        return self.head.split(b"\r\n", 1)[0]

    @property
    def status(self):
        """The status code of a response."""
        return int(self.start_line.split(b" ")[1])

    @property
    def lines(self):
        """The field lines, in order and spelt as received."""
        return self.head.split(b"\r\n")[1:-2]

    def values(self, name):
        """Every value of the field `name` (any case), in order."""
        wanted = name.lower().encode()
        pairs = (line.partition(b":") for line in self.lines)
        return [value.strip() for key, _, value in pairs if key.lower() == wanted]

    def value(self, name):
        """The only value of the field `name`, or None; a field that occurs twice is a failure."""
        values = self.values(name)
        assert len(values) <= 1, f"{name} occurs {len(values)} times: {values}"
        return values[0] if values else None

    def __repr__(self):
        body = self.body if len(self.body) < 300 else self.body[:300] + b"..."
        return f"Message({self.head!r}, body={body!r}, framing={self.framing})"


@dataclass
class Wire:
    """One side of a connection. Every receiving method raises `EndOfStream` on a FIN and `TimeoutError` when stuck."""

    sock: socket.socket
    buffer: bytearray = field(default_factory=bytearray)

    @classmethod
    def connect(cls, address, timeout=DEFAULT_SECONDS, is_narrow=False, source=None):
        """A connection to `address`, IPv4 unless it says otherwise, from the address `source`."""
        sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        sock.settimeout(timeout)
        if is_narrow:
            narrow(sock)
        if source:
            sock.bind((source, 0))
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return cls(sock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # Sending

    def send(self, data):
        self.sock.sendall(data)

    def shut(self):
        """Sends our FIN and goes on receiving."""
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self):
        """Closes with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def close(self):
        self.sock.close()

    # Receiving

    def _more(self):
        data = self.sock.recv(1 << 18)
        if not data:
            raise EndOfStream(bytes(self.buffer[:2000]))
        self.buffer += data

    def exactly(self, count):
        while len(self.buffer) < count:
            self._more()
        data = bytes(self.buffer[:count])
        del self.buffer[:count]
        return data

    def through(self, mark):
        """Bytes up to and including `mark`."""
        start = 0
        while (at := self.buffer.find(mark, start)) < 0:
            start = max(0, len(self.buffer) - len(mark))
            self._more()
        return self.exactly(at + len(mark))

    def rest(self):
        """Everything up to the peer's FIN."""
        try:
            while True:
                self._more()
        except EndOfStream:
            data = bytes(self.buffer)
            self.buffer.clear()
            return data

    def ended(self):
        """True when the next thing the peer does is end the stream (FIN or RST) without sending a byte."""
        if self.buffer:
            return False
        try:
            return not self.sock.recv(1, socket.MSG_PEEK)
        except ConnectionError:
            return True

    def is_quiet(self):
        """True when nothing, not even a FIN, is waiting to be received right now."""
        if self.buffer:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)

    # HTTP framing

    def head(self):
        """One message head, blank line included."""
        return self.through(b"\r\n\r\n")

    def request(self):
        """One whole request."""
        message = Message(self.head())
        return self._with_body(message, allow_close=False)

    def response(self, to="GET"):
        """One whole response, interim ones included in turn: a 100 or 103 is returned like any other."""
        message = Message(self.head())
        status = message.status
        if to == "HEAD" or status in (204, 304) or 100 <= status < 200 or (to == "CONNECT" and status // 100 == 2):
            return message
        return self._with_body(message, allow_close=True)

    def final_response(self, to="GET"):
        """The next response that is not interim."""
        while True:
            message = self.response(to)
            if message.status >= 200 or message.status == 101:
                return message

    def _with_body(self, message, allow_close):
        if b"chunked" in b",".join(message.values("Transfer-Encoding")).lower():
            message.framing = "chunked"
            message.body, message.trailers = self.chunked_body()
        elif (length := message.value("Content-Length")) is not None:
            message.framing = "length"
            message.body = self.exactly(int(length))
        elif allow_close:
            message.framing = "close"
            message.body = self.rest()
        return message

    def chunked_body(self):
        """A chunked body and its trailer section, checked for the shape of RFC 9112 7.1."""
        body = bytearray()
        while True:
            size = int(self.through(b"\r\n").split(b";")[0].strip(), 16)
            if size == 0:
                break
            body += self.exactly(size)
            assert self.exactly(2) == b"\r\n", "chunk data is followed by CRLF"
        trailers = b""
        while (line := self.through(b"\r\n")) != b"\r\n":
            trailers += line
        return bytes(body), trailers
