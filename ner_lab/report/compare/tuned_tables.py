"""A comparison after tuning in tables and a figure, for people: scores in percent."""

from __future__ import annotations

from ner_lab.report.compare import tables, verdict
from ner_lab.report.compare.expected_best import Estimate
from ner_lab.report.compare.tuned_results import Tuned
from ner_lab.report.svg import COLOURS, FAINT, INK, LINE, SMALL, Axis, Drawing, Svg, wrapped

UNITS = "units are trials (assumes a random search; test-set sampling is not included)"
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 380, 60, 20, 30, 60


def describe(one: Tuned) -> str:
    """In a line."""
    best = f"the best of up to {one.budget} trials each (the smallest number of any system)"
    return f"{one.corpus} after tuning: {best}; {UNITS}"


def system_rows(one: Tuned, metric_name: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the systems, the best first."""
    head = [
        "system", "trials", "pruned", f"dev {metric_name} of {one.budget}", f"test {metric_name} of {one.budget}",
        "best dev of all", "its test",
    ]  # fmt: skip
    return head, [
        [s.label, str(s.trials), str(s.pruned)]
        + [tables.percent(n) for n in (s.points[-1].dev.value, s.points[-1].test.value, s.best_dev, s.best_test)]
        for s in one.systems
    ]


def curve_rows(one: Tuned, metric_name: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of expected scores by number of trials, with 95 % intervals where they are known."""
    head = ["system", "trials", f"dev {metric_name}", "95 % interval", f"test {metric_name} of it", "95 % interval"]
    rows = []
    for system in one.systems:
        for point in system.points:
            row = [system.label, str(point.k)]
            for estimate in (point.dev, point.test):
                row += [tables.percent(estimate.value), _ends(estimate)]
            rows.append(row)
    return head, rows


def _ends(estimate: Estimate) -> str:
    return "" if estimate.interval is None else " to ".join(map(tables.percent, estimate.interval))


def pair_rows(one: Tuned) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the pairs."""
    same = tables.same_head([pair.claim for pair in one.pairs])
    head = ["A", "B", "trials", "test A \N{MINUS SIGN} B", "95 % interval", "p", "p (Holm)", *same, "verdict"]
    rows = []
    for pair in one.pairs:
        row = [pair.a, pair.b, str(pair.k), verdict.points(pair.value)]
        if pair.claim is None:
            row += ["", "", "", *[""] * len(same)]
        else:
            ends = " to ".join(verdict.points(end) for end in pair.interval)
            row += [ends, tables.p_cell(pair.claim.p), tables.p_cell(pair.claim.p_holm)]
            row += [tables.p_cell(pair.claim.p_equivalent_holm)] * len(same)
        rows.append([*row, pair.verdict])
    return head, rows


def figure(one: Tuned, metric_name: str) -> Svg:
    """Expected best dev score by number of trials: a line a system, its interval a band up to half of its trials."""
    name = f"expected best dev {metric_name} on {one.corpus} (%)"
    labels = [wrapped(system.label, WIDTH - LEFT - RIGHT) for system in one.systems]
    drawing = Drawing(WIDTH, HEIGHT + LINE * sum(map(len, labels)), name)
    ends = [end for s in one.systems for p in s.points for end in (p.dev.value, *(p.dev.interval or ()))]
    y = Axis.around([100 * end for end in ends], HEIGHT - BOTTOM, TOP)
    x = Axis(0.5, one.budget + 0.5, LEFT, WIDTH - RIGHT)
    drawing.ticks_beside(y, LEFT, WIDTH - RIGHT)
    drawing.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, INK)
    drawing.text(LEFT, 18, name, size=SMALL)
    for point in one.systems[0].points if one.systems else ():
        drawing.text(x(point.k), HEIGHT - BOTTOM + 16, str(point.k), "middle", FAINT, SMALL)
    drawing.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 32, "trials", "middle")
    top = float(HEIGHT)
    for number, system in enumerate(one.systems):
        colour = COLOURS[number % len(COLOURS)]
        drawing.path([(x(p.k), y(100 * p.dev.value)) for p in system.points], colour, 2)
        for point in system.points:
            across = x(point.k) + 3 * (number - (len(one.systems) - 1) / 2)
            if point.dev.interval is not None:
                low, high = point.dev.interval
                drawing.line(across, y(100 * low), across, y(100 * high), colour, 1.4)
            hint = f"{system.label}, {point.k} trials: {tables.percent(point.dev.value)} {_ends(point.dev)}"
            drawing.dot(x(point.k), y(100 * point.dev.value), colour, hint)
        drawing.line(LEFT, top - 10, LEFT + 18, top - 10, colour, 2.5)
        drawing.label(LEFT + 22, top - 10 + LINE * (len(labels[number]) - 1) / 2, labels[number])
        top += LINE * len(labels[number])
    return drawing.svg()
