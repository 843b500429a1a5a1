"""Requests to a proxy, as text."""


def get(authority: str, *fields: str) -> str:
    """GET of the twelve bytes at `/s`, in absolute form, with further field lines."""
    return "\r\n".join((f"GET http://{authority}/s HTTP/1.1", f"Host: {authority}", *fields, "", ""))


def connect(authority: str) -> str:
    """CONNECT to an origin."""
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n"
