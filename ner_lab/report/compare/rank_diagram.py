"""The critical-difference diagram of Demsar (2006): mean ranks on an axis, and bars over what is not told apart."""

from __future__ import annotations

import math

from ner_lab.report.compare.across_results import Across
from ner_lab.report.svg import FAINT, INK, SMALL, Drawing, Svg, clipped, room_for

PLOT, TOP, ROW, BAR = 420, 64, 22, 9


def rank_diagram(across: Across, metric_name: str) -> Svg:
    """The best systems lead to labels on the left, the others to labels on the right."""
    count = len(across.systems)
    most = max(count, 2)
    labels = [f"{label}  {rank:.2f}" for label, rank in zip(across.systems, across.mean_ranks, strict=True)]
    side = room_for(labels, 320)
    half = math.ceil(count / 2)
    bars_end = TOP + 14 + BAR * len(across.bars)
    title = f"Mean ranks of {metric_name} over {len(across.corpora)} corpora"
    drawing = Drawing(2 * side + PLOT, bars_end + ROW * half + 16, title)

    def x(rank: float) -> float:
        return side + PLOT * (rank - 1) / (most - 1)

    drawing.text(side + PLOT / 2, 18, f"{title} (1 is the best)", "middle", size=SMALL)
    drawing.line(x(1), TOP, x(most), TOP, INK, 1.4)
    for whole in range(1, most + 1):
        drawing.line(x(whole), TOP - 6, x(whole), TOP, INK, 1.4)
        drawing.text(x(whole), TOP - 11, str(whole), "middle", FAINT, SMALL)
    for place, (rank, label) in enumerate(zip(across.mean_ranks, labels, strict=True)):
        left = place < half
        y = bars_end + ROW * (place if left else count - 1 - place) + 6
        end, anchor = (side - 8, "end") if left else (side + PLOT + 8, "start")
        drawing.path([(x(rank), TOP), (x(rank), y), (end + (4 if left else -4), y)], FAINT, 1.2)
        drawing.text(end, y + 4, clipped(label, side - 12), anchor)
    for number, (first, last) in enumerate(across.bars):
        y = TOP + 10 + BAR * number
        drawing.line(x(across.mean_ranks[first]) - 4, y, x(across.mean_ranks[last]) + 4, y, INK, 4)
    return drawing.svg()
