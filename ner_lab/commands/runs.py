"""`ner-lab runs`: what runs there are, what each was told and what came of it; and `rm`, `note` and `tag`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ner_lab.commands import run_keeping
from ner_lab.commands.arguments import overwriting, write
from ner_lab.commands.arguments import run as run_command
from ner_lab.commands.run_selection import duration, selected, size, words_of
from ner_lab.files import output_path

if TYPE_CHECKING:
    from ner_lab.report.overview.rows import RunRow

HELP = """\
ner-lab runs: the runs there are, what each was told, and what came of it

usage: ner-lab runs [PATH ...] [KEY=VALUE]                 lists them (default: outputs)
       ner-lab runs note RUN ... text='the one to ship'    keeps a note with a run; text= (nothing) takes it away
       ner-lab runs tag RUN ... add=baseline remove=old    keeps tags with runs, one or several with commas
       ner-lab runs rm PATH ... [where=...]                deletes runs; asks first, yes=true does not

  PATH             run folders, folders of runs (a multirun, a sweep), globs
  where=CONDITION  KEY, one of = != < > <= >= ~ (contains), and a value; several where= must all hold. Keys are folder,
                   state, date, dev.f1, test.f1 (0 to 100), seconds, bytes, note, tags, a config group (loss,
                   model/head) or a key of the config (optimizer.lr)
  sort=KEY         ascending, sort=-KEY descending (default: date)
  html=FILE        one page that opens without a network: sort, filter, and what two runs differ in (settings, curves,
                   predictions, and a verdict on their F1)
  overwrite=true   replaces a file that is there already

rm, note and tag refuse a run that is being written, and rm what is no run folder.

examples:
  ner-lab runs outputs where='dev.f1>50' where=loss=focal sort=-test.f1
  ner-lab runs outputs html=runs.html
  ner-lab runs rm outputs where=state=unfinished
"""
DEFAULT = "outputs"
OPTIONS = ("where", "sort", "html", "overwrite")


def start(arguments: Sequence[str]) -> None:
    """Runs the command; exits with 1 and a line for what the user can mend."""
    # Without a word it lists; only `--help` shows the help.
    run_command("runs", HELP, _run, arguments or [DEFAULT])


def _run(arguments: Sequence[str]) -> None:
    word, *rest = arguments
    if word in run_keeping.WORDS and not os.path.exists(word):
        run_keeping.WORDS[word](rest)
        return
    paths, options = words_of(arguments, OPTIONS, several=("where",))
    overwrite = overwriting({key: one for key, (one, *_) in options.items()})
    page = options.get("html", [None])[0]
    if page:
        output_path("html", page, overwrite=overwrite)
    rows = selected(paths or [DEFAULT], options.get("where", []), options.get("sort", ["date"])[0])
    if page:
        from ner_lab.report.overview.html_table import render

        text, left_out = render(rows)
        write({Path(page): text})
        if left_out:
            print(
                f"{left_out:,} runs have no curves and predictions in the page, for want of room; sort= says whose do"
            )
        return
    show(rows)


def show(rows: Sequence[RunRow]) -> None:
    """A table of runs on standard output."""
    from rich.markup import escape
    from rich.table import Table

    from ner_lab.types import printing

    table = Table(box=None, pad_edge=False)
    above = _above([row.run.path for row in rows])
    shared = _shared(rows)
    for name in ("run", "state", "overridden", "dev F1", "test F1", "time", "size", "notes"):
        right = name in ("dev F1", "test F1", "time", "size")
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in rows:
        seconds = row.value("seconds")
        said = [*(f"#{tag}" for tag in row.notes.tags), *([row.notes.note] if row.notes.note else [])]
        cells = (
            os.path.relpath(row.run.path, above),
            row.state,
            " ".join(override for override in row.overrides if override not in shared),
            *("" if (f1 := row.value(f"{split}.f1")) is None else f"{f1:.2f}" for split in ("dev", "test")),
            "" if seconds is None else duration(seconds),
            size(row.bytes),
            " ".join(said),
        )
        table.add_row(*(escape(printing.shown(cell)) for cell in cells))
    console = printing.console(highlight=False)
    if rows:
        console.print(table)
    below = f" below {above}" if rows else ""
    told = f"; all: {' '.join(shared)}" if shared else ""
    console.print(escape(printing.shown(f"{len(rows):,} run{'' if len(rows) == 1 else 's'}{below}{told}")))


def _shared(rows: Sequence[RunRow]) -> list[str]:
    """What all of several runs were told."""
    if len(rows) < 2:
        return []
    return [one for one in rows[0].overrides if all(one in row.overrides for row in rows[1:])]


def _above(paths: Sequence[Path]) -> Path:
    """The folder that all runs are in."""
    return Path(os.path.commonpath([path.absolute().parent for path in paths])) if paths else Path()
