"""What the variance of a mean score is made of: seeds and test documents, crossed and both random.

The influence of document d on the score of run n is taken as `mean + seed_n + document_d + both_nd`, as readers and
cases are in studies of diagnostic imaging (Obuchowski and Rockette 1995; Hillis 2007). The variance of a mean over N
seeds and D documents then is a sum of mean squares, and Satterthwaite (1946) gives the degrees of freedom of t.
Documents of unequal length tell less than as many equal ones would: they count by Kish's (1965) effective number, (sum
of weights)^2 / (sum of squared weights).

The part of it that is due to seeds, (MS_seeds - MS_both) / (N D), can come out negative where seeds matter little.
Counting it as zero is timid, counting it in full makes the variance vanish now and then; here it counts by a third.
RESEARCH_NOTES.md has the error rates of all three.

Where no documents are known, sentences in file order stand for them, and a mean square over documents is that of
`dependence`: so many degrees of freedom as its estimate has are as many blocks of sentences, minus one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner_lab.metrics.dependence import long_run_variance
from ner_lab.report.compare.document_scores import DocumentScores

NEGATIVE_SHARE = 1 / 3


@dataclass(frozen=True)
class Documents:
    """Documents as a source of chance: variances of means over them, with degrees of freedom.

    `free` are the degrees of freedom that their lengths allow.
    """

    free: float
    in_order: bool

    @classmethod
    def of(cls, *systems: DocumentScores) -> Documents:
        return cls(effective_documents(*systems) - 1, systems[0].in_order)

    def of_mean(self, per_document_D: NDArray[np.floating]) -> tuple[float, float]:
        """Of one value a document."""
        d = len(per_document_D)
        if not self.in_order:
            return float(per_document_D.var(ddof=1)) / d, self.free
        variance, df = long_run_variance(per_document_D[None], 1)
        return variance / d, 1 / (1 / df + 1 / self.free)

    def left(self, influences_ND: NDArray[np.floating]) -> tuple[float, float]:
        """Of what single runs have apart from their mean: its part in a mean over as many runs."""
        n, d = influences_ND.shape
        left_ND = influences_ND - influences_ND.mean(0)
        free = (n - 1) * self.free
        if not self.in_order:
            return float((left_ND**2).sum()) / ((n - 1) * (d - 1)) / (n * d), free
        variance, df = long_run_variance(left_ND, n - 1)
        return variance / (n * d), 1 / (1 / df + 1 / free)


@dataclass(frozen=True)
class Seeds:
    """Mean squares over N D, and their degrees of freedom: between the seeds of one system, and of what is left."""

    runs: int
    between: float
    left: float
    left_df: float

    @classmethod
    def of(cls, scores_N: NDArray[np.floating], influences_ND: NDArray[np.floating], documents: Documents) -> Seeds:
        n = len(scores_N)
        left, left_df = documents.left(influences_ND)
        return cls(n, float(scores_N.var(ddof=1)) / n, left, left_df)


def total_variance(parts: Sequence[Seeds], documents: float, document_df: float) -> tuple[float, float]:
    """The variance of the difference, and its degrees of freedom."""
    seeds = sum(part.between - part.left for part in parts)
    if seeds <= 0:
        return max(documents + NEGATIVE_SHARE * seeds, documents / 2), document_df
    squares = sum(part.between**2 / (part.runs - 1) + part.left**2 / part.left_df for part in parts)
    variance = documents + seeds
    return variance, max(1.0, variance**2 / (documents**2 / document_df + squares))


def effective_blocks(*systems: DocumentScores) -> float:
    """As how many independent blocks sentences in file order count, two at the least, for the difference of two systems
    or the mean score of one."""
    means = [one.influences_ND.mean(0) for one in systems]
    return Documents.of(*systems).of_mean(means[0] - means[1] if len(means) > 1 else means[0])[1] + 1


def effective_documents(*systems: DocumentScores) -> float:
    """How many documents of equal length tell as much as these (Kish 1965), two at the least.

    A document weighs what it has in the score's denominator.
    """
    weights_D = np.sum([one.denominators_ND.sum(0) for one in systems], 0)
    squares = float((weights_D**2).sum())
    return max(2.0, float(weights_D.sum()) ** 2 / squares) if squares else float(len(weights_D))
