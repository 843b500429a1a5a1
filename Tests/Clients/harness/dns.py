"""A DNS server with scripted answers, over UDP and TCP on one port."""

import collections
import ipaddress
import socket
import struct
import threading

A, AAAA, CNAME = 1, 28, 5
NOERROR, SERVFAIL, NXDOMAIN = 0, 2, 3


class DNSServer:
    """Answers from `zones`: name -> Records, `SILENCE` or a response code. Unknown names are NXDOMAIN.

    A (name, type) in `silent` gets no answer, whatever the zone says; one in `late` waits for that event before its own.
    `queries` counts (name, type). With `truncate` set, UDP answers carry only the TC bit, so that a resolver has to
    come back over TCP; `over_tcp` counts those that did.
    """

    SILENCE = "silence"

    def __init__(self):
        self.zones = {}
        self.silent = set()
        self.late = {}
        self.queries = collections.Counter()
        self.over_tcp = 0
        self.truncate = False
        self.gate = threading.Event()
        self.gate.set()
        self._udp, self._tcp = self._bind()
        self.port = self._udp.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self._receiver = threading.Thread(target=self._serve_udp, daemon=True)
        self._receiver.start()
        threading.Thread(target=self._serve_tcp, daemon=True).start()

    @staticmethod
    def _bind():
        """A UDP and a TCP socket on the same free port; a few tries, since the TCP one may be taken."""
        for _ in range(50):
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            udp.bind(("127.0.0.1", 0))
            try:
                return udp, socket.create_server(udp.getsockname())
            except OSError:
                udp.close()
        raise AssertionError("no port is free for both UDP and TCP")

    def add(self, name, *addresses, ttl=60):
        self.zones[name] = (ttl, [ipaddress.ip_address(address) for address in addresses])

    def asked(self, name):
        """How often the IPv4 addresses of `name` were asked for."""
        return self.queries[name, A]

    def _serve_udp(self):
        while True:
            try:
                query, client = self._udp.recvfrom(4096)
            except OSError:
                return
            if not query:  # closed: a socket that is shut down reads as empty
                return
            threading.Thread(target=self._answer_udp, args=(query, client), daemon=True).start()

    def _answer_udp(self, query, client):
        answer = self._answer(query, truncate=self.truncate)
        try:
            if answer:
                self._udp.sendto(answer, client)
        except OSError:
            pass  # closed while the answer was held back

    def _serve_tcp(self):
        while True:
            try:
                sock, _ = self._tcp.accept()
            except OSError:
                return
            with sock:
                sock.settimeout(5)
                stream = sock.makefile("rb")
                while len(prefix := stream.read(2)) == 2:
                    self.over_tcp += 1
                    answer = self._answer(stream.read(*struct.unpack("!H", prefix)))
                    if answer:
                        sock.sendall(struct.pack("!H", len(answer)) + answer)

    def _answer(self, query, truncate=False):
        """The answer to one message, or None for silence."""
        identifier, flags = struct.unpack_from("!HH", query)
        name, at = self._name(query, 12)
        kind, _ = struct.unpack_from("!HH", query, at)
        question = query[12:at + 4]
        self.queries[name, kind] += 1
        self.gate.wait(20)
        if (name, kind) in self.late:
            self.late[name, kind].wait(20)
        entry = self.zones.get(name, NXDOMAIN)
        if entry == self.SILENCE or (name, kind) in self.silent:
            return None
        code, records = (entry, []) if isinstance(entry, int) else (NOERROR, self._records(entry, kind))
        response_flags = 0x8480 | (flags & 0x0100) | (0x0200 if truncate else 0) | code
        if truncate:
            records = []
        header = struct.pack("!HHHHHH", identifier, response_flags, 1, len(records), 0, 0)
        return header + question + b"".join(records)

    @staticmethod
    def _records(entry, kind):
        ttl, addresses = entry
        wanted = [address for address in addresses if (address.version == 4) == (kind == A) and kind in (A, AAAA)]
        return [struct.pack("!HHHIH", 0xC00C, kind, 1, ttl, len(a.packed)) + a.packed for a in wanted]

    @staticmethod
    def _name(message, at):
        labels = []
        while (length := message[at]) != 0:
            labels.append(message[at + 1:at + 1 + length].decode())
            at += 1 + length
        return ".".join(labels).lower(), at + 1

    def close(self):
        """Its port refuses afterwards."""
        for sock in (self._udp, self._tcp):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        # While a thread receives, the kernel keeps the socket open behind its back: the next question would be its.
        self._receiver.join(10)
        self._udp.close()
        self._tcp.close()
