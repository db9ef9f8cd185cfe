"""Figures of a comparison: scores of all seeds, differences with intervals, and who is better than whom."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ner_lab.report.compare import metric, tuned_tables, verdict
from ner_lab.report.compare.rank_diagram import rank_diagram
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.significance import mean_interval
from ner_lab.report.compare.systems import System
from ner_lab.report.svg import (
    BETTER,
    COLOURS,
    FAINT,
    INK,
    LETTER,
    LINE,
    SMALL,
    WORSE,
    Axis,
    Drawing,
    Svg,
    room_for,
    wrapped,
)

ROW, TOP, PLOT = 26, 30, 420
NEITHER = "#888888"


def scores(one: TestSet, metric_name: str) -> Svg:
    """A row a system, best first: a point a seed, the mean, and its 95 % interval over seeds and documents."""
    systems = sorted(one.systems, key=lambda system: -system.mean)
    several = all(system.by_document.numerators_ND.shape[1] > 1 for system in systems)
    intervals = [_interval(system) if several else (system.mean, system.mean) for system in systems]
    labels = [wrapped(system.label) for system in systems]
    left = room_for(labels)
    *middles, bottom = _rows(labels)
    values = [100 * value for system, ends in zip(systems, intervals, strict=True) for value in (*system.scores, *ends)]
    axis = Axis.around(values, left, left + PLOT)
    about = f"{metric.name(metric_name)} on {one.name} (%): seeds, their mean, 95 % interval"
    drawing = _framed(axis, bottom, about)
    for y, label, system, (low, high) in zip(middles, labels, systems, intervals, strict=True):
        drawing.label(left - 8, y, label, "end")
        drawing.line(axis(100 * low), y, axis(100 * high), y, INK, 1.4)
        for run, score in zip(system.runs, system.scores, strict=True):
            drawing.dot(axis(100 * score), y, COLOURS[0], f"{system.label}, {run.path}: {100 * score:.2f}")
        mean = axis(100 * system.mean)
        drawing.line(mean, y - 8, mean, y + 8, INK, 2.4)
    return drawing.svg()


def differences(one: TestSet, metric_name: str) -> Svg:
    """A row a pair: the difference with its 95 % interval, coloured where it is significant after Holm's correction."""
    tested = [pair for pair in one.pairs if pair.found is not None]
    labels = [_pair_label(pair) for pair in tested]
    left = room_for(labels)
    *middles, bottom = _rows(labels)
    values = [100 * value for p in tested if p.found for value in (p.found.low, p.found.high)]
    axis = Axis.around([*values, 0.0], left, left + PLOT)
    about = f"difference in {metric.name(metric_name)} on {one.name} (points), 95 % interval"
    drawing = _framed(axis, bottom, about)
    drawing.line(axis(0), TOP, axis(0), bottom, FAINT, 1.2)
    for y, label, pair in zip(middles, labels, tested, strict=True):
        assert pair.found is not None
        colour = (BETTER if pair.value > 0 else WORSE) if _significant(pair) else FAINT
        drawing.label(left - 8, y, label, "end")
        drawing.line(axis(100 * pair.found.low), y, axis(100 * pair.found.high), y, colour, 2)
        drawing.dot(axis(100 * pair.value), y, colour, pair.sentence, 4.5, 1)
    return drawing.svg()


def verdicts(one: TestSet, metric_name: str) -> Svg:
    """A square a pair, in the row of its first system and the numbered column of its second: blue where the first is
    better, in full colour and with a star where that is significant after Holm's correction."""
    systems = sorted(one.systems, key=lambda system: -system.mean)
    first, second = {pair.a.label for pair in one.pairs}, {pair.b.label for pair in one.pairs}
    place = {system.label: number for number, system in enumerate(systems)}
    columns = [system.label for system in systems if system.label in second]
    labels = [wrapped(f"{number}  {system.label}") for number, system in enumerate(systems, 1)]
    cell = 58 if len(systems) <= 16 else 22
    left = room_for(labels)
    *middles, bottom = _rows(labels, cell, 46)
    about = f"{metric.name(metric_name)} on {one.name}: row \N{MINUS SIGN} column, points; * significant"
    drawing = Drawing(max(left + cell * len(columns) + 20, room_for([[about]])), bottom + 12, about)
    drawing.text(8, 18, about, size=SMALL)
    for y, label, system in zip(middles, labels, systems, strict=True):
        if system.label in first | second:
            drawing.label(left - 8, y, label, "end")
    for at, column in enumerate(columns):
        drawing.text(left + cell * (at + 0.5), 40, str(place[column] + 1), "middle", FAINT, SMALL)
    most = max((abs(pair.value) for pair in one.pairs), default=0.0) or 1.0
    for pair in one.pairs:
        x, middle = left + cell * columns.index(pair.b.label), middles[place[pair.a.label]]
        star, size = _significant(pair), abs(pair.value) / most
        colour = NEITHER if pair.found is None else BETTER if pair.value > 0 else WORSE
        strength = 0.12 if pair.found is None else 0.45 + 0.55 * size if star else 0.05 + 0.15 * size
        drawing.box(x, middle - cell / 2, cell - 1, cell - 1, colour, pair.sentence, strength)
        if cell > 40:
            text = verdict.points(pair.value) + ("*" if star else "")
            drawing.text(x + cell / 2, middle + 4, text, "middle", "white" if star and size > 0.2 else INK, SMALL)
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


def _interval(system: System) -> tuple[float, float]:
    """Of the mean, no end of it beyond 0 or 1; of a single run only the score."""
    low, high = mean_interval(system.by_document) if len(system.runs) > 1 else (system.mean, system.mean)
    return max(0.0, low), min(1.0, high)


def _pair_label(pair: Pair) -> list[str]:
    """In one line where there is room for it, else with each system on lines of its own."""
    a, b = pair.a.label, f"\N{MINUS SIGN} {pair.b.label}"
    together = wrapped(f"{a} {b}")
    return together if len(together) == 1 else [*wrapped(a), *wrapped(b)]


def _rows(labels: Sequence[Sequence[str]], least: float = ROW, top: float = TOP) -> list[float]:
    """The middles of the rows that these labels need, and the bottom of the last."""
    heights = [max(least, LINE * len(label) + 8) for label in labels]
    ends = [top + sum(heights[:number]) for number in range(len(labels) + 1)]
    return [*((begin + end) / 2 for begin, end in pairwise(ends)), ends[-1]]


def _framed(axis: Axis, bottom: float, about: str) -> Drawing:
    """With ticks from the top to `bottom`, and below them what the picture is about."""
    middle, half = (axis.begin + axis.end) / 2, LETTER * len(about) / 2
    drawing = Drawing(max(axis.end + 20, middle + half), bottom + 44, about)
    drawing.ticks_below(axis, TOP, bottom, bottom)
    drawing.text(max(middle, half), bottom + 36, about, "middle")
    return drawing
