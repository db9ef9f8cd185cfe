"""Precision: `auto` is bfloat16 where the probe of the machine finds that worth it, and what a user says otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import torch

import ner_lab
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.models.encoder.kernels.measurement import Probe
from ner_lab.training import precision
from ner_lab.training.assembly import load_run
from ner_lab.training.inference import annotate
from ner_lab.types import UserError

CPU = torch.device("cpu")
PROBE = Probe({}, {}, (), {"training": 0.0, "reading": 0.0}, 0.0)


@pytest.fixture
def gains(monkeypatch: pytest.MonkeyPatch):
    """`gains(training, reading)`: a machine on which bfloat16 is so many times as fast."""

    def set_(training: float, reading: float) -> None:
        found = replace(PROBE, bfloat16={"training": training, "reading": reading})
        monkeypatch.setattr(precision, "probe", lambda: found)

    return set_


@pytest.mark.parametrize(
    ("training", "reading", "width", "expected"),
    [
        (1.5, 1.5, 384, ("bf16-mixed", torch.bfloat16)),
        (1.5, 1.0, 384, ("bf16-mixed", torch.float32)),
        (1.0, 1.5, 768, ("32-true", torch.bfloat16)),
        (0.0, 0.0, 384, ("32-true", torch.float32)),
        (9.0, 9.0, 64, ("32-true", torch.float32)),
    ],
)
def test_auto_is_bfloat16_where_it_is_worth_it(gains, training, reading, width, expected) -> None:
    gains(training, reading)
    assert (precision.of_training("auto", "cpu", width), precision.of_reading("auto", CPU, width)) == expected


def test_what_a_user_says_is_taken(gains) -> None:
    gains(9.0, 9.0)
    assert precision.of_training("32-true", "cpu", 768) == "32-true"
    assert precision.of_reading("float32", CPU, 768) == torch.float32
    gains(0.0, 0.0)
    assert precision.of_reading("bfloat16", CPU, 64) == torch.bfloat16
    with pytest.raises(UserError, match=r"precision must be one of auto, float32, bfloat16, got 'half'"):
        precision.of_reading("half", CPU, 64)


@pytest.mark.seconds
@pytest.mark.parametrize("head", ["linear", "crf"])
def test_a_run_in_bfloat16_scores_in_float32_and_predicts_alike(train: Any, head: str) -> None:
    run = RunFolder(train("trainer.precision=bf16-mixed", "trainer.max_epochs=6", f"model/head={head}").folder)
    assert json.loads(run.environment.read_text())["precision"] == "bf16-mixed"
    tagger, encoder, _ = load_run(run)
    assert {p.dtype for p in tagger.parameters()} == {torch.float32}
    saved = list(read_run(run, "test"))
    sentences = [prediction.sentence for prediction in saved]
    exact, rounded = (
        annotate(tagger, encoder, sentences, tagger.labels, precision=dtype)
        for dtype in (torch.float32, torch.bfloat16)
    )
    assert [p.tags for p in exact] == [p.tags for p in saved]
    assert any(p.log_probs_WK != q.log_probs_WK for p, q in zip(exact, rounded, strict=True))
    words = sum(len(p.tags) for p in exact)
    same = sum(a == b for p, q in zip(exact, rounded, strict=True) for a, b in zip(p.tags, q.tags, strict=True))
    assert same / words > 0.97
    texts = [" ".join(sentence.words) for sentence in sentences]
    for wanted in ("float32", "bfloat16"):
        assert len(ner_lab.load(run.path, precision=wanted)(texts)) == len(texts)
    with pytest.raises(UserError, match="precision must be one of"):
        ner_lab.load(run.path, precision="half")


@pytest.mark.seconds
def test_a_run_with_every_kernel_scores_as_a_run_with_none(train: Any) -> None:
    """Without dropout, of which kernels draw their own, the two differ in rounding alone."""
    still = ("model.dropout=0", "model.encoder.dropout=0", "trainer.max_epochs=4", "data.batch_size=8")
    runs = {
        name: train(*still, f"model.encoder.kernels={kernels}", name=name)
        for name, kernels in (("stock", "stock"), ("fast", "[packing,attention,linear]"))
    }
    stock, fast = runs.values()
    assert 0 < stock.metrics["dev"]["f1"] == fast.metrics["dev"]["f1"]
    tags = [[prediction.tags for prediction in read_run(RunFolder(run.folder), "test")] for run in (stock, fast)]
    assert tags[0] == tags[1]
