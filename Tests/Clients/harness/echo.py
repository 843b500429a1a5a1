"""An echo origin that keeps to one thread, so that thousands of tunnels can end in it."""

import selectors
import socket
import threading


class EchoOrigin:
    """Sends back what it receives, and its FIN after the peer's. Counts what is open."""

    def __init__(self):
        self.accepted = 0
        self.open = 0
        self._selector = selectors.DefaultSelector()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        self.authority = f"127.0.0.1:{self.port}"
        self._wake, waker = socket.socketpair()
        self._selector.register(waker, selectors.EVENT_READ, "stop")
        self._selector.register(self._listener, selectors.EVENT_READ, "accept")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self):
        while True:
            for key, _ in self._selector.select():
                if key.data == "stop":
                    return
                if key.data == "accept":
                    self._accept()
                else:
                    self._echo(key.fileobj)

    def _accept(self):
        try:
            while True:
                sock, _ = self._listener.accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._selector.register(sock, selectors.EVENT_READ, "echo")
                self.accepted += 1
                self.open += 1
        except BlockingIOError:
            return

    def _echo(self, sock):
        try:
            data = sock.recv(1 << 16)
            if data:
                sock.sendall(data)
                return
        except OSError:
            pass
        self._selector.unregister(sock)
        sock.close()
        self.open -= 1

    def close(self):
        self._wake.send(b"x")
        self._thread.join(5)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()
        self._wake.close()
