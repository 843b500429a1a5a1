"""An origin that does to each request what its path says, from perfect to rude."""

import time

from harness.origin import Origin
from plan import CUT, FAILED, Plan, digest


class MisbehavingOrigin(Origin):
    """`served` counts requests by kind. A request that arrives altered is a failure of the run: see `failures`."""

    def __init__(self):
        self.served = {}
        super().__init__(self._converse)

    def _converse(self, wire):
        while True:
            head = wire.head()
            method, path, _ = head.split(b"\r\n", 1)[0].decode().split(" ")
            plan = Plan.of(path)
            self.served[plan.kind] = self.served.get(plan.kind, 0) + 1
            if plan.kind == "upgrade":
                return self._switch(wire)
            if plan.kind == "early":
                return self._answer_early(wire, plan)
            self._check_upload(wire, head, plan)
            if not getattr(self, f"_{plan.kind}")(wire, plan, method):
                return

    def _check_upload(self, wire, head, plan):
        lower = head.lower()
        if b"transfer-encoding: chunked" in lower:
            body, _ = wire.chunked_body()
        elif b"content-length:" in lower:
            body = wire.exactly(int(lower.partition(b"content-length:")[2].split(b"\r\n")[0]))
        else:
            body = b""
        assert body == plan.uploaded, f"the upload of {plan} arrived altered: {len(body)} bytes"

    @staticmethod
    def _head(plan, *lines, version="1.1"):
        fields = [f"X-Request: {plan.number}", f"X-Digest: {digest(plan.body)}", *lines]
        return "\r\n".join([f"HTTP/{version} 200 OK", *fields, "", ""]).encode()

    # Whole answers. True: the connection stays.

    def _sized(self, wire, plan, method):
        head = self._head(plan, f"Content-Length: {plan.size}")
        wire.send(head if method == "HEAD" else head + plan.body)
        return True

    def _chunked(self, wire, plan, method):
        wire.send(self._head(plan, "Transfer-Encoding: chunked"))
        for piece in pieces(plan.body, 7001):
            wire.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        wire.send(b"0\r\n\r\n")
        return True

    def _trailers(self, wire, plan, method):
        wire.send(self._head(plan, "Transfer-Encoding: chunked", "Trailer: X-Sum")
                  + b"%x;extension=1\r\n%s\r\n0\r\nX-Sum: 1\r\n\r\n" % (len(plan.body), plan.body) if plan.size
                  else self._head(plan, "Transfer-Encoding: chunked") + b"0\r\nX-Sum: 1\r\n\r\n")
        return True

    def _close(self, wire, plan, method):
        wire.send(self._head(plan, "Connection: close") + plan.body)
        return False

    def _old(self, wire, plan, method):
        wire.send(self._head(plan, version="1.0") + plan.body)
        return False

    def _slow(self, wire, plan, method):
        whole = self._head(plan, f"Content-Length: {plan.size}") + plan.body
        for piece in pieces(whole, max(50, len(whole) // 6 + 1)):
            wire.send(piece)
            time.sleep(0.02)
        return True

    def _interim(self, wire, plan, method):
        wire.send(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n" * 2)
        return self._sized(wire, plan, method)

    def _rude(self, wire, plan, method):
        """Closes behind a good answer without having said so: the next request on this connection is lost."""
        self._sized(wire, plan, method)
        return False

    # Answers that break off

    def _cut_length(self, wire, plan, method):
        wire.send(self._head(plan, f"Content-Length: {plan.size}") + plan.body[:-1])

    def _cut_chunks(self, wire, plan, method):
        wire.send(self._head(plan, "Transfer-Encoding: chunked") + b"%x\r\n%s\r\n" % (plan.size, plan.body))

    def _cut_chunk_size(self, wire, plan, method):
        wire.send(self._head(plan, "Transfer-Encoding: chunked") + b"%x\r\n%s\r\n0\r" % (plan.size, plan.body))

    def _reset_body(self, wire, plan, method):
        wire.send(self._head(plan, f"Content-Length: {plan.size}") + plan.body[:plan.size // 2])
        wire.reset()

    def _stall_body(self, wire, plan, method):
        wire.send(self._head(plan, f"Content-Length: {plan.size}") + plan.body[:-1])
        wire.rest()

    # No answers

    def _hangup(self, wire, plan, method):
        pass

    def _reset(self, wire, plan, method):
        wire.reset()

    def _garbage(self, wire, plan, method):
        wire.send(b"HTTP/1.1 two hundred\r\nContent-Length: 0\r\n\r\n" + plan.body)

    def _half_head(self, wire, plan, method):
        wire.send(self._head(plan)[:-3])

    def _silent(self, wire, plan, method):
        wire.rest()

    # Others

    def _answer_early(self, wire, plan):
        """The whole answer before the upload is read, and then the end."""
        wire.send(self._head(plan, f"Content-Length: {plan.size}", "Connection: close") + plan.body)

    @staticmethod
    def _switch(wire):
        wire.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n")
        while data := bytes(wire.buffer) or wire.sock.recv(65536):
            wire.buffer.clear()
            wire.send(data)


def pieces(data, size):
    return (data[at:at + size] for at in range(0, len(data), size))


missing = [kind for kind in CUT + FAILED if not hasattr(MisbehavingOrigin, f"_{kind}")]
assert not missing, missing
