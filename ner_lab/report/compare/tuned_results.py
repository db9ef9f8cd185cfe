"""What a comparison after tuning finds, as data."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import stdtrit

from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.expected_best import LEVEL, Estimate, Trials


@dataclass(frozen=True)
class Point:
    """The best of `k` trials: its expected dev score, and the test score of the one that is best on dev."""

    k: int
    dev: Estimate
    test: Estimate


@dataclass(frozen=True)
class TunedSystem:
    """A system with its trials.

    Attributes:
        label: in a few words.
        trials_made: their scores.
        trials: how many were spent, pruned ones included.
        pruned: how many of them were stopped early.
        best_dev, best_test: of the trial that was the best on dev among all of them, more than the budget it may be.
        points: up to the budget, which is the same for all systems.
    """

    label: str
    trials_made: Trials
    trials: int
    pruned: int
    best_dev: float
    best_test: float
    points: tuple[Point, ...]


@dataclass(frozen=True)
class TunedPair:
    """Test scores after `k` trials each: that of `a` minus that of `b`; `p` is NaN where no error is known."""

    a: str
    b: str
    k: int
    value: float
    p: float = float("nan")
    standard_error: float = 0.0
    df: float = 1.0
    claim: Claim | None = None
    verdict: str = ""
    sentence: str = ""

    @property
    def tested(self) -> bool:
        return self.p == self.p

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        half = float(stdtrit(self.df, (1 + LEVEL) / 2)) * self.standard_error
        return self.value - half, self.value + half


@dataclass(frozen=True)
class Tuned:
    """Systems on one corpus at equal budgets.

    Attributes:
        corpus: its name.
        budget: trials, those of the system that has the fewest.
        compared_at: the budget at which pairs are tested.
        systems: the best after the whole budget first, by expected test score.
        pairs, remarks: as of a test set.
    """

    corpus: str
    budget: int
    compared_at: int
    systems: tuple[TunedSystem, ...]
    pairs: tuple[TunedPair, ...]
    remarks: tuple[str, ...]
