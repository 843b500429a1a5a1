"""A proxy that asks for a login, and what clients send to it."""

import base64

from .message import request


def basic(user, password):
    """The field line of a login."""
    return "Proxy-Authorization: Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def status(client, url, *lines, **more):
    """The status of one request on an open connection."""
    client.send(request(url, *lines, **more))
    return client.final_response().status


def hashes(proxy):
    """How many password hashes the proxy has computed: (for right logins, for wrong ones)."""
    figures = proxy.status()["logins"]
    return figures["verified_right"], figures["verified_wrong"]
