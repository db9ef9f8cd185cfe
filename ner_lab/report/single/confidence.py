"""The calibration part of a report: of predicted entities, of words, and after a temperature fitted on dev."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ner_lab.metrics import calibration, intervals
from ner_lab.report.single.examined import Examined, units


def confidence(
    examined: Sequence[Examined], dev: Sequence[Examined] | None, labels: Sequence[str] | None, of_dev: bool
) -> dict[str, Any] | None:
    """Reliability of entity confidences, what thresholds and coverage do to F1, and the effect of temperatures.

    Thresholds are of confidences as `predict` has them: calibrated by dev (`calibrated_by`, a temperature; None without
    predictions of dev).

    Args:
        examined: the sentences.
        dev: those of dev, on which temperatures are fitted; None leaves that out.
        labels: K names; None, as of a file without probabilities, gives None.
        of_dev: the sentences are dev themselves.
    """
    if labels is None:
        return None
    certainty, right = _entities(examined)
    gold = sum(len(e.gold) for e in examined)
    gap_N = np.array(certainty) - np.array(right)
    unit_S = _unit_of(examined)
    of = dev if dev is not None else examined if of_dev else None
    calibrated_by = None if of is None else calibration.calibrating_temperature(*_entities(of))
    sure = certainty if calibrated_by is None else calibration.sharpened(certainty, calibrated_by).tolist()
    return {
        "entities": calibration.reliability(certainty, right),
        "mean_confidence": float(np.mean(certainty)) if certainty else 0.0,
        "precision": float(np.mean(right)) if right else 0.0,
        "gap": _mean(gap_N, np.repeat(unit_S, [len(e.predicted) for e in examined])),
        "calibrated_by": calibrated_by,
        "thresholds": calibration.thresholds(sure, right, gold),
        "coverage": calibration.coverage([_certainty(e) for e in examined], [e.counts for e in examined]),
        "temperature": None if dev is None else _temperature(examined, dev, labels, unit_S),
    }


def _entities(examined: Sequence[Examined]) -> tuple[list[float], list[bool]]:
    """Confidence of each predicted entity, and whether it is right."""
    pairs = [(e.confidence[span], span in set(e.gold)) for e in examined for span in e.predicted]
    return [c for c, _ in pairs], [r for _, r in pairs]


def _certainty(examined: Examined) -> float:
    """Of a sentence: the probability of the likeliest label where that is lowest."""
    rows = examined.prediction.log_probs_WK
    return float(np.exp(min((max(row) for row in rows), default=0.0)))


def _temperature(
    examined: Sequence[Examined], dev: Sequence[Examined], labels: Sequence[str], unit_S: np.ndarray
) -> dict[str, Any]:
    """`entities` and `words`: the `temperature` fitted on dev, and an error of this split `before` and `after`: ECE of
    the entities' confidences, negative log-likelihood (nats) of the words' gold labels; and the `gain`, by which the
    negative log-likelihood of entities' being right or of words' labels falls, with its interval."""
    (dev_certainty, dev_right), (certainty, right) = _entities(dev), _entities(examined)
    of_entities = calibration.calibrating_temperature(dev_certainty, dev_right)
    (dev_log_probs_NK, dev_labels_N, _), (log_probs_NK, labels_N, known) = _words(dev, labels), _words(examined, labels)
    of_words = calibration.word_temperature(dev_log_probs_NK, dev_labels_N)
    sharpened = calibration.sharpened(certainty, of_entities)
    return {
        "entities": {
            "temperature": of_entities,
            "before": calibration.reliability(certainty, right)["ece"],
            "after": calibration.reliability(sharpened.tolist(), right)["ece"],
            "gain": _mean(
                calibration.span_losses(certainty, right) - calibration.span_losses(certainty, right, of_entities),
                np.repeat(unit_S, [len(e.predicted) for e in examined]),
            ),
        },
        "words": {
            "temperature": of_words,
            "before": calibration.word_nll(log_probs_NK, labels_N),
            "after": calibration.word_nll(log_probs_NK, labels_N, of_words),
            "gain": _mean(
                calibration.word_losses(log_probs_NK, labels_N)
                - calibration.word_losses(log_probs_NK, labels_N, of_words),
                np.repeat(unit_S, known),
            ),
        },
    }


def _unit_of(examined: Sequence[Examined]) -> np.ndarray:
    """The unit of each sentence; see `units`."""
    unit_S = np.zeros(len(examined), dtype=np.int64)
    for unit, members in enumerate(units(examined).sentences):
        unit_S[members] = unit
    return unit_S


def _mean(values_N: np.ndarray, unit_N: np.ndarray) -> dict[str, Any]:
    """`value` and `interval`, which is None where too few units tell it."""
    low, high = intervals.of_mean(values_N, unit_N)
    value = float(values_N.mean()) if len(values_N) else 0.0
    return {"value": value, "interval": [low, high] if np.isfinite(high) else None}


def _words(examined: Sequence[Examined], labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Log-probabilities and gold labels of the words whose label the model knows, and their number in each sentence:
    `log_probs_NK`, `labels_N`, `number_S`."""
    index = {label: k for k, label in enumerate(labels)}
    rows: list[Sequence[float]] = []
    gold: list[int] = []
    numbers: list[int] = []
    for e in examined:
        before = len(gold)
        for tag, row in zip(e.prediction.sentence.tags or (), e.prediction.log_probs_WK, strict=True):
            if tag in index:
                rows.append(row)
                gold.append(index[tag])
        numbers.append(len(gold) - before)
    return np.array(rows, dtype=np.float64).reshape(-1, len(labels)), np.array(gold, dtype=np.int64), numbers
