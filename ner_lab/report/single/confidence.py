"""The calibration part of a report: of predicted entities, of words, and after a temperature fitted on dev."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ner_lab.metrics import calibration
from ner_lab.report.single.examined import Examined


def confidence(
    examined: Sequence[Examined], dev: Sequence[Examined] | None, labels: Sequence[str] | None
) -> dict[str, Any] | None:
    """Reliability of entity confidences, what thresholds and coverage do to F1, and the effect of temperatures.

    Args:
        examined: the sentences.
        dev: those of dev, on which temperatures are fitted; None leaves that out.
        labels: K names; None, as of a file without probabilities, gives None.
    """
    if labels is None:
        return None
    certainty, right = _entities(examined)
    gold = sum(len(e.gold) for e in examined)
    return {
        "entities": calibration.reliability(certainty, right),
        "mean_confidence": float(np.mean(certainty)) if certainty else 0.0,
        "precision": float(np.mean(right)) if right else 0.0,
        "thresholds": calibration.thresholds(certainty, right, gold),
        "coverage": calibration.coverage([_certainty(e) for e in examined], [e.counts for e in examined]),
        "temperature": None if dev is None else _temperature(examined, dev, labels),
    }


def _entities(examined: Sequence[Examined]) -> tuple[list[float], list[bool]]:
    """Confidence of each predicted entity, and whether it is right."""
    pairs = [(e.confidence[span], span in set(e.gold)) for e in examined for span in e.predicted]
    return [c for c, _ in pairs], [r for _, r in pairs]


def _certainty(examined: Examined) -> float:
    """Of a sentence: the probability of the likeliest label where that is lowest."""
    rows = examined.prediction.log_probs_WK
    return float(np.exp(min((max(row) for row in rows), default=0.0)))


def _temperature(examined: Sequence[Examined], dev: Sequence[Examined], labels: Sequence[str]) -> dict[str, Any]:
    """`entities` and `words`: the `temperature` fitted on dev, and an error of this split `before` and `after`: ECE of
    the entities' confidences, negative log-likelihood (nats) of the words' gold labels."""
    (dev_certainty, dev_right), (certainty, right) = _entities(dev), _entities(examined)
    of_entities = calibration.span_temperature(dev_certainty, dev_right)
    (dev_log_probs_NK, dev_labels_N), (log_probs_NK, labels_N) = _words(dev, labels), _words(examined, labels)
    of_words = calibration.word_temperature(dev_log_probs_NK, dev_labels_N)
    sharpened = calibration.sharpened(certainty, of_entities)
    return {
        "entities": {
            "temperature": of_entities,
            "before": calibration.reliability(certainty, right)["ece"],
            "after": calibration.reliability(sharpened.tolist(), right)["ece"],
        },
        "words": {
            "temperature": of_words,
            "before": calibration.word_nll(log_probs_NK, labels_N),
            "after": calibration.word_nll(log_probs_NK, labels_N, of_words),
        },
    }


def _words(examined: Sequence[Examined], labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities and gold labels of the words whose label the model knows: `log_probs_NK`, `labels_N`."""
    index = {label: k for k, label in enumerate(labels)}
    rows, gold = [], []
    for e in examined:
        for tag, row in zip(e.prediction.sentence.tags or (), e.prediction.log_probs_WK, strict=True):
            if tag in index:
                rows.append(row)
                gold.append(index[tag])
    return np.array(rows, dtype=np.float64).reshape(-1, len(labels)), np.array(gold, dtype=np.int64)
