"""A comparison in the terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from ner_lab.report.compare import across_tables, metric, tables, tuned_tables
from ner_lab.report.compare.across_results import Across, CorporaPair
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.tuned_results import Tuned, TunedPair
from ner_lab.types import printing

if TYPE_CHECKING:
    from rich.console import Console

MANY = 28  # pairs: more are for files
BORDER = 3  # characters of a column beside its text
NAME, CELL = 24, 16  # characters of a first and of another cell before it is folded


def as_text(results: Results) -> str:
    """What `show` prints, without colours."""
    text = io.StringIO()
    show(results, printing.console(file=text, color_system=None, force_terminal=False, force_jupyter=False))
    return text.getvalue().rstrip()


def show(results: Results, console: Console) -> None:
    """Tables, verdicts and remarks of every test set, what holds over corpora, then what was left out."""
    for one in results.test_sets:
        _show(one, results.metric, console)
    for tuned in results.tuned:
        _show_tuned(tuned, metric.name(results.metric), console)
    if results.across is not None:
        _show_across(results.across, metric.name(results.metric), console)
    if results.left_out:
        console.print(f"left out ({len(results.left_out)}):", style="bold")
        for path, reason in results.left_out:
            console.print(f"  {_plain(str(path))}: {_plain(reason)}", highlight=False, soft_wrap=True)


def _show(one: TestSet, metric_name: str, console: Console) -> None:
    console.print(_plain(tables.describe(one)), style="bold", highlight=False, soft_wrap=True)
    head, rows = tables.system_rows(one, metric_name)
    first = tables.BEFORE_TYPES
    types = slice(first, first + len(one.types))
    console.print(_table(head[:first] + head[types.stop :], [row[:first] + row[types.stop :] for row in rows]))
    if one.types:
        narrow = _narrow(["F1", *head[types]], [[row[0], *row[types]] for row in rows])
        for part in _fitting(*narrow, console.width):
            console.print(_table(*part))
    _say_pairs(one.pairs, console)
    if (note := tables.power_note(one)) is not None:
        console.print(_plain(note), highlight=False, soft_wrap=True)
    if len(one.systems) == 1:
        console.print("One system alone, so there is nothing to compare; by=KEY names what tells runs apart.")
    for remark in one.remarks:
        console.print(f"caution: {_plain(remark)}", style="yellow", highlight=False, soft_wrap=True)
    console.print()


def _show_across(across: Across, metric_name: str, console: Console) -> None:
    console.print(_plain(across_tables.describe(across)), style="bold", highlight=False, soft_wrap=True)
    console.print(_table(*across_tables.rank_rows(across, metric_name)))
    for line in across_tables.diagram(across):
        console.print(_plain(line), highlight=False, soft_wrap=True)
    _say_pairs(across.pairs, console)
    for remark in across.remarks:
        console.print(f"caution: {_plain(remark)}", style="yellow", highlight=False, soft_wrap=True)
    console.print()


def _show_tuned(one: Tuned, metric_name: str, console: Console) -> None:
    console.print(_plain(tuned_tables.describe(one)), style="bold", highlight=False, soft_wrap=True)
    console.print(_table(*tuned_tables.system_rows(one, metric_name)))
    console.print(_table(*tuned_tables.curve_rows(one, metric_name)))
    _say_pairs(one.pairs, console)
    for remark in one.remarks:
        console.print(f"caution: {_plain(remark)}", style="yellow", highlight=False, soft_wrap=True)
    console.print()


def _say_pairs(pairs: Sequence[Pair] | Sequence[CorporaPair] | Sequence[TunedPair], console: Console) -> None:
    for pair in pairs[:MANY]:
        style = "green" if pair.verdict.find(" better") > 0 else None
        console.print(_plain(pair.sentence), style=style, highlight=False, soft_wrap=True)
    if len(pairs) > MANY:
        console.print(f"... and {len(pairs) - MANY} more pairs: csv=FILE or html=FILE has all of them")


def _plain(text: str) -> str:
    """Neither markup of rich nor anything that a terminal obeys."""
    return escape(printing.shown(text))


def _narrow(head: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The table, or its transpose where that has fewer columns."""
    if len(rows) + 1 >= len(head):
        return head, rows
    turned = [list(column) for column in zip(head, *rows, strict=True)]
    return turned[0], turned[1:]


def _fitting(head: list[str], rows: list[list[str]], width: int) -> list[tuple[list[str], list[list[str]]]]:
    """The table, or several with the same first column, each with as many of the others as the console has room for."""
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


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table()
    head, rows = [printing.shown(name) for name in head], [[printing.shown(cell) for cell in row] for row in rows]
    for place, name in enumerate(head):
        least = None if place else min(NAME, max((len(row[0]) for row in rows), default=0))
        table.add_column(escape(name), justify="right" if place else "left", overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*map(escape, row))
    return table
