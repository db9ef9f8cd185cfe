"""Pairs of systems on one test set: which are compared, how they differ, and what that means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ner_lab.report.compare import power, verdict
from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.results import Pair
from ner_lab.report.compare.significance import Difference, difference, over_documents
from ner_lab.report.compare.systems import System
from ner_lab.report.compare.variance_components import effective_blocks

EFFECT = 0.005  # the difference that the power note speaks of: half a point


@dataclass(frozen=True)
class Couple:
    """Two systems and their tested difference; None where there are too few seeds or documents for a test."""

    a: System
    b: System
    found: Difference | None


def couples(systems: Sequence[System], baseline: str | None, order: Sequence[str]) -> list[Couple]:
    """All pairs of systems, the one first that comes first in the order, or each of the others with the baseline.

    Args:
        systems: of one test set.
        baseline: a label, or None.
        order: of all labels, the best first: the same on every test set, so that a pair has one direction.
    """
    if baseline is None:
        chosen = list(combinations(sorted(systems, key=lambda system: order.index(system.label)), 2))
    else:
        base = [system for system in systems if system.label == baseline]
        chosen = [(system, base[0]) for system in systems if base and system.label != baseline]
    return [Couple(a, b, tested(a, b)) for a, b in chosen]


def tested(a: System, b: System) -> Difference | None:
    """How two systems differ; None where there are too few seeds or documents for a test."""
    if min(len(a.runs), len(b.runs)) < verdict.LEAST or a.by_document.numerators_ND.shape[1] < 2:
        return None
    paired = a.replicates == b.replicates and {r.foreign for r in a.runs} == {r.foreign for r in b.runs}
    return difference(a.by_document, b.by_document, paired)


def judged(couple: Couple, claim: Claim | None, metric_name: str) -> Pair:
    """The pair with its verdict; `claim` is None where nothing was tested."""
    a, b, found = couple.a, couple.b, couple.found
    seeds = min(len(a.runs), len(b.runs))
    value = a.mean - b.mean
    if found is None or claim is None:
        in_order = a.by_document.in_order
        several = a.by_document.numerators_ND.shape[1] > 1
        several = several and not (in_order and effective_blocks(a.by_document, b.by_document) < 2)
        interval = over_documents(a.by_document, b.by_document) if several else None
        unit = "sentence" if in_order else "document"
        text = verdict.only_models(a.label, b.label, metric_name, value, interval, seeds, unit)
        return Pair(a, b, value, None, None, verdict.ONLY_MODELS, text)
    return Pair(
        a,
        b,
        value,
        found,
        claim,
        verdict.short(a.label, b.label, claim, seeds),
        verdict.sentence(a.label, b.label, metric_name, found, claim, seeds),
        power.seeds_to_see(found, EFFECT),
        power.seeds_range(found, EFFECT),
    )
