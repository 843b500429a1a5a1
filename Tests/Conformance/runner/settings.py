"""The settings that cases ask for by name. One proxy runs for each name in use."""

COMMON = {
    # One loop, so that which origin connection a request meets does not depend on which loop took the client.
    "loops": 1,
    "admin": "off",
}

SETTINGS = {
    "default": {},
    "no-via": {"via": "off"},
    "small-limits": {"limits": {"request_line": "256B", "head": "1KiB", "fields": 8, "request_body": 16}},
    "brief": {
        "timeouts": {
            "head": "400ms", "keep_alive": "300ms", "body": "400ms", "response_head": "400ms",
            "continue_wait": "150ms",
        },
    },
    "paced": {"limits": {"body_window": 64}, "timeouts": {"body_window": "500ms"}},
    "forwarded-add": {"forwarded": "add"},
    "forwarded-replace": {"forwarded": "replace"},
    "forwarded-delete": {"forwarded": "delete"},
    "tls-ports": {"tunnel": {"connect_ports": [443]}},
    "one-socket": {"pool": {"max_sockets": 1, "queue": 1}},
    "one-socket-brief": {"pool": {"max_sockets": 1, "queue_wait": "200ms"}},
    "no-pool": {"pool": {"max_free_sockets": 0}},
}
