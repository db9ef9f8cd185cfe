"""The difference between two systems, with both sources of chance, the seeds and the test documents, and its t-test.

`variance_components` says what its variance is made of; `holm` corrects a family of such tests.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from scipy.special import stdtr, stdtrit

from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.variance_components import Documents, Seeds, total_variance

LEVEL = 0.95
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
    source = Documents.of(a, b)
    if paired:
        parts = [Seeds.of(a.scores_N - b.scores_N, a.influences_ND - b.influences_ND, source)]
    else:
        parts = [Seeds.of(one.scores_N, one.influences_ND, source) for one in (a, b)]
    documents, document_df = source.of_mean(a.influences_ND.mean(0) - b.influences_ND.mean(0))
    variance, df = total_variance(parts, documents, document_df)
    value, error = _value(a, b), variance**0.5
    if error > _NOTHING:
        p, half = 2 * float(stdtr(df, -abs(value) / error)), float(stdtrit(df, (1 + LEVEL) / 2)) * error
    else:  # the same on every document under every seed
        p, half = float(abs(value) < _NOTHING), 0.0
    of_seeds = [part.runs * part.between for part in parts]
    squares = sum(one**2 / (part.runs - 1) for one, part in zip(of_seeds, parts, strict=True))
    left = sum(part.left for part in parts)
    low, high = _bounded(value, half)
    return Difference(
        value=value,
        low=low,
        high=high,
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


def over_documents(a: DocumentScores, b: DocumentScores) -> tuple[float, float]:
    """The 95 % interval of the difference between these very models, for other test documents (a paired jackknife).

    It says nothing of other seeds. Two documents are the least; one run of each is enough.
    """
    variance, df = Documents.of(a, b).of_mean(a.influences_ND.mean(0) - b.influences_ND.mean(0))
    value, half = _value(a, b), float(stdtrit(df, (1 + LEVEL) / 2)) * variance**0.5
    return _bounded(value, half)


def _bounded(value: float, half: float) -> tuple[float, float]:
    """The ends of an interval, none beyond what two scores of 0 to 1 can differ by."""
    return max(value - half, -1.0), min(value + half, 1.0)  # in this order what is no number stays that


def mean_interval(one: DocumentScores) -> tuple[float, float]:
    """The 95 % interval of the mean score of one system, for other seeds and other documents; two of each are
    the least. Differences are known better than this: what is hard for one is often hard for the other."""
    source = Documents.of(one)
    documents, document_df = source.of_mean(one.influences_ND.mean(0))
    variance, df = total_variance([Seeds.of(one.scores_N, one.influences_ND, source)], documents, document_df)
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
