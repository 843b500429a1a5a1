"""Which charts a run is drawn as."""

import pathlib

from .sample import Run
from .series import SERIES
from .svg import Line, chart


def draw(run: Run, folder: pathlib.Path) -> list[pathlib.Path]:
    """Writes a chart for every series of the run, and for its memory where that counts; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, series in SERIES.items():
        programs = run.programs(name)
        if not programs or name == "tunnel-body":
            continue
        lines = [Line(program, run.costs(name, program)) for program in programs]
        if name == "body" and "proxyd" in run.programs("tunnel-body"):
            lines.append(Line("proxyd, tunnel", run.costs("tunnel-body", "proxyd")))
        written.append(_write(
            folder / f"{name}.svg",
            chart(f"CPU per operation by {series.axis}", series.axis, f"microseconds; {series.title}", lines,
                  _x_label(name), _number)))
        if series.memory:
            lines = [Line(program, run.memory(name, program)) for program in programs]
            written.append(_write(
                folder / f"{name}-memory.svg",
                chart(f"Memory by {series.axis}", series.axis, f"MiB, proportional resident; {series.title}",
                      [Line(line.name, {x: y / 1024 for x, y in line.points.items()}) for line in lines],
                      _x_label(name), _number)))
    return written


def _write(path: pathlib.Path, text: str) -> pathlib.Path:
    path.write_text(text)
    return path


def _x_label(series: str):
    return size_text if series in ("body", "tunnel-body") else lambda x: f"{x:,}".replace(",", " ")


def size_text(count: int) -> str:
    """A number of bytes, short."""
    for unit, size in (("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= size and count % size == 0:
            return f"{count // size} {unit}"
    return f"{count} B" if count else "0"


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value >= 1 else f"{value:g}"
