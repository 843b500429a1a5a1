"""Programs that log in."""

import httpx
import pytest
import requests

from harness.browser import browser
from harness.command import run
from harness.passwords import bcrypt
from harness.waiting import until


@pytest.fixture
def asking(start_proxy, tmp_path):
    file = tmp_path / "users"
    file.write_text(bcrypt("ann", "s:cr@t"))
    return start_proxy({"authentication": {"password_file": str(file)}})


@pytest.fixture
def url(asking):
    """The proxy's URL with the login in it."""
    return asking.url.replace("://", "://ann:s%3Acr%40t@")


@pytest.mark.parametrize("how", [["--proxy-basic"], ["--proxy-anyauth"]], ids=["at once", "when asked"])
@pytest.mark.parametrize("form", [[], ["-p"]], ids=["relay", "tunnel"])
def test_curl_logs_in(asking, web, how, form):
    done = run("curl", "-sS", "--max-time", "20", "--noproxy", "", "-x", asking.url, "-U", "ann:s:cr@t", *how, *form,
               web.url("/hello"))
    assert done.stdout == b"hello"


def test_curl_logs_in_with_an_upload_when_asked(asking, web, tmp_path):
    body = tmp_path / "body"
    body.write_bytes(bytes(300_000))
    done = run("curl", "-sS", "--max-time", "20", "--noproxy", "", "-x", asking.url, "-U", "ann:s:cr@t", "--proxy-anyauth",
               "-T", body, web.url("/echo"))
    assert done.stdout == bytes(300_000)


def test_curl_is_told_that_its_password_is_wrong(asking, web):
    relay, tunnel = (
        run("curl", "-s", "--noproxy", "", "-x", asking.url, "-U", "ann:no", "-w", "%{http_code} %{http_connect}",
            "-o", "/dev/null", *form, web.url("/hello"), check=False) for form in ([], ["-p"]))
    assert relay.stdout == b"407 000" and tunnel.stdout == b"000 407"


def test_wget_logs_in(asking, web, secure_web, certificate):
    for page in (web.url("/hello"), secure_web.url("/hello", "https")):
        done = run("wget", "-q", "-O", "-", "--tries=1", f"--ca-certificate={certificate.certificate}",
                   "--proxy-user=ann", "--proxy-password=s:cr@t", page, env=asking.environment())
        assert done.stdout == b"hello"


def test_requests_logs_in(url, web, secure_web, certificate):
    proxies = {"http": url, "https": url}
    assert requests.get(web.url("/hello"), proxies=proxies, timeout=10).text == "hello"
    page = secure_web.url("/hello", "https")
    assert requests.get(page, proxies=proxies, verify=str(certificate.certificate), timeout=10).text == "hello"


def test_httpx_logs_in(url, web, secure_web, certificate):
    with httpx.Client(proxy=url, trust_env=False, verify=certificate.client_context()) as client:
        assert client.get(web.url("/hello")).text == "hello"
        assert client.get(secure_web.url("/hello", "https")).text == "hello"


def test_chromium_asks_once_and_logs_in_for_pages_and_tunnels(asking, web, secure_web, tmp_path):
    with browser(tmp_path / "profile", asking, "ann", "s:cr@t") as chromium:
        for page in (web.url("/page"), secure_web.url("/page", "https")):
            chromium.open(page)
            until(lambda: "hello from the origin" in chromium.text(), f"{page} is shown", 20)
        assert chromium.asked >= 1
    assert asking.status()["logins"]["verified_right"] == 1
