"""`ner-lab compare RUNS...`: which system wins, by how much, and whether that is more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ner_lab.commands.arguments import overwriting, parse, run, write
from ner_lab.files import output_path

if TYPE_CHECKING:
    from ner_lab.report.compare.comparison import Comparison

HELP = """\
ner-lab compare: which system wins, by how much, and whether that is more than chance

usage: ner-lab compare RUNS... [NAME=RUNS] [KEY=VALUE]

  RUNS           run folders, folders of runs (a multirun, a sweep), globs; or column files of any other toolkit with a
                 word, its gold tag and its predicted tag in each row (flair-seed1.txt, flair-seed2.txt, ...)
  NAME=RUNS      the same, called NAME

A system is a configuration with its runs under several seeds. Seeds and test documents both count as random. Where the
data name no documents, blocks of consecutive sentences stand in for them, as long as the dependence between sentences
in file order may be (data.document tells the reader of column files where documents begin).

  by=KEYS        config keys that define systems, such as by=loss or by=loss,model.head (default: those in which the
                 runs differ, seeds aside); by=run makes every run a system of its own
  baseline=NAME  compares every other system with this one (default: all pairs, the better system first); Holm's
                 correction covers all tests of the command, on all test sets together
  equivalent=0.5 also tests whether systems are equivalent within so many points (two one-sided tests); where neither a
                 difference nor equivalence is shown, the verdict is "not known yet"
  across=data    also compares over corpora, five or more: mean ranks with a critical-difference diagram (Friedman, then
                 Wilcoxon with Holm, or Nemenyi where that cannot be significant), the Bayesian signed-rank test (region
                 of practical equivalence: equivalent=, else 1 point), and a pooled difference whose interval covers
                 corpora, seeds and documents
  tuned=true     compares tuned systems: RUNS are searches, every trial is a configuration (the mean of its seeds), and
                 systems are compared by the best of equally many trials; pruned trials are spent, failed ones are not
  split=dev      (default: test)
  metric=METRIC  f1, f1_strict, f1_macro (the mean over the types that gold has), precision, recall, accuracy, or
                 f1.TYPE for one entity type (default: f1); this one is tested, other scores in the tables are not
  csv=FILE json=FILE markdown=FILE latex=FILE html=FILE svg=FOLDER
                 writes the result, in FOLDER one SVG a figure (ranks.svg is the diagram over corpora); scores in CSV
                 and JSON run from 0 to 1; in CSV a name that a spreadsheet would take for a formula (=, +, -, @)
                 begins with an apostrophe
  overwrite=true replaces files that are there already

examples:
  ner-lab train -m loss=nll,focal,dice seed=1,2,3,4,5 hydra.sweep.dir=outputs/losses
  ner-lab compare outputs/losses by=loss baseline=nll csv=losses.csv html=losses.html
  ner-lab compare 'outputs/2026-01-*/*' ours=outputs/best 'flair=flair/*.txt' metric=f1.PER
"""
FILES = ("csv", "json", "markdown", "latex", "html")
OPTIONS = ("by", "baseline", "equivalent", "across", "tuned", "split", "metric", *FILES, "svg", "overwrite")


def start(arguments: Sequence[str]) -> None:
    """Runs the command; exits with 1 and a line for what the user can mend."""
    run("compare", HELP, _run, arguments)


def _run(arguments: Sequence[str]) -> None:
    from ner_lab.report.compare import terminal
    from ner_lab.report.compare.comparison import compare
    from ner_lab.types import printing

    paths, names, options = parse(arguments, OPTIONS, "compare")
    for key in (*FILES, "svg"):
        if key in options:
            holds = ("*.svg",) if key == "svg" else ()
            output_path(key, options[key], holds=holds, overwrite=overwriting(options))
    result = compare(
        *paths,
        by=options.get("by"),
        baseline=options.get("baseline"),
        split=options.get("split", "test"),
        metric=options.get("metric", "f1"),
        equivalent=options.get("equivalent"),
        across=options.get("across"),
        tuned=options.get("tuned", False),
        **names,
    )
    terminal.show(result, printing.console())
    write(_texts(result, options))


def _texts(result: Comparison, options: Mapping[str, str]) -> dict[Path, str]:
    from ner_lab.report.compare import exports, html_page, typeset

    writers: dict[str, Callable[[Comparison], str]] = {
        "csv": exports.as_csv,
        "json": exports.as_json,
        "markdown": typeset.as_markdown,
        "latex": typeset.as_latex,
        "html": html_page.as_html,
    }
    texts = {Path(options[key]): writer(result) for key, writer in writers.items() if key in options}
    if "svg" in options:
        texts |= {Path(options["svg"]) / f"{name}.svg": picture for name, picture in result.figures.items()}
    return texts
