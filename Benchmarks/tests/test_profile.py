"""Where instructions are spent, read from what callgrind writes: run with ``python3 -m unittest discover -s Benchmarks/tests``."""

import pathlib
import sys
import tempfile
import unittest

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCHMARKS))

from costcurves import profile  # noqa: E402

COUNTS = """\
# callgrind format
positions: line
events: Ir

ob=(1) /usr/bin/proxyd
fl=(1) ???
fn=(1) $s8HTTPWire10HeadParserV5parseyyF
0 100
+3 20
cfn=(2) swift_retain
calls=4 0
0 40
cob=(2) /lib/x86_64-linux-gnu/libc.so.6
cfn=(3) memcpy
calls=2 0
* 60

fn=(2)
0 40

ob=(2)
fn=(3)
0 60
"""


class ProfileTests(unittest.TestCase):
    def read(self, text: str) -> profile.Counts:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "counts")
            path.write_text(text)
            return profile.read(path)

    def test_a_function_is_charged_with_itself_and_not_with_what_it_calls(self):
        costs = {function: count for (_, function), count in self.read(COUNTS).costs.items()}
        self.assertEqual(costs, {"$s8HTTPWire10HeadParserV5parseyyF": 120, "swift_retain": 40, "memcpy": 60})

    def test_an_operation_costs_what_it_adds(self):
        few = self.read(COUNTS)
        many = self.read(COUNTS.replace("+3 20", "+3 220"))
        figures = many.per_operation(few, 100)
        self.assertEqual(figures.total, 2)
        self.assertEqual(figures.by_part(), {"HTTPWire": 2})

    def test_callers_are_told_with_how_often_they_call(self):
        few, many = self.read(COUNTS), self.read(COUNTS.replace("calls=4", "calls=304"))
        self.assertEqual(many.per_operation(few, 100).callers("swift_retain"), {"$s8HTTPWire10HeadParserV5parseyyF": 3})

    def test_parts_are_our_modules_the_runtime_and_libraries(self):
        for file, function, part in (
            ("/x/proxyd", "$s8HTTPWire10HeadParserV5parseyyF", "HTTPWire"), ("/x/proxyd", "swift_release", "Swift"),
            ("/x/proxyd", "$s4Pool0A4CoreV", "Pool"), ("/x/proxyd", "$sSS6appendyySSF", "Swift"),
            ("/x/proxyd", "clinux_splice", "Engine"), ("/lib/libc.so.6", "memcpy", "libc"),
            ("/lib/libcares.so.2", "ares_process", "libcares"),
        ):
            self.assertEqual(profile.part_of(file, function), part, function)

    def test_a_file_without_counts_is_an_error(self):
        with self.assertRaises(ValueError):
            self.read("# callgrind format\n")


if __name__ == "__main__":
    unittest.main()
