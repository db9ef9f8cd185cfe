"""Runs that failed, and verdicts that hang on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ner_lab.report.compare import verdict
from ner_lab.report.compare.across import pooled
from ner_lab.report.compare.across_results import Across
from ner_lab.report.compare.claims import EQUIVALENT, Claim, claims
from ner_lab.report.compare.corpora import Table
from ner_lab.report.compare.pairs import Couple, tested
from ner_lab.report.compare.pooled import Pooled
from ner_lab.report.compare.results import Pair, TestSet
from ner_lab.report.compare.significance import Difference
from ner_lab.report.compare.systems import System


def remarked(
    test_sets: Sequence[TestSet], across: Across | None, table: Table | None, margin: float | None
) -> tuple[tuple[TestSet, ...], Across | None]:
    """Both with remarks on verdicts that would be others without the runs that failed.

    A seed that both systems share is left out of both. Where all runs of a system failed, that is how it is.

    Args:
        test_sets: with all pairs that a command compares.
        across: its comparison over corpora, and `table`, what that was made of; None where there is none.
        table: see `across`.
        margin: of equivalence.
    """
    if not any(_some_failed(pair) for one in test_sets for pair in one.pairs):
        return tuple(test_sets), across
    again = [[_again(pair) for pair in one.pairs] for one in test_sets]
    over = [pooled(table, again, pair.a, pair.b) for pair in across.pairs] if across and table else []
    said = iter(claims([found for found in (*(c.found for some in again for c in some), *over) if found], margin))
    remarks: list[list[str]] = []
    for one, some in zip(test_sets, again, strict=True):
        remarks.append([])
        for pair, couple in zip(one.pairs, some, strict=True):
            claim = None if couple.found is None else next(said)
            if pair.claim is not None and _some_failed(pair):
                names = pair.a.label, pair.b.label
                remarks[-1] += _changed(_which([pair]), *names, pair.claim, couple.found, claim)
    after = tuple(replace(one, remarks=(*one.remarks, *more)) for one, more in zip(test_sets, remarks, strict=True))
    if across is None or table is None:
        return after, across
    last: list[str] = []
    places = [place for corpus in table.corpora for place in corpus.members]
    for pair_over, found in zip(across.pairs, over, strict=True):
        claim = None if found is None else next(said)
        labels = {pair_over.a, pair_over.b}
        hit = [p for n in places for p in test_sets[n].pairs if {p.a.label, p.b.label} == labels and _some_failed(p)]
        if pair_over.claim is not None and hit:
            last += _changed(_which(hit), pair_over.a, pair_over.b, pair_over.claim, found, claim)
    return after, replace(across, remarks=(*across.remarks, *last))


def _changed(
    which: str, a: str, b: str, before: Claim, found: Difference | Pooled | None, claim: Claim | None
) -> list[str]:
    """The remark, if the verdict is another one."""
    if found is None or claim is None:
        return [f"{which}: without these, too few are left for a verdict on {a} and {b}"]
    if claim.outcome == before.outcome:
        return []
    p = claim.p_equivalent_holm if claim.outcome == EQUIVALENT else claim.p_holm
    return [
        f"{which}, which decides: without these, the verdict on {a} and {b} is "
        f"{verdict.short(a, b, claim, verdict.ENOUGH)!r} ({verdict.points(found.value)}, 95 % interval "
        f"{verdict.points(found.low)} to {verdict.points(found.high)}, "
        f"{verdict.p_text(claim.p_holm if p is None else p)}{' after Holm' * (claim.family > 1)})"
    ]


def _again(pair: Pair) -> Couple:
    found = tested(*_without_failed(pair.a, pair.b)) if _some_failed(pair) else pair.found
    return Couple(pair.a, pair.b, found)


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


def _which(pairs: Sequence[Pair]) -> str:
    """The runs that failed, over all test sets that the pairs are of."""
    counted: dict[str, list[int]] = {}
    for system in (system for pair in pairs for system in (pair.a, pair.b)):
        number = counted.setdefault(system.label, [0, 0])
        number[0] += sum(system.failed)
        number[1] += len(system.runs)
    some = [f"{failed} of {runs} runs of {label}" for label, (failed, runs) in counted.items() if failed]
    return f"{' and '.join(some)} failed (a score under a tenth of the median, or of 0)"
