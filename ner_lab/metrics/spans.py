"""Span scores, by seqeval: the numbers people compare."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from seqeval.metrics import accuracy_score, classification_report, f1_score
from seqeval.scheme import IOB2

Tags = Sequence[Sequence[str]]


def scores(gold: Tags, predicted: Tags) -> dict[str, Any]:
    """Micro-averaged span scores of IOB2 tag sequences, as `metrics.json` holds them.

    Returns:
        `f1`, `precision`, `recall` (seqeval's default mode, which reads `I-X` after `O` as an entity, like conlleval),
        `f1_strict` (seqeval's strict mode with IOB2, which does not), `accuracy` (of words) and `per_type`: for each
        entity type its precision, recall, f1 and support. All between 0 and 1; 0 where nothing was gold or predicted.

    Examples:
        >>> found = scores([["B-PER", "I-PER", "O", "B-LOC"]], [["B-PER", "I-PER", "O", "O"]])
        >>> found["precision"], found["recall"], round(found["f1"], 4), found["accuracy"]
        (1.0, 0.5, 0.6667, 0.75)
        >>> found["per_type"]["LOC"]
        {'precision': 0.0, 'recall': 0.0, 'f1': 0.0, 'support': 1}
    """
    gold, predicted = [list(tags) for tags in gold], [list(tags) for tags in predicted]
    report = _report(gold, predicted, output_dict=True)
    average = report.pop("micro avg")
    return {
        "f1": _number(average["f1-score"]),
        "f1_strict": _strict_f1(gold, predicted),
        "precision": _number(average["precision"]),
        "recall": _number(average["recall"]),
        "accuracy": float(accuracy_score(gold, predicted)) if any(gold) else 0.0,
        "per_type": {
            type_: {
                "precision": _number(row["precision"]),
                "recall": _number(row["recall"]),
                "f1": _number(row["f1-score"]),
                "support": int(row["support"]),
            }
            for type_, row in report.items()
            if type_ not in ("macro avg", "weighted avg")
        },
    }


def report(gold: Tags, predicted: Tags) -> str:
    """seqeval's classification report (default mode) as text."""
    return _report([list(tags) for tags in gold], [list(tags) for tags in predicted], output_dict=False)


def _report(gold: Tags, predicted: Tags, output_dict: bool) -> Any:
    if not any(tag != "O" for tags in (*gold, *predicted) for tag in tags):
        zero = {"precision": 0.0, "recall": 0.0, "f1-score": 0.0, "support": 0}
        return {"micro avg": zero} if output_dict else "no entities, neither gold nor predicted\n"
    with warnings.catch_warnings():
        # An unpredicted type is shown as 0 in the report itself; numpy's deprecations are seqeval's own business.
        warnings.simplefilter("ignore")
        return classification_report(gold, predicted, output_dict=output_dict, digits=4, zero_division=0)


def _strict_f1(gold: Tags, predicted: Tags) -> float:
    if not any(tag.startswith("B-") for tags in (*gold, *predicted) for tag in tags):
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _number(f1_score(gold, predicted, mode="strict", scheme=IOB2, zero_division=0))


def _number(value: Any) -> float:
    return float(value)
