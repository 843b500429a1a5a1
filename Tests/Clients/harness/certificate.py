"""A certificate for this run only."""

import ssl
import subprocess


class Certificate:
    """A self-signed certificate for 127.0.0.1, localhost and origin.test, made with openssl in `folder`."""

    def __init__(self, folder):
        self.certificate = folder / "origin.crt"
        self.key = folder / "origin.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-keyout", str(self.key), "-out", str(self.certificate), "-days", "2", "-subj", "/CN=origin.test",
             "-addext", "subjectAltName=DNS:origin.test,DNS:localhost,IP:127.0.0.1"],
            check=True, capture_output=True, timeout=30)

    def server_context(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self):
        return ssl.create_default_context(cafile=str(self.certificate))
