"""Run folders with made-up predictions: everything a report reads, without a model."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from omegaconf import OmegaConf

from ner_lab.data import predictions
from ner_lab.data.ledger import Ledger, count
from ner_lab.files import RunFolder, write_json
from ner_lab.tags import from_spans, label_set, to_spans
from ner_lab.types import Entity, Prediction, Sentence

TYPES = ("LOC", "ORG", "PER")
LABELS = label_set(TYPES)
WORDS = ("Oslo", "Bank", "of", "Ann", "Lee", "said", "the", "rain", "in", "Toyota", ",", ".")

Word = Callable[[random.Random], str]


def common_word(rng: random.Random) -> str:
    return rng.choice(WORDS)


def sentences(
    number: int, seed: int, word: Word = common_word, longest: int = 14, share: float = 0.3
) -> list[Sentence]:
    """Random sentences in documents of four, with random entities."""
    rng = random.Random(f"{seed}/sentences")
    made = []
    for index in range(number):
        length = rng.randint(1, longest)
        spans, at = [], 0
        while at < length:
            if rng.random() < share:
                end = min(length, at + rng.randint(1, 3))
                spans.append((at, end, rng.choice(TYPES)))
                at = end
            at += rng.randint(0, 2)
            at += not spans or spans[-1][1] != at
        words = tuple(word(rng) for _ in range(length))
        made.append(Sentence(words, tuple(from_spans(spans, length)), f"document {index // 4}", f"made:{index}"))
    return made


def predicted(sentence: Sentence, rng: random.Random, errors: float) -> Prediction:
    """A prediction that is wrong at some words, with probabilities that go with it."""
    gold = sentence.tags or ()
    tags = tuple(rng.choice(LABELS) if rng.random() < errors else tag for tag in gold)
    rows = []
    for tag in tags:
        scores = [rng.gauss(0, 1) + (rng.uniform(1.5, 5) if label == tag else 0) for label in LABELS]
        best = LABELS[max(range(len(LABELS)), key=scores.__getitem__)]
        scores[LABELS.index(best)], scores[LABELS.index(tag)] = scores[LABELS.index(tag)], scores[LABELS.index(best)]
        normaliser = math.log(sum(map(math.exp, scores)))
        rows.append([score - normaliser for score in scores])
    index = [LABELS.index(tag) for tag in tags]
    entities = tuple(
        Entity(*span, confidence=math.exp(sum(rows[t][index[t]] for t in range(span.begin, span.end))))
        for span in to_spans(tags)
    )
    loss = -sum(row[LABELS.index(tag)] for row, tag in zip(rows, gold, strict=True))
    return Prediction(sentence, tags, entities, rows, loss)


def predictions_for(rows: Sequence[Sentence], seed: int, errors: float = 0.12) -> list[Prediction]:
    rng = random.Random(f"{seed}/predictions")
    return [predicted(sentence, rng, errors) for sentence in rows]


def make_run(
    folder: Path,
    number: int = 60,
    seed: int = 0,
    word: Word = common_word,
    errors: float = 0.12,
    system: int = 0,
    longest: int = 14,
    share: float = 0.3,
) -> RunFolder:
    """A finished run; runs of one `seed` share their data, `system` tells their predictions apart."""
    run = RunFolder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ledger, metrics = Ledger(), {}
    for at, split in enumerate(("dev", "test")):
        rows = sentences(number, 2 * seed + at, word, longest, share)
        found = predictions_for(rows, 100 * system + at, errors)
        metrics[split] = predictions.write(run, split, found)
        ledger.enter(split, "read", count(rows))
        ledger.enter(split, "scored", count(rows, "gold entities"))
    train = {"seconds": 12.0, "words_per_s": 900.0, "epochs": 2, "steps": 20, "best_step": 20}
    write_json(run.metrics, {"objective": metrics["dev"]["f1"], **metrics, "train": train})
    write_json(run.ledger, ledger.as_dict())
    write_json(run.environment, {"python": "3", "data": {}})
    known = {"Oslo": {"LOC": 3}, "Ann Lee": {"PER": 1}, "Bank": {"ORG": 25, "LOC": 1}}
    write_json(run.train_entities, known if "LOC" in TYPES else {type_: {type_: 1} for type_ in TYPES})
    head = {"_target_": "ner_lab.models.linear.LinearHead", "decode": "greedy"}
    config = {
        "objective": "dev/f1",
        "model": {"head": head, "encoder": {"name": "minilm"}},
        "loss": {"_target_": "ner_lab.losses.nll.NLL"},
        "data": {"_target_": "ner_lab.data.ColumnData", "dir": "corpus", "document_context": 0},
        "trainer": {"max_epochs": 2, "max_steps": -1},
        "seed": 0,
    }
    run.config.write_text(OmegaConf.to_yaml(OmegaConf.create(config)))
    run.overrides.write_text(OmegaConf.to_yaml(OmegaConf.create(["trainer.max_epochs=2"])))
    return run
