"""A run as text: tables for the documentation, and the verdicts."""

import dataclasses
import statistics

from .drawing import size_text
from .growth import Verdict, judge
from .refusals import REFUSALS
from .sample import Run, Sample
from .series import SERIES, Series

BEGIN = "<!-- curves: begin -->"
END = "<!-- curves: end -->"
# Ten thousand quiet connections beside a load may add so much to its CPU per operation, and a second loop so much.
BESIDE_LIMIT, LOOPS_LIMIT = 1.05, 1.10
# Refusing may cost what serving costs: who floods a proxy with what it refuses must not gain by that.
REFUSAL_LIMIT = 1.00
# Buckets of the generator are 3 % wide: two latencies nearer than that are the same.
LATENCY_SLACK = 1.03


@dataclasses.dataclass(frozen=True)
class Budget:
    """A ratio that may be so much at most."""

    what: str
    ratio: float
    limit: float

    @property
    def kept(self) -> bool:
        return self.ratio <= self.limit

    def __str__(self) -> str:
        return f"{self.what}: {self.ratio:.2f}, at most {self.limit:.2f}: {'kept' if self.kept else 'BROKEN'}"


def verdicts(run: Run) -> list[Verdict]:
    """How proxyd's curves grow."""
    return [
        verdict for name, series in SERIES.items() if "proxyd" in run.programs(name)
        for verdict in judge(series, run.costs(name, "proxyd"), run.memory(name, "proxyd"))
    ]


def budgets(run: Run) -> list[Budget]:
    """What was measured of quiet connections, loops, latency and refusals, against what it may be."""
    return [*_beside(run), *_loops(run), *_latency(run), *_refusals(run)]


def _beside(run: Run) -> list[Budget]:
    costs = {name: cost for name in run.programs("beside") for cost in run.costs("beside", name).values()}
    found = []
    for name, cost in costs.items():
        work, kind = name.split(" beside ")
        base = costs.get(f"{work} beside nothing")
        if kind != "nothing" and base:
            count = max(run.costs("beside", name))
            told = "tunnels" if kind == "tunnels" else "keep-alive connections"
            what = f"{work} beside {count} quiet {told}, CPU per operation of that alone"
            found.append(Budget(what, cost / base, BESIDE_LIMIT))
    return found


def _loops(run: Run) -> list[Budget]:
    curves = ((name, run.costs("loops", name)) for name in run.programs("loops"))
    return [Budget(f"{name} with two loops, CPU per operation of one", costs[2] / costs[1], LOOPS_LIMIT)
            for name, costs in curves if 1 in costs and 2 in costs]


def _latency(run: Run) -> list[Budget]:
    medians = {name: statistics.median(sample.p99_ms for sample in _latest(run, name)) for name in run.programs("latency")}
    if not {"proxyd", "haproxy"} <= set(medians) or not medians["haproxy"]:
        return []
    return [Budget("p99 at half of HAProxy's highest rate, of HAProxy's", medians["proxyd"] / medians["haproxy"], LATENCY_SLACK)]


def _refusals(run: Run) -> list[Budget]:
    costs = {name: cost for name in run.programs("refusals") for cost in run.costs("refusals", name).values()}
    return [Budget(f"refused ({name}), CPU of what is {refusal.like}", costs[name] / costs[refusal.like], REFUSAL_LIMIT)
            for name, refusal in REFUSALS.items()
            if not refusal.dials and name != refusal.like and name in costs and refusal.like in costs]


def _latest(run: Run, program: str) -> list[Sample]:
    return [sample for group in run.group("latency", program).values() for sample in group]


def markdown(run: Run, pictures: str) -> str:
    """Everything that was measured; `pictures` is where the charts lie, from the page."""
    told = ", ".join(f"{name} {version}" for name, version in run.versions.items() if version)
    machine = run.machine
    parts = [
        f"{machine.date}; {machine.cores} cores ({machine.cpu}); Linux {machine.kernel}; {told}.\n"
        f"Load average before: {machine.load_before:.2f}. Command: `{machine.command}`."
    ]
    for name, series in SERIES.items():
        if run.programs(name):
            parts += _series(run, series, pictures)
    for title, table in (("Quiet connections beside the load", _beside_table(run)), ("Loops", _loops_table(run)),
                         ("Latency at the same offered rate", _latency_table(run)),
                         ("Refusals", _refusals_table(run))):
        if table:
            parts += [f"**{title}**", table]
    judged = [*map(str, verdicts(run)), *map(str, budgets(run))]
    if judged:
        parts.append("\n".join(f"- {line}" for line in judged))
    troubles = sorted({f"{s.program} had {s.errors} errors in {s.series} {s.x}" for s in run.samples if s.errors})
    if troubles:
        parts.append("Not clean: " + "; ".join(troubles) + ".")
    return "\n\n".join(parts) + "\n"


def _series(run: Run, series: Series, pictures: str) -> list[str]:
    programs = run.programs(series.name)
    is_size = series.name in ("body", "tunnel-body")
    curves = {f"{program}, us": (run.costs(series.name, program), 1) for program in programs}
    curves["of proxyd user, us"] = (run.user(series.name, "proxyd"), 1)
    if series.memory:
        curves |= {f"{program}, MiB": (run.memory(series.name, program), 1024) for program in programs}
    xs = sorted({x for curve, _ in curves.values() for x in curve})
    rows = [[size_text(x) if is_size else str(x),
             *(_figure(curve.get(x), unit) for curve, unit in curves.values())] for x in xs]
    images = [] if series.name == "tunnel-body" else [f"![{series.title}]({pictures}/{series.name}.svg)"]
    if series.memory:
        images.append(f"![Memory: {series.title}]({pictures}/{series.name}-memory.svg)")
    return [f"**{series.title}**", *images, _table([series.axis, *curves], rows)]


def _figure(value: float | None, unit: int) -> str:
    if value is None:
        return ""
    value /= unit
    return f"{value:,.0f}".replace(",", " ") if value >= 1000 else f"{value:.1f}"


def _beside_table(run: Run) -> str:
    rows = [[name, str(x), f"{min(s.cost_us for s in group):.2f}", f"{min(s.pss_kib for s in group) / 1024:.1f}"]
            for name in run.programs("beside") for x, group in run.group("beside", name).items()]
    return _table(["work", "quiet connections", "CPU us", "MiB"], rows) if rows else ""


def _loops_table(run: Run) -> str:
    rows = [[name, str(x), f"{min(s.cost_us for s in group):.2f}", f"{statistics.median(s.rate for s in group):.0f}"]
            for name in run.programs("loops") for x, group in run.group("loops", name).items()]
    return _table(["work", "loops", "CPU us", "per second"], rows) if rows else ""


def _latency_table(run: Run) -> str:
    rows = []
    for name in run.programs("latency"):
        group = _latest(run, name)
        middle = {field: statistics.median(getattr(s, field) for s in group)
                  for field in ("offered", "rate", "p50_ms", "p99_ms", "p999_ms")}
        rows.append([name, f"{middle['offered']:.0f}", f"{middle['rate']:.0f}", f"{middle['p50_ms']:.3f}",
                     f"{middle['p99_ms']:.3f}", f"{middle['p999_ms']:.3f}", f"{min(s.cost_us for s in group):.2f}"])
    head = ["", "offered per second", "answered", "p50, ms", "p99, ms", "p99.9, ms", "CPU us"]
    return _table(head, rows) if rows else ""


def _refusals_table(run: Run) -> str:
    rows = []
    for name in run.programs("refusals"):
        for status, group in run.group("refusals", name).items():
            connection = "closed" if name in REFUSALS and REFUSALS[name].closes else "kept"
            rows.append([name, str(status), connection, f"{min(s.cost_us for s in group):.2f}",
                         f"{statistics.median(s.rate for s in group):.0f}"])
    return _table(["request", "status", "connection", "CPU us", "per second"], rows) if rows else ""


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
