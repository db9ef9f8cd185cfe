"""The predictions of a run folder: JSON lines, which are read again, a column file as a view, and seqeval's report."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ner_lab.files import RunFolder, write_atomically
from ner_lab.files.plain import LARGEST_JSON, open_file
from ner_lab.tags import split_tag
from ner_lab.types import Entity, Prediction, Sentence, UserError
from ner_lab.types.printing import shown

FLOOR = -100.0  # JSON has no -inf: a label the scheme forbids is written as this log-probability
_AFTER_SPANS = ', "log_probs": ['
_AFTER_TAGS = ', "spans": ['  # no JSON string can hold it: the quotes would be escaped


def write(folder: RunFolder, split: str, predictions: Sequence[Prediction]) -> dict[str, Any]:
    """Writes `predictions/SPLIT.{jsonl,conll,report.txt}` and returns the split's entry of `metrics.json`."""
    from ner_lab.metrics import spans  # its libraries take a second to load, and reading does without

    gold = [list(p.sentence.tags or ()) for p in predictions]
    predicted = [list(p.tags) for p in predictions]
    path = folder.predictions(split)
    write_atomically(path, (_row(split, i, p) for i, p in enumerate(predictions)))
    write_atomically(path.with_suffix(".conll"), _columns(predictions))
    write_atomically(folder.report(split), shown(spans.report(gold, predicted), lines=True))  # read in terminals
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
        "log_probs": np.round(np.maximum(np.array(prediction.log_probs_WK, dtype=float), FLOOR), 4).tolist(),
        "loss": None if prediction.loss is None else round(prediction.loss, 6),
    }
    return json.dumps(row, ensure_ascii=False) + "\n"


def _columns(predictions: Sequence[Prediction]) -> Iterator[str]:
    for p in predictions:
        for word, gold, tag in zip(p.sentence.words, p.sentence.tags or (), p.tags, strict=True):
            yield f"{word}\t{gold}\t{tag}\n"
        yield "\n"


def read_run(folder: RunFolder, split: str, marginals: bool = True, log_probs: bool = True) -> Iterator[Prediction]:
    """The saved predictions of a run, in the order of the split.

    Args:
        folder: of the run.
        split: `dev`, `test` or what `ner-lab evaluate` called it.
        marginals: with entities, log-probabilities and sentence losses; without them only words and tags are parsed,
            which is some ten times as fast.
        log_probs: False leaves log-probabilities and losses alone out.

    Raises:
        UserError: no such file, or a line that is no prediction, with `file:line`.
    """
    path = folder.predictions(split)
    try:
        file = open_file(path)
    except (OSError, ValueError) as error:  # ValueError: no file can have such a name
        there = ", ".join(sorted(p.stem for p in path.parent.glob("*.jsonl"))) or "none"
        raise UserError(f"{path}: {getattr(error, 'strerror', error)}; splits with predictions: {there}") from error
    with file:
        try:
            for number, line in enumerate(iter(partial(file.readline, LARGEST_JSON + 1), b""), 1):
                if len(line) > LARGEST_JSON:
                    raise UserError(f"{path}:{number}: longer than {LARGEST_JSON:,} bytes, which no prediction is")
                yield _prediction(line.decode("utf-8"), f"{path}:{number}", marginals, log_probs)
        except UnicodeDecodeError as error:
            raise UserError(f"{path}: is not utf-8 text, so it was damaged after it was written") from error


def _prediction(line: str, place: str, marginals: bool, log_probs: bool) -> Prediction:
    try:
        if not line.endswith("}\n"):
            raise ValueError("it ends in the middle")
        at = line.find(_AFTER_TAGS if not marginals else _AFTER_SPANS) if not (marginals and log_probs) else -1
        row = json.loads(line if at < 0 else f"{line[:at]}}}")
        words, gold, tags = row["words"], row["gold"], row["predicted"]
        if not (isinstance(words, list) and isinstance(tags, list) and isinstance(gold, list | None)):
            raise ValueError("words, gold and predicted are lists")
        if len(words) != len(tags) or (gold is not None and len(gold) != len(words)):
            raise ValueError("words, gold and predicted differ in length")
        if wrong := [word for word in (*words, row["document"]) if not isinstance(word, str)]:
            raise ValueError(f"words and document are texts, got {wrong[0]!r}")
        if wrong := [tag for tag in {*tags, *(gold or ())} if split_tag(tag)[0] not in "BIO"]:
            raise ValueError(f"tags are IOB2, got {wrong[0]!r}")
        sentence = Sentence(tuple(words), None if gold is None else tuple(gold), row["document"], place)
        if not marginals:
            return Prediction(sentence, tuple(tags), (), [], None)
        entities = tuple(Entity(**entity) for entity in row["spans"])
        if not log_probs:
            _check(len(words), entities, [], None)
            return Prediction(sentence, tuple(tags), entities, [], None)
        _check(len(words), entities, row["log_probs"], row["loss"])
        return Prediction(sentence, tuple(tags), entities, row["log_probs"], row["loss"])
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else error
        raise UserError(
            f"{place}: not a prediction of ner-lab ({reason}); the file was damaged after it was written"
        ) from error


def _check(words: int, entities: Sequence[Entity], log_probs_WK: list[list[float]], loss: float | None) -> None:
    """ValueError, TypeError or OverflowError for what no model says of so many words."""
    for e in entities:
        if not 0 <= e.begin < e.end <= words or not isinstance(e.type, str) or not -0.01 < e.confidence < 1.01:
            raise ValueError(f"spans lie within the words and have a type and a confidence, got {e}")
        range(e.begin, e.end)  # whole numbers
    if len(log_probs_WK) not in (0, words) or len({len(row) for row in log_probs_WK}) > 1:
        raise ValueError("log_probs has a row a word, of the same length")
    if not all(math.isfinite(math.fsum(row)) for row in log_probs_WK) or not math.isfinite(loss or 0.0):
        raise ValueError("log_probs and loss are finite numbers")
