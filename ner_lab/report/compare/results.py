"""What a comparison finds, as data: test sets, the systems that were scored on each, and pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ner_lab.report.compare.across_results import Across
from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.significance import Difference
from ner_lab.report.compare.systems import System
from ner_lab.report.compare.tuned_results import Tuned
from ner_lab.report.compare.units import Units


@dataclass(frozen=True)
class Pair:
    """Two systems: `value` is the mean score of `a` minus that of `b`.

    `found` and `claim` are None where there are too few seeds for a verdict; `needed` is the number of seeds with
    which half a point would be seen, None if no number is enough (or too few seeds say anything about it), and
    `needed_range` what it may really be, from 10 to 90 %.
    """

    a: System
    b: System
    value: float
    found: Difference | None
    claim: Claim | None
    verdict: str
    sentence: str
    needed: int | None = None
    needed_range: tuple[int | None, int | None] = (None, None)

    @property
    def p_holm(self) -> float | None:
        return self.claim.p_holm if self.claim else None

    @property
    def seeds(self) -> int:
        return min(len(self.a.runs), len(self.b.runs))


@dataclass(frozen=True)
class TestSet:
    """What was scored on the same sentences with the same gold tags; nothing is compared across test sets."""

    name: str
    units: Units
    entities: int
    types: tuple[str, ...]
    by: tuple[str, ...]
    systems: tuple[System, ...]
    pairs: tuple[Pair, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Results:
    """All of it: systems and pairs by test set. `left_out` are the runs that could not be used, with the reason;
    `tuned` is the comparison after tuning, in the place of test sets, corpus by corpus;
    `margin` is that of equivalence, on the scale of the scores, and `across` what is to be said over all corpora; None
    if nobody asked."""

    split: str
    metric: str
    baseline: str | None
    test_sets: tuple[TestSet, ...]
    left_out: tuple[tuple[Path, str], ...]
    margin: float | None = None
    across: Across | None = None
    tuned: tuple[Tuned, ...] = ()
