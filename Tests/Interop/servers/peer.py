"""The library's side, as a process: Tests/Interop/Peer."""

from dataclasses import dataclass

from harness.program import Program


@dataclass
class Answer:
    """What the library's client saw of a server's answer."""

    #: `200 OK HTTP/1.1`, or None when there was none.
    status: str | None
    #: Field lines as they came, in order.
    fields: list
    body: bytes
    trailers: list
    #: `complete`, or the failure's code.
    end: str
    is_reused: bool
    #: Status codes of the interim responses.
    interim: list

    def value(self, name):
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else None


class Peer(Program):
    """A server for other people's clients, and with `ask` the library's client."""

    def __init__(self, max_sockets=2):
        super().__init__("InteropPeer", max_sockets)

    def ask(self, method, url, *lines, body=b"", is_chunked=False):
        """Has the client send a request with these field lines, and returns what it saw. A body has a length, or comes in
        chunks."""
        with self.connect(timeout=20) as wire:
            fields = [f"Ask: {method} {url}", "Host: peer", *(f"Send-{line}" for line in lines)]
            if is_chunked:
                fields.append("Transfer-Encoding: chunked")
            elif body:
                fields += [f"Content-Length: {len(body)}", f"Send-Content-Length: {len(body)}"]
            head = "\r\n".join(["POST /gateway HTTP/1.1" if body else "GET /gateway HTTP/1.1", *fields, "", ""])
            wire.send(head.encode())
            if is_chunked:
                wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))
            else:
                wire.send(body)
            return self._answer(wire.final_response())

    @staticmethod
    def _answer(message):
        def got(lines):
            pairs = [line.decode("latin-1").split(": ", 1) for line in lines]
            return [(name[4:], value) for name, value in pairs if name.startswith("Got-")]

        fields = got(message.lines)
        ours = {name: value for name, value in reversed(fields) if name in ("Status", "Reused", "Interim")}
        trailers = got(line.replace(b":", b": ", 1) if b": " not in line else line
                       for line in message.trailers.split(b"\r\n") if line)
        return Answer(
            status=ours.get("Status"), fields=[pair for pair in fields if pair[0] not in ours], body=message.body,
            trailers=[pair for pair in trailers if pair[0] != "End"], end=dict(trailers)["End"],
            is_reused=ours["Reused"] == "true", interim=ours.get("Interim", "").split())

    def sockets(self):
        """How many sockets of the client's agent are in use, how many are free, and how many requests wait."""
        with self.connect() as wire:
            wire.send(b"GET /gateway/sockets HTTP/1.1\r\nHost: peer\r\n\r\n")
            return tuple(int(word) for word in wire.final_response().body.split())
