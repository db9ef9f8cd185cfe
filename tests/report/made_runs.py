"""Run folders as training leaves them, with predictions made up: each gold entity is found with some probability."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ner_lab.data import predictions
from ner_lab.files import RunFolder, write_atomically, write_json
from ner_lab.types import Prediction, Sentence

TYPES = ("LOC", "ORG", "PER")


def gold(sentences: int = 120, seed: int = 0, documents: int | None = 40) -> list[Sentence]:
    """Sentences of twelve words with an entity at words 1 and 2, and often more."""
    rng = np.random.default_rng(seed)
    made = []
    for index in range(sentences):
        tags = ["O"] * 12
        for begin in (1, 5, 9):
            if begin == 1 or rng.random() < 0.6:
                type_ = TYPES[rng.integers(len(TYPES))]
                tags[begin : begin + 2] = [f"B-{type_}", f"I-{type_}"]
        document = "" if documents is None else f"d{index % documents}"
        words = tuple(f"w{rng.integers(1000)}" for _ in tags)
        made.append(Sentence(words, tuple(tags), document, f"test.conll:{index}"))
    return made


def predicted(sentences: list[Sentence], right: float, seed: int) -> list[Prediction]:
    """An entity is missed, cut short, or given another type with probability `1 - right`."""
    rng = np.random.default_rng(seed)
    made = []
    for sentence in sentences:
        tags = list(sentence.tags or ())
        for index, tag in enumerate(tags):
            if tag[0] == "B" and rng.random() > right:
                fault = rng.integers(3)
                if fault == 0:
                    tags[index : index + 2] = ["O", "O"]
                elif fault == 1:
                    tags[index] = "O"  # leaves an I- behind an O
                else:
                    tags[index + 1] = "O"
        log_probs = [[-0.1, -2.5]] * len(tags)
        made.append(Prediction(sentence, tuple(tags), (), log_probs, 1.0))
    return made


def write_run(
    folder: Path,
    found: list[Prediction],
    config: dict[str, Any] | None = None,
    overrides: tuple[str, ...] = (),
    environment: dict[str, Any] | None = None,
    split: str = "test",
) -> Path:
    """A finished run. `config` is laid over that of a default run."""
    run = RunFolder(folder)
    base: dict[str, Any] = {
        "seed": 0,
        "run_dir": str(folder),
        "data": {"_target_": "ner_lab.data.ColumnData", "dir": "corpora/made", "batch_size": 32},
        "model": {"head": {"_target_": "ner_lab.models.linear.LinearHead"}},
        "loss": {"_target_": "ner_lab.losses.nll.NLL"},
        "optimizer": {"lr": 0.001},
        "trainer": {"max_epochs": 3, "max_steps": -1},
        "callbacks": {"checkpoint": {"folder": f"{folder}/checkpoints"}},
    }
    for key, value in (config or {}).items():
        at = base
        *nodes, last = key.split(".")
        for node in nodes:
            at = at.setdefault(node, {})
        at[last] = value
    scored = predictions.write(run, split, found)
    write_atomically(run.config, yaml.safe_dump(base))
    write_atomically(run.overrides, yaml.safe_dump(list(overrides)))
    known = {"git": {"commit": "a" * 40, "dirty": False}, "data": {"train": "t", "dev": "d"}}
    write_json(run.environment, known | (environment or {}))
    train = {"seconds": 60.0, "words_per_s": 1000.0, "epochs": 3, "steps": 9, "best_step": 9}
    write_json(run.metrics, {"objective": scored["f1"], "dev": {"f1": scored["f1"]}, split: scored, "train": train})
    return folder


def study(
    folder: Path, rights: dict[str, float], seeds: int = 5, sentences: list[Sentence] | None = None
) -> list[Sentence]:
    """A multirun of losses x seeds; `rights` is the probability by which each finds an entity."""
    sentences = gold() if sentences is None else sentences
    number = 0
    for place, (loss, right) in enumerate(rights.items()):
        for seed in range(1, seeds + 1):
            target = {"loss": {"_target_": f"ner_lab.losses.{loss}.Loss"}, "seed": seed}
            found = predicted(sentences, right, seed=1000 * place + seed)
            write_run(folder / str(number), found, target, (f"loss={loss}", f"seed={seed}"))
            number += 1
    return sentences


def age(path: Path, seconds: float) -> None:
    """Makes a file older."""
    stat = path.stat()
    os.utime(path, (stat.st_atime - seconds, stat.st_mtime - seconds))


def edit_json(path: Path, change: Any) -> None:
    value = json.loads(path.read_text())
    change(value)
    path.write_text(json.dumps(value))
