"""What the cost curves are judged and drawn by: run with ``python3 -m unittest discover -s Benchmarks/tests``."""

import math
import pathlib
import sys
import tempfile
import unittest
import xml.etree.ElementTree

BENCHMARKS = pathlib.Path(__file__).resolve().parent.parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(BENCHMARKS))

from costcurves import drawing, report  # noqa: E402
from costcurves.growth import fitted, judge, steepest  # noqa: E402
from costcurves.sample import Run, Sample  # noqa: E402
from costcurves.series import SERIES  # noqa: E402
from costcurves.svg import Line, chart  # noqa: E402
from sidebyside.machine import Machine  # noqa: E402

MACHINE = Machine("2026-11-23", 2, "a CPU", "6.1", 0.1, "Benchmarks/curves all")


def run_of(*samples: Sample) -> Run:
    return Run(MACHINE, {"proxyd": "0.1.0"}, list(samples))


class GrowthTests(unittest.TestCase):
    XS = (1, 10, 100, 1000, 10_000)

    def exponent(self, cost) -> float:
        return steepest({x: cost(x) for x in self.XS})[0]

    def test_a_power_law_has_its_exponent(self):
        for power in (0, 0.5, 1, 2):
            self.assertAlmostEqual(self.exponent(lambda x: 3 * x ** power), power)

    def test_a_fixed_part_never_makes_a_linear_cost_steeper_than_linear(self):
        for fixed in (0.1, 10, 1000):
            self.assertLess(self.exponent(lambda x: fixed + 2 * x), 1)

    def test_a_quadratic_part_shows_behind_a_large_fixed_one(self):
        self.assertGreater(self.exponent(lambda x: 1000 + x * x), 1.5)

    def test_points_too_near_to_each_other_say_nothing(self):
        self.assertIsNone(steepest({100: 1, 200: 50}))
        self.assertIsNone(steepest({0: 1, 100: 50}))

    def test_the_fit_of_a_power_law_is_its_exponent(self):
        self.assertAlmostEqual(fitted({x: 5 * x ** 0.3 for x in self.XS}), 0.3)
        self.assertIsNone(fitted({100: 1, 200: 50}))

    def test_a_list_that_is_walked_for_each_request_breaks_the_curve_of_connections(self):
        series = SERIES["connections"]
        walked = {x: 12 + 0.01 * x for x in (10, 100, 1000, 9000)}
        self.assertFalse(all(verdict.kept for verdict in judge(series, walked, {})))
        flat = {10: 14.0, 100: 12.0, 1000: 20.0, 9000: 25.0}
        self.assertTrue(all(verdict.kept for verdict in judge(series, flat, {x: 1000 + 8 * x for x in flat})))


class RunTests(unittest.TestCase):
    def test_a_cost_is_the_minimum_of_the_rounds(self):
        run = run_of(*(Sample("fields", "proxyd", 5, cost) for cost in (14, 12, 13)))
        self.assertEqual(run.costs("fields", "proxyd"), {5: 12})

    def test_a_part_in_user_mode_is_the_mean_of_the_rounds(self):
        run = run_of(*(Sample("fields", "proxyd", 5, 12, user) for user in (0, 3, 3)))
        self.assertEqual(run.user("fields", "proxyd"), {5: 2})

    def test_what_is_measured_again_replaces_its_series_only(self):
        run = run_of(Sample("fields", "proxyd", 5, 12), Sample("origins", "proxyd", 1, 11))
        merged = run.merged(run_of(Sample("fields", "proxyd", 5, 20)))
        self.assertEqual(merged.costs("fields", "proxyd"), {5: 20})
        self.assertEqual(merged.costs("origins", "proxyd"), {1: 11})
        self.assertIn("Command: `Benchmarks/curves all`, then `Benchmarks/curves all`.", report.markdown(merged, ""))

    def test_a_run_is_read_as_it_was_written(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "run.json")
            run = run_of(Sample("fields", "proxyd", 5, 12.5, errors=1))
            run.write(path)
            self.assertEqual(Run.read(path), run)
            path.write_text('{"machine": {}}')
            with self.assertRaisesRegex(SystemExit, "run.json"):
                Run.read(path)


class BudgetTests(unittest.TestCase):
    def test_quiet_connections_are_judged_by_the_same_load_alone(self):
        costs = {"relay beside nothing": 10, "relay beside tunnels": 10.4, "relay beside keep-alive": 10.6}
        run = run_of(*(Sample("beside", name, 0 if "nothing" in name else 9000, cost) for name, cost in costs.items()))
        self.assertEqual([(round(b.ratio, 2), b.kept) for b in report.budgets(run)], [(1.04, True), (1.06, False)])

    def test_two_loops_are_judged_by_one(self):
        run = run_of(Sample("loops", "relay", 1, 10), Sample("loops", "relay", 2, 11.5))
        self.assertEqual([b.kept for b in report.budgets(run)], [False])

    def test_latency_is_judged_only_beside_haproxy(self):
        own = Sample("latency", "proxyd", 1000, 10, p99_ms=2.0)
        self.assertEqual(report.budgets(run_of(own)), [])
        run = run_of(own, Sample("latency", "haproxy", 1000, 10, p99_ms=1.0))
        self.assertEqual([b.kept for b in report.budgets(run)], [False])

    def test_a_refusal_is_judged_by_what_is_served_over_such_a_connection(self):
        costs = {"served": 10, "served, then closed": 30, "denied by a rule": 10.5, "malformed": 29, "the origin refuses": 50}
        run = run_of(*(Sample("refusals", name, 200, cost) for name, cost in costs.items()))
        self.assertEqual([b.kept for b in report.budgets(run)], [False, True])


class LoadTests(unittest.TestCase):
    def test_large_bodies_count_by_their_bytes_and_small_ones_by_their_ends(self):
        large, small = SERIES["body"].load(100 << 20), SERIES["body"].load(1024)
        self.assertEqual(large.operations(1, 350 << 20), 3.5)
        self.assertEqual(small.operations(7, 7 * 1300), 7)


class DrawingTests(unittest.TestCase):
    def test_a_chart_is_well_formed_and_its_lines_have_every_point(self):
        text = chart("a < b & \"c\"", "x", "y", [Line("proxyd", {0: 9.0, 10: 12.0, 1000: 14.0})], str, str)
        root = xml.etree.ElementTree.fromstring(text)
        line = root.find("{http://www.w3.org/2000/svg}polyline")
        self.assertEqual(len(line.get("points").split()), 3)

    def test_equal_factors_are_equal_distances(self):
        text = chart("t", "x", "y", [Line("proxyd", {1: 1.0, 10: 10.0, 100: 100.0})], str, str)
        points = xml.etree.ElementTree.fromstring(text).find("{http://www.w3.org/2000/svg}polyline").get("points")
        (x1, y1), (x2, y2), (x3, y3) = (map(float, point.split(",")) for point in points.split())
        self.assertTrue(math.isclose(x2 - x1, x3 - x2, abs_tol=0.2) and math.isclose(y1 - y2, y2 - y3, abs_tol=0.2))

    def test_a_curve_of_one_value_and_one_point_can_be_drawn(self):
        chart("t", "x", "y", [Line("proxyd", {5: 12.0})], str, str)

    def test_every_series_of_a_run_is_drawn_and_named_in_the_page(self):
        samples = [Sample(name, "proxyd", x, 10.0 + x / 1e6, pss_kib=9000)
                   for name, series in SERIES.items() for x in series.values]
        with tempfile.TemporaryDirectory() as folder:
            files = drawing.draw(run_of(*samples), pathlib.Path(folder))
            page = report.markdown(run_of(*samples), "performance")
            for path in files:
                xml.etree.ElementTree.fromstring(path.read_text())
                self.assertIn(f"(performance/{path.name})", page)
        self.assertEqual(len(files), 6)

    def test_sizes_are_told_in_the_unit_that_divides_them(self):
        told = [drawing.size_text(count) for count in (0, 100, 1024, 65536, 1 << 20, 100 << 20)]
        self.assertEqual(told, ["0", "100 B", "1 KiB", "64 KiB", "1 MiB", "100 MiB"])


if __name__ == "__main__":
    unittest.main()
