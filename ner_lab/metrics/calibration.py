"""Is a confidence of 0.8 right in eight cases of ten? Reliability, temperature, thresholds, coverage."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ner_lab.metrics.counts import Counts, total

BINS = 10
FEWEST = 50  # predicted entities of which one number is fitted
_EDGE = 1e-6  # confidences are written with six digits; 0 and 1 would have infinite log-odds


def reliability(confidence_N: Sequence[float], right_N: Sequence[bool], bins: int = BINS) -> dict[str, Any]:
    """Predictions in bins of equal width by confidence, with the share that is right in each.

    Returns:
        `bins`: for each that is not empty `from`, `to`, `number`, `confidence` (mean) and `right` (share), and `ece`,
        the expected calibration error: the mean of |confidence - right|, weighted by number (Naeini, Cooper and
        Hauskrecht 2015, "Obtaining well calibrated probabilities using Bayesian binning"; Guo et al. 2017, "On
        calibration of modern neural networks"). 0 without predictions. A bin has its lower edge, the last one both.

    Examples:
        >>> found = reliability([0.95, 0.95, 0.55, 0.55], [True, True, True, False])
        >>> round(found["ece"], 3), [row["number"] for row in found["bins"]]
        (0.05, [2, 2])
    """
    confidence = np.asarray(confidence_N, dtype=np.float64)
    right = np.asarray(right_N, dtype=np.float64)
    at = np.minimum((confidence * bins).astype(int), bins - 1)
    rows = []
    for index in range(bins):
        chosen = at == index
        if chosen.any():
            rows.append(
                {
                    "from": index / bins,
                    "to": (index + 1) / bins,
                    "number": int(chosen.sum()),
                    "confidence": float(confidence[chosen].mean()),
                    "right": float(right[chosen].mean()),
                }
            )
    ece = sum(row["number"] * abs(row["confidence"] - row["right"]) for row in rows) / max(1, len(confidence))
    return {"bins": rows, "ece": float(ece)}


def span_temperature(confidence_N: Sequence[float], right_N: Sequence[bool]) -> float:
    """T > 0 for which `sharpened(confidence, T)` fits best whether the predictions are right (least log loss).

    Temperature scaling (Guo et al. 2017) on the log-odds of a prediction: above 1 the model was over-confident, below 1
    under-confident. At the borders 0.05 and 20 where the predictions are all right, all wrong, or none.

    Examples:
        >>> span_temperature([0.99] * 4, [True, True, True, False]) > 1  # was over-confident
        True
    """

    def loss(temperature: float) -> float:
        return float(span_losses(confidence_N, right_N, temperature).mean()) if len(right_N) else 0.0

    return _best_temperature(loss)


def calibrating_temperature(confidence_N: Sequence[float], right_N: Sequence[bool]) -> float:
    """`span_temperature` of predictions that tell one: 1 of fewer than 50, or where they are all right or all wrong.

    Examples:
        >>> calibrating_temperature([0.99] * 4, [True, True, True, False])
        1.0
    """
    tell = len(right_N) >= FEWEST and 0 < sum(right_N) < len(right_N)
    return span_temperature(confidence_N, right_N) if tell else 1.0


def span_losses(confidence_N: Sequence[float], right_N: Sequence[bool], temperature: float = 1.0) -> np.ndarray:
    """The negative log-likelihood (nats) of each prediction's being right or wrong, under `sharpened` confidences."""
    p = sharpened(confidence_N, temperature)
    return -np.where(np.asarray(right_N, dtype=bool), np.log(p), np.log1p(-p))


def sharpened(confidence_N: Sequence[float], temperature: float) -> np.ndarray:
    """sigmoid(logit(confidence) / T).

    Examples:
        >>> sharpened([0.9, 0.5], temperature=2).round(3)
        array([0.75, 0.5 ])
    """
    p = np.clip(np.asarray(confidence_N, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.clip(1 / (1 + ((1 - p) / p) ** (1 / temperature)), 1e-12, 1 - 1e-12)


def word_temperature(log_probs_NK: np.ndarray, labels_N: np.ndarray) -> float:
    """T > 0 of softmax(log_probs / T) with the least negative log-likelihood of the gold labels (Guo et al. 2017).

    Examples:
        >>> log_probs_NK = np.log([[0.99, 0.01]] * 4)
        >>> word_temperature(log_probs_NK, np.array([0, 0, 0, 1])) > 1
        True
    """
    return _best_temperature(lambda temperature: word_nll(log_probs_NK, labels_N, temperature))


def word_nll(log_probs_NK: np.ndarray, labels_N: np.ndarray, temperature: float = 1.0) -> float:
    """Mean negative log-likelihood (nats a word) of gold labels under softmax(log_probs / T); 0 without words.

    Examples:
        >>> round(word_nll(np.log([[0.5, 0.5], [0.25, 0.75]]), np.array([0, 1])), 4)
        0.4904
    """
    return float(word_losses(log_probs_NK, labels_N, temperature).mean()) if len(labels_N) else 0.0


def word_losses(log_probs_NK: np.ndarray, labels_N: np.ndarray, temperature: float = 1.0) -> np.ndarray:
    """The negative log-likelihood (nats) of each word's gold label under softmax(log_probs / T)."""
    scaled = log_probs_NK.astype(np.float64) / temperature
    peak = scaled.max(axis=1)
    normaliser = peak + np.log(np.exp(scaled - peak[:, None]).sum(axis=1))
    return np.asarray(normaliser - scaled[np.arange(len(labels_N)), labels_N])


def _best_temperature(loss: Callable[[float], float]) -> float:
    """From 0.05 to 20, by golden sections of log T: both losses are convex in 1/T, so they have one minimum in it.
    SciPy would find the same, and its import is a fifth of the time in which a prediction starts."""
    golden = (math.sqrt(5) - 1) / 2
    low, high = math.log(0.05), math.log(20)
    inner = [high - golden * (high - low), low + golden * (high - low)]
    losses = [loss(math.exp(x)) for x in inner]
    if not any(map(math.isfinite, losses)):  # as where a gold label was called impossible
        return 1.0
    while high - low > 1e-6:
        if losses[0] <= losses[1]:  # the minimum is below the second
            high, inner[1], losses[1] = inner[1], inner[0], losses[0]
            inner[0] = high - golden * (high - low)
            losses[0] = loss(math.exp(inner[0]))
        else:
            low, inner[0], losses[0] = inner[0], inner[1], losses[1]
            inner[1] = low + golden * (high - low)
            losses[1] = loss(math.exp(inner[1]))
    return math.exp((low + high) / 2)


def thresholds(confidence_N: Sequence[float], right_N: Sequence[bool], gold: int) -> list[dict[str, float]]:
    """What is left of a model when predicted entities below a confidence are dropped.

    Rows of `threshold` (0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99), `kept` (number) and the scores of `Counts`.

    Examples:
        >>> rows = thresholds([0.95, 0.7, 0.4], [True, True, False], gold=2)
        >>> [(row["threshold"], row["kept"], row["precision"]) for row in rows[:2]]
        [(0.0, 3, 0.6666666666666666), (0.5, 2, 1.0)]
    """
    confidence, right = np.asarray(confidence_N, dtype=np.float64), np.asarray(right_N, dtype=bool)
    rows = []
    for threshold in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99):
        kept = confidence >= threshold
        counts = Counts(int((right & kept).sum()), gold, int(kept.sum()))
        rows.append({"threshold": threshold, "kept": counts.predicted, **counts.as_dict()})
    return rows


def coverage(certainty_S: Sequence[float], counts_S: Sequence[Counts]) -> list[dict[str, float]]:
    """F1 of the most certain sentences, for growing shares of them: what a model does that may hand work to people.

    Selective prediction (El-Yaniv and Wiener 2010, "On the foundations of noise-free selective classification"; Geifman
    and El-Yaniv 2017). Rows of `coverage` (0.05 to 1), `sentences`, `certainty` (of the last one kept) and `f1`.
    Sentences of equal certainty are kept in their order; shares without any entity have no F1 and no row.

    Examples:
        >>> rows = coverage([0.9, 0.6], [Counts(1, 1, 1), Counts(0, 1, 1)])
        >>> rows[0]["f1"], rows[-1]["f1"]
        (1.0, 0.5)
    """
    order = np.argsort(-np.asarray(certainty_S, dtype=np.float64), kind="stable")
    rows: list[dict[str, float]] = []
    for step in range(1, 21):
        kept = order[: round(len(order) * step / 20)]
        counts = total(counts_S[i] for i in kept)
        if counts.gold + counts.predicted:
            rows.append(
                {
                    "coverage": step / 20,
                    "sentences": len(kept),
                    "certainty": float(certainty_S[kept[-1]]),
                    "f1": counts.f1,
                }
            )
    return rows
