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
    400: "Bad Request", 403: "Forbidden", 408: "Request Timeout", 413: "Content Too Large", 414: "URI Too Long",
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


def own_answer(kind, status, sentence):
    """The text of an answer of the proxy's own; `-open`: the connection persists, `-head`: it answers a HEAD."""
    if status not in PHRASES:
        raise BadCase(f"no phrase for {status}")
    length = len(unescape(sentence)) + 1
    lines = [
        rf"HTTP/1.1 {status} {PHRASES[status]}\r\n",
        r"Content-Type: text/plain; charset=utf-8\r\n",
        r"X-Content-Type-Options: nosniff\r\n",
        r"Retry-After: 1\r\n" if status == 503 else "",
        rf"Content-Length: {length}\r\n",
        "" if "-open" in kind else r"Connection: close\r\n",
        r"Date: {date}\r\n\r\n",
        "" if "-head" in kind else rf"{sentence}\n",
    ]
    return "".join(lines)


def parts(text, names):
    """`text` as a list of bytes, `Date` and `Chunks`; `names` gives the simple placeholders their bytes."""
    result = []
    at = 0
    # Constant placeholders first: an error's sentence may name the origin, and its length counts.
    text = PLACEHOLDER.sub(lambda match: names.get(match[1], match[0]), text)
    text = PLACEHOLDER.sub(_expanded, text)
    for match in PLACEHOLDER.finditer(text):
        result.append(unescape(text[at:match.start()]))
        word, _, rest = match[1].partition(" ")
        if word == "date":
            result.append(Date())
        elif word == "chunks":
            result.append(Chunks(unescape(rest)))
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
    if word in OWN_ANSWERS:
        status, _, sentence = rest.partition(" ")
        return own_answer(word, int(status), sentence)
    return match[0]


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
