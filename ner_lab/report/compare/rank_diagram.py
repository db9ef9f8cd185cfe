"""The critical-difference diagram of Demsar (2006): mean ranks on an axis, and bars over what is not told apart."""

from __future__ import annotations

import math

from ner_lab.report.compare.across_results import Across
from ner_lab.report.svg import FAINT, INK, LINE, SMALL, Drawing, Svg, room_for, wrapped

PLOT, TOP, BAR = 380, 78, 9


def rank_diagram(across: Across, metric_name: str) -> Svg:
    """The best systems lead to labels on the left, the others to labels on the right."""
    count = len(across.systems)
    most = max(count, 2)
    names = [f"{label}  {rank:.2f}" for label, rank in zip(across.systems, across.mean_ranks, strict=True)]
    labels = [wrapped(name, 310) for name in names]
    side = room_for(labels)
    half = math.ceil(count / 2)
    row = LINE * max(map(len, labels)) + 7
    bars_end = TOP + 14 + BAR * len(across.bars)
    title = f"Mean ranks of {metric_name} over {len(across.corpora)} corpora (1 is the best)"
    bars = f"Bars join systems that {across.told_apart_by} does not tell apart" if across.bars else ""
    width = max(2 * side + PLOT, room_for([[title], [bars]]))
    drawing = Drawing(width, bars_end + row * half + 16, title)

    def x(rank: float) -> float:
        return width / 2 + PLOT * ((rank - 1) / (most - 1) - 0.5)

    drawing.text(width / 2, 18, title, "middle")
    drawing.text(width / 2, 36, bars, "middle", FAINT, SMALL)
    drawing.line(x(1), TOP, x(most), TOP, INK, 1.4)
    for whole in range(1, most + 1, math.ceil(most / 20)):
        drawing.line(x(whole), TOP - 6, x(whole), TOP, INK, 1.4)
        drawing.text(x(whole), TOP - 11, str(whole), "middle", FAINT, SMALL)
    for place, (rank, label) in enumerate(zip(across.mean_ranks, labels, strict=True)):
        left = place < half
        y = bars_end + row * (place if left else count - 1 - place) + row / 2
        end, anchor = (x(1) - 8, "end") if left else (x(most) + 8, "start")
        drawing.path([(x(rank), TOP), (x(rank), y), (end + (4 if left else -4), y)], FAINT, 1.2)
        drawing.label(end, y, label, anchor)
    for number, (first, last) in enumerate(across.bars):
        y = TOP + 10 + BAR * number
        drawing.line(x(across.mean_ranks[first]) - 4, y, x(across.mean_ranks[last]) + 4, y, INK, 4)
    return drawing.svg()
