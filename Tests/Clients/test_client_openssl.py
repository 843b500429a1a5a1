"""openssl s_client, whose CONNECT is its own."""

from harness.command import run


def test_openssl_opens_a_tunnel_and_speaks_tls(proxy, secure_web, certificate):
    requests = b"GET /hello HTTP/1.1\r\n\r\nGET /close/3 HTTP/1.1\r\n\r\n"
    done = run(
        "openssl", "s_client", "-proxy", f"127.0.0.1:{proxy.port}", "-connect", secure_web.authority, "-CAfile",
        certificate.certificate, "-verify_return_error", "-quiet", input=requests, seconds=20)
    assert b"hello" in done.stdout
