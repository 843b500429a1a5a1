"""A log that cannot be written: lines are lost and counted, requests are not."""

import os
import threading

from harness.command import run
from harness.message import fetch, request
from harness.proxyd import is_sanitized
from harness.waiting import until


def test_a_full_disk_loses_lines_and_nothing_else(start_watched, web):
    full = start_watched({"access_log": {"target": "/dev/full"}})
    for _ in range(50):
        assert fetch(full, web.url("/hello")).body == b"hello"
    until(lambda: full.status()["log"]["lost_lines"] == 50, "every lost line is counted")


def test_a_log_as_large_as_a_file_may_be_loses_lines_and_the_next_ones_stand_alone(start_proxy, web, tmp_path):
    """The limit of file sizes cuts a line in the middle, as a disk does that is nearly full."""
    log = tmp_path / "access.log"
    limited = start_proxy({"access_log": {"target": str(log)}}, wrapper=["prlimit", "--fsize=3000:unlimited"])
    for _ in range(2):
        fetch(limited, web.url("/" + "x" * 2000))
    until(lambda: limited.status()["log"]["lost_lines"] == 1, "the second line is lost, and counted")
    assert log.stat().st_size == 3000, "a part of it was written"
    run("prlimit", f"--pid={limited.pid}", "--fsize=unlimited")
    for _ in range(3):
        assert fetch(limited, web.url("/hello")).body == b"hello"
    until(lambda: log.read_text().count(" reason=ok\n") == 4, "lines are written again")
    assert [line.count("GET http://") for line in log.read_text().splitlines()] == [1] * 5
    assert limited.status()["log"]["lost_lines"] == 1


def unread_pipe(folder):
    """A named pipe, opened at its reading end by us, who will not read."""
    path = folder / "log.pipe"
    os.mkfifo(path)
    return path, os.open(path, os.O_RDONLY | os.O_NONBLOCK)


def test_a_log_pipe_that_nobody_reads_holds_nobody_up(start_proxy, web, tmp_path):
    """16 MiB of lines: more than the pipe and the 8 MiB that may wait for it."""
    path, reader = unread_pipe(tmp_path)
    proxy = start_proxy({"access_log": {"target": str(path)}, "timeouts": {"shutdown": "3s"}})
    # Refused by the policy: no origin is needed for a line of 2 KiB.
    own = f"http://127.0.0.1:{proxy.port}/" + "x" * 2000

    def load():
        with proxy.connect(timeout=30) as client:
            for _ in range(100):
                client.send(request(own) * 20)
                for _ in range(20):
                    assert client.response().status == 403

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert fetch(proxy, web.url("/hello")).body == b"hello"
    until(lambda: proxy.status()["log"]["lost_lines"] > 0, "lines are lost, and counted")
    assert is_sanitized() or proxy.rss_mib() < 300
    proxy.signal()
    assert proxy.wait(15) == 0, "a log that takes nothing does not keep it from ending"
    os.close(reader)


def test_a_log_pipe_whose_reader_leaves_loses_lines_and_nothing_else(start_watched, web, tmp_path):
    path, reader = unread_pipe(tmp_path)
    proxy = start_watched({"access_log": {"target": str(path)}})
    fetch(proxy, web.url("/hello"))
    os.close(reader)
    for _ in range(5):
        assert fetch(proxy, web.url("/hello")).body == b"hello"
    until(lambda: proxy.status()["log"]["lost_lines"] >= 5, "every lost line is counted")
