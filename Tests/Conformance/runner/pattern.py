"""What the text of a step stands for: the bytes to send, or the bytes to expect with the few wildcards there are."""

import re
from dataclasses import dataclass

from .casefile import BadCase, unescape

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
DATE = re.compile(rb"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
DATE_LENGTH = 29
CHUNK_LINE = re.compile(rb"([1-9a-f][0-9a-f]*)\r\n")

OWN_ANSWERS = {"error", "error-open", "error-head", "error-head-open"}
PHRASES = {
    400: "Bad Request", 403: "Forbidden", 407: "Proxy Authentication Required", 408: "Request Timeout",
    413: "Content Too Large", 414: "URI Too Long", 429: "Too Many Requests",
    417: "Expectation Failed", 431: "Request Header Fields Too Large", 501: "Not Implemented", 502: "Bad Gateway",
    503: "Service Unavailable", 504: "Gateway Timeout", 505: "HTTP Version Not Supported", 508: "Loop Detected",
}


@dataclass(frozen=True)
class Date:
    """Any IMF-fixdate. RFC 9110 5.6.7."""


@dataclass(frozen=True)
class Chunks:
    """Any chunked coding of this payload, short of its last chunk: how it is cut up is nobody's promise."""

    payload: bytes


@dataclass(frozen=True)
class OwnAnswer:
    """An answer of the proxy's own, every byte of it but the number of the request and the words for its failure.

    `-open`: the connection persists; `-head`: it answers a HEAD.
    """

    kind: str
    status: int
    sentence: bytes

    def head(self):
        """A pattern for the whole head."""
        lines = [
            rf"HTTP/1\.1 {self.status} {PHRASES[self.status]}",
            rf"Date: {DATE.pattern.decode()}",
            r"Content-Type: text/plain; charset=utf-8",
            r"Content-Length: (?P<length>[1-9]\d*)",
            r"Cache-Control: no-store",
            r"X-Content-Type-Options: nosniff",
            r"Proxy-Status: [^;\r\n]+; error=[a-z_]+(; [a-z-]+=(\d+|\"[A-Z]+\"))?; "
            r'details="(?P<word>[a-z_]+): [\x20-\x7e]* Request (?P<number>[0-9a-z]{4}(-[0-9a-z]{4}){2})"',
        ]
        lines += [r"Retry-After: [1-9]\d*"] if self.status in (429, 503) else []
        lines += [] if "-open" in self.kind else ["Connection: close"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def body(self, word, number):
        """A pattern for the body: what happened, whose fault it is, what helps, and what to ask with."""
        return re.escape(self.sentence) + rb"\n\n[^\n]+\.\n[^\n]+\.\n\nReason: " + word + rb"\nRequest: " + number + rb"\n"


def parts(text, names):
    """`text` as a list of bytes, `Date` and `Chunks`; `names` gives the simple placeholders their bytes."""
    result = []
    at = 0
    # Constant placeholders first: an error's sentence may name the origin.
    text = PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)
    text = PLACEHOLDER.sub(_expanded, text)
    for match in PLACEHOLDER.finditer(text):
        result.append(unescape(text[at:match.start()]))
        word, _, rest = match[1].partition(" ")
        if word == "date":
            result.append(Date())
        elif word == "chunks":
            result.append(Chunks(unescape(rest)))
        elif word in OWN_ANSWERS:
            result.append(_own_answer(word, rest))
        else:
            raise BadCase(f"unknown placeholder {match[0]}")
        at = match.end()
    result.append(unescape(text[at:]))
    return _joined(result)


def _expanded(match):
    word, _, rest = match[1].partition(" ")
    if word == "repeat":
        count, _, piece = rest.partition(" ")
        return int(count) * piece
    return match[0]


def _own_answer(kind, rest):
    status, _, sentence = rest.partition(" ")
    if int(status) not in PHRASES:
        raise BadCase(f"no phrase for {status}")
    return OwnAnswer(kind, int(status), unescape(sentence))


def _joined(items):
    result = []
    for item in items:
        if isinstance(item, bytes) and result and isinstance(result[-1], bytes):
            result[-1] += item
        elif item != b"":
            result.append(item)
    return result


def sent(text, names):
    """The bytes of a step that sends."""
    items = parts(text, names)
    if any(not isinstance(item, bytes) for item in items):
        raise BadCase("only expected bytes can have wildcards")
    return b"".join(items)


class Mismatch(Exception):
    """The bytes differ from those expected; the argument is the offset."""


def matched(items, data):
    """Number of bytes of `data` that all of `items` cover, or None when they need more. Raises `Mismatch`."""
    at = 0
    for item in items:
        if isinstance(item, Chunks):
            at = _matched_chunks(item.payload, data, at)
        elif isinstance(item, Date):
            at = _matched_date(data, at)
        elif isinstance(item, OwnAnswer):
            at = _matched_own_answer(item, data, at)
        else:
            at = _matched_bytes(item, data, at)
        if at is None:
            return None
    return at


def _matched_bytes(item, data, at):
    seen = data[at:at + len(item)]
    if not item.startswith(seen):
        raise Mismatch(at + next(i for i, byte in enumerate(seen) if byte != item[i]))
    return at + len(item) if len(seen) == len(item) else None


def _matched_date(data, at):
    seen = data[at:at + DATE_LENGTH]
    if len(seen) < DATE_LENGTH:
        return None
    if not DATE.fullmatch(seen):
        raise Mismatch(at)
    return at + DATE_LENGTH


def _matched_own_answer(item, data, at):
    start = f"HTTP/1.1 {item.status} {PHRASES[item.status]}\r\n".encode()
    if _matched_bytes(start, data, at) is None:
        return None
    end = data.find(b"\r\n\r\n", at)
    if end < 0:
        return None
    head = re.compile(item.head()).fullmatch(data, at, end + 4)
    if not head:
        raise Mismatch(at + len(start))
    if "-head" in item.kind:
        return head.end()
    end = head.end() + int(head["length"])
    if len(data) < end:
        return None
    if not re.compile(item.body(head["word"], head["number"])).fullmatch(data, head.end(), end):
        raise Mismatch(head.end())
    return end


def _matched_chunks(payload, data, at):
    done = 0
    while done < len(payload):
        match = CHUNK_LINE.match(data, at)
        if not match:
            if b"\n" in data[at:at + 18] or len(data) - at >= 18:
                raise Mismatch(at)
            return None
        size = int(match[1], 16)
        if done + size > len(payload):
            raise Mismatch(at)
        start = match.end()
        end = _matched_bytes(payload[done:done + size] + b"\r\n", data, start)
        if end is None:
            return None
        done += size
        at = end
    return at


def shown(items):
    """`items` for a failure's text."""
    return " ".join(repr(item) if not isinstance(item, bytes) else repr(item[:1500]) for item in items)
