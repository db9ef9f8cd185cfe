"""Runs that failed, and verdicts that hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ner_lab.report.compare import verdict
from ner_lab.report.compare.claims import EQUIVALENT, Tested, claims
from ner_lab.report.compare.pairs import tested
from ner_lab.report.compare.results import Pair, TestSet
from ner_lab.report.compare.systems import System


def remarked(test_sets: Sequence[TestSet], pooled: Sequence[Tested], margin: float | None) -> tuple[TestSet, ...]:
    """The test sets, with remarks on verdicts that would be others without the runs that failed.

    A seed that both systems share is left out of both. Where all runs of a system failed, that is how it is.

    Args:
        test_sets: with all pairs that a command compares.
        pooled: its other tests, which Holm's correction counts, too.
        margin: of equivalence.
    """
    pairs = [pair for one in test_sets for pair in one.pairs]
    if not any(map(_some_failed, pairs)):
        return tuple(test_sets)
    again = [tested(*_without_failed(pair.a, pair.b)) if _some_failed(pair) else pair.found for pair in pairs]
    said = iter(claims([*(found for found in again if found is not None), *pooled], margin))
    remarks: list[list[str]] = []
    left = iter(again)
    for one in test_sets:
        remarks.append([])
        for pair in one.pairs:
            found = next(left)
            claim = None if found is None else next(said)
            if pair.found is None or pair.claim is None or not _some_failed(pair):
                continue
            if found is None or claim is None:
                remarks[-1].append(f"{_which(pair)}: without these, too few are left for a verdict on {_names(pair)}")
            elif claim.outcome != pair.claim.outcome:
                p = claim.p_equivalent_holm if claim.outcome == EQUIVALENT else claim.p_holm
                now = verdict.short(pair.a.label, pair.b.label, claim, verdict.ENOUGH)
                remarks[-1].append(
                    f"{_which(pair)}, which decides: without these, the verdict on {_names(pair)} is {now!r} "
                    f"({verdict.points(found.value)}, 95 % interval {verdict.points(found.low)} to "
                    f"{verdict.points(found.high)}, {verdict.p_text(claim.p_holm if p is None else p)}"
                    f"{' after Holm' * (claim.family > 1)})"
                )
    return tuple(replace(one, remarks=(*one.remarks, *more)) for one, more in zip(test_sets, remarks, strict=True))


def _some_failed(pair: Pair) -> bool:
    return any(any(one.failed) and not all(one.failed) for one in (pair.a, pair.b))


def _without_failed(a: System, b: System) -> tuple[System, System]:
    lost_a, lost_b = (set() if all(one.failed) else _indices(one.failed) for one in (a, b))
    if a.replicates == b.replicates:
        lost_a = lost_b = lost_a | lost_b
    kept = [[i for i in range(len(one.runs)) if i not in lost] for one, lost in ((a, lost_a), (b, lost_b))]
    return a.of_runs(kept[0]), b.of_runs(kept[1])


def _indices(chosen: Sequence[bool]) -> set[int]:
    return {i for i, each in enumerate(chosen) if each}


def _which(pair: Pair) -> str:
    counted = [
        f"{sum(one.failed)} of {len(one.runs)} runs of {one.label}" for one in (pair.a, pair.b) if any(one.failed)
    ]
    return f"{' and '.join(counted)} failed (a score under a tenth of the median, or of 0)"


def _names(pair: Pair) -> str:
    return f"{pair.a.label} and {pair.b.label}"
