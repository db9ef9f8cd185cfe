"""The difference between two systems, with both sources of chance: the seeds and the test documents.

The influence of document d on the score of run n is taken as `mean + seed_n + document_d + both_nd`: seeds and
documents are crossed and both random, as readers and cases are in studies of diagnostic imaging (Obuchowski and
Rockette 1995; Hillis 2007). The variance of a mean over N seeds and D documents then is a sum of mean squares, and
Satterthwaite (1946) gives the degrees of freedom of t. Documents of unequal length tell less than as many equal ones
would: they count by Kish's (1965) effective number, (sum of weights)^2 / (sum of squared weights).

The part of it that is due to seeds, (MS_seeds - MS_both) / (N D), can come out negative where seeds matter little.
Counting it as zero is timid, counting it in full makes the variance vanish now and then; here it counts by a third.
RESEARCH_NOTES.md has the error rates of all three.

Where no documents are known, sentences in file order stand for them, and a mean square over documents is that of
`dependence`: so many degrees of freedom as its estimate has are as many blocks of sentences, less one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from ner_lab.report.compare.dependence import long_run_variance
from ner_lab.report.compare.document_scores import DocumentScores

LEVEL = 0.95
NEGATIVE_SHARE = 1 / 3
_NOTHING = 1e-12  # a score differs by more, or not at all


@dataclass(frozen=True)
class Difference:
    """Mean score of the first minus that of the second, on the scale of the scores.

    Attributes:
        value: the difference.
        low, high: its 95 % interval.
        p: of the hypothesis that it is zero, two-sided.
        standard_error, df: what they come from.
        seed_variance: N seeds leave `seed_variance / N` of it in the mean.
        document_variance: what no number of seeds removes.
        document_df: degrees of freedom that the documents give: one less than their effective number, or than that of
            blocks of sentences.
        paired: whether run n of the one belongs to run n of the other.
        seed_df: degrees of freedom of `seed_variance`.
        run_document_variance: what the documents leave in these very runs, beside `document_variance`.
    """

    value: float
    low: float
    high: float
    p: float
    standard_error: float
    df: float
    seed_variance: float
    document_variance: float
    document_df: float
    paired: bool
    seed_df: float = math.inf
    run_document_variance: float = 0.0

    def __neg__(self) -> Difference:
        """That of the second and the first."""
        return replace(self, value=-self.value, low=-self.high, high=-self.low)


@dataclass(frozen=True)
class _Seeds:
    """Mean squares over N D, and their degrees of freedom: between the seeds of one system, and of what is left."""

    runs: int
    between: float
    left: float
    left_df: float

    @classmethod
    def of(cls, scores_N: NDArray[np.floating], influences_ND: NDArray[np.floating], documents: _Documents) -> _Seeds:
        n = len(scores_N)
        left, left_df = documents.left(influences_ND)
        return cls(n, float(scores_N.var(ddof=1)) / n, left, left_df)


@dataclass(frozen=True)
class _Documents:
    """Documents as a source of chance: variances of means over them, with degrees of freedom.

    `free` are the degrees of freedom that their lengths allow.
    """

    free: float
    in_order: bool

    @classmethod
    def of(cls, *systems: DocumentScores) -> _Documents:
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


def difference(a: DocumentScores, b: DocumentScores, paired: bool) -> Difference:
    """The difference between two systems, scored on the same documents.

    Args:
        a, b: at least two runs of each, and two documents.
        paired: run n of `a` shares its seed with run n of `b`, so that what they have in common cancels out.

    Raises:
        ValueError: fewer runs or documents, other documents, or pairs of unequal number.
    """
    (runs_a, d), (runs_b, other) = a.numerators_ND.shape, b.numerators_ND.shape
    if d != other:
        raise ValueError(f"a and b must be scored on the same documents, got {d} and {other}")
    if min(runs_a, runs_b, d) < 2:
        raise ValueError(f"two runs of each and two documents are the least, got {runs_a} and {runs_b} runs, {d}")
    if paired and runs_a != runs_b:
        raise ValueError(f"pairs need as many runs of a as of b, got {runs_a} and {runs_b}")
    source = _Documents.of(a, b)
    if paired:
        parts = [_Seeds.of(a.scores_N - b.scores_N, a.influences_ND - b.influences_ND, source)]
    else:
        parts = [_Seeds.of(one.scores_N, one.influences_ND, source) for one in (a, b)]
    documents, document_df = source.of_mean(a.influences_ND.mean(0) - b.influences_ND.mean(0))
    variance, df = _variance(parts, documents, document_df)
    value, error = _value(a, b), variance**0.5
    if error > _NOTHING:
        p, half = 2 * float(stdtr(df, -abs(value) / error)), float(stdtrit(df, (1 + LEVEL) / 2)) * error
    else:  # the same on every document under every seed
        p, half = float(abs(value) < _NOTHING), 0.0
    of_seeds = [part.runs * part.between for part in parts]
    squares = sum(one**2 / (part.runs - 1) for one, part in zip(of_seeds, parts, strict=True))
    left = sum(part.left for part in parts)
    return Difference(
        value=value,
        low=value - half,
        high=value + half,
        p=p,
        standard_error=error,
        df=df,
        seed_variance=sum(of_seeds),
        document_variance=max(0.0, documents - left),
        document_df=document_df,
        paired=paired,
        seed_df=sum(of_seeds) ** 2 / squares if squares else sum(part.runs - 1 for part in parts),
        run_document_variance=left,
    )


def _value(a: DocumentScores, b: DocumentScores) -> float:
    return float(a.scores_N.mean() - b.scores_N.mean())


def effective_blocks(*systems: DocumentScores) -> float:
    """As how many independent blocks sentences in file order count, two at the least, for the difference of two systems
    or the mean score of one."""
    means = [one.influences_ND.mean(0) for one in systems]
    return _Documents.of(*systems).of_mean(means[0] - means[1] if len(means) > 1 else means[0])[1] + 1


def effective_documents(*systems: DocumentScores) -> float:
    """How many documents of equal length tell as much as these (Kish 1965), two at the least.

    A document weighs what it has in the score's denominator.
    """
    weights_D = np.sum([one.denominators_ND.sum(0) for one in systems], 0)
    squares = float((weights_D**2).sum())
    return max(2.0, float(weights_D.sum()) ** 2 / squares) if squares else float(len(weights_D))


def _variance(parts: Sequence[_Seeds], documents: float, document_df: float) -> tuple[float, float]:
    """The variance of the difference, and its degrees of freedom."""
    seeds = sum(part.between - part.left for part in parts)
    if seeds <= 0:
        return max(documents + NEGATIVE_SHARE * seeds, documents / 2), document_df
    squares = sum(part.between**2 / (part.runs - 1) + part.left**2 / part.left_df for part in parts)
    variance = documents + seeds
    return variance, max(1.0, variance**2 / (documents**2 / document_df + squares))


def over_documents(a: DocumentScores, b: DocumentScores) -> tuple[float, float]:
    """The 95 % interval of the difference between these very models, for other test documents (a paired jackknife).

    It says nothing of other seeds. Two documents are the least; one run of each is enough.
    """
    variance, df = _Documents.of(a, b).of_mean(a.influences_ND.mean(0) - b.influences_ND.mean(0))
    value, half = _value(a, b), float(stdtrit(df, (1 + LEVEL) / 2)) * variance**0.5
    return value - half, value + half


def mean_interval(one: DocumentScores) -> tuple[float, float]:
    """The 95 % interval of the mean score of one system, for other seeds and other documents; two of each are
    the least. Differences are known better than this: what is hard for one is often hard for the other."""
    source = _Documents.of(one)
    documents, document_df = source.of_mean(one.influences_ND.mean(0))
    variance, df = _variance([_Seeds.of(one.scores_N, one.influences_ND, source)], documents, document_df)
    mean, half = float(one.scores_N.mean()), float(stdtrit(df, (1 + LEVEL) / 2)) * variance**0.5
    return mean - half, mean + half


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values of a family of tests (Holm 1979): the chance that any of those below 0.05 is false is 5 %.

    Examples:
        >>> holm([0.01, 0.5, 0.02])
        [0.03, 0.5, 0.04]
    """
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for rank, i in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[i]))
        adjusted[i] = highest
    return adjusted
