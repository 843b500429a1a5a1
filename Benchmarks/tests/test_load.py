"""The load generator against a proxy that is played here: run with ``python3 -m unittest discover -s Benchmarks/tests``."""

import json
import os
import pathlib
import socket
import subprocess
import tempfile
import threading
import time
import unittest

LOAD = pathlib.Path(__file__).resolve().parent.parent / "load" / "load.c"


class Proxy:
    """Answers every request itself. Once, at its `stall_at`-th request, it does nothing for `stall_s` seconds."""

    def __init__(self, stall_at: int = -1, stall_s: float = 0.0):
        self.heads: list[bytes] = []
        self._stall_at, self._stall_s = stall_at, stall_s
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        waiting = b""
        with connection:
            while True:
                try:
                    piece = connection.recv(65536)
                except OSError:
                    return
                if not piece:
                    return
                waiting += piece
                while b"\r\n\r\n" in waiting:
                    head, _, waiting = waiting.partition(b"\r\n\r\n")
                    self.heads.append(head)
                    if len(self.heads) == self._stall_at:
                        time.sleep(self._stall_s)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")


class LoadTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.program = str(pathlib.Path(cls.folder.name, "load"))
        subprocess.run(["cc", "-O1", "-Wall", "-Wextra", "-Werror", "-std=gnu11", "-o", cls.program, str(LOAD)], check=True)

    def run_load(self, proxy: Proxy, *words: object, mode: str = "relay", connections: int = 1, seconds: float = 0.3):
        self.addCleanup(proxy.close)
        command = [self.program, mode, str(proxy.port), "80", "/s", str(connections), str(seconds), *map(str, words)]
        return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)

    def test_a_rate_is_kept(self):
        result = self.run_load(Proxy(), "--rate", 100, connections=4)
        self.assertEqual(result["offered"], 30)
        self.assertGreaterEqual(result["operations"], 25)
        self.assertLessEqual(result["operations"], 31)

    def test_requests_that_had_to_wait_for_a_stall_are_charged_with_it(self):
        # One connection, 200 a second: 30 of 60 requests fall due while nothing is answered.
        result = self.run_load(Proxy(stall_at=10, stall_s=0.15), "--rate", 200)
        self.assertGreater(result["p50Us"], 5_000)
        self.assertGreater(result["p99Us"], 100_000)

    def test_every_origin_has_a_turn_and_an_address_of_its_own(self):
        proxy = Proxy()
        self.run_load(proxy, "--origins", 300, "--settle", seconds=0.01)
        hosts = {head.split(b"\r\n")[1] for head in proxy.heads}
        self.assertEqual(len(hosts), 300)
        self.assertIn(b"Host: 127.1.1.43:80", hosts)

    def test_a_request_has_as_many_fields_as_were_asked_for(self):
        proxy = Proxy()
        self.run_load(proxy, "--request-fields", 99, seconds=0.05)
        self.assertEqual(len(proxy.heads[0].split(b"\r\n")), 1 + 1 + 99)

    def test_a_number_of_operations_ends_it_before_its_time(self):
        result = self.run_load(Proxy(), "--operations", 20, connections=2, seconds=20)
        self.assertIn(result["operations"], (20, 21))

    def test_settled_is_said_only_when_every_connection_was_served(self):
        self.assertTrue(self.run_load(Proxy(), "--settle", connections=50, seconds=0.05)["settled"])

    def test_the_memory_of_a_watched_process_is_told(self):
        result = self.run_load(Proxy(), "--watch", os.getpid(), seconds=0.05)
        self.assertGreater(result["rssKib"], 1000)
        self.assertGreater(result["cpuUs"], 0)

    def test_the_bytes_of_a_request_can_be_given(self):
        proxy = Proxy()
        self.run_load(proxy, "--request", "BREW http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", seconds=0.05)
        self.assertEqual(set(proxy.heads), {b"BREW http://a/ HTTP/1.1\r\nHost: b"})

    def test_replies_of_another_status_than_wanted_are_errors(self):
        result = self.run_load(Proxy(), "--status", 403, seconds=0.05)
        self.assertEqual(result["operations"], 0)
        self.assertGreater(result["errors"], 0)

    def test_what_it_does_not_understand_is_refused(self):
        for words in (["sideways", "1", "2", "/", "1", "1"], ["relay", "1", "2", "/", "1", "1", "--rate"],
                      ["churn", "1", "2", "/", "1", "1", "--rate", "5"], ["relay", "1", "2", "/", "1", "1", "--status", "100"],
                      ["churn", "1", "2", "/", "1", "1", "--request", "x"], ["relay", "1", "2", "/", "0", "1"]):
            self.assertEqual(subprocess.run([self.program, *words], capture_output=True).returncode, 2)


if __name__ == "__main__":
    unittest.main()
