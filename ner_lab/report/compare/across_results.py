"""What a comparison over corpora finds, as data."""

from __future__ import annotations

from dataclasses import dataclass

from ner_lab.report.compare.claims import Claim
from ner_lab.report.compare.pooled import Pooled
from ner_lab.report.compare.ranks import Friedman
from ner_lab.report.compare.signed_rank import Posterior

NO_TEST = "too few corpora to test"


@dataclass(frozen=True)
class CorporaPair:
    """Two systems over corpora: `value` is the mean over corpora of the score of `a` minus that of `b`.

    Attributes:
        values: on each corpus.
        found, claim: the pooled difference, and what it allows to say; None where a corpus has too few seeds or
            documents for it.
        wilcoxon, wilcoxon_holm: p of the signed-rank test over corpora, and Holm's correction over these pairs.
        posterior: of the Bayesian signed-rank test.
        unknown_on: corpora with too few seeds or documents for a test.
    """

    a: str
    b: str
    value: float
    values: tuple[float, ...]
    found: Pooled | None
    claim: Claim | None = None
    wilcoxon: float | None = None
    wilcoxon_holm: float | None = None
    posterior: Posterior | None = None
    unknown_on: tuple[str, ...] = ()
    verdict: str = NO_TEST
    sentence: str = ""


@dataclass(frozen=True)
class Across:
    """What is to be said over all corpora.

    Attributes:
        corpora: their names.
        systems: the best mean rank first, as all that follows.
        mean_ranks: 1 is the best.
        means: mean scores over corpora.
        friedman: None of fewer than five corpora or three systems.
        bars: first and last of systems that are not told apart, as a critical-difference diagram draws them: by
            Wilcoxon's test with Holm's correction, by Nemenyi's where there is a critical difference.
        critical_difference: of mean ranks; None where there are corpora enough for Wilcoxon's test, or none is made.
        rope: half the width of the region of practical equivalence, on the scale of the scores.
        pairs: of systems, or of each of them with the baseline.
        remarks: what to keep in mind.
    """

    corpora: tuple[str, ...]
    systems: tuple[str, ...]
    mean_ranks: tuple[float, ...]
    means: tuple[float, ...]
    friedman: Friedman | None
    bars: tuple[tuple[int, int], ...]
    critical_difference: float | None
    rope: float
    pairs: tuple[CorporaPair, ...]
    remarks: tuple[str, ...]

    @property
    def told_apart_by(self) -> str:
        """The test behind the bars."""
        if self.critical_difference is None:
            return "Wilcoxon's test with Holm's correction"
        return f"Nemenyi's test (critical difference {self.critical_difference:.2f})"
