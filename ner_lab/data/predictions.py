"""Predictions of a split in the run folder: JSON lines as the source, a column file as a view, seqeval's report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from ner_lab.files import RunFolder, write_atomically
from ner_lab.metrics import spans
from ner_lab.types import Prediction

FLOOR = -100.0  # JSON has no -inf: a label the scheme forbids is written as this log-probability


def write(folder: RunFolder, split: str, predictions: Sequence[Prediction]) -> dict[str, Any]:
    """Writes `predictions/SPLIT.{jsonl,conll,report.txt}` and returns the split's entry of `metrics.json`."""
    gold = [list(p.sentence.tags or ()) for p in predictions]
    predicted = [list(p.tags) for p in predictions]
    path = folder.predictions(split)
    write_atomically(path, (_row(split, i, p) for i, p in enumerate(predictions)))
    write_atomically(path.with_suffix(".conll"), _columns(predictions))
    write_atomically(folder.report(split), spans.report(gold, predicted))
    scored = spans.scores(gold, predicted)
    known = [(p.loss, len(p.tags)) for p in predictions if p.loss is not None]
    words = sum(n for _, n in known)
    return {**scored, "nll": sum(loss for loss, _ in known) / words if words else None}


def _row(split: str, index: int, prediction: Prediction) -> str:
    sentence = prediction.sentence
    row = {
        "id": f"{split}-{index}",
        "document": sentence.document,
        "words": sentence.words,
        "gold": sentence.tags,
        "predicted": prediction.tags,
        "spans": [
            {"begin": e.begin, "end": e.end, "type": e.type, "confidence": round(e.confidence, 6)}
            for e in prediction.entities
        ],
        "log_probs": [[round(max(x, FLOOR), 4) for x in row] for row in prediction.log_probs_WK],
        "loss": None if prediction.loss is None else round(prediction.loss, 6),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _columns(predictions: Sequence[Prediction]) -> Iterator[str]:
    for p in predictions:
        for word, gold, tag in zip(p.sentence.words, p.sentence.tags or (), p.tags, strict=True):
            yield f"{word}\t{gold}\t{tag}\n"
        yield "\n"
