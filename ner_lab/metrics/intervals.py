"""Intervals of scores that are made of counts: Wilson's of a score, the bootstrap's of a difference.

Counts come in units that were sampled independently, such as documents: entities of one document share names and topic,
and to take them one by one gives intervals that are too narrow (Efron and Tibshirani 1993, "An introduction to the
bootstrap"; Koehn 2004, "Statistical significance tests for machine translation evaluation"). Where no documents are
named, neighbouring sentences share them all the same, and blocks of sentences are the units.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

LEVEL = 0.95
RESAMPLES = 1000
FEWEST_DOCUMENTS = 10
_CHUNK = 50


class Clusters(NamedTuple):
    """What was sampled independently.

    Attributes:
        name: of one of them, for people.
        sentences: the numbers of the sentences of each.
        blocks: they are made of consecutive sentences as long as these may depend on each other. There are few, and so
            little is known of the variance over them that an interval takes Student's t.
    """

    name: str
    sentences: list[list[int]]
    blocks: bool

    def __str__(self) -> str:
        name, _, more = self.name.partition(" ")
        return f"{len(self.sentences):,} {name}{'s' * (len(self.sentences) != 1)} {more}".rstrip()


def units(documents: Sequence[str], counts_SX: np.ndarray) -> Clusters:
    """Documents, if the data names at least ten; else blocks of sentences, by what their F1 tells of the dependence
    between neighbours.

    Args:
        documents: of each sentence; "" where it is not known.
        counts_SX: the numbers of `Counts` of each sentence, in the order of the text.

    Examples:
        >>> str(units(["a", "a", "b"] * 4, np.ones((12, 3))))
        '12 sentences'
    """
    if named := _named(documents):
        return Clusters("document", named, False)
    number = _independent(counts_SX)
    length = round(len(documents) / max(1, number))
    if length <= 1:
        return Clusters("sentence", [[index] for index in range(len(documents))], False)
    parts = np.array_split(np.arange(len(documents)), number)
    return Clusters(f"block of about {length} consecutive sentences", [part.tolist() for part in parts], True)


def _named(documents: Sequence[str]) -> list[list[int]]:
    """The sentences of each document; empty where fewer than ten are named, or some sentence has none."""
    found: dict[str, list[int]] = {}  # whose sentences need not stand together
    for index, document in enumerate(documents):
        found.setdefault(document, []).append(index)
    return list(found.values()) if len(found) >= FEWEST_DOCUMENTS and "" not in found else []


def _independent(counts_SX: np.ndarray) -> int:
    """As how many independent blocks of equal length the sentences count: one more than the degrees of freedom with
    which the variance of their F1 is known."""
    if len(counts_SX) < 3:
        return len(counts_SX)
    from ner_lab.metrics.dependence import long_run_variance  # its scipy takes half a second

    _, free = long_run_variance(_influence(counts_SX)[None], 1)
    return int(np.clip(round(free + 1), 2, len(counts_SX)))


def _influence(counts_SX: np.ndarray) -> np.ndarray:
    """What each sentence contributes to F1, up to first order; they sum to 0."""
    correct_S, gold_S, predicted_S = counts_SX.T.astype(np.float64)
    either = max(1.0, gold_S.sum() + predicted_S.sum())
    return np.asarray((2 * correct_S - 2 * correct_S.sum() / either * (gold_S + predicted_S)) / either)


def of_difference(documents: Sequence[str], one_SX: np.ndarray, two_SX: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of the F1 of a second system minus that of a first one on the same sentences.

    Documents are drawn with replacement, 1,000 times. Where none are named, the difference is up to first order a sum
    over sentences, whose variance is that of `dependence`, with Student's t.

    Args:
        documents: of each sentence; see `units`.
        one_SX, two_SX: the numbers of `Counts` of each sentence, in the order of the text.

    Examples:
        >>> counts_SX = np.array([[1, 1, 1], [0, 1, 0]] * 9)
        >>> of_difference([""] * 18, counts_SX, counts_SX)
        (0.0, 0.0)
    """
    named = _named(documents)
    if named or len(one_SX) < 3:
        parts = named or [[index] for index in range(len(one_SX))]
        both_UGX = np.stack([[some_SX[part].sum(0) for some_SX in (one_SX, two_SX)] for part in parts])
        f1_RG = scores(resampled(both_UGX))["f1"]
        return interval(f1_RG[:, 1] - f1_RG[:, 0])
    from ner_lab.metrics.dependence import long_run_variance

    f1 = [2 * some_SX[:, 0].sum() / max(1, some_SX[:, 1:].sum()) for some_SX in (one_SX, two_SX)]
    variance, free = long_run_variance((_influence(two_SX) - _influence(one_SX))[None], 1)
    half = _quantile(free) * float(np.sqrt(len(one_SX) * variance))
    return float(f1[1] - f1[0]) - half, float(f1[1] - f1[0]) + half


def of_scores(counts_UGX: np.ndarray, blocks: bool = False) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The 95 % intervals of precision, recall and F1, each as `low_G, high_G`; see `wilson`.

    F1 is a proportion, too: of the entities that gold or the model has, a share J is in both, and F1 = 2 J / (1 + J).

    Args:
        counts_UGX: the numbers of `Counts` (X) of each group (G) in each unit (U); the first group is all of them.
        blocks: see `Clusters`.

    Examples:
        >>> low_G, high_G = of_scores(np.array([[[1, 1, 1]]] * 25))["f1"]  # 25 sentences, each with one entity, found
        >>> low_G.round(3), high_G
        (array([0.929]), array([1.]))
    """
    correct_UG, gold_UG, predicted_UG = np.moveaxis(counts_UGX.astype(np.float64), -1, 0)
    low_G, high_G = wilson(correct_UG, gold_UG + predicted_UG - correct_UG, blocks)
    return {
        "precision": wilson(correct_UG, predicted_UG, blocks),
        "recall": wilson(correct_UG, gold_UG, blocks),
        "f1": (2 * low_G / (1 + low_G), 2 * high_G / (1 + high_G)),
    }


def wilson(right_UG: np.ndarray, whole_UG: np.ndarray, blocks: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's (1927) interval of the share that is right in each group, with its effective number of cases: `low_G,
    high_G`; 0 and 1 of a group without cases.

    The number of cases is divided by the design effect: how many times the variance over units exceeds that of
    independent cases (Kish 1965). Where few cases, or cases that are all right, cannot tell it, it is at least what the
    correlation within units of the first group makes of units of this size. Simulated with 12 to 300 units, shares of
    0.5 to 0.98 and one to thousands of cases, it covers in 0.95 to 0.97, where percentiles of resampled units cover in
    0.47 to 0.94. RESEARCH_NOTES.md has the figures of `blocks`, see `Clusters`.
    """
    whole_G, right_G = whole_UG.sum(0), right_UG.sum(0)
    cases_G = np.maximum(whole_G, 1.0)
    share_G = right_G / cases_G
    units = len(whole_UG)
    variance_G = ((right_UG - share_G * whole_UG) ** 2).sum(0) / cases_G**2 * units / max(1, units - 1)
    independent_G = share_G * (1 - share_G) / cases_G
    own_G = np.divide(variance_G, independent_G, out=np.ones_like(cases_G), where=independent_G > 0)
    size_G = np.maximum((whole_UG**2).sum(0) / cases_G, 1.0)  # of the unit in which a case is, on average
    correlation = min(1.0, max(0.0, (own_G[0] - 1) / (size_G[0] - 1))) if size_G[0] > 1 else 0.0
    effect_G = np.maximum(np.maximum(own_G, 1.0), 1 + (size_G - 1) * correlation)
    effective_G = np.maximum(cases_G / effect_G, 1.0)
    z2 = _quantile(units - 1 if blocks else np.inf) ** 2
    middle_G = share_G + z2 / (2 * effective_G)
    half_G = np.sqrt(z2 * (share_G * (1 - share_G) / effective_G + z2 / (4 * effective_G**2)))
    low_G, high_G = ((middle_G + side * half_G) / (1 + z2 / effective_G) for side in (-1, 1))
    return (
        np.where(whole_G > 0, np.where(right_G == 0, 0.0, low_G), 0.0),
        np.where(whole_G > 0, np.where(right_G == whole_G, 1.0, high_G), 1.0),
    )


def of_mean(values_N: np.ndarray, unit_N: np.ndarray) -> tuple[float, float]:
    """The 95 % interval of a mean of values that come in units (Cochran 1977, the ratio estimator, with t); without
    end on either side of fewer than two units.

    Examples:
        >>> low, high = of_mean(np.array([1.0, 1.0, 0.0, 0.0]), np.array([0, 0, 1, 1]))
        >>> low < 0 < 1 < high  # two units
        True
    """
    sums_U = np.bincount(unit_N, values_N - values_N.mean()) if len(values_N) else np.zeros(0)
    units = int((np.bincount(unit_N) > 0).sum()) if len(values_N) else 0
    if units < 2:
        return -np.inf, np.inf
    error = float(np.sqrt((sums_U**2).sum() * units / (units - 1))) / len(values_N)
    half = _quantile(units - 1) * error
    return float(values_N.mean()) - half, float(values_N.mean()) + half


def _quantile(free: float) -> float:
    """Of Student's t, or of the normal distribution where the degrees of freedom are infinite."""
    if np.isinf(free):
        return NormalDist().inv_cdf((1 + LEVEL) / 2)
    from scipy.special import stdtrit  # half a second, which what only predicts does without

    return float(stdtrit(max(1.0, free), (1 + LEVEL) / 2))


def resampled(counts_UGX: np.ndarray, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Sums of counts over units drawn with replacement: `sums_RGX` (float64).

    Two systems whose counts stand side by side on axis G are drawn together, so that differences are paired.

    Args:
        counts_UGX: the numbers of `Counts` (X) of each group (G) in each unit (U).
        resamples: how often (R).
        seed: of the draws.

    Examples:
        >>> documents = [[[1, 2, 1]], [[3, 3, 4]], [[0, 1, 0]]]  # of all types (one group): correct, gold, predicted
        >>> resampled(np.array(documents), resamples=200).shape
        (200, 1, 3)
    """
    units = counts_UGX.shape[0]
    table = counts_UGX.reshape(units, -1).astype(np.float64)
    rng = np.random.default_rng(seed)
    sums = []
    for start in range(0, resamples, _CHUNK):  # so that memory does not grow with resamples x units
        drawn = rng.integers(units, size=(min(_CHUNK, resamples - start), units))
        times = np.stack([np.bincount(row, minlength=units) for row in drawn])
        sums.append(times @ table)
    return np.concatenate(sums).reshape(resamples, *counts_UGX.shape[1:])


def scores(sums_RGX: np.ndarray) -> dict[str, np.ndarray]:
    """Precision, recall and F1 (`x_RG`) of counts; 0 where they have nothing to divide by, as in `Counts`.

    Examples:
        >>> scores(np.array([[[2.0, 4.0, 2.0]]]))["recall"]
        array([[0.5]])
    """
    correct, gold, predicted = np.moveaxis(sums_RGX, -1, 0)

    def divided(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.divide(a, b, out=np.zeros_like(a), where=b > 0)

    return {
        "precision": divided(correct, predicted),
        "recall": divided(correct, gold),
        "f1": divided(2 * correct, gold + predicted),
    }


def interval(values_R: np.ndarray, level: float = LEVEL) -> tuple[float, float]:
    """The percentile interval of resampled values.

    Examples:
        >>> low, high = interval(np.arange(1001) / 1000)
        >>> round(low, 3), round(high, 3)
        (0.025, 0.975)
    """
    tail = (1 - level) / 2
    low, high = np.quantile(values_R, [tail, 1 - tail])
    return float(low), float(high)
