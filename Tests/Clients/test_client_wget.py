"""wget, which takes the proxy from its environment."""

from harness.command import run
from harness.web import pattern


def test_wget_gets_pages_over_one_connection(proxy, web, tmp_path):
    run("wget", "-q", "-T", "10", "-t", "1", web.url("/bytes/100000"), web.url("/chunked/3000"), cwd=tmp_path,
        env=proxy.environment())
    assert (tmp_path / "100000").read_bytes() == pattern(100_000)
    assert (tmp_path / "3000").read_bytes() == pattern(3000)


def test_wget_gets_a_page_over_tls(proxy, secure_web, certificate):
    done = run("wget", "-q", "-T", "10", "-t", "1", "-O", "-", "--ca-certificate", certificate.certificate,
               secure_web.url("/hello", "https"), env=proxy.environment())
    assert done.stdout == b"hello"


def test_wget_mirrors_a_small_site(proxy, web, tmp_path):
    web.page("/site/", "text/html", b"<a href=a.html>a</a><a href=b.html>b</a>")
    web.page("/site/a.html", "text/html", b"page a <a href=b.html>b</a>")
    web.page("/site/b.html", "text/html", b"page b")
    run("wget", "-q", "-r", "-np", "-nH", "-T", "10", "-t", "1", web.url("/site/"), cwd=tmp_path,
        env=proxy.environment(), check=False)
    assert (tmp_path / "site/b.html").read_bytes() == b"page b"
    assert b"page a" in (tmp_path / "site/a.html").read_bytes()
