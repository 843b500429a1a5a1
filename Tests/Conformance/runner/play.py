"""One run of a case: connects, sends, expects, and at the end looks for anything that nobody asked for."""

import collections
import select
import socket
import time

from harness.wire import Wire

from . import pattern

STEP_SECONDS = 6.0
QUIET_SECONDS = 0.15
LOG_SECONDS = 4.0
# Long enough that the proxy reads the pieces one by one, in nearly every run.
PIECE_PAUSE_SECONDS = 0.0015
BYTE_PAUSE_SECONDS = 0.0002


# Listeners of runs that are over stay open for a while: a connection that the proxy still makes for one of them (a retry
# crosses the end of the run) must not arrive at a later run that was given the same port.
_retired = collections.deque(maxlen=256)


class Failed(AssertionError):
    """What was seen is not what the case says."""


class Play:
    """A run of `case` with one way to split what is sent."""

    def __init__(self, case, proxy, split):
        self.case = case
        self.proxy = proxy
        self.split = split
        self.clients = {}
        self.origins = {}
        self.ended = set()
        self.block_numbers = {"client": 0, "origin": 0}
        self.may_connect = max((s.connection for s in case.steps if s.side == "origin"), default=0)
        self.must_connect = max(
            (s.connection for s in case.steps if s.side == "origin" and s.action != "prefix"), default=0)
        uses_ipv6 = any("{origin6}" in step.text for step in case.steps)
        self.listener = socket.create_server(
            ("::1" if uses_ipv6 else "127.0.0.1", 0), family=socket.AF_INET6 if uses_ipv6 else socket.AF_INET)
        self.listener.settimeout(STEP_SECONDS)
        self.names = names_for(self.listener.getsockname()[1], proxy.port)

    def run(self):
        """Plays every step in order. Raises `Failed` at the first that does not hold."""
        try:
            for step in self.case.steps:
                try:
                    self._play(step)
                except (Failed, pattern.BadCase) as failure:
                    raise Failed(f"{step} [{self.split.name}]: {failure}") from None
            self._nothing_more()
            self._log()
        finally:
            for wire in [*self.clients.values(), *self.origins.values()]:
                wire.close()
            retire(self.listener)

    # Steps

    def _play(self, step):
        if step.side == "client":
            if step.connection not in self.clients:
                self.clients[step.connection] = self.proxy.connect(STEP_SECONDS)
            wire = self.clients[step.connection]
        else:
            wire = self._origin(step)
            if wire is None:
                return
        if step.direction == ">":
            self._send(step, wire)
        elif step.action is None:
            self._expect(step, wire)
        elif step.action == "prefix":
            self._expect_prefix(step, wire)
        elif step.action == "quiet":
            self._expect_quiet(wire)
        else:
            self._expect_end(step, wire)

    def _origin(self, step):
        """The origin's connection for this step, accepting it when it is a new one."""
        while step.connection not in self.origins:
            # `prefix` holds for a request that was never sent, too.
            if step.action == "prefix" and not self._is_connecting(STEP_SECONDS, until_client_ends=True):
                return None
            try:
                sock, _ = self.listener.accept()
            except TimeoutError:
                raise Failed("no connection arrived at the origin" + self._client_words()) from None
            sock.settimeout(STEP_SECONDS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.origins[len(self.origins) + 1] = Wire(sock)
        return self.origins[step.connection]

    def _is_connecting(self, seconds, until_client_ends=False):
        poll = select.poll()
        poll.register(self.listener, select.POLLIN)
        if until_client_ends:
            for wire in self.clients.values():
                poll.register(wire.sock, select.POLLIN)
        ready = {fd for fd, _ in poll.poll(int(seconds * 1000))}
        return self.listener.fileno() in ready

    def _client_words(self):
        """What a client was told instead, for a failure's text."""
        words = b""
        for wire in self.clients.values():
            readable, _, _ = select.select([wire.sock], [], [], 0)
            if readable:
                try:
                    words += wire.sock.recv(4096)
                except OSError:
                    pass
        return f"; the client was told {words!r}" if words else ""

    def _send(self, step, wire):
        if step.action == "close":
            return wire.close()
        if step.action == "reset":
            return wire.reset()
        try:
            if step.action == "half-close":
                return wire.shut()
            data = pattern.sent(step.text, self.names)
            number = self.block_numbers[step.side]
            self.block_numbers[step.side] += 1
            pieces = self.split.pieces(step.side, number, data)
            pause = BYTE_PAUSE_SECONDS if self.split.bytewise else PIECE_PAUSE_SECONDS
            for index, piece in enumerate(pieces):
                if index:
                    time.sleep(pause)
                wire.send(piece)
        except (BrokenPipeError, ConnectionResetError):
            # The proxy has heard enough. Whether it may have is what the steps after this one say.
            pass
        except OSError as error:
            raise Failed(f"cannot send: {error}") from None

    def _expect(self, step, wire):
        items = pattern.parts(step.text, self.names)
        deadline = time.monotonic() + STEP_SECONDS
        while True:
            try:
                count = pattern.matched(items, bytes(wire.buffer))
            except pattern.Mismatch as mismatch:
                raise Failed(self._difference(items, wire, f"differs at byte {mismatch.args[0]}")) from None
            if count is not None:
                del wire.buffer[:count]
                return
            wire.sock.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = wire.sock.recv(1 << 16)
            except TimeoutError:
                raise Failed(self._difference(items, wire, "nothing more came")) from None
            except ConnectionError as error:
                raise Failed(self._difference(items, wire, f"ended by {error}")) from None
            if not data:
                raise Failed(self._difference(items, wire, "ended by FIN"))
            wire.buffer += data

    def _difference(self, items, wire, what):
        return f"{what}\n  expected {pattern.shown(items)}\n  observed {bytes(wire.buffer[:3000])!r}{self._client_words()}"

    def _expect_prefix(self, step, wire):
        """Everything up to the end of the stream is a beginning of the given bytes, and not all of them."""
        items = pattern.parts(step.text, self.names)
        self._receive_all(wire)
        data = bytes(wire.buffer)
        try:
            if pattern.matched(items, data) is not None:
                raise Failed(self._difference(items, wire, "the message is complete"))
        except pattern.Mismatch as mismatch:
            raise Failed(self._difference(items, wire, f"differs at byte {mismatch.args[0]}")) from None
        wire.buffer.clear()
        self.ended.add(id(wire))

    def _expect_quiet(self, wire):
        if not wire.buffer:
            poll = select.poll()
            poll.register(wire.sock, select.POLLIN)
            if not poll.poll(int(QUIET_SECONDS * 1000)):
                return
            wire.buffer += wire.sock.recv(4096)
        raise Failed(f"not quiet: {bytes(wire.buffer[:500])!r}")

    def _expect_end(self, step, wire):
        """`close`: FIN; `reset`: RST; `ended`: either. Nothing before it."""
        how = self._receive_all(wire)
        if wire.buffer:
            raise Failed(f"unexpected bytes before the end: {bytes(wire.buffer[:3000])!r}")
        self.ended.add(id(wire))
        if step.action != "ended" and how != step.action:
            raise Failed(f"ended by {how}")

    def _receive_all(self, wire):
        deadline = time.monotonic() + STEP_SECONDS
        while True:
            wire.sock.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                data = wire.sock.recv(1 << 16)
            except ConnectionError:
                return "reset"
            except TimeoutError:
                raise Failed(f"it was not ended; observed {bytes(wire.buffer[:3000])!r}") from None
            if not data:
                return "close"
            wire.buffer += data

    # The end

    def _nothing_more(self):
        """No byte and no connection beyond those that the case names."""
        if self._is_connecting(0):
            sock, _ = self.listener.accept()
            self.origins[len(self.origins) + 1] = Wire(sock)
        if not self.must_connect <= len(self.origins) <= self.may_connect:
            raise Failed(f"[{self.split.name}] the origin was connected to {len(self.origins)} times, "
                         f"not {self.may_connect}")
        for side, wires in (("client", self.clients), ("origin", self.origins)):
            for number, wire in wires.items():
                if wire.sock.fileno() >= 0 and id(wire) not in self.ended:
                    wire.sock.setblocking(False)
                    try:
                        wire.buffer += wire.sock.recv(4096)
                    except OSError:
                        pass
                if wire.buffer:
                    raise Failed(f"[{self.split.name}] more bytes at {side} {number}: {bytes(wire.buffer[:1000])!r}")

    def _log(self):
        """The exchange's line in the access log gives the reason that the case names."""
        if self.case.expected_log is None:
            return
        mark = f":{self.names['port']}"
        wanted = f"reason={self.case.expected_log}"
        deadline = time.monotonic() + LOG_SECONDS
        while True:
            lines = [line for line in self.proxy.access_log().splitlines() if mark in line]
            if any(line.endswith(wanted) for line in lines):
                return
            if time.monotonic() > deadline:
                raise Failed(f"[{self.split.name}] the log has no {wanted}: {lines}")
            time.sleep(0.05)


def retire(listener):
    """Closes the listener, after 256 others."""
    if len(_retired) == _retired.maxlen:
        try:
            _retired.popleft().close()
        except IndexError:
            pass
    _retired.append(listener)


def names_for(origin_port, proxy_port):
    """The placeholders that stand for text."""
    return {
        "port": str(origin_port),
        "origin": f"127.0.0.1:{origin_port}",
        "origin6": f"[::1]:{origin_port}",
        "proxy": f"127.0.0.1:{proxy_port}",
        "proxyport": str(proxy_port),
    }


def blocks_of(case):
    """The bytes of the sending steps by side, with ports of the usual length, to find where to cut."""
    names = names_for(40000, 40001)
    result = {"client": [], "origin": []}
    for step in case.steps:
        if step.is_sent_block:
            result[step.side].append(pattern.sent(step.text, names))
    return result
