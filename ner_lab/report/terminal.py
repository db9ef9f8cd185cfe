"""A comparison in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ner_lab.report import tables
from ner_lab.report.comparison import Comparison, TestSet

MANY = 28  # pairs: more are for files


def show(comparison: Comparison, console: Console) -> None:
    """Tables, verdicts and remarks of every test set, then what was left out."""
    for one in comparison.test_sets:
        _show(one, comparison.metric, console)
    if comparison.left_out:
        console.print(f"left out ({len(comparison.left_out)}):", style="bold")
        for path, reason in comparison.left_out:
            console.print(f"  {escape(str(path))}: {escape(reason)}", highlight=False, soft_wrap=True)


def _show(one: TestSet, metric_name: str, console: Console) -> None:
    console.print(escape(tables.describe(one)), style="bold", highlight=False)
    head, rows = tables.way_rows(one, metric_name)
    types = slice(5, 5 + len(one.types))
    console.print(_table(head[:5] + head[types.stop :], [row[:5] + row[types.stop :] for row in rows]))
    if one.types:
        console.print(_table(*_narrow(["F1", *head[types]], [[row[0], *row[types]] for row in rows])))
    for pair in one.pairs[:MANY]:
        style = "green" if pair.verdict.find(" better") > 0 else None
        console.print(escape(pair.sentence), style=style, highlight=False, soft_wrap=True)
    if len(one.pairs) > MANY:
        console.print(f"... and {len(one.pairs) - MANY} more pairs: csv=FILE or html=FILE has all of them")
    if (note := tables.power_note(one)) is not None:
        console.print(note, highlight=False, soft_wrap=True)
    if len(one.ways) == 1:
        console.print("One way of training alone, so there is nothing to compare; by=KEY names what tells runs apart.")
    for remark in one.remarks:
        console.print(f"caution: {escape(remark)}", style="yellow", highlight=False, soft_wrap=True)
    console.print()


def _narrow(head: list[str], rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    """The table, or its transpose where that has fewer columns."""
    if len(rows) + 1 >= len(head):
        return head, rows
    turned = [list(column) for column in zip(head, *rows, strict=True)]
    return turned[0], turned[1:]


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table()
    for place, name in enumerate(head):
        table.add_column(escape(name), justify="right" if place else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table
