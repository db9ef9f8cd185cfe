"""The tables of a comparison, for people: scores in percent, differences in points."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ner_lab.report.compare import metric, verdict
from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.results import Pair, TestSet

BEFORE_TYPES = 7  # columns of the table of systems
BORDER = 3  # characters of a column beside its text
NAME, CELL = 24, 16  # characters of a first and of another cell before it is folded
WORDS = ("A", "B", "verdict")  # heads of columns that are no numbers, besides the first


def system_rows(one: TestSet, metric_name: str) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table of systems, best mean first: numbers in percent, except speed and time."""
    head = [", ".join(one.by), "n", metric.name(metric_name), "sd", "best", "median", "failed"]
    head += [*one.types, "words/s", "train s"]
    rows = []
    for system in sorted(one.systems, key=lambda system: -system.mean):
        speed, seconds = system.training("words_per_s"), system.training("seconds")
        rows.append(
            [
                system.label,
                str(len(system.runs)),
                percent(system.mean),
                percent(system.deviation),
                percent(max(system.scores)),
                percent(system.median),
                str(sum(system.failed)),
                *(percent(system.per_type[type_]) for type_ in one.types),
                "" if speed is None else f"{speed:.0f}",
                "" if seconds is None else f"{seconds:.0f}",
            ]
        )
    return head, rows


def parts(one: TestSet, metric_name: str, width: int) -> list[tuple[list[str], list[list[str]]]]:
    """The table of systems, in several of them where it would have more characters in a line than that."""
    whole = system_rows(one, metric_name)
    return [whole] if len(_fitting(*whole, width)) == 1 else by_type(one, metric_name, width)


def by_type(one: TestSet, metric_name: str, width: int) -> list[tuple[list[str], list[list[str]]]]:
    """The table of systems without entity types, then those of entity types, none wider than that."""
    head, rows = system_rows(one, metric_name)
    types = slice(BEFORE_TYPES, BEFORE_TYPES + len(one.types))
    first = (
        head[: types.start] + head[types.stop :],
        [row[: types.start] + row[types.stop :] for row in rows],
    )
    if not one.types:
        return [first]
    return [first, *_fitting(*_narrow(["F1", *head[types]], [[row[0], *row[types]] for row in rows]), width)]


def pair_rows(pairs: Sequence[Pair]) -> tuple[list[str], list[list[str]]]:
    """Head and rows of the table of pairs: differences in points."""
    same = same_head([pair.claim for pair in pairs])
    head = [
        "A",
        "B",
        "seeds",
        "A \N{MINUS SIGN} B",
        "95 % interval",
        "p",
        "p (Holm)",
        *same,
        "seeds to detect 0.5",
        "verdict",
    ]
    rows = []
    for pair in pairs:
        found = pair.found
        row = [pair.a.label, pair.b.label, _seeds(pair), verdict.points(pair.value)]
        if found is None or pair.claim is None:
            row += ["", "", "", *[""] * len(same), ""]
        else:
            needed = f"{_number(pair.needed)} ({' to '.join(map(_number, pair.needed_range))})"
            interval = f"{verdict.points(found.low)} to {verdict.points(found.high)}"
            p_same = [p_cell(pair.claim.p_equivalent_holm)] * len(same)
            row += [interval, p_cell(found.p), p_cell(pair.p_holm), *p_same, needed if found.standard_error else ""]
        rows.append([*row, pair.verdict])
    return head, rows


def same_head(claims: Sequence[Claim | None]) -> list[str]:
    """The head of the column of equivalence, where that was asked."""
    margins = [claim.margin for claim in claims if claim and claim.margin]
    return [f"p (within {100 * margins[0]:g}, Holm)"] if margins else []


def _seeds(pair: Pair) -> str:
    """`5 pairs` where seeds are shared, else `5, 6`."""
    if pair.found is not None and pair.found.paired:
        return f"{pair.seeds} pairs"
    return f"{len(pair.a.runs)}, {len(pair.b.runs)}"


def _number(seeds: int | None) -> str:
    return "\N{INFINITY}" if seeds is None else str(seeds)


def percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.2f}"


def p_cell(value: float | None) -> str:
    return "" if value is None else "<0.001" if value < 0.001 else f"{value:.3f}"


def describe(one: TestSet) -> str:
    """A test set in a line, with what its units are."""
    return f"{title(one)}; {one.units}"


def title(one: TestSet) -> str:
    return f"{one.name}: {one.units.sentences} sentences, {one.entities} entities"


def power_note(one: TestSet) -> str | None:
    """How many seeds would detect half a point, over all pairs; None without any verdict, or any variance."""
    tested = [pair for pair in one.pairs if pair.found is not None and pair.found.standard_error]
    if not tested:
        return None
    if len(tested) == 1:
        text = verdict.power(tested[0].needed, tested[0].seeds, 0.005, tested[0].needed_range)
        return f"{text[0].upper()}{text[1:]}, at 80 % power and p < 0.05."
    numbers = [pair.needed for pair in tested if pair.needed is not None]
    never = len(tested) - len(numbers)
    parts = []
    if numbers:
        low, high = min(numbers), max(numbers)
        parts.append(
            f"{low} seeds are needed" if low == high else f"{low} to {high} seeds are needed, depending on the pair"
        )
    if never:
        pairs = f"for {never} of {len(tested)} pairs " if numbers else ""
        parts.append(f"{pairs}no number of seeds on this test set would be enough")
    ends = [number or math.inf for pair in tested for number in pair.needed_range]
    least, most = (int(end) if math.isfinite(end) else None for end in (min(ends), max(ends)))
    parts[-1] += f" (10 to 90 % ranges: {verdict.seeds_text((least, most))})"
    return f"To detect a difference of 0.5 points at 80 % power and p < 0.05, {', and '.join(parts)}."


def _narrow(head: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The table, or its transpose where that has fewer columns."""
    if len(rows) + 1 >= len(head):
        return head, rows
    turned = [list(column) for column in zip(head, *rows, strict=True)]
    return turned[0], turned[1:]


def _fitting(head: list[str], rows: list[list[str]], width: int) -> list[tuple[list[str], list[list[str]]]]:
    """The table, or several with the same first column, each with as many of the others as there is room for."""
    most = [NAME, *[CELL] * (len(head) - 1)]
    columns = zip(head, *rows, strict=True)
    needed = [min(max(map(len, column)), least) + BORDER for column, least in zip(columns, most, strict=True)]
    parts: list[list[int]] = [[]]
    for place in range(1, len(head)):
        if parts[-1] and needed[0] + sum(needed[i] for i in parts[-1]) + needed[place] >= width:
            parts.append([])
        parts[-1].append(place)
    return [
        ([head[0], *(head[i] for i in part)], [[row[0], *(row[i] for i in part)] for row in rows]) for part in parts
    ]
