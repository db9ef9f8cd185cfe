"""Training curves as figures for a paper: a thin line a run, a thick one for the mean of equally trained runs."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from ner_lab.report.curves import Curves
from ner_lab.report.svg import COLOURS, FAINT, INK, LETTER, SMALL, Axis, Drawing, Svg, clipped

PANELS = {
    "train_loss": ("train/loss", "training loss"),
    "dev_loss": ("dev/loss", "validation loss"),
    "dev_accuracy": ("dev/accuracy", "validation accuracy (words)"),
}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 300, 56, 14, 14, 42
LEGEND = 18  # pixels a line
MOST_LABELS = 12
MARKED = 12  # points: a curve of more is a line


def panel(curves: Sequence[Curves], tag: str, name: str) -> Svg | None:
    """One tag over optimizer steps, with a legend if runs have several labels; None if no run has the tag."""
    shown = [one for one in curves if one.values.get(tag)]
    if not shown:
        return None
    labels = list(dict.fromkeys(one.label for one in shown))
    listed = labels[:MOST_LABELS] if len(labels) > 1 else []
    height = HEIGHT + LEGEND * ((len(listed) + 1) // 2) + (8 if listed else 0)
    drawing = Drawing(WIDTH, height, name)
    x = Axis(0, max(max(one.values[tag]) for one in shown) or 1, LEFT, WIDTH - RIGHT)
    y = Axis.around([value for one in shown for value in one.values[tag].values()], HEIGHT - BOTTOM, TOP)
    _axes(drawing, x, y, name)
    for number, label in enumerate(labels):
        colour = COLOURS[number % len(COLOURS)]
        members = [one for one in shown if one.label == label]
        several = len(members) > 1
        for one in members:
            points = one.points(tag)
            line = [(x(step), y(value)) for step, value in points]
            drawing.path(line, colour, 1 if several else 1.8, 0.35 if several else 1)
            if len(line) <= MARKED:
                for place, (step, value) in zip(line, points, strict=True):
                    drawing.dot(
                        *place, colour, f"{label}, step {step}: {value:.4f}", 2 if several else 3, 1 / (1 + several)
                    )
        if several:
            last = max(max(one.values[tag]) for one in members)
            # A run that was killed would cut the mean.
            whole = [one.values[tag] for one in members if max(one.values[tag]) == last]
            steps = sorted(set.intersection(*map(set, whole)))
            mean = [(x(step), y(fmean(points[step] for points in whole))) for step in steps]
            drawing.path(mean, colour, 2.2)
            if len(mean) == 1:
                drawing.dot(*mean[0], colour, f"{label}: mean of {len(whole)} runs", 4.5, 1)
        if label in listed:
            left, top = LEFT + (number % 2) * (WIDTH - LEFT) / 2, HEIGHT + LEGEND * (number // 2) + 8
            drawing.line(left, top, left + 18, top, colour, 2.5)
            drawing.text(left + 24, top + 4, clipped(label, (WIDTH - LEFT) / 2 - 34), size=SMALL)
    if len(labels) > len(listed) > 0:
        drawing.text(WIDTH - RIGHT, height - 2, f"and {len(labels) - len(listed)} more", "end", FAINT, SMALL)
    return drawing.svg()


def _axes(drawing: Drawing, x: Axis, y: Axis, name: str) -> None:
    base = HEIGHT - BOTTOM
    drawing.ticks_beside(y, LEFT, WIDTH - RIGHT)
    drawing.ticks_below(x, base, base + 4, base, FAINT)
    drawing.line(LEFT, base, WIDTH - RIGHT, base, INK)
    drawing.text((LEFT + WIDTH - RIGHT) / 2, base + 34, "optimizer steps", "middle")
    drawing.text(12, (TOP + base) / 2 + LETTER, name, "middle", turn=-90)
