"""What a client may do in a soak run: each scenario takes dice, uses the proxy, and judges what it got."""

import threading
from types import SimpleNamespace

import requests
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from harness.command import run
from harness.message import request
from harness.web import chunked
from harness.wire import EndOfStream
from plan import CUT, FAILED, WHOLE, Plan, content, digest

GONE = (EndOfStream, ConnectionError)
# A body may be empty, tiny, around a buffer, or long enough to be spliced.
SIZES = (0, 1, 100, 4095, 16_384, 70_000, 400_000, 1_500_000)


class Wrong(Exception):
    """What must never happen: a response that is not what the origin sent for that request."""


class Client:
    """One worker's clients. `counts` is by scenario; `run()` does one of them, chosen by the dice."""

    def __init__(self, name, dice, proxy, targets):
        self.name = name
        self.dice = dice
        self.proxy = proxy
        self.targets = targets
        self.counts = {}
        self.lost = 0
        self._made = 0
        self._scenarios = [
            (10, self.session), (6, self.pipeline), (4, self.upload), (2, self.early), (4, self.broken), (3, self.abort),
            (3, self.leave), (3, self.half_close), (5, self.tunnel), (2, self.tunnel_abort), (2, self.upgrade),
            (1, self.websocket), (2, self.requests_session), (1, self.curl), (1, self.nonsense), (1, self.refused)]

    def run(self):
        weights = [weight for weight, _ in self._scenarios]
        scenario = self.dice.choices([scenario for _, scenario in self._scenarios], weights)[0]
        self.counts[scenario.__name__] = self.counts.get(scenario.__name__, 0) + 1
        try:
            scenario()
        except TimeoutError as stuck:
            raise Wrong(f"{scenario.__name__}: nothing came for 20 s: {stuck}") from stuck
        except Wrong as wrong:
            raise Wrong(f"{scenario.__name__}: {wrong}") from wrong

    # Making requests

    def plan(self, kinds, upload=0, least=0):
        self._made += 1
        size = self.dice.choice([size for size in SIZES if size >= least])
        return Plan(f"{self.name}-{self._made}", self.dice.choice(kinds), size, upload)

    def url(self, plan):
        return f"http://{self.dice.choice(self.targets.origins).authority}{plan.path}"

    def bytes(self, plan, method="GET"):
        lines = ["Transfer-Encoding: chunked"] if plan.upload and self.dice.random() < 0.5 else []
        body = plan.uploaded
        return request(self.url(plan), *lines, method=method, body=chunked(body, size=3000) if lines else body)

    def connect(self):
        return self.proxy.connect(timeout=20)

    # Judging responses

    def judge(self, plan, answer, method="GET"):
        """`answer` came whole. A 502 or 504 has to be the proxy's own and be called for."""
        if answer.status == 200:
            if plan.kind in CUT + FAILED:
                raise Wrong(f"{plan} must not look complete: {answer}")
            if answer.value("X-Request") != plan.number.encode():
                raise Wrong(f"{plan} got the answer to {answer.value('X-Request')}")
            whole = b"" if method == "HEAD" else plan.body
            if answer.body != whole or answer.value("X-Digest") != digest(plan.body).encode():
                raise Wrong(f"the body of {plan} is altered: {len(answer.body)} bytes, {answer.framing}")
            return
        if answer.status not in (502, 504) or answer.value("X-Request"):
            raise Wrong(f"{plan} got {answer}")
        if plan.kind not in FAILED + CUT + ("early",):
            self.lose(plan, answer, method)

    def lose(self, plan, answer, method):
        """A good answer was not to be had, because a rude origin closed the connection when the request was under way.

        A POST cannot be repeated then. A GET is, once; that it meets such a connection twice must be rare.
        """
        said = method == "HEAD" or b"without an answer" in answer.body or b"reset" in answer.body
        if answer.status != 502 or not said:
            raise Wrong(f"{plan} got {answer}")
        if method != "POST":
            self.lost += 1

    def cut(self, plan, why):
        """The connection ended before the answer did."""
        if plan.kind not in CUT + ("early",):
            raise Wrong(f"{plan} was cut off: {why!r:.200}")

    # Scenarios

    def session(self):
        """Requests one by one on one connection."""
        with self.connect() as client:
            for _ in range(self.dice.randrange(1, 8)):
                method = self.dice.choice(["GET", "GET", "GET", "HEAD"])
                plan = self.plan(("sized", "interim", "rude") if method == "HEAD" else WHOLE)
                client.send(self.bytes(plan, method))
                try:
                    self.judge(plan, client.final_response(to=method), method)
                except GONE as gone:
                    return self.cut(plan, gone)

    def pipeline(self):
        """All requests at once; the answers come in order."""
        plans = [self.plan(WHOLE) for _ in range(self.dice.randrange(2, 12))]
        with self.connect() as client:
            # From a thread: a proxy that is held back by our not reading must not hold us back in turn.
            data = b"".join(map(self.bytes, plans))
            sender = threading.Thread(target=quietly, args=(client.send, data), daemon=True)
            sender.start()
            for plan in plans:
                try:
                    self.judge(plan, client.final_response())
                except GONE as gone:
                    self.cut(plan, gone)
            sender.join(20)

    def upload(self):
        with self.connect() as client:
            for _ in range(self.dice.randrange(1, 4)):
                plan = self.plan(WHOLE, upload=self.dice.choice(SIZES))
                client.send(self.bytes(plan, "POST"))
                try:
                    answer = client.final_response()
                except GONE as gone:
                    return self.cut(plan, gone)
                self.judge(plan, answer, "POST")
                if b"close" in (answer.value("Connection") or b""):
                    return None

    def early(self):
        """The origin answers before it has the upload, and leaves."""
        plan = self.plan(("early",), upload=100_000)
        with self.connect() as client:
            quietly(client.send, self.bytes(plan, "POST"))
            try:
                self.judge(plan, client.final_response(), "POST")
            except GONE as gone:
                self.cut(plan, gone)

    def broken(self):
        """An origin that breaks off or does not answer."""
        plan = self.plan(CUT + FAILED, least=100)
        with self.connect() as client:
            client.send(self.bytes(plan))
            try:
                self.judge(plan, client.final_response())
            except GONE as gone:
                self.cut(plan, gone)

    def abort(self):
        """Leaves at any point: inside the request, before the answer, or inside it."""
        plan = self.plan(WHOLE + ("silent",), upload=self.dice.choice((0, 70_000)))
        data = self.bytes(plan, "POST" if plan.upload else "GET")
        client = self.connect()
        try:
            client.send(data[:self.dice.randrange(1, len(data) + 1)])
            if self.dice.random() < 0.5:
                client.sock.settimeout(0.05)
                client.exactly(self.dice.randrange(1, 3000))
        except (*GONE, TimeoutError):
            pass
        if self.dice.random() < 0.5:
            client.reset()
        client.close()

    def leave(self):
        """Reads the beginning of a long answer, and is gone: the origin's connection has to go, too."""
        plan = self.plan(("sized", "chunked", "close"), least=400_000)
        client = self.connect()
        try:
            client.send(self.bytes(plan))
            client.exactly(self.dice.randrange(1, 3000))
        except GONE:
            pass
        client.reset()
        client.close()

    def half_close(self):
        """A FIN behind the last request is not a cancellation."""
        plan = self.plan(WHOLE)
        with self.connect() as client:
            client.send(self.bytes(plan))
            client.shut()
            try:
                self.judge(plan, client.final_response())
            except GONE as gone:
                self.cut(plan, gone)

    def tunnel(self):
        """An echo through CONNECT, ended by a half-close."""
        data = content(f"{self.name}-{self._made}-tunnel", self.dice.choice(SIZES))
        early = data[:self.dice.choice((0, 10))]
        with self.proxy.tunnel(self.targets.echo.authority, early=early, timeout=20) as client:
            sender = threading.Thread(target=send_and_shut, args=(client, data[len(early):]), daemon=True)
            sender.start()
            if client.rest() != data:
                raise Wrong(f"a tunnel altered {len(data)} bytes")
            sender.join(20)

    def tunnel_abort(self):
        client = self.proxy.tunnel(self.targets.echo.authority, timeout=20)
        client.send(b"x" * self.dice.choice((1, 10_000, 100_000)))
        client.exactly(1)
        if self.dice.random() < 0.5:
            client.shut()
        if self.dice.random() < 0.7:
            client.reset()
        client.close()

    def upgrade(self):
        """A switch of protocols: raw bytes afterwards."""
        plan = self.plan(("upgrade",))
        data = content(plan.number, 5000)
        with self.connect() as client:
            client.send(request(self.url(plan), "Connection: Upgrade", "Upgrade: echo"))
            answer = client.final_response()
            if answer.status != 101:
                return self.lose(plan, answer, "GET")
            client.send(data)
            if client.exactly(len(data)) != data:
                raise Wrong("an upgraded connection altered bytes")

    def websocket(self):
        message = content(f"{self.name}-{self._made}-ws", self.dice.choice((1, 1000, 100_000)))
        try:
            with connect(self.targets.websocket, proxy=self.proxy.url, max_size=1 << 24, open_timeout=20) as client:
                for _ in range(3):
                    client.send(message)
                    if client.recv(timeout=20) != message:
                        raise Wrong("a WebSocket message was altered")
        except WebSocketException as broken:
            raise Wrong(f"a WebSocket broke: {broken!r}") from broken

    def requests_session(self):
        with requests.Session() as session:
            session.trust_env = False
            session.proxies = {"http": self.proxy.url}
            for _ in range(self.dice.randrange(1, 5)):
                # http.client takes a 103 for the answer.
                plan = self.plan([kind for kind in WHOLE + CUT if kind != "interim"], least=100)
                try:
                    answer = session.get(self.url(plan), timeout=20)
                except requests.exceptions.RequestException as gone:
                    self.cut(plan, gone)
                    continue
                if answer.status_code == 200 and plan.kind in CUT:
                    raise Wrong(f"{plan} must not look complete")
                if answer.status_code == 200 and answer.content != plan.body:
                    raise Wrong(f"the body of {plan} is altered")
                if answer.status_code != 200 and plan.kind not in CUT:
                    self.lose(plan, SimpleNamespace(status=answer.status_code, body=answer.content), "GET")

    def curl(self):
        plan = self.plan(WHOLE + CUT, least=100)
        done = run("curl", "-sS", "--max-time", "20", "-x", self.proxy.url, self.url(plan),
                   env=self.proxy.environment(), check=False)
        if plan.kind in CUT and done.returncode == 0 and not done.stdout.startswith(b"127.0.0.1"):
            raise Wrong(f"{plan} must not look complete")
        if plan.kind not in CUT and done.stdout.startswith(b"127.0.0.1"):
            return self.lose(plan, SimpleNamespace(status=502, body=done.stdout), "GET")
        if plan.kind not in CUT and (done.returncode, done.stdout) != (0, plan.body):
            raise Wrong(f"{plan}: curl ended with {done.returncode}, {len(done.stdout)} bytes, {done.stderr[:200]}")

    def nonsense(self):
        """Bytes that are no request get a 4xx or 5xx of the proxy's own, or an end."""
        with self.connect() as client:
            try:
                client.send(self.dice.choice((
                    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                    b"GET  http://x/ HTTP/1.1\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                    b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost : x\r\n\r\n", self.dice.randbytes(200) + b"\r\n\r\n")))
                client.shut()
                answer = client.response()
            except GONE:
                return
            if not 400 <= answer.status < 600:
                raise Wrong(f"nonsense got {answer}")

    def refused(self):
        with self.connect() as client:
            client.send(request(f"http://127.0.0.1:{self.targets.refused}/"))
            answer = client.response()
            if answer.status != 502:
                raise Wrong(f"a port where nobody listens got {answer}")


def quietly(send, data):
    try:
        send(data)
    except OSError:
        pass


def send_and_shut(client, data):
    try:
        client.send(data)
        client.shut()
    except OSError:
        pass
