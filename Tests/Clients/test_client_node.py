"""Node: its `http` module, whose model the HTTP core follows, and undici."""

import pathlib

from harness.command import run

SCRIPTS = pathlib.Path(__file__).parent / "node"


def node(script, *arguments):
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "NODE_PATH": "/usr/share/nodejs"}
    return run("node", SCRIPTS / script, *arguments, env=environment, seconds=30).stdout.decode().strip()


def test_node_http_keeps_its_agents_sockets_alive(proxy, web):
    total, sockets = node("http_agent.js", *proxy.address, web.url("")).split()
    assert int(total) == sum(n * 1000 for n in range(30))
    assert int(sockets) <= 5


def test_node_http_opens_a_tunnel(proxy, secure_web, certificate):
    assert node("http_connect.js", *proxy.address, secure_web.authority, certificate.certificate) == "hello"


def test_node_http_upgrades(proxy, origin):
    def serve(wire):
        wire.head()
        wire.send(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
        wire.send(wire.exactly(13))
        wire.rest()

    assert node("http_upgrade.js", *proxy.address, origin(serve).url("")) == "101 over the wire"


def test_undici_uses_its_proxy_agent(proxy, web, secure_web, certificate):
    urls = proxy.url, web.url("/hello"), secure_web.url("/hello", "https")
    assert node("undici_proxy_agent.js", *urls, certificate.certificate) == "hello hello\ntrue"
