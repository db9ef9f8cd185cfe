"""From runs to results: which runs belong together, how they scored, and which differences are real."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path

from ner_lab.metrics.counts import Counts
from ner_lab.report.compare import cautions, failures, metric, power, verdict
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.significance import Difference, difference, holm, over_documents
from ner_lab.report.compare.systems import Scored, System, documents, gather
from ner_lab.report.compare.units import Units
from ner_lab.report.run_settings import RunSettings, chosen
from ner_lab.report.runs import Run
from ner_lab.types import UserError

LISTED = 5  # runs that an error names
EFFECT = 0.005  # the difference that the power note speaks of: half a point


def assess(
    runs: Sequence[Run],
    by: Sequence[str] | None = None,
    baseline: str | None = None,
    split: str = "test",
    metric_name: str = "f1",
) -> Results:
    """Compares the finished runs, test set by test set.

    Args:
        runs: as `runs.find` gives them.
        by: config keys that tell systems apart; None finds them, `("run",)` takes every run for itself.
        baseline: the label of the one that all others are compared with; None compares all pairs.
        split: `test` or `dev`.
        metric_name: one of `metric.METRICS` or `f1.TYPE`.

    Raises:
        UserError: nothing to compare, an unknown metric, key or baseline, or runs that differ in many settings.
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
    for scored in sets.values():
        one = _test_set(scored, by, baseline, split, metric_name, left_out, unfinished)
        others = [other.counts[0] for other in sets.values() if other is not scored]
        found.append(replace(one, remarks=one.remarks + tuple(cautions.of_likeness(scored.counts[0], others))))
    if baseline is not None and not any(system.label == baseline for one in found for system in one.systems):
        labels = ", ".join(dict.fromkeys(system.label for one in found for system in one.systems))
        raise UserError(f"baseline={baseline}: no system is called that; there are {labels}")
    return Results(split, metric_name, baseline, tuple(found), tuple(left_out))


def _test_set(
    scored: Scored,
    by: Sequence[str] | None,
    baseline: str | None,
    split: str,
    metric_name: str,
    left_out: list[tuple[Path, str]],
    unfinished: Sequence[Run],
) -> TestSet:
    settings = RunSettings([run for run in scored.runs if not run.foreign])
    alone = by is not None and list(by) == ["run"]
    named = all(run.name for run in scored.runs)
    keys = [] if alone or named else chosen(settings, by)
    unit_S, own = documents(scored.counts)
    types = tuple(sorted({type_ for counted in scored.counts for type_ in counted.types}))
    systems = gather(scored, settings, keys, alone, unit_S, own, types, metric_name, left_out)
    first = scored.counts[0]
    units = Units.of(systems, len(first.documents), int(unit_S.max()) + 1 if own else None)
    remarks = cautions.of_budgets(systems, settings, keys, unfinished)
    remarks += cautions.of_scores(systems, units, metric_name)
    pairs = _pairs(systems, baseline, metric.name(metric_name))
    remarks += failures.of_pairs(pairs, _difference)
    return TestSet(
        name=_name(scored.runs, split),
        units=units,
        entities=Counts(*first.entities_STX.sum((0, 1)).tolist()).gold,
        types=types,
        by=("run",) if alone else tuple(keys),
        systems=tuple(systems),
        pairs=tuple(pairs),
        remarks=tuple(remarks),
    )


def _name(runs: Sequence[Run], split: str) -> str:
    """The data of the runs as people call it, as far as a config tells."""
    for run in runs:
        data = run.config.get("data", {})
        if data:
            option = run.choices.get("data") or str(data.get("_target_", "")).rsplit(".", 1)[-1]
            folder = Path(str(data["dir"])).name if data.get("dir") else option
            return f"{folder} {split}"
    return split


def _pairs(systems: Sequence[System], baseline: str | None, name: str) -> list[Pair]:
    if baseline is None:
        couples = list(combinations(systems, 2))
    else:
        base = [system for system in systems if system.label == baseline]
        couples = [(system, base[0]) for system in systems if base and system.label != baseline]
    found = [_difference(a, b) for a, b in couples]
    tested = [i for i, each in enumerate(found) if each is not None]
    adjusted = dict(zip(tested, holm([found[i].p for i in tested]), strict=True))  # type: ignore[union-attr]
    return [_pair(a, b, found[i], adjusted.get(i), len(tested), name) for i, (a, b) in enumerate(couples)]


def _difference(a: System, b: System) -> Difference | None:
    if min(len(a.runs), len(b.runs)) < verdict.LEAST or a.by_document.numerators_ND.shape[1] < 2:
        return None
    paired = a.replicates == b.replicates and {r.foreign for r in a.runs} == {r.foreign for r in b.runs}
    return difference(a.by_document, b.by_document, paired)


def _pair(a: System, b: System, found: Difference | None, p_holm: float | None, family: int, name: str) -> Pair:
    seeds = min(len(a.runs), len(b.runs))
    value = a.mean - b.mean
    if found is None:
        several = a.by_document.numerators_ND.shape[1] > 1
        interval = over_documents(a.by_document, b.by_document) if several else None
        text = verdict.only_models(a.label, b.label, name, value, interval, seeds)
        return Pair(a, b, value, None, None, verdict.ONLY_MODELS, text)
    return Pair(
        a,
        b,
        value,
        found,
        p_holm,
        verdict.short(a.label, b.label, found, p_holm, seeds),
        verdict.sentence(a.label, b.label, name, found, p_holm, seeds, family),
        power.seeds_to_see(found, EFFECT),
        power.seeds_range(found, EFFECT),
    )
