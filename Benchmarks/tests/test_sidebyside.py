"""What can be wrong without a proxy: run with ``python3 -m unittest discover -s Benchmarks/tests``."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCHMARKS))

from sidebyside import machine, ports, report  # noqa: E402
from sidebyside.comparison import Sample  # noqa: E402
from sidebyside.summary import Summary  # noqa: E402
from sidebyside.workloads import Budget  # noqa: E402


class SummaryTests(unittest.TestCase):
    def test_a_cost_is_the_minimum_of_the_rounds_and_a_rate_the_median(self):
        samples = [Sample("relay", "proxyd", cost, rate=rate) for cost, rate in ((20, 3), (18, 1), (25, 2))]
        cell = Summary(samples, set()).cell("relay", "proxyd")
        self.assertEqual((cell.cost, cell.rate), (18, 2))

    def test_a_bare_relay_is_no_peer_to_be_compared_with(self):
        samples = [Sample("rr", "proxyd", 10), Sample("rr", "floor", 5), Sample("rr", "squid", 20)]
        summary = Summary(samples, {"floor"})
        self.assertEqual(summary.best_peer("rr"), 20)
        self.assertEqual(summary.verdict("rr").ratio, 0.5)

    def test_a_budget_holds_only_against_the_peers_that_it_names(self):
        costs = {"proxyd": 86, "envoy": 50, "haproxy": 100}
        summary = Summary([Sample("relay64k", peer, cost) for peer, cost in costs.items()], set())
        self.assertEqual(summary.verdict("relay64k").limit, 85)
        self.assertEqual(summary.broken_budgets(), ["relay64k"])

    def test_without_its_peers_a_budget_says_nothing(self):
        summary = Summary([Sample("relay64k", "proxyd", 86), Sample("relay64k", "squid", 1)], set())
        self.assertIsNone(summary.verdict("relay64k"))
        self.assertEqual(summary.broken_budgets(), [])

    def test_an_absolute_budget_needs_no_peer(self):
        self.assertEqual(Budget(1.0, absolute=True).limit({}), 1.0)


class ReportTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.page = pathlib.Path(folder.name, "page.md")

    def test_only_what_stands_between_the_markers_is_replaced(self):
        self.page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
        report.write_between_markers(self.page, "new\n")
        self.assertEqual(self.page.read_text(), f"before\n{report.BEGIN}\nnew\n{report.END}\nafter\n")

    def test_a_page_without_markers_is_left_alone(self):
        for text in ("nothing", report.BEGIN, f"{report.END}{report.BEGIN}", f"{report.BEGIN}{report.END}{report.END}"):
            self.page.write_text(text)
            with self.assertRaises(SystemExit):
                report.write_between_markers(self.page, "new\n")
            self.assertEqual(self.page.read_text(), text)

    def test_a_told_command_has_no_paths_of_this_machine(self):
        words = ["--proxyd", "/here/proxyd", "--rounds", "3", "--json=/tmp/x", "--markdown"]
        self.assertEqual(machine._told(words), ["--rounds", "3"])


class PortTests(unittest.TestCase):
    def test_a_base_has_that_many_ports_behind_it(self):
        base = ports.free_base(20)
        self.assertGreaterEqual(base, ports.FIRST)
        self.assertLess(base + 20, ports.LAST)


class GeneratorTests(unittest.TestCase):
    """The C headers, by a small program that is compiled here."""

    def run_c(self, body: str) -> str:
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "probe")
            source = '#include <stdio.h>\n#include "latency.h"\n#include "reply.h"\nint main(void) {' + body + "}\n"
            command = ["cc", "-std=gnu11", "-D_GNU_SOURCE", f"-I{BENCHMARKS / 'load'}", "-xc", "-", "-o", str(program)]
            subprocess.run(command, input=source, text=True, check=True)
            return subprocess.run([program], capture_output=True, text=True, check=True).stdout

    def test_a_quantile_is_at_most_a_bucket_below_the_sample(self):
        for sample in (0, 31, 32, 33, 1000, 123_456, 9_999_999):
            text = self.run_c(f"static struct latency l; latency_add(&l, {sample}); "
                              'printf("%llu", (unsigned long long)latency_quantile(&l, 0.99));')
            self.assertLessEqual(int(text), sample)
            self.assertGreaterEqual(int(text), sample * 31 // 32)

    def test_a_reply_is_complete_at_the_same_byte_however_it_is_split(self):
        reply = "HTTP/1.1 200 OK\\r\\nConnection: keep-alive\\r\\ncontent-length: 5\\r\\n\\r\\nhello"
        text = self.run_c(
            f'const char *s = "{reply}"; long n = strlen(s); int good = 0; static struct reply r;'
            "for (long i = 1; i < n; i++) { reply_reset(&r);"
            " if (reply_take(&r, s, i, false, 200) != REPLY_MORE) continue;"
            " if (reply_take(&r, s + i, n - i, false, 200) == REPLY_DONE && !r.closes) good++; }"
            ' printf("%ld", n - 1 - good);')
        self.assertEqual(text, "0")

    def test_other_statuses_missing_lengths_and_surplus_bytes_are_errors(self):
        for reply in ("HTTP/1.1 502 No\\r\\nContent-Length: 0\\r\\n\\r\\n", "HTTP/1.1 200 OK\\r\\n\\r\\n",
                      "HTTP/1.1 200 OK\\r\\nContent-Length: 1\\r\\n\\r\\nab"):
            text = self.run_c(f'const char *s = "{reply}"; static struct reply r; reply_reset(&r);'
                              ' printf("%d", reply_take(&r, s, (long)strlen(s), false, 200) == REPLY_BAD);')
            self.assertEqual(text, "1")


if __name__ == "__main__":
    unittest.main()
