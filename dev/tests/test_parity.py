"""How dev/parity reads tests and the page, and what it objects to."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from script import load  # noqa: E402

parity = load("parity")

PAGE = """# Page

| # | item | status | test | deviation |
|---|---|---|---|---|
| 1 | keys | as Node | `A.swift: keysAreLower` | |
| 2 | lists \\| joined | deviates | | said here |
"""
TESTS = {1: ["A.swift: keysAreLower"], 2: ["A.swift: listsAreJoined"]}


class Marks(unittest.TestCase):
    def marked(self, text: str) -> tuple:
        return parity.marked_tests({"A.swift": text})

    def test_the_rows_above_a_test_are_its_rows(self):
        text = "    /// Rows 22, 23.\n    @Test func both() {}\n    /// Row 5.\n    @Test func one() {}\n"
        tests, problems = self.marked(text)
        self.assertEqual(tests, {22: ["A.swift: both"], 23: ["A.swift: both"], 5: ["A.swift: one"]})
        self.assertEqual(problems, [])

    def test_arguments_may_stand_between(self):
        tests, _ = self.marked("/// Row 9.\n@Test(arguments: [\n    1, 2,\n])\nfunc each(_ number: Int) {}\n")
        self.assertEqual(tests, {9: ["A.swift: each"]})

    def test_a_name_may_be_a_sentence(self):
        tests, _ = self.marked("/// Row 9.\n@Test func `keys are lower case`() {}\n")
        self.assertEqual(tests, {9: ["A.swift: keys are lower case"]})

    def test_a_mark_above_something_else_is_wrong(self):
        test = "@Test func a() {}\n"
        helper = "/// Row 9.\nfunc helper() {}\n"
        for text in (helper, f"/// Row 9.\n\n{test}", f"/// Row 9\n{test}", f"/// Row 9, 8\n{test}"):
            tests, problems = self.marked(text)
            self.assertEqual((tests, len(problems)), ({}, 1), text)


class Page(unittest.TestCase):
    def judge(self, page: str = PAGE, tests: dict = TESTS) -> list:
        return parity.judge(page, tests, range(1, 3))

    def test_a_written_page_is_right(self):
        self.assertEqual(self.judge(parity.write(PAGE, TESTS)), [])

    def test_writing_keeps_what_is_written_by_hand(self):
        written = parity.write(PAGE, TESTS).splitlines()
        self.assertEqual(written[:5], PAGE.splitlines()[:5])
        self.assertEqual(written[5], "| 2 | lists \\| joined | deviates | `A.swift: listsAreJoined` | said here |")

    def test_a_test_that_the_page_does_not_name_is_missed(self):
        (problem,) = self.judge()
        self.assertIn("does not name its test A.swift: listsAreJoined", problem)

    def test_a_test_that_is_gone_is_missed(self):
        problems = self.judge(parity.write(PAGE, TESTS), {1: ["A.swift: other"], 2: TESTS[2]})
        self.assertEqual(len(problems), 2)

    def test_a_row_without_a_test_is_open(self):
        self.assertIn("row 2: no test names it", self.judge(tests={1: TESTS[1]}))

    def test_what_does_not_apply_needs_a_reason_and_no_test(self):
        page = PAGE.replace("deviates", "n/a")
        self.assertEqual(self.judge(page, {1: TESTS[1]}), [])
        self.assertEqual(len(self.judge(page.replace("said here", ""), {1: TESTS[1]})), 1)

    def test_a_deviation_is_said(self):
        page = parity.write(PAGE, TESTS).replace("said here", "")
        self.assertEqual(self.judge(page), ["row 2: deviates, but the page does not say how or why"])

    def test_rows_are_all_there_once(self):
        page = parity.write(PAGE, TESTS).replace("| 2 |", "| 1 |")
        problems = self.judge(page)
        self.assertIn("row 1 is there 2 times", problems)
        self.assertIn("row 2 is there 0 times", problems)
        self.assertIn("row 2 is not in the page; named by A.swift: listsAreJoined", problems)

    def test_a_status_is_one_of_three(self):
        self.assertEqual(len(self.judge(parity.write(PAGE.replace("deviates", "maybe"), TESTS))), 1)


if __name__ == "__main__":
    unittest.main()
