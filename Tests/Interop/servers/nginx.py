"""nginx, in the foreground, with a folder of its own."""

import os
import shutil
import signal
import socket
import subprocess

from harness.waiting import until

CONFIGURATION = """\
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log combined;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/plain txt; }}
    default_type application/octet-stream;
    {settings}
    server {{
        listen 127.0.0.1:{port};
        root {folder}/files;
        {locations}
    }}
}}
"""


class Nginx:
    """Serves `folder`/files, on a socket that it inherits: it cannot say which port the kernel chose."""

    def __init__(self, folder, settings="", locations=""):
        self.folder = folder
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        assert binary, "nginx is not installed: run dev/install-deps test"
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
            configuration = folder / "nginx.conf"
            configuration.write_text(CONFIGURATION.format(
                folder=folder, port=self.port, settings=settings, locations=locations,
                # The workers of a root's nginx could not read a test's folder.
                user="user root;" if os.geteuid() == 0 else ""))
            self.process = subprocess.Popen(
                [binary, "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(configuration)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                pass_fds=[listener.fileno()], env=os.environ | {"NGINX": f"{listener.fileno()};"})
        until(self._is_up, "nginx writes its pid")

    def _is_up(self):
        assert self.process.poll() is None, self.log("error")
        return (self.folder / "pid").exists()

    def log(self, name):
        path = self.folder / f"{name}.log"
        return path.read_text() if path.exists() else ""

    def url(self, path="/"):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(5)
            raise AssertionError("nginx did not end on SIGQUIT: a connection is still open") from None

