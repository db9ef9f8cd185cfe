"""`ner-lab scalars PATH...`: the curves of runs as CSV and as figures for a paper."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ner_lab.commands.arguments import overwriting, parse, run, write
from ner_lab.files import output_path
from ner_lab.types import UserError

if TYPE_CHECKING:
    from ner_lab.report.runs import Run

HELP = """\
ner-lab scalars: the curves of runs as CSV and as figures for a paper

usage: ner-lab scalars RUNS... [by=KEYS] [output=FOLDER] [overwrite=true]

  RUNS           run folders, folders of runs, globs; trained with logger=tensorboard, the default, or logger=csv
  by=KEYS        config keys that tell systems apart (default: what the runs differ in, seeds aside);
                 by=run takes every run for itself
  output=FOLDER  (default: scalars) is given scalars.csv (a row a value), scalars_wide.csv (a row a step, a column a
                 curve), and train_loss.svg, dev_loss.svg and dev_accuracy.svg; in CSV a name that a
                 spreadsheet would take for a formula (=, +, -, @) begins with an apostrophe
  overwrite=true replaces what an earlier call wrote there

examples:
  ner-lab scalars outputs/2026-01-31/12-00-00
  ner-lab scalars outputs/losses by=loss output=figures
"""
OPTIONS = ("by", "output", "overwrite")
HOLDS = ("scalars.csv", "scalars_wide.csv", "*.svg")


def start(arguments: Sequence[str]) -> None:
    """Runs the command; exits with 1 and a line for what the user can mend."""
    run("scalars", HELP, _run, arguments)


def _run(arguments: Sequence[str]) -> None:
    from ner_lab.report import curve_figures, curves
    from ner_lab.report.runs import find

    paths, names, options = parse(arguments, OPTIONS, "scalars")
    folder = output_path("output", options.get("output", "scalars"), holds=HOLDS, overwrite=overwriting(options))
    runs = [run for run in find(paths, names) if not run.foreign]
    labels = _labels(runs, options.get("by"))
    found = [one for run, label in zip(runs, labels, strict=True) if (one := curves.read(run.path, label))]
    if not found:
        raise UserError(
            f"no curves in {len(runs)} runs below {', '.join(map(str, paths))}; "
            "logger=tensorboard and logger=csv write them"
        )
    texts = {folder / "scalars.csv": curves.long_csv(found), folder / "scalars_wide.csv": curves.wide_csv(found)}
    for file, (tag, name) in curve_figures.PANELS.items():
        if (picture := curve_figures.panel(found, tag, name)) is not None:
            texts[folder / f"{file}.svg"] = picture
    write(texts)
    missing = len(runs) - len(found)
    print(f"curves of {len(found)} runs" + (f"; {missing} have none" if missing else ""), file=sys.stderr)


def _labels(runs: Sequence[Run], by: str | None) -> list[str]:
    """What each run is called in a legend: its system, or its folder where that cannot be told."""
    from ner_lab.report.run_settings import RunSettings, chosen, keys_of

    if by == "run":
        return [run.name or str(run.path) for run in runs]
    settings = RunSettings(runs)
    keys = chosen(settings, keys_of(by))
    return [run.name or settings.label(number, keys) or "all runs" for number, run in enumerate(runs)]
