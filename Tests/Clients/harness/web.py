"""A counting HTTP origin with a few fixed resources, for clients that bring their own HTTP."""

import threading

from .origin import Origin

PAGE = b"<!doctype html><html><head><title>origin</title></head><body><p>hello from the origin</p></body></html>"


class WebOrigin(Origin):
    """HTTP/1.1 with keep-alive. `seen` holds each request as received; `accepted` counts connections.

    `most_busy` is the largest number of requests that were here unanswered at the same time.

    | path | answer |
    |---|---|
    | `/hello` | `hello` |
    | `/page` | a small HTML page |
    | `/bytes/N` | N bytes, sized |
    | `/chunked/N` | N bytes, in chunks of at most 1000 |
    | `/close/N` | N bytes, ended by closing |
    | `/status/N` | an empty answer with that status |
    | `/echo` | the request's body |
    | `/head` | the request's head |
    | `/hold` | `held`, once `gate` is set |
    | added with `page()` | that body and type |
    """

    def __init__(self, **more):
        self.seen = []
        self.gate = threading.Event()
        self.holding = 0
        self.busy = 0
        self.most_busy = 0
        self._pages = {"/page": ("text/html", PAGE)}
        self._count = threading.Lock()
        super().__init__(self._converse, **more)

    def page(self, path, content_type, body):
        self._pages[path] = (content_type, body)

    def paths(self):
        return [message.start_line.split(b" ")[1].decode() for message in list(self.seen)]

    def _converse(self, wire):
        while True:
            request = wire.request()
            self.seen.append(request)
            method, target, _ = request.start_line.decode("latin-1").split(" ")
            with self._count:
                self.busy += 1
                self.most_busy = max(self.most_busy, self.busy)
            if not self._answer(wire, request, method, target.partition("?")[0]):
                return

    def _answer(self, wire, request, method, path):
        """Answers one request. False: close the connection."""
        verb, _, argument = path.strip("/").partition("/")
        if path in self._pages:
            content_type, body = self._pages[path]
            self._sized(wire, method, body, content_type=content_type)
        elif verb == "hello":
            self._sized(wire, method, b"hello")
        elif verb == "bytes":
            self._sized(wire, method, pattern(int(argument)))
        elif verb == "chunked":
            self._idle()
            wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked(pattern(int(argument))))
        elif verb == "close":
            self._idle()
            wire.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + pattern(int(argument)))
            return False
        elif verb == "status":
            self._idle()
            wire.send(b"HTTP/1.1 %s Status\r\n" % argument.encode()
                      + (b"\r\n" if argument in ("204", "304") else b"Content-Length: 0\r\n\r\n"))
        elif verb == "echo":
            self._sized(wire, method, request.body)
        elif verb == "head":
            self._sized(wire, method, request.head)
        elif verb == "hold":
            self._hold()
            self._sized(wire, method, b"held")
        else:
            self._sized(wire, method, b"no such page", status=b"404 Not Found")
        return True

    def _hold(self):
        with self._count:
            self.holding += 1
        self.gate.wait(30)
        with self._count:
            self.holding -= 1

    def _idle(self):
        """Before the answer is sent: the next request may come on another connection as soon as it is."""
        with self._count:
            self.busy -= 1

    def _sized(self, wire, method, body, status=b"200 OK", content_type="text/plain"):
        self._idle()
        head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (
            status, content_type.encode(), len(body))
        wire.send(head if method == "HEAD" else head + body)


def pattern(count):
    """`count` bytes in which every 8-byte group differs from its neighbours, so that a lost block shows."""
    return b"".join(b"%07x " % at for at in range((count + 7) // 8))[:count]


def chunked(body, size=1000, trailers=b""):
    """`body` in the chunked coding, with `trailers` (whole lines) after the last chunk."""
    pieces = (body[at:at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n" + trailers + b"\r\n"
