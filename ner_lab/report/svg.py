"""Axes with round ticks, and drawings as SVG files that stand alone.

Those are for papers and for pages of either colour scheme: a white ground, their own fonts and colours. Where one
stands inside a page, `PAGE_STYLE` gives it the page's colours. The charts of a report's page share the axes.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ner_lab.report import markup

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c564b", "#666666")  # Okabe and Ito
INK, FAINT, RULE = "#222222", "#666666", "#dddddd"
BETTER, WORSE = "#2166ac", "#b2182b"
SMALL, NORMAL, LINE = 11, 12, 15
LETTER = 7.2  # pixels of an average character, in the widest of the fonts
# Of a picture below `.ner-lab`, whose style has the colours --fg, --muted, --line, --better and --worse.
PAGE_STYLE = f"""
.ner-lab svg > rect:first-child {{ fill: none; }}
.ner-lab svg [fill="{INK}"] {{ fill: var(--fg); }} .ner-lab svg [stroke="{INK}"] {{ stroke: var(--fg); }}
.ner-lab svg [fill="{FAINT}"] {{ fill: var(--muted); }} .ner-lab svg [stroke="{FAINT}"] {{ stroke: var(--muted); }}
.ner-lab svg [stroke="{RULE}"] {{ stroke: var(--line); }}
.ner-lab svg [stroke="{BETTER}"] {{ stroke: var(--better); }}
.ner-lab svg [stroke="{WORSE}"] {{ stroke: var(--worse); }}
.ner-lab svg circle[fill="{COLOURS[0]}"], .ner-lab svg circle[fill="{BETTER}"] {{ fill: var(--better); }}
.ner-lab svg circle[fill="{WORSE}"] {{ fill: var(--worse); }}
"""


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` as pixels from `begin` to `end`."""

    low: float
    high: float
    begin: float
    end: float

    @classmethod
    def around(cls, values: list[float], begin: float, end: float, margin: float = 0.06) -> Axis:
        """An axis that holds all values, with some air."""
        low, high = min(values), max(values)
        air = margin * (high - low) or abs(high) * margin or 1.0
        return cls(low - air, high + air, begin, end)

    def __call__(self, value: float) -> float:
        return self.begin + (value - self.low) / (self.high - self.low) * (self.end - self.begin)

    def ticks(self, count: int = 5, at_most: bool = False) -> list[tuple[float, str]]:
        """Round values on the axis with their labels, one, two or five times a power of ten apart.

        Args:
            count: of the steps between them that would be best.
            at_most: never more steps than that, rather than the nearest number of them.
        """
        raw = (self.high - self.low) / count
        unit = 10.0 ** math.floor(math.log10(raw))
        steps = [unit * factor for factor in (1, 2, 5, 10)]
        nearest = min(steps, key=lambda step: abs(math.log(step / raw)))
        step = next(step for step in steps if step >= raw) if at_most else nearest
        digits = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        values = [round(i * step, 12) + 0.0 for i in range(first, last + 1)]
        return [(value, f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}")) for value in values]


class Svg(str):
    """The text of a picture, which a notebook shows as one."""

    def _repr_svg_(self) -> str:
        return self


@dataclass
class Drawing:
    """Marks in pixels, drawn in the order in which they are added. All text is escaped here."""

    width: float
    height: float
    title: str
    parts: list[str] = field(default_factory=list)

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str = RULE, width: float = 1) -> None:
        self.parts.append(
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
            f'stroke-width="{width:g}"/>'
        )

    def dot(self, x: float, y: float, colour: str, hint: str, radius: float = 3.5, opacity: float = 0.6) -> None:
        self.parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}" fill-opacity="{opacity:g}">'
            f"<title>{markup.text(hint)}</title></circle>"
        )

    def box(self, x: float, y: float, width: float, height: float, colour: str, hint: str, opacity: float = 1) -> None:
        self.parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}" '
            f'fill-opacity="{opacity:.3g}">'
            f"<title>{markup.text(hint)}</title></rect>"
        )

    def path(self, points: list[tuple[float, float]], colour: str, width: float, opacity: float = 1) -> None:
        steps = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.parts.append(
            f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-opacity="{opacity:g}" stroke-linejoin="round"/>'
        )

    def text(
        self, x: float, y: float, text: str, anchor: str = "start", colour: str = INK, size: int = NORMAL, turn: int = 0
    ) -> None:
        turned = f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" font-size="{size}"{turned}>'
            f"{markup.text(text)}</text>"
        )

    def label(self, x: float, y: float, lines: Sequence[str], anchor: str = "start") -> None:
        """Lines of text, the middle of which is at `y`."""
        for number, line in enumerate(lines):
            self.text(x, y + 4 + LINE * (number - (len(lines) - 1) / 2), line, anchor)

    def ticks_below(self, axis: Axis, begin: float, end: float, base: float, colour: str = RULE) -> None:
        """Those of a horizontal axis: a line each from height `begin` to `end`, and its label below `base`."""
        for value, label in axis.ticks():
            self.line(axis(value), begin, axis(value), end, colour)
            self.text(axis(value), base + 16, label, "middle", FAINT, SMALL)

    def ticks_beside(self, axis: Axis, left: float, right: float) -> None:
        """Those of a vertical axis: a line each from `left` to `right`, and its label to the left of it."""
        for value, label in axis.ticks():
            self.line(left, axis(value), right, axis(value), RULE)
            self.text(left - 6, axis(value) + 4, label, "end", FAINT, SMALL)

    def svg(self) -> Svg:
        return Svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:.0f} {self.height:.0f}" '
            f'width="{self.width:.0f}" height="{self.height:.0f}" role="img" aria-label="{markup.text(self.title)}" '
            f'font-family="Helvetica, Arial, sans-serif"><rect width="100%" height="100%" fill="white"/>'
            f"{''.join(self.parts)}</svg>\n"
        )


def wrapped(label: str, width: float = 260) -> list[str]:
    """The whole label in lines of so many pixels, broken at blanks, and in words where it must be."""
    return textwrap.wrap(label, max(8, int(width / LETTER)), break_on_hyphens=False) or [""]


def room_for(labels: Iterable[Sequence[str]]) -> float:
    """Pixels that the longest line of labels takes."""
    return LETTER * max((len(line) for lines in labels for line in lines), default=0) + 22


def clipped(text: str, width: float) -> str:
    most = max(4, int(width / LETTER))
    return text if len(text) <= most else f"{text[: most - 1]}…"
