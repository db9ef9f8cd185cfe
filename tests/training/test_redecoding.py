"""Decoding anew: what `decode=` gives is what a run that was trained with it would have said."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise, product

import numpy as np
import pytest

from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.training.redecoding import own, redecode, saved, write_run
from ner_lab.types import Prediction, Sentence, UserError

LABELS = ("O", "B-A", "I-A", "B-B", "I-B")


def made(words: int, seed: int) -> Prediction:
    rng = np.random.default_rng(seed)
    log_probs = np.log(rng.dirichlet([0.5] * len(LABELS), words)).clip(-100)
    tags = tuple(LABELS[k] for k in log_probs.argmax(1))
    return Prediction(Sentence(("w",) * words, ("O",) * words), tags, (), log_probs.tolist(), 1.0)


def best(log_probs, allowed: bool) -> float:
    start, follow = allowed_transitions(LABELS)
    paths = (
        path
        for path in product(range(len(LABELS)), repeat=len(log_probs))
        if not allowed or (start[path[0]] and all(follow[a, b] for a, b in pairwise(path)))
    )
    return max(sum(row[k] for row, k in zip(log_probs, path, strict=True)) for path in paths)


@pytest.mark.parametrize("decode", ["greedy", "viterbi"])
def test_it_is_the_best_of_all_sequences(decode: str) -> None:
    found = [made(words, seed) for seed, words in enumerate([3, 1, 5, 2, 4, 0, 5])]
    decoded = redecode(found, LABELS, decode, "", "run")
    for before, after in zip(found, decoded, strict=True):
        assert (after.sentence, after.log_probs_WK, after.loss) == (before.sentence, before.log_probs_WK, before.loss)
        score = sum(row[LABELS.index(tag)] for row, tag in zip(after.log_probs_WK, after.tags, strict=True))
        if after.tags:
            assert score == pytest.approx(best(after.log_probs_WK, decode == "viterbi"), abs=1e-4)
        for entity in after.entities:
            inside = [row[LABELS.index(t)] for row, t in zip(after.log_probs_WK, after.tags, strict=True)]
            assert entity.confidence <= math.exp(sum(inside[entity.begin : entity.end])) + 1e-6


def test_the_runs_own_way_is_what_the_run_said() -> None:
    found = [replace(made(4, 0), tags=("O",) * 4)]  # not the likeliest: a CRF's path
    assert redecode(found, LABELS, "viterbi", "viterbi", "run") == found
    heads = {"CRFHead": "viterbi", "LinearHead": "viterbi", "CosineHead": "viterbi", "Prototypes": ""}
    assert {kind: own({"_target_": f"ner_lab.models.{kind}"}) for kind in heads} == heads
    assert own({"_target_": "ner_lab.models.LinearHead", "decode": "greedy"}) == "greedy"


def test_predictions_of_other_labels_are_refused() -> None:
    with pytest.raises(UserError, match="no log-probability for each of the 3 labels"):
        redecode([made(2, 0)], LABELS[:3], "viterbi", "greedy", "run")


@pytest.mark.seconds
def test_a_trained_run_decoded_anew_is_the_run_that_was_trained_so(train, tmp_path) -> None:
    last = ("trainer.max_epochs=8", "trainer.limit_val_batches=0")  # dev, decoded in two ways, chooses nothing
    greedy, viterbi = (train(f"model.head.decode={way}", *last, name=way).folder for way in ("greedy", "viterbi"))
    for split in ("dev", "test"):
        kept = [p.tags for p in read_run(RunFolder(viterbi), split)]
        assert [p.tags for p in saved(RunFolder(greedy), split, "viterbi")] == kept
        assert [p.tags for p in saved(RunFolder(viterbi), split, "greedy")] == [
            p.tags for p in read_run(RunFolder(greedy), split)
        ]
        assert kept != [p.tags for p in read_run(RunFolder(greedy), split)]
    written = write_run(RunFolder(greedy), str(tmp_path / "anew"), "viterbi")
    a, b = (json.loads(RunFolder(path).metrics.read_text()) for path in (written.path, viterbi))
    for split in ("dev", "test"):
        assert {k: v for k, v in a[split].items() if k != "nll"} == {k: v for k, v in b[split].items() if k != "nll"}
    assert a["objective"] == b["objective"]
    assert json.loads(written.environment.read_text())["decoded_from"] == str(greedy.resolve())
    assert "decode: viterbi" in written.config.read_text() and not written.best.exists()
    with pytest.raises(UserError, match=r"as_run=.*anew"):
        write_run(RunFolder(greedy), str(tmp_path / "anew"), "viterbi")
    with pytest.raises(UserError, match="lies in what is read"):
        write_run(RunFolder(greedy), str(greedy / "anew"), "viterbi")
