"""`git http-backend` behind the least CGI that carries a clone and a push."""

import gzip
import os
import subprocess

from .origin import Origin
from .web import chunked


class GitOrigin(Origin):
    """Serves the bare repositories of `root` over smart HTTP, in chunks. `framings` lists how request bodies came."""

    def __init__(self, root):
        self.root = root
        self.framings = []
        self.program = subprocess.run(
            ["git", "--exec-path"], check=True, capture_output=True, text=True).stdout.strip() + "/git-http-backend"
        super().__init__(self._converse)

    def _converse(self, wire):
        while True:
            request = wire.request()
            method, target, _ = request.start_line.decode().split(" ")
            if request.body:
                self.framings.append(request.framing)
            status, fields, body = self._backend(method, target, request)
            wire.send(b"HTTP/1.1 " + status + b"\r\n" + b"".join(line + b"\r\n" for line in fields)
                      + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(body, size=4000))

    def _backend(self, method, target, request):
        path, _, query = target.partition("?")
        names = "Content-Type", "Git-Protocol", "Content-Encoding"
        text = {name: (request.value(name) or b"").decode() for name in names}
        body = gzip.decompress(request.body) if text["Content-Encoding"] == "gzip" else request.body
        environment = os.environ | {
            "GIT_PROJECT_ROOT": str(self.root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path, "QUERY_STRING": query,
            "REQUEST_METHOD": method, "CONTENT_TYPE": text["Content-Type"], "CONTENT_LENGTH": str(len(body)),
            "GIT_PROTOCOL": text["Git-Protocol"], "REMOTE_USER": "tester", "REMOTE_ADDR": "127.0.0.1",
        }
        output = subprocess.run([self.program], env=environment, input=body, capture_output=True, timeout=60).stdout
        head, _, body = output.partition(b"\r\n\r\n")
        fields = head.split(b"\r\n")
        status = next((line[8:] for line in fields if line.startswith(b"Status: ")), b"200 OK")
        return status, [line for line in fields if line and not line.startswith(b"Status: ")], body
