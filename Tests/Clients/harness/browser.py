"""Chromium under remote control, for what its command line cannot do: answering when it is asked for a password."""

import contextlib
import itertools
import json
import subprocess
import urllib.request

from websockets.sync.client import connect

from .waiting import until


class Browser:
    """One page of a headless Chromium that goes through `proxy` and logs in there as `user`."""

    def __init__(self, folder, proxy, user, password):
        self.user, self.password = user, password
        self.asked = 0
        self._numbers = itertools.count(1)
        self._open = contextlib.ExitStack()
        self._process = subprocess.Popen(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
             "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
             "--ignore-certificate-errors", f"--user-data-dir={folder}", "--remote-debugging-port=0",
             f"--proxy-server={proxy.url}", "--proxy-bypass-list=<-loopback>", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            told = until(lambda: (folder / "DevToolsActivePort").exists() and
                         (folder / "DevToolsActivePort").read_text().splitlines()[1:], "Chromium is there", 30)
            port = (folder / "DevToolsActivePort").read_text().splitlines()[0]
            assert told
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            pages = json.load(direct.open(f"http://127.0.0.1:{port}/json/list", timeout=10))
            page = next(page for page in pages if page["type"] == "page")
            self._socket = self._open.enter_context(connect(page["webSocketDebuggerUrl"], proxy=None))
            self._call("Fetch.enable", handleAuthRequests=True)
        except BaseException:
            self.close()
            raise

    def open(self, url):
        """Goes to `url`."""
        self._call("Page.navigate", url=url)

    def text(self):
        """What the page says; nothing while there is none."""
        done = self._call("Runtime.evaluate", expression="document.documentElement.innerText")
        return done.get("result", {}).get("value", "")

    def close(self):
        self._process.kill()
        self._process.wait(10)
        self._open.close()

    def _send(self, method, **parameters):
        number = next(self._numbers)
        self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        return number

    def _call(self, method, **parameters):
        """The answer to a command; what happens meanwhile is dealt with."""
        number = self._send(method, **parameters)
        while True:
            event = json.loads(self._socket.recv(timeout=20))
            if event.get("id") == number:
                return event.get("result", {})
            if event.get("method") == "Fetch.requestPaused":
                self._send("Fetch.continueRequest", requestId=event["params"]["requestId"])
            elif event.get("method") == "Fetch.authRequired":
                self._log_in(event["params"])

    def _log_in(self, event):
        assert event["authChallenge"]["source"] == "Proxy", event
        self.asked += 1
        self._send("Fetch.continueWithAuth", requestId=event["requestId"], authChallengeResponse={
            "response": "ProvideCredentials", "username": self.user, "password": self.password})


@contextlib.contextmanager
def browser(folder, proxy, user, password):
    """A browser that is closed at the end."""
    one = Browser(folder, proxy, user, password)
    try:
        yield one
    finally:
        one.close()
