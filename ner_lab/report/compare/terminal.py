"""A comparison in the terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from ner_lab.report.compare import across_tables, metric, tables, tuned_tables, verdict
from ner_lab.report.compare.across_results import Across, CorporaPair
from ner_lab.report.compare.claims import UNKNOWN
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.tuned_results import Tuned, TunedPair
from ner_lab.types import printing

if TYPE_CHECKING:
    from rich.console import Console

MANY, SHOWN = 10, 10  # pairs: of more only verdicts are told, and no more of them than this


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
    for part in tables.by_type(one, metric_name, console.width):
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
    told = pairs if len(pairs) <= MANY else [p for p in pairs if p.claim and p.claim.outcome != UNKNOWN][:SHOWN]
    for pair in told:
        style = "green" if pair.claim and pair.claim.different else None
        console.print(_plain(pair.sentence), style=style, highlight=False, soft_wrap=True)
    if len(pairs) > MANY:
        counted = verdict.counted([pair.claim for pair in pairs])
        console.print(_plain(f"{counted} csv=FILE or html=FILE has all of them."), highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    """Neither markup of rich nor anything that a terminal obeys."""
    return escape(printing.shown(text))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table()
    head, rows = [printing.shown(name) for name in head], [[printing.shown(cell) for cell in row] for row in rows]
    for place, name in enumerate(head):
        least = None if place else min(tables.NAME, max((len(row[0]) for row in rows), default=0))
        table.add_column(escape(name), justify="right" if place else "left", overflow="fold", min_width=least)
    for row in rows:
        table.add_row(*map(escape, row))
    return table
