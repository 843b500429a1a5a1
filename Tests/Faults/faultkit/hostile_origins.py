"""Origins that cost a proxy memory: on one thread, for thousands of connections."""

import selectors
import socket
import threading

from harness.wire import narrow

BLOCK = b"x" * 65_536
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000
ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n"


class HostileOrigins:
    """Their authorities: `answering` is an ordinary one, `deaf` takes connections and nothing else, and `endless` writes as
    much as is taken and reads nothing."""

    def __init__(self):
        self._selector = selectors.DefaultSelector()
        self._deaf = []
        self._wake, waker = socket.socketpair()
        self._selector.register(waker, selectors.EVENT_READ, None)
        self.answering = self._listen(self._answer, is_narrow=False)
        self.deaf = self._listen(None)
        self.endless = self._listen(self._write)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _listen(self, serve, is_narrow=True):
        listener = socket.socket()
        if is_narrow:
            narrow(listener)
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ, lambda: self._accept(listener, serve))
        return f"127.0.0.1:{listener.getsockname()[1]}"

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                key.data()

    def _accept(self, listener, serve):
        for _ in range(64):
            try:
                sock, _ = listener.accept()
            except BlockingIOError:
                return
            sock.setblocking(False)
            if serve is None:
                self._deaf.append(sock)
                continue
            if serve == self._write:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
                sock.send(ENDLESS)
            interest = selectors.EVENT_WRITE if serve == self._write else selectors.EVENT_READ
            self._selector.register(sock, interest, lambda sock=sock: self._serve(sock, serve))

    def _serve(self, sock, serve):
        try:
            if serve(sock):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._selector.unregister(sock)
        sock.close()

    @staticmethod
    def _answer(sock):
        data = sock.recv(1 << 16)
        if data:
            sock.sendall(ANSWER * data.count(b"\r\n\r\n"))
        return data

    @staticmethod
    def _write(sock):
        return sock.send(BLOCK)

    def close(self):
        self._wake.send(b"x")
        self._thread.join(5)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        for sock in self._deaf:
            sock.close()
        self._selector.close()
        self._wake.close()
