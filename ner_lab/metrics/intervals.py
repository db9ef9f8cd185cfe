"""Bootstrap intervals of scores that are made of counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LEVEL = 0.95
RESAMPLES = 1000
_CHUNK = 50


def units(documents: Sequence[str]) -> tuple[str, list[list[int]]]:
    """What was sampled independently, and the sentences of each: documents, if the data names at least ten, else
    sentences.

    Args:
        documents: of each sentence; "" where it is not known.

    Examples:
        >>> units(["a", "a", ""])
        ('sentence', [[0], [1], [2]])
    """
    found: dict[str, list[int]] = {}  # whose sentences need not stand together
    for index, document in enumerate(documents):
        found.setdefault(document, []).append(index)
    if len(found) >= 10 and "" not in found:
        return "document", list(found.values())
    return "sentence", [[index] for index in range(len(documents))]


def resampled(counts_UGX: np.ndarray, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Sums of counts over units drawn with replacement: `sums_RGX` (float64).

    Units are what was sampled independently, such as documents: entities of one document share names and topic, and
    resampling them one by one gives intervals that are too narrow (Efron and Tibshirani 1993, "An introduction to the
    bootstrap"; Koehn 2004, "Statistical significance tests for machine translation evaluation"). Two systems whose
    counts stand side by side on axis G are drawn together, so that differences between them are paired.

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
