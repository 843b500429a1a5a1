"""What counts instructions, without counting any: run with ``python3 -m unittest discover -s Benchmarks/tests``."""

import pathlib
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCHMARKS / "micro"))

from counting import thresholds  # noqa: E402
from counting.callgrind import Case, Count, read_part  # noqa: E402

DUMP = """\
# callgrind format
desc: Trigger: --dump-before=getppid
events: Ir
summary: 12345

fn=(7) $s5micro4mainyyF
0 100
cfn=(3) malloc
calls=5 0
0 500
cfn=(9) memcpy
calls=70 0
0 70
fn=(3)
0 400
cfn=(11) calloc
calls=2 0
fn=(12) other'2
cfn=(3)
calls=1 0
cfn=(13) realloc'2
calls=4 0
"""


class PartTests(unittest.TestCase):
    def read(self, text: str):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "counts.2")
            path.write_text(text)
            return read_part(path)

    def test_instructions_are_the_summary(self):
        self.assertEqual(self.read(DUMP).instructions, 12345)

    def test_allocations_are_calls_of_the_allocator_by_anybody_else(self):
        self.assertEqual(self.read(DUMP).allocations, 5 + 1 + 4)

    def test_a_file_that_is_no_dump_is_an_error(self):
        with self.assertRaises(ValueError):
            self.read("nothing\n")


class ThresholdTests(unittest.TestCase):
    CASE = Case("parse", 1000, may_allocate=False)

    def findings(self, count: Count, kept: Count | None = Count(1000, 0), case: Case = CASE):
        return thresholds.judge([case], {case.name: count}, None if kept is None else {case.name: kept})

    def test_within_the_slack_nothing_is_found(self):
        self.assertEqual(self.findings(Count(1050, 0)), [])
        self.assertEqual(self.findings(Count(955, 0)), [])

    def test_more_than_the_slack_is_a_failure_that_says_by_how_much(self):
        (finding,) = self.findings(Count(1060, 0))
        self.assertTrue(finding.is_failure)
        self.assertIn("+6.0%", finding.text)

    def test_fewer_are_told_and_are_no_failure(self):
        (finding,) = self.findings(Count(900, 0))
        self.assertFalse(finding.is_failure)

    def test_of_a_few_instructions_two_more_are_no_failure(self):
        self.assertEqual(self.findings(Count(12, 0), Count(10, 0)), [])
        self.assertEqual(len(self.findings(Count(14, 0), Count(10, 0))), 1)

    def test_an_allocation_per_operation_fails_even_where_nothing_is_kept(self):
        (finding,) = self.findings(Count(1000, 1), None)
        self.assertTrue(finding.is_failure)
        self.assertEqual(self.findings(Count(9999, 0), None), [])

    def test_where_allocations_are_allowed_more_than_kept_fail(self):
        case = Case("rules", 100, may_allocate=True)
        self.assertEqual(self.findings(Count(1000, 7), Count(1000, 7), case), [])
        self.assertEqual(len(self.findings(Count(1000, 8), Count(1000, 7), case)), 1)

    def test_cases_and_kept_counts_must_be_the_same_ones(self):
        missing = thresholds.judge([self.CASE], {"parse": Count(1, 0)}, {})
        gone = thresholds.judge([], {}, {"parse": Count(1, 0)})
        self.assertTrue(missing[0].is_failure and gone[0].is_failure)

    def test_keeping_leaves_other_machines_and_cases_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "thresholds.json")
            thresholds.save("arm", {"parse": Count(7, 0)}, whole=True, path=path)
            thresholds.save("x86", {"parse": Count(8.04, 0), "write": Count(9, 0)}, whole=True, path=path)
            thresholds.save("x86", {"parse": Count(10, 0)}, whole=False, path=path)
            self.assertEqual(thresholds.load(path), {
                "arm": {"parse": Count(7, 0)}, "x86": {"parse": Count(10, 0), "write": Count(9, 0)}})
            thresholds.save("x86", {"parse": Count(11, 0)}, whole=True, path=path)
            self.assertEqual(thresholds.load(path)["x86"], {"parse": Count(11, 0)})

    def test_a_damaged_file_is_an_error_that_names_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "thresholds.json")
            for text in ("{", '{"x86": {"parse": {"seconds": 1}}}', "[]"):
                path.write_text(text)
                with self.assertRaisesRegex(SystemExit, "thresholds.json"):
                    thresholds.load(path)


if __name__ == "__main__":
    unittest.main()
