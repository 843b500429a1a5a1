"""Request bytes as a proxy's client writes them."""

from .wire import EndOfStream


def request(url, *lines, method="GET", body=b"", version="1.1"):
    """An absolute-form request for `url`; `lines` are field lines. A body without framing gets a Content-Length."""
    authority = url.partition("://")[2].partition("/")[0]
    fields = [f"Host: {authority}", *lines]
    if body and not any(line.lower().startswith(("content-length", "transfer-encoding")) for line in lines):
        fields.append(f"Content-Length: {len(body)}")
    head = "\r\n".join([f"{method} {url} HTTP/{version}", *fields, "", ""])
    return head.encode("latin-1") + body


def is_served(proxy, url, *lines):
    """Is a request answered with 200 by now? Not when the connection ends in place of an answer, either."""
    try:
        return fetch(proxy, url, *lines).status == 200
    except (EndOfStream, ConnectionError):
        return False


def fetch(proxy, url, *lines, method="GET", body=b"", version="1.1"):
    """The final response to one request on a connection of its own."""
    with proxy.connect() as client:
        client.send(request(url, *lines, method=method, body=body, version=version))
        return client.final_response(to=method)
