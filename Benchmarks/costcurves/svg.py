"""Line charts with logarithmic axes as SVG, for light and dark pages. Nothing but the standard library."""

import dataclasses
import math
from collections.abc import Callable
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 400
LEFT, RIGHT, TOP, BOTTOM = 76, 120, 56, 52
# Told apart by eyes of every kind, on white and on near-black.
COLOURS = ("#2f7fd1", "#d9822b", "#3d9a50", "#a45ec2", "#c8504f", "#7f7f7f")
_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #333; }
.title { font-size: 15px; font-weight: 600; }
.frame { stroke: #999; fill: none; }
.grid { stroke: #ddd; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
@media (prefers-color-scheme: dark) {
  text { fill: #ccc; }
  .frame { stroke: #777; }
  .grid { stroke: #333; }
}
"""


@dataclasses.dataclass(frozen=True)
class Line:
    """One curve: its name and its points, by x. Points that are not positive cannot be drawn, but for x = 0."""

    name: str
    points: dict[int, float]


class _Axis:
    """Maps values to places between `begin` and `end`, by their logarithm. 0 has a place of its own before the rest."""

    def __init__(self, values: list[float], begin: float, end: float, whole_decades: bool):
        positive = [value for value in values if value > 0]
        self.low, self.high = min(positive), max(positive)
        if not whole_decades:
            self.low, self.high = _step_below(self.low), _step_above(self.high)
        if self.low == self.high:
            self.low, self.high = self.low / 2, self.high * 2
        self.has_zero = any(value == 0 for value in values)
        self._origin, self._end = begin, end
        self._begin = begin + (end - begin) * 0.1 if self.has_zero else begin

    def place(self, value: float) -> float:
        if value <= 0:
            return self._origin
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self._begin + share * (self._end - self._begin)


def _steps() -> list[float]:
    return [digit * 10.0 ** power for power in range(-6, 13) for digit in (1, 2, 5)]


def _step_below(value: float) -> float:
    return max(step for step in _steps() if step <= value * 1.0001)


def _step_above(value: float) -> float:
    return min(step for step in _steps() if step >= value * 0.9999)


def _ticks(low: float, high: float) -> list[float]:
    found = [step for step in _steps() if low * 0.999 <= step <= high * 1.001]
    # Too many to be read: only the powers of ten.
    return found if len(found) <= 9 else [step for step in found if math.log10(step) % 1 < 0.01]


def chart(
    title: str, x_title: str, y_title: str, lines: list[Line], x_label: Callable[[int], str],
    y_label: Callable[[float], str]
) -> str:
    """The drawing, as the text of a file. ValueError when there is nothing to draw."""
    drawn = [Line(line.name, {x: y for x, y in sorted(line.points.items()) if y > 0}) for line in lines]
    drawn = [line for line in drawn if line.points]
    if not drawn:
        raise ValueError(f"nothing to draw: {title}")
    xs = sorted({x for line in drawn for x in line.points})
    x_axis = _Axis([float(x) for x in xs], LEFT, WIDTH - RIGHT, whole_decades=True)
    y_axis = _Axis([y for line in drawn for y in line.points.values()], HEIGHT - BOTTOM, TOP, whole_decades=False)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title, {chr(34): "&quot;"})}">',
        f"<style>{_STYLE}</style>",
        _text(LEFT, 22, title, "title"),
        _text(LEFT, 42, y_title),
        _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_title, anchor="middle"),
    ]
    for value in _ticks(y_axis.low, y_axis.high):
        y = y_axis.place(value)
        parts += [f'<line class="grid" x1="{LEFT}" y1="{y:.1f}" x2="{WIDTH - RIGHT}" y2="{y:.1f}"/>',
                  _text(LEFT - 8, y + 4, y_label(value), anchor="end")]
    for x in xs:
        place = x_axis.place(x)
        parts += [f'<line class="grid" x1="{place:.1f}" y1="{TOP}" x2="{place:.1f}" y2="{HEIGHT - BOTTOM}"/>',
                  _text(place, HEIGHT - BOTTOM + 18, x_label(x), anchor="middle")]
    parts.append(f'<rect class="frame" x="{LEFT}" y="{TOP}" width="{WIDTH - RIGHT - LEFT}" height="{HEIGHT - BOTTOM - TOP}"/>')
    ends = []
    for line, colour in zip(drawn, COLOURS):
        places = [(x_axis.place(x), y_axis.place(y)) for x, y in line.points.items()]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline class="line" stroke="{colour}" points="{path}"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        ends.append((places[-1][1], line.name, colour))
    parts += _names(ends)
    return "\n".join([*parts, "</svg>"]) + "\n"


def _names(ends: list[tuple[float, str, str]]) -> list[str]:
    """The names behind the ends of their lines, moved apart where they would cover each other."""
    parts, lowest = [], -math.inf
    for y, name, colour in sorted(ends):
        lowest = max(y + 4, lowest + 16)
        parts += [f'<circle cx="{WIDTH - RIGHT + 12}" cy="{lowest - 4:.1f}" r="4" fill="{colour}"/>',
                  _text(WIDTH - RIGHT + 22, lowest, name)]
    return parts


def _text(x: float, y: float, text: str, style: str = "", anchor: str = "start") -> str:
    chosen = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{chosen}>{escape(text)}</text>'
