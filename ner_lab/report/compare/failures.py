"""Runs that failed, and verdicts that hang on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ner_lab.report.compare import verdict
from ner_lab.report.compare.results import Pair
from ner_lab.report.compare.significance import Difference, holm
from ner_lab.report.compare.systems import System

Test = Callable[[System, System], Difference | None]


def of_pairs(pairs: Sequence[Pair], test: Test) -> list[str]:
    """Remarks on verdicts that would be others without the runs that failed.

    A seed that both systems share is left out of both. Where all runs of a system failed, that is how it is.

    Args:
        pairs: all that are compared on a test set.
        test: gives the difference between two systems, None where there are too few runs.
    """
    again = [test(*_without_failed(pair.a, pair.b)) if _some_failed(pair) else pair.found for pair in pairs]
    adjusted = iter(holm([found.p for found in again if found is not None]))
    remarks = []
    for pair, found in zip(pairs, again, strict=True):
        p_holm = None if found is None else next(adjusted)
        if pair.found is None or not _some_failed(pair):
            continue
        if found is None or p_holm is None:
            remarks.append(f"{_which(pair)}: without these, too few are left for a verdict on {_names(pair)}")
        elif _winner(found, p_holm) != _winner(pair.found, pair.p_holm):
            now = verdict.short(pair.a.label, pair.b.label, found, p_holm, verdict.ENOUGH)
            remarks.append(
                f"{_which(pair)}, which decides: without these, the verdict on {_names(pair)} is {now!r} "
                f"({verdict.points(found.value)}, 95 % interval {verdict.points(found.low)} to "
                f"{verdict.points(found.high)}, {verdict.p_text(p_holm)})"
            )
    return remarks


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


def _winner(found: Difference, p_holm: float | None) -> int:
    """1 or -1 where one is better, 0 where neither is."""
    if p_holm is None or p_holm >= verdict.LEVEL:
        return 0
    return 1 if found.value > 0 else -1


def _which(pair: Pair) -> str:
    counted = [
        f"{sum(one.failed)} of {len(one.runs)} runs of {one.label}" for one in (pair.a, pair.b) if any(one.failed)
    ]
    return f"{' and '.join(counted)} failed (a score under a tenth of the median, or of 0)"


def _names(pair: Pair) -> str:
    return f"{pair.a.label} and {pair.b.label}"
