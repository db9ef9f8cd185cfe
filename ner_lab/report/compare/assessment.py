"""From runs to results: which runs belong together, how they scored, and which differences are real."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

from ner_lab.metrics.counts import Counts
from ner_lab.report.compare import cautions, failures, metric
from ner_lab.report.compare.across import over, with_claims
from ner_lab.report.compare.claims import Claim, claims
from ner_lab.report.compare.corpora import corpus_name, tabulate
from ner_lab.report.compare.grouping import Grouping, grouped, same_names
from ner_lab.report.compare.pairs import Couple, couples, judged
from ner_lab.report.compare.results import Results, TestSet
from ner_lab.report.compare.systems import Scored, documents, gather
from ner_lab.report.compare.units import Units
from ner_lab.report.runs import Run
from ner_lab.types import UserError

LISTED = 5  # runs that an error names


def assess(
    runs: Sequence[Run],
    by: Sequence[str] | None = None,
    baseline: str | None = None,
    split: str = "test",
    metric_name: str = "f1",
    margin: float | None = None,
    over_corpora: bool = False,
) -> Results:
    """Compares the finished runs, test set by test set.

    Args:
        runs: as `runs.find` gives them.
        by: config keys that tell systems apart; None finds them, `("run",)` takes every run for itself.
        baseline: the label of the one that all others are compared with; None compares all pairs.
        split: `test` or `dev`.
        metric_name: one of `metric.METRICS` or `f1.TYPE`.
        margin: of equivalence, on the scale of the scores; None asks for none.
        over_corpora: also says what holds over all test sets; its pooled differences are tests of the same family.

    Raises:
        UserError: nothing to compare, an unknown metric, key or baseline, runs that differ in many settings, or no two
            systems with a corpus in common.
    """
    metric.check(metric_name)
    left_out: list[tuple[Path, str]] = []
    unfinished: list[Run] = []
    sets: dict[str, Scored] = defaultdict(Scored)
    for run in runs:
        if run.state != "finished":
            left_out.append((run.path, run.state))
            unfinished.append(run)
            continue
        try:
            counted = run.counts(split)
        except UserError as error:
            left_out.append((run.path, str(error).removeprefix(f"{run.path}/").removeprefix(f"{run.path}: ")))
            continue
        sets[counted.test_set].runs.append(run)
        sets[counted.test_set].counts.append(counted)
    if not sets:
        reasons = [f"  {path}: {reason}" for path, reason in left_out]
        more = [f"  ... and {len(reasons) - LISTED} more"] if len(reasons) > LISTED else []
        listed = "\n".join(reasons[:LISTED] + more)
        raise UserError(f"no finished run with predictions for split={split} to compare:\n{listed}")
    metric.check_type(
        metric_name, {type_ for one in sets.values() for counted in one.counts for type_ in counted.types}
    )
    found = []
    groupings = [grouped(scored.runs, by) for scored in sets.values()]
    if over_corpora:
        same_names([some for some in groupings if not some.named], by is None)
    for scored, grouping in zip(sets.values(), groupings, strict=True):
        one = _test_set(scored, grouping, split, metric_name, left_out, unfinished)
        others = [other.counts[0] for other in sets.values() if other is not scored]
        found.append(replace(one, remarks=one.remarks + tuple(cautions.of_likeness(scored.counts[0], others))))
    if baseline is not None and not any(system.label == baseline for one in found for system in one.systems):
        labels = ", ".join(dict.fromkeys(system.label for one in found for system in one.systems))
        raise UserError(f"baseline={baseline}: no system is called that; there are {labels}")
    table = tabulate(found, [*sets], split) if over_corpora else None
    order = _best_first(found, table.systems if table else ())
    compared = [couples(one.systems, baseline, order) for one in found]
    across = over(table, compared, baseline, margin) if table else None
    tests = [couple.found for some in compared for couple in some if couple.found is not None]
    pooled = [pair.found for pair in across.pairs if pair.found is not None] if across else []
    said = claims([*tests, *pooled], margin)
    name = metric.name(metric_name)
    judged_sets = _judged(found, compared, said[: len(tests)], name)
    across = with_claims(across, said[len(tests) :], name) if across else None
    judged_sets, across = failures.remarked(judged_sets, across, table, margin)
    return Results(split, metric_name, baseline, judged_sets, tuple(left_out), margin, across)


def _best_first(test_sets: Sequence[TestSet], first: Sequence[str]) -> list[str]:
    """The labels of all systems: those that come `first`, then by mean score over test sets."""
    means: dict[str, list[float]] = defaultdict(list)
    for one in test_sets:
        for system in one.systems:
            means[system.label].append(system.mean)
    return list(dict.fromkeys([*first, *sorted(means, key=lambda label: -fmean(means[label]))]))


def _judged(
    test_sets: Sequence[TestSet], compared: Sequence[Sequence[Couple]], said: Sequence[Claim], metric_name: str
) -> tuple[TestSet, ...]:
    """The test sets with their pairs; `said` are the claims of those that were tested, in order."""
    left = iter(said)
    return tuple(
        replace(one, pairs=tuple(judged(c, None if c.found is None else next(left), metric_name) for c in some))
        for one, some in zip(test_sets, compared, strict=True)
    )


def _test_set(
    scored: Scored,
    grouping: Grouping,
    split: str,
    metric_name: str,
    left_out: list[tuple[Path, str]],
    unfinished: Sequence[Run],
) -> TestSet:
    settings, keys, alone = grouping.settings, grouping.keys, grouping.alone
    unit_S, own = documents(scored.counts)
    types = tuple(sorted({type_ for counted in scored.counts for type_ in counted.types}))
    systems = gather(scored, settings, keys, alone, unit_S, own, types, metric_name, left_out)
    first = scored.counts[0]
    units = Units.of(systems, len(first.documents), int(unit_S.max()) + 1 if own else None)
    remarks = cautions.of_budgets(systems, settings, keys, unfinished)
    remarks += cautions.of_scores(systems, units, metric_name)
    return TestSet(
        name=_name(scored.runs, split),
        units=units,
        entities=Counts(*first.entities_STX.sum((0, 1)).tolist()).gold,
        types=types,
        by=("run",) if alone else tuple(keys),
        systems=tuple(systems),
        pairs=(),
        remarks=tuple(remarks),
    )


def _name(runs: Sequence[Run], split: str) -> str:
    """The data of the runs as people call it, as far as a config tells."""
    return next((f"{name} {split}" for run in runs if (name := corpus_name(run))), split)
