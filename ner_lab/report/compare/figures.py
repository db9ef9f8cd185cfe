"""Figures of a comparison: scores of all seeds, differences with intervals, and who is better than whom."""

from __future__ import annotations

from ner_lab.report.compare import metric, tuned_tables, verdict
from ner_lab.report.compare.rank_diagram import rank_diagram
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.significance import mean_interval
from ner_lab.report.svg import COLOURS, FAINT, INK, SMALL, Axis, Drawing, Svg, clipped, room_for

ROW, TOP, PLOT = 26, 30, 420
BETTER, WORSE, UNKNOWN = (33, 102, 172), (178, 24, 43), "#f0f0f0"


def scores(one: TestSet, metric_name: str) -> Svg:
    """A row a system, best first: a point a seed, the mean, and its 95 % interval over seeds and documents."""
    systems = sorted(one.systems, key=lambda system: -system.mean)
    several = all(system.by_document.numerators_ND.shape[1] > 1 for system in systems)
    intervals = [mean_interval(w.by_document) if several and len(w.runs) > 1 else (w.mean, w.mean) for w in systems]
    left = room_for([system.label for system in systems])
    values = [100 * value for system, ends in zip(systems, intervals, strict=True) for value in (*system.scores, *ends)]
    axis = Axis.around(values, left, left + PLOT)
    drawing = Drawing(left + PLOT + 20, TOP + ROW * len(systems) + 44, f"{metric.name(metric_name)} on {one.name}")
    _frame(
        drawing, axis, len(systems), f"{metric.name(metric_name)} on {one.name} (%): seeds, their mean, 95 % interval"
    )
    for row, (system, (low, high)) in enumerate(zip(systems, intervals, strict=True)):
        y, colour = TOP + ROW * (row + 0.5), COLOURS[0]
        drawing.text(left - 8, y + 4, clipped(system.label, left - 12), "end")
        drawing.line(axis(100 * low), y, axis(100 * high), y, INK, 1.4)
        for run, score in zip(system.runs, system.scores, strict=True):
            drawing.dot(axis(100 * score), y, colour, f"{system.label}, {run.path}: {100 * score:.2f}")
        mean = axis(100 * system.mean)
        drawing.line(mean, y - 8, mean, y + 8, INK, 2.4)
    return drawing.svg()


def differences(one: TestSet, metric_name: str) -> Svg:
    """A row a pair: the difference with its 95 % interval, coloured where it is significant after Holm's correction."""
    tested = [pair for pair in one.pairs if pair.found is not None]
    names = [f"{pair.a.label} \N{MINUS SIGN} {pair.b.label}" for pair in tested]
    left = room_for(names, 320)
    values = [100 * value for p in tested if p.found for value in (p.found.low, p.found.high)]
    axis = Axis.around([*values, 0.0], left, left + PLOT)
    drawing = Drawing(left + PLOT + 20, TOP + ROW * len(tested) + 44, f"Differences on {one.name}")
    _frame(
        drawing, axis, len(tested), f"difference in {metric.name(metric_name)} on {one.name} (points), 95 % interval"
    )
    drawing.line(axis(0), TOP, axis(0), TOP + ROW * len(tested), FAINT, 1.2)
    for row, (pair, name) in enumerate(zip(tested, names, strict=True)):
        assert pair.found is not None
        y = TOP + ROW * (row + 0.5)
        colour = _rgb(BETTER if pair.value > 0 else WORSE, 1) if _significant(pair) else FAINT
        drawing.text(left - 8, y + 4, clipped(name, left - 12), "end")
        drawing.line(axis(100 * pair.found.low), y, axis(100 * pair.found.high), y, colour, 2)
        drawing.dot(axis(100 * pair.value), y, colour, pair.sentence, 4.5, 1)
    return drawing.svg()


def verdicts(one: TestSet, metric_name: str) -> Svg:
    """A square a pair: the row's mean less the column's, blue where the row is better, in full colour and with a star
    where that is significant after Holm's correction, grey where there is no verdict."""
    systems = sorted(one.systems, key=lambda system: -system.mean)
    place = {system.label: at for at, system in enumerate(systems)}
    cell = 58 if len(systems) <= 16 else 18
    left = room_for([system.label for system in systems])
    side = cell * len(systems)
    about = f"{metric.name(metric_name)} on {one.name}: row \N{MINUS SIGN} column, * significant"
    drawing = Drawing(max(left + side + 20, room_for([about], 600)), TOP + side + left, about)
    drawing.text(8, 18, about, size=SMALL)
    for at, system in enumerate(systems):
        middle = cell * (at + 0.5)
        drawing.text(left - 8, TOP + middle + 4, clipped(system.label, left - 12), "end")
        drawing.text(left + middle + 4, TOP + side + 10, clipped(system.label, left - 12), "end", turn=-60)
        for other in range(len(systems)):
            drawing.box(left + cell * other, TOP + cell * at, cell - 1, cell - 1, UNKNOWN, "not compared")
    most = max((abs(pair.value) for pair in one.pairs), default=0.0) or 1.0
    for pair in one.pairs:
        for row, column, sign in ((pair.a, pair.b, 1), (pair.b, pair.a, -1)):
            x, y = left + cell * place[column.label], TOP + cell * place[row.label]
            if pair.found is not None:
                value, star = sign * pair.value, _significant(pair)
                strength = (0.35 + 0.65 * abs(value) / most) if star else 0.18 * abs(value) / most
                colour = _rgb(BETTER if value > 0 else WORSE, strength)
                drawing.box(x, y, cell - 1, cell - 1, colour, pair.sentence)
            if cell > 40:
                text = verdict.points(sign * pair.value) + ("*" if _significant(pair) else "")
                strong = _significant(pair) and abs(pair.value) > 0.45 * most
                drawing.text(x + cell / 2, y + cell / 2 + 4, text, "middle", "white" if strong else INK, SMALL)
    return drawing.svg()


def named(results: Results) -> dict[str, Svg]:
    """The figures of all test sets by name, which ends in a number where there are several; `ranks` is over corpora."""
    several = len(results.test_sets) > 1
    found = {"ranks": rank_diagram(results.across, metric.name(results.metric))} if results.across else {}
    for number, tuned in enumerate(results.tuned):
        place = f"-{number}" if len(results.tuned) > 1 else ""
        found[f"tuning{place}"] = tuned_tables.figure(tuned, metric.name(results.metric))
    return found | {
        f"{name}{f'-{number}' if several else ''}": picture
        for number, one in enumerate(results.test_sets)
        for name, picture in drawn(one, results.metric).items()
    }


def drawn(one: TestSet, metric_name: str) -> dict[str, Svg]:
    """The figures of one test set by name; the last two only where there is a verdict to show."""
    found = {"scores": scores(one, metric_name)}
    if any(pair.found for pair in one.pairs):
        found |= {"differences": differences(one, metric_name), "verdicts": verdicts(one, metric_name)}
    return found


def _significant(pair: Pair) -> bool:
    return pair.claim is not None and pair.claim.different


def _frame(drawing: Drawing, axis: Axis, rows: int, name: str) -> None:
    bottom = TOP + ROW * rows
    drawing.ticks_below(axis, TOP, bottom, bottom)
    drawing.text((axis.begin + axis.end) / 2, bottom + 36, name, "middle")


def _rgb(colour: tuple[int, int, int], strength: float) -> str:
    return "#" + "".join(f"{round(255 - (255 - part) * min(1.0, strength)):02x}" for part in colour)
