"""The comparison of runs as Python has it: a function that reads and judges them, and the object that it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ner_lab.report.compare import exports, figures, html_page, terminal
from ner_lab.report.compare.assessment import assess
from ner_lab.report.compare.claims import margin_of
from ner_lab.report.compare.results import Pair, Results
from ner_lab.report.compare.tuned import after_tuning
from ner_lab.report.data_frame import pandas_for
from ner_lab.report.run_settings import keys_of
from ner_lab.report.runs import as_paths, find
from ner_lab.report.svg import Svg
from ner_lab.types import UserError

if TYPE_CHECKING:
    import pandas

Runs = str | Path | Sequence[str | Path]


@dataclass(frozen=True, repr=False)
class Comparison(Results):
    """Which systems differ, by how much, and whether that is more than chance. A notebook shows it as a page, `print`
    as `ner-lab compare` does.

    Attributes:
        test_sets: what was scored on the same sentences, each with its `systems`, `pairs` and `remarks`.
        left_out: runs that could not be used, each with the reason.
        tuned: what holds after tuning, corpus by corpus, with `tuned=True`; there are no test sets then.
        across: what holds over all corpora, with `across="data"`.
        split, metric, baseline: as they were asked for.
    """

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Every two systems that were compared on a test set, with difference, interval, p-values and verdict."""
        return tuple(pair for one in self.test_sets for pair in one.pairs)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """What is to be said of each of `pairs`, in a sentence or two; then over corpora, and after tuning."""
        over = self.across.pairs if self.across else ()
        after = [pair.sentence for one in self.tuned for pair in one.pairs]
        return (*(pair.sentence for pair in self.pairs), *(pair.sentence for pair in over), *after)

    @property
    def table(self) -> pandas.DataFrame:
        """A row a system, the best first: `test_set`, `system`, `n` (runs), `mean`, `sd`, `best`, `median`, `failed`
        (the share of runs with a score under a tenth of the median), `f1.TYPE` of each entity type, `words_per_s`,
        `seconds`. After tuning: `corpus`, `system`, `trials`, `pruned`, `budget` (trials of the system that has the
        fewest), `dev` and `test` (expected of the best of so many), `best_dev`, `best_test` (of all its trials). Scores
        run from 0 to 1.

        Raises:
            UserError: pandas is not installed.
        """
        return pandas_for("Comparison.table").DataFrame(exports.rows(self))

    @property
    def figures(self) -> dict[str, Svg]:
        """SVG by name: `scores`, and where there is a verdict `differences` and `verdicts`; `scores-0`, `scores-1` and
        so on where there are several test sets."""
        return figures.named(self)

    def __repr__(self) -> str:
        labels = [system.label for one in self.test_sets for system in one.systems]
        systems = dict.fromkeys([*labels, *(system.label for one in self.tuned for system in one.systems)])
        return f"<Comparison of {', '.join(systems)}: {self.metric} on {self.split}>"

    def __str__(self) -> str:
        return terminal.as_text(self)

    def _repr_pretty_(self, printer: object, cycle: bool) -> None:
        printer.text(str(self))  # type: ignore[attr-defined]  # IPython's

    def _repr_html_(self) -> str:
        return html_page.as_fragment(self)


def compare(
    *paths: Runs,
    by: str | Sequence[str] | None = None,
    baseline: str | None = None,
    split: str = "test",
    metric: str = "f1",
    equivalent: float | str | None = None,
    across: str | None = None,
    tuned: bool | str = False,
    **named: Runs,
) -> Comparison:
    """Compares the finished runs below paths: which system wins, by how much, and whether that is more than chance.

    A system is what was trained alike, with its runs under several seeds. It takes three seeds for a verdict, better
    five.

    Args:
        paths: run folders, folders of runs (a multirun, a sweep), globs, column files of other toolkits.
        by: config keys that tell systems apart, such as `"loss"` or `"loss,model.head"`; None finds them, `"run"` takes
            every run for itself.
        baseline: the system that all others are compared with; None compares all pairs.
        split: `test` or `dev`.
        metric: `f1`, `f1_strict`, `f1_macro`, `precision`, `recall`, `accuracy`, or `f1.TYPE` for one entity type.
        equivalent: points, such as 0.5: two systems within so many of each other count as the same, and are tested for
            it.
        across: `data` also compares over corpora: mean ranks, signed ranks and a pooled difference.
        tuned: compares systems after tuning, by the best of equally many trials of each.
        named: more paths, by what their system is to be called.

    Raises:
        UserError: nothing to compare, an unknown metric, key or baseline, a margin that is no number of points, or runs
            that differ in many settings.

    Examples:
        >>> found = compare("outputs/losses", by="loss", baseline="nll")  # doctest: +SKIP
        >>> found.verdicts[0]  # doctest: +SKIP
        'focal is better than nll by 3.72 points of F1 (95 % interval 2.10 to 5.34, p = 0.002).'
        >>> found.table[["system", "mean", "sd"]]  # doctest: +SKIP
        >>> found.figures["scores"]  # doctest: +SKIP
        >>> compare("outputs/losses/[0-4]", flair="flair/seed*.txt")  # doctest: +SKIP
    """
    if not paths and not named:
        raise UserError("no runs given; name run folders, a multirun or a sweep folder, or globs")
    for name in named.keys() & {"csv", "json", "markdown", "latex", "html", "svg", "output"}:
        raise UserError(
            f"{name}={named[name]!r}: files are for the command line; here the result has table and figures"
        )
    for name, value in {"baseline": baseline, "split": split, "metric": metric}.items():
        if not isinstance(value, str) and not (name == "baseline" and value is None):
            raise UserError(f"{name} must be a text, got {value!r}")
    if (
        by is not None
        and not isinstance(by, str)
        and not all(isinstance(key, str) for key in (by if isinstance(by, list | tuple) else [by]))
    ):
        raise UserError(f"by must be config keys, such as 'loss,model.head', got {by!r}")
    if across not in (None, "data"):
        raise UserError(
            f"across={across}: must be data: systems are compared over corpora, which are what the runs were tested on"
        )
    if across and keys_of(by) == ["run"]:
        raise UserError("across=data with by=run: a run is tested on one corpus; leave by= out, or name keys (by=loss)")
    if tuned not in (True, False, "true", "false"):
        raise UserError(f"tuned={tuned}: must be true or false")
    tuned = tuned in (True, "true")
    margin = None if equivalent is None else margin_of(equivalent)
    runs = find(as_paths(*paths), {name: as_paths(some) for name, some in named.items()})
    if tuned:
        if across:
            raise UserError("tuned=true with across=data: one or the other; tuned=true compares corpus by corpus")
        if split != "test":
            raise UserError(f"split={split} with tuned=true: trials are chosen on dev and scored on test; leave it out")
        left_out: list[tuple[Path, str]] = []
        after = after_tuning(runs, keys_of(by), baseline, metric, margin, left_out)
        return Comparison(split, metric, baseline, (), tuple(left_out), margin, tuned=after)
    return Comparison(**vars(assess(runs, keys_of(by), baseline, split, metric, margin, across is not None)))
