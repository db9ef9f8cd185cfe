"""Charts as inline SVG, drawn with classes that the page's style sheet colours for light, dark and print."""

from __future__ import annotations

from collections.abc import Sequence

from ner_lab.report import markup
from ner_lab.report.svg import Axis

Range = tuple[float, float]


def bar(share: float, low: float | None = None, high: float | None = None) -> str:
    """A score from 0 to 1 as a bar, with an interval as a whisker."""
    whisker = ""
    if low is not None and high is not None:
        a, b = _n(100 * low), _n(100 * high)
        whisker = f'<path class="whisker" d="M{a} 4v8M{a} 8H{b}M{b} 4v8"/>'
    label = f"{100 * share:.1f}" + (f", {100 * low:.1f} to {100 * high:.1f}" if low is not None and high else "")
    return (
        f'<svg class="bar" viewBox="0 0 100 16" preserveAspectRatio="none" role="img" aria-label="{label}">'
        f'<rect class="track" width="100" height="16"/><rect class="fill" width="{_n(100 * share)}" height="16"/>'
        f"{whisker}</svg>"
    )


def stacked(parts: Sequence[tuple[str, float]], whole: float) -> str:
    """Numbers side by side in one bar of length `whole`; each part has the class `k-NAME`."""
    rects, at = [], 0.0
    for name, number in parts:
        width = 100 * number / whole if whole else 0.0
        if width:
            rects.append(
                f'<rect class="k-{markup.text(name)}" x="{_n(at)}" width="{_n(width)}" height="16">'
                f"<title>{markup.text(name)}: {number:g}</title></rect>"
            )
        at += width
    return (
        '<svg class="bar stacked" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">'
        + "".join(rects)
        + "</svg>"
    )


def reliability(bins: Sequence[dict[str, float]]) -> str:
    """Share that is right against confidence: a bar a bin, its mean confidence as a tick, and the diagonal."""
    frame = _Frame((0, 1), (0, 1), "confidence", "share that is right", percent=True)
    for row in bins:
        x, right = frame.x(row["from"]), frame.x(row["to"])
        y = frame.y(row["right"])
        frame.add(
            f'<rect class="fill" x="{_n(x + 1)}" y="{_n(y)}" width="{_n(right - x - 2)}" height="{_n(frame.y(0) - y)}">'
            f"<title>{row['number']:,} entities, confidence {row['confidence']:.2f}, right {row['right']:.2f}</title>"
            "</rect>"
        )
        frame.add(
            f'<text class="axis" x="{_n((x + right) / 2)}" y="{_n(max(y, frame.top + 8) - 3)}" text-anchor="middle">'
            f"{_short(row['number'])}</text>"
        )
        mean = frame.y(row["confidence"])
        frame.add(f'<path class="tick" d="M{_n(x + 1)} {_n(mean)}H{_n(right - 1)}"/>')
    frame.add(f'<path class="diagonal" d="M{frame.x(0)} {frame.y(0)}L{frame.x(1)} {frame.y(1)}"/>')
    return frame.svg("Reliability diagram")


def line(points: Sequence[tuple[float, float]], x: str, y: str, title: str, percent: bool = False) -> str:
    """One curve; `percent` says that both axes are shares."""
    values = [value for _, value in points]
    across = (0.0, 1.0) if percent else _range([p for p, _ in points])
    frame = _Frame(across, _range(values), x, y, percent)
    path = "M" + "L".join(f"{_n(frame.x(a))} {_n(frame.y(b))}" for a, b in points)
    if len(points) > 1:
        frame.add(f'<path class="curve" d="{path}"/>')
    if len(points) <= 30:
        for a, b in points:
            frame.add(
                f'<circle class="dot" cx="{_n(frame.x(a))}" cy="{_n(frame.y(b))}" r="3">'
                f"<title>{markup.text(x)} {a:g}: {b:.4g}</title></circle>"
            )
    return frame.svg(title)


class _Frame:
    """Axes of a chart of 380 x 250 units with room for their labels."""

    left, right, top, bottom = 48.0, 358.0, 24.0, 208.0

    def __init__(self, across: Range, up: Range, x: str, y: str, percent: bool) -> None:
        self.x, self.y = Axis(*across, self.left, self.right), Axis(*up, self.bottom, self.top)
        self.parts: list[str] = []
        for value in _ticks(self.x):
            at, shown = _n(self.x(value)), f"{100 * value:.0f} %" if percent else f"{value:,.6g}"
            self.add(f'<path class="grid" d="M{at} {self.top}V{self.bottom}"/>')
            self.add(f'<text class="axis" x="{at}" y="{self.bottom + 16}" text-anchor="middle">{shown}</text>')
        for value in _ticks(self.y):
            at, shown = _n(self.y(value)), f"{100 * value:.3g} %" if percent else f"{value:.6g}"
            self.add(f'<path class="grid" d="M{self.left} {at}H{self.right}"/>')
            self.add(f'<text class="axis" x="{self.left - 6}" y="{at}" dy="4" text-anchor="end">{shown}</text>')
        middle = (self.left + self.right) / 2
        self.add(f'<text class="axis name" x="{middle}" y="244" text-anchor="middle">{markup.text(x)}</text>')
        self.add(f'<text class="axis name" x="{self.left}" y="12" text-anchor="start">{markup.text(y)}</text>')

    def add(self, part: str) -> None:
        self.parts.append(part)

    def svg(self, title: str) -> str:
        return (
            f'<svg class="chart" viewBox="0 0 380 250" role="img" aria-label="{markup.text(title)}">'
            + "".join(self.parts)
            + "</svg>"
        )


def _ticks(axis: Axis) -> list[float]:
    """Few of them, and none in the corner, where the labels of both axes would meet."""
    return [value for value, _ in axis.ticks(at_most=True) if value > axis.low]


def _range(values: Sequence[float]) -> Range:
    low, high = min(values), max(values)
    if low == high:
        return low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    return low, high


def _short(number: float) -> str:
    """A count that fits above a bar."""
    return f"{number:.0f}" if number < 10_000 else f"{number / 1000:.0f}k"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
