"""Charts as SVG text, by hand: a page of them weighs kilobytes where one embedded plotting library weighs megabytes.

Colours are CSS classes, so that the page decides about light and dark. Every text that comes from outside is escaped
here, at the one place where text becomes markup.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape as html_escape
from typing import Any

from hydra_slots.studies.history import short
from hydra_slots.visible import visible

WIDTH, HEIGHT = 640, 300
LEFT, RIGHT, TOP, BOTTOM = 64, 16, 14, 44
LARGEST = 1e300  # a number beyond it, with which no difference can be told, does not stretch a scale
UNUSED = "not used"


@dataclass(frozen=True)
class Scale:
    """Where a value stands between `begin` and `end` (pixels); `ticks` are pairs of pixel and label."""

    begin: float
    end: float
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[str, ...] | None = None  # of a categorical scale, which knows only these

    def __call__(self, value: Any) -> float:
        if self.choices is not None:
            share = (self.choices.index(label(value)) + 0.5) / len(self.choices)
        elif self.high == self.low:
            share = 0.5
        elif self.log:
            share = (math.log(value) - math.log(self.low)) / (math.log(self.high) - math.log(self.low))
        else:
            share = (value - self.low) / (self.high - self.low)
        if not -1 <= share <= 2:  # infinite, or beyond what is drawn
            share = 2 if share > 2 else -1
        return self.begin + share * (self.end - self.begin)

    @property
    def ticks(self) -> list[tuple[float, str]]:
        if self.choices is not None:
            return [(self(choice), choice) for choice in self.choices]
        values = _log_ticks(self.low, self.high) if self.log else _ticks(self.low, self.high)
        return [(self(value), short(float(value))) for value in values]


def label(value: Any) -> str:
    """A categorical value as its tick says it."""
    return short(value)


def scale(values: Iterable[Any], begin: float, end: float, *, log: bool = False, margin: float = 0.04) -> Scale:
    """The scale that holds all values: categorical as soon as one of them is no number."""
    seen = list(values)
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in seen):
        return Scale(begin, end, choices=tuple(sorted({label(value) for value in seen})))
    finite = [float(value) for value in seen if abs(value) <= LARGEST] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    log = log and low > 0 and high > low
    spread = margin * (math.log(high) - math.log(low) if log else high - low)
    if log:
        low, high = max(low * math.exp(-spread), 1 / LARGEST), min(high * math.exp(spread), LARGEST)
        return Scale(begin, end, low, high, log=True)
    return Scale(begin, end, low - spread, high + spread)


def _ticks(low: float, high: float, count: int = 5) -> list[float]:
    if high <= low:
        return [low]
    raw = (high - low) / count
    unit = 10.0 ** math.floor(math.log10(raw))
    step = next(unit * m for m in (1, 2, 5, 10) if unit * m >= raw * 0.999)
    if step < 1e-290:
        return [low, high]
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(i * step, 12) for i in range(first, last + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1,), (1, 3), (1, 2, 5)):
        found = [f * 10.0**d for d in decades for f in factors if low <= f * 10.0**d <= high]
        if len(found) >= 3:
            return found
    return found or [low, high]


@dataclass
class Chart:
    """A drawing with axes. Marks are drawn in the order in which they were added."""

    title: str
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    below: float = 0.0  # room under the axis for labels that had to be turned
    parts: list[str] = field(default_factory=list)

    @property
    def across(self) -> tuple[float, float]:
        return self.left, self.width - RIGHT

    @property
    def upwards(self) -> tuple[float, float]:
        return self.height - BOTTOM, TOP

    def x_axis(self, at: Scale, name: str) -> None:
        base = self.height - BOTTOM
        turned = at.choices is not None and sum(map(len, at.choices)) * 6.5 > at.end - at.begin
        for x, text in at.ticks:
            self.parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{base}"/>')
            where = f'x="{x:.1f}" y="{base + 15}"'
            turn = (
                f'text-anchor="end" transform="rotate(-20 {x:.1f} {base + 15})"' if turned else 'text-anchor="middle"'
            )
            self.parts.append(f'<text class="tick" {where} {turn}>{clipped(text, 18)}</text>')
        self.below = 26.0 if turned else self.below
        middle = (at.begin + at.end) / 2
        self.text(middle, self.height + self.below - 6, name, "axis", "middle")

    def y_axis(self, at: Scale, name: str) -> None:
        for y, text in at.ticks:
            self.parts.append(
                f'<line class="grid" x1="{self.left}" x2="{self.width - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            )
            self.text(self.left - 6, y + 4, text, "tick", "end", longest=int(self.left / 6))
        if name:
            middle = (at.begin + at.end) / 2
            self.parts.append(
                f'<text class="axis" text-anchor="middle" transform="translate(13 {middle:.1f}) rotate(-90)">'
                f"{clipped(name, 40)}</text>"
            )

    def text(self, x: float, y: float, text: str, style: str, anchor: str = "start", longest: int = 60) -> None:
        self.parts.append(
            f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{clipped(text, longest)}</text>'
        )

    def dot(self, x: float, y: float, style: str, hint: str, radius: float = 4) -> None:
        shape = f'<circle class="dot {style}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}">'
        self.parts.append(f"{shape}<title>{escape(hint)}</title></circle>")

    def path(self, points: Sequence[tuple[float, float]], style: str, hint: str = "", extra: str = "") -> None:
        if points:
            steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            inside = f"<title>{escape(hint)}</title>" if hint else ""
            self.parts.append(f'<polyline class="line {style}" points="{steps}"{extra}>{inside}</polyline>')

    def bar(self, x: float, y: float, width: float, height: float, style: str, hint: str) -> None:
        box = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 1):.1f}" height="{height:.1f}" rx="2"'
        self.parts.append(f'<rect class="bar {style}" {box}><title>{escape(hint)}</title></rect>')

    def svg(self) -> str:
        box = f'viewBox="0 0 {self.width:g} {self.height + self.below:g}" class="w{self.width:.0f}"'
        return f'<svg role="img" aria-label="{escape(self.title)}" {box}>{"".join(self.parts)}</svg>'


def escape(text: str) -> str:
    """Text as markup, in which nothing steers: neither a tag nor a control character."""
    return html_escape(visible(text, "\n"))


def clipped(text: str, longest: int) -> str:
    """Escaped; a text that is too long ends in an ellipsis and keeps its whole self as a tooltip."""
    if len(text) <= longest:
        return escape(text)
    return f"{escape(text[: longest - 1])}…<title>{escape(text)}</title>"
