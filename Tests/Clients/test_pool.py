"""The pool as an origin and an administrator see it."""

import threading

from harness.message import fetch, request
from harness.origin import answering
from harness.waiting import stays, until

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_max_sockets_holds_exactly_for_the_whole_process(start_proxy, web):
    """40 clients on 2 loops, 3 sockets: three requests at a time, never four, never two."""
    narrow = start_proxy({"loops": 2, "pool": {"max_sockets": 3}})
    clients = [narrow.connect() for _ in range(40)]
    for client in clients:
        client.send(request(web.url("/hold")))
    until(lambda: web.holding == 3, "three requests are at the origin")
    until(lambda: narrow.origin_pool(web.authority)["requests"] == 37, "the others wait")
    stays(lambda: web.holding == 3, "three at a time")
    web.gate.set()
    assert all(client.response().body == b"held" for client in clients)
    assert (web.most_busy, len(web.seen)) == (3, 40)


def test_max_sockets_holds_under_load_from_every_loop(start_proxy, web):
    narrow = start_proxy({"loops": 2, "pool": {"max_sockets": 4}})
    failures = []

    def load():
        try:
            with narrow.connect() as client:
                for _ in range(50):
                    client.send(request(web.url("/bytes/500")))
                    assert len(client.response().body) == 500
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=load) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(web.seen) == 1200
    assert web.most_busy <= 4


def test_waiting_requests_are_served_in_their_order(start_proxy, web):
    """One loop: each has its own queue, and the order between two of them is nobody's promise."""
    narrow = start_proxy({"loops": 1, "pool": {"max_sockets": 1}})
    clients = [narrow.connect() for _ in range(6)]
    for at, client in enumerate(clients):
        client.send(request(web.url("/hold" if at == 0 else f"/bytes/{at}")))
        if at == 0:
            until(lambda: web.holding == 1, "the only socket is busy")
        else:
            until(lambda: narrow.origin_pool(web.authority)["requests"] == at, f"{at} wait")
    web.gate.set()
    for client in clients:
        client.response()
    assert web.paths() == ["/hold"] + [f"/bytes/{at}" for at in range(1, 6)]


def test_a_client_that_leaves_the_queue_costs_nothing(start_proxy, web):
    narrow = start_proxy({"pool": {"max_sockets": 1}})
    with narrow.connect() as first, narrow.connect() as last:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "the only socket is busy")
        leaver = narrow.connect()
        leaver.send(request(web.url("/bytes/1")))
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 1, "it waits")
        last.send(request(web.url("/bytes/2")))
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 2, "both wait")
        leaver.reset()
        until(lambda: narrow.origin_pool(web.authority)["requests"] == 1, "it has left")
        web.gate.set()
        assert first.response().body == b"held"
        assert len(last.response().body) == 2
    assert "/bytes/1" not in web.paths()


def test_origins_do_not_share_their_limits(start_proxy, web, origin):
    narrow = start_proxy({"pool": {"max_sockets": 1}})
    other = origin(answering(OK))
    with narrow.connect() as first:
        first.send(request(web.url("/hold")))
        until(lambda: web.holding == 1, "one origin's only socket is busy")
        assert fetch(narrow, other.url()).body == b"ok"
        web.gate.set()
        first.response()


def test_a_free_socket_that_the_origin_closes_is_noticed_at_once(start_proxy, origin):
    """Noticed when it closes, not when the next request fails on it: POST, which nobody may retry."""

    closing = threading.Event()

    def serve(wire):
        wire.request()
        wire.send(OK)
        closing.wait(10)

    one = origin(serve)
    watchful = start_proxy({"loops": 1})
    assert fetch(watchful, one.url()).body == b"ok"
    until(lambda: watchful.origin_pool(one.authority)["free_sockets"] == 1, "a socket is free")
    closing.set()
    until(lambda: watchful.origin_pool(one.authority)["free_sockets"] == 0, "the closed socket is dropped")
    assert fetch(watchful, one.url(), method="POST", body=b"x").body == b"ok"
    assert one.accepted == 2


def test_a_free_socket_is_closed_after_its_idle_time(start_proxy, web):
    brief = start_proxy({"pool": {"idle": "300ms"}})
    fetch(brief, web.url("/hello"))
    until(lambda: web.open == 0, "the origin sees the close")
    assert brief.origin_pool(web.authority)["sockets"] == 0


def test_the_keep_alive_hint_of_an_origin_shortens_the_idle_time(start_proxy, origin):
    one = origin(answering(b"HTTP/1.1 200 OK\r\nKeep-Alive: timeout=2\r\nContent-Length: 2\r\n\r\nok"))
    patient = start_proxy({"pool": {"idle": "60s"}})
    fetch(patient, one.url())
    until(lambda: one.open == 0, "the socket is closed before the origin's own limit", seconds=3)


def test_no_more_than_max_free_sockets_are_kept(start_proxy, web):
    frugal = start_proxy({"pool": {"max_free_sockets": 2}})
    clients = [frugal.connect() for _ in range(8)]
    for client in clients:
        client.send(request(web.url("/hold")))
    until(lambda: web.holding == 8, "eight sockets are open")
    web.gate.set()
    for client in clients:
        client.response()
    until(lambda: web.open <= 2, "the surplus is closed")
    assert frugal.origin_pool(web.authority)["free_sockets"] <= 2


def test_no_free_sockets_means_a_connection_for_each_request(start_proxy, web):
    spendthrift = start_proxy({"pool": {"max_free_sockets": 0}})
    for _ in range(3):
        fetch(spendthrift, web.url("/hello"))
    assert web.accepted == 3


def test_a_connection_with_an_unread_response_is_not_reused(start_proxy, origin):
    """The client leaves in the middle of a body: the rest of it must not become the next client's response."""

    def serve(wire):
        while True:
            path = wire.request().start_line.split(b" ")[1]
            big = b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 3_000_000
            wire.send(big if path == b"/big" else OK)

    one = origin(serve)
    single = start_proxy({"loops": 1})
    client = single.connect()
    client.send(request(one.url("/big")))
    client.exactly(1000)
    client.reset()
    assert fetch(single, one.url("/small")).body == b"ok"


def test_a_socket_with_unsent_output_is_not_reused(start_proxy, origin):
    """An origin may answer without reading. What it has not taken must not be in front of the next client's request."""
    turns = []

    def serve(wire):
        turn = threading.Semaphore(0)
        turns.append(turn)
        while turn.acquire(timeout=10):
            wire.send(OK)

    one = origin(serve, is_narrow=True)
    watchful = start_proxy({"loops": 2})

    def is_assigned():
        pool = watchful.status()["pool"]
        return pool["sockets"] == 1 and pool["dialling"] == 0 and pool["counters"]["dialled"] == len(turns)

    with watchful.connect() as client:
        for _ in range(100):
            client.send(request(one.url(), "X-Large: " + "x" * 28_000))
            until(is_assigned, "the request is on a socket", every=0.001)
            turns[-1].release()
            assert client.response().body == b"ok"
            if len(turns) > 1:
                break
    assert len(turns) > 1, "the socket with unsent output was left"


def test_a_retry_takes_a_new_connection(start_proxy, origin):
    """An origin that restarts closes all its sockets: one that was free is as likely to be stale as the one that died."""
    together = threading.Barrier(3)
    paths = []

    def serve(wire):
        paths.append(path_of(wire.request()))
        if paths[-1] == "/first":
            together.wait(10)
        wire.send(OK)
        paths.append(path_of(wire.request()))

    one = origin(serve)
    single = start_proxy({"loops": 1})
    clients = [single.connect() for _ in range(3)]
    for client in clients:
        client.send(request(one.url("/first")))
    for client in clients:
        assert client.response().body == b"ok"
    until(lambda: single.origin_pool(one.authority)["free_sockets"] == 3, "three sockets are free")
    assert fetch(single, one.url("/again")).body == b"ok"
    assert (paths, one.accepted) == (["/first"] * 3 + ["/again"] * 2, 4)


def path_of(message):
    return message.start_line.split(b" ")[1].decode()


def test_bytes_behind_a_long_response_are_no_answer_to_the_request_that_waits(start_proxy, origin):
    """The body is moved to its last byte; what the origin sent beyond it is still with the kernel."""
    narrow = start_proxy({"loops": 1, "pool": {"max_sockets": 1}, "tcp": {"splice_threshold": "0"}})
    goes_on = threading.Event()

    def serve(wire):
        if b"/first" not in wire.head():
            return wire.send(OK)
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6000\r\n\r\n" + b"x" * 1000)
        assert goes_on.wait(20)
        wire.send(b"x" * 5000 + b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
        wire.rest()

    one = origin(serve)
    with narrow.connect() as first, narrow.connect() as second:
        first.send(request(one.url("/first")))
        first.head()
        second.send(request(one.url("/second")))
        until(lambda: narrow.origin_pool(one.authority)["requests"] == 1, "the other waits")
        goes_on.set()
        assert first.exactly(6000) == b"x" * 6000
        assert second.response().body == b"ok"


def test_a_request_that_waits_does_not_get_a_socket_that_the_origin_has_ended(start_proxy, origin):
    """It is one that must not be sent twice. The end came with the last bytes of the response before it."""
    narrow = start_proxy({"loops": 1, "pool": {"max_sockets": 1}})
    sent = threading.Event()

    def serve(wire):
        if b"/first" not in wire.head():
            return wire.send(OK)
        wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
        wire.shut()
        sent.set()
        wire.rest()

    one = origin(serve)
    with narrow.connect(is_narrow=True) as first, narrow.connect() as second:
        first.send(request(one.url("/first")))
        assert sent.wait(20)
        second.send(request(one.url("/second"), method="POST", body=b"x"))
        until(lambda: narrow.origin_pool(one.authority)["requests"] == 1, "the other waits")
        assert len(first.response().body) == 1_000_000
        assert second.response().body == b"ok"
