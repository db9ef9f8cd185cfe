"""States of frozen layers, computed once: the same numbers as without, whatever the encoder, the rows and the disk."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from ner_lab.data.collation import collate
from ner_lab.data.context import with_context
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder
from ner_lab.models import Encoder
from ner_lab.training import frozen
from ner_lab.training.assembly import load_run
from ner_lab.training.callbacks import Checkpoint
from ner_lab.types import Batch, Sentence, UserError

SENTENCES = [
    Sentence(("Ann", "met", "Bob")),
    Sentence(tuple(f"word{i}" for i in range(90))),
    Sentence(("The", "delegation", "left", ",", "x" * 60, "said")),
]
FROZEN = ["model.encoder.freeze_layers=-1", "model.encoder.freeze_layers=1"]
QUICK = ["trainer.max_epochs=2", "model.lr=0.05"]


def made(name: str, **settings: object) -> Encoder:
    torch.manual_seed(0)
    return Encoder(name, **settings).eval()  # type: ignore[arg-type]


def batch_of(encoder: Encoder, sentences: list[Sentence]) -> Batch:
    subwords = SubwordEncoder(encoder.tokenizer, encoder.max_subwords)
    return collate(subwords.encode(sentences, ["O"]), np.arange(len(sentences)), subwords)


@torch.no_grad()
@pytest.mark.parametrize("kernels", ["stock", ["packing"], "auto"])
@pytest.mark.parametrize("layers", [None, [-1, -2], [-2], [-2, -1]])
@pytest.mark.parametrize("freeze", [-1, 1, 2])
@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_started_from_its_own_states_an_encoder_says_the_same(
    architecture: str, freeze: int, layers: list[int] | None, kernels: object, encoder_folder: Callable[[str], Path]
) -> None:
    folder = str(encoder_folder(architecture))
    encoder = made(folder, freeze_layers=freeze, layers=layers, kernels=kernels, cache_frozen=True)
    plain = made(folder, layers=layers, kernels=kernels)
    for sentences in (SENTENCES, list(with_context(SENTENCES, 1))):
        batch = batch_of(encoder, sentences)
        wanted_BWD = plain(batch)
        assert wanted_BWD.shape[2] == encoder.width == 16 * len(layers or [-1])
        torch.testing.assert_close(encoder(batch), wanted_BWD, atol=1e-5, rtol=0)
        batch.states_RSE = encoder.frozen_states(batch)
        # What is frozen is not computed from its subwords.
        batch.input_ids_RS = batch.input_ids_RS.clone().fill_(7)
        torch.testing.assert_close(encoder(batch), wanted_BWD, atol=1e-5, rtol=0)


@torch.no_grad()
def test_layers_are_those_of_the_model_standardised() -> None:
    encoder = made("tiny", layers=[-2, -1], pooling="last")
    row = encoder.tokenizer("oslo", return_tensors="pt")
    states = encoder.model(**row, output_hidden_states=True).hidden_states
    wanted = torch.cat([(h := state[0, -2]).sub(h.mean()) / h.std(unbiased=False) for state in states[1:]])
    torch.testing.assert_close(encoder(batch_of(encoder, [Sentence(("oslo",))]))[0, 0], wanted, atol=1e-4, rtol=0)


@pytest.mark.parametrize("freeze", [-1, 1])
def test_what_is_frozen_drops_nothing(freeze: int) -> None:
    encoder = made("tiny", freeze_layers=freeze, cache_frozen=True).train()
    batch = batch_of(encoder, SENTENCES)
    assert torch.equal(encoder.frozen_states(batch), encoder.frozen_states(batch))
    assert torch.equal(encoder(batch), encoder(batch)) == (freeze == -1)  # the layer above drops something


def test_gradients_of_the_layers_above_are_the_same() -> None:
    gradients = []
    for known in (False, True):
        encoder = made("tiny", freeze_layers=1, cache_frozen=True, dropout=0.0).train()
        batch = batch_of(encoder, SENTENCES)
        if known:
            batch.states_RSE = encoder.frozen_states(batch)
        encoder(batch).square().sum().backward()
        gradients.append({n: p.grad for n, p in encoder.named_parameters() if p.grad is not None})
    assert gradients[0].keys() == gradients[1].keys() != set()
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradients[1][name], gradient, atol=1e-4, rtol=1e-4)


@pytest.mark.seconds
@pytest.mark.parametrize("setting", FROZEN)
@pytest.mark.parametrize("more", [[], ["data.document_context=1"], ["model.encoder.layers=[-1,-2]"]])
def test_runs_with_and_without_have_the_same_scores(
    setting: str, more: list[str], train: Callable, tmp_path: Path
) -> None:
    cache = [f"data.cache={tmp_path / 'cache'}", setting, *QUICK, *more]
    plain = train(*cache, name="plain")
    kept = train(*cache, "model.encoder.cache_frozen=true", name="kept")
    assert (kept.folder / "predictions/dev.conll").read_text() == (plain.folder / "predictions/dev.conll").read_text()
    assert kept.metrics["test"]["f1"] == plain.metrics["test"]["f1"]
    assert kept.metrics["dev"]["nll"] == pytest.approx(plain.metrics["dev"]["nll"], abs=1e-4)


def entries(cache: Path) -> set[str]:
    return {entry.parent.name for entry in cache.glob("*/states_QE.npy")}


@pytest.mark.seconds
def test_states_are_kept_for_what_they_depend_on(
    train: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    base = [f"data.cache={cache}", *QUICK, "trainer.max_epochs=1", "model.encoder.cache_frozen=true", FROZEN[0]]
    first = train(*base, name="a")
    assert len(before := entries(cache)) == 3  # train, dev, test
    damaged = next(cache.glob("*/states_QE.npy"))
    damaged.write_bytes(damaged.read_bytes()[:-8] + b"\1" * 8)
    assert train(*base, name="b").metrics["dev"] == first.metrics["dev"] and entries(cache) == before
    with monkeypatch.context() as patched:
        # What is there is not computed again, whatever changes above it.
        patched.setattr(frozen, "_compute", lambda *arguments: pytest.fail("computed again"))
        train(*base, "model/head=crf", "loss=focal", "optimizer.lr=0.01", name="c")
    for number, other in enumerate(("seed=1", FROZEN[1], "model.encoder.layers=[-2]")):  # tiny's weights are the seed's
        train(*base, other, name=f"d{number}")
        assert len(entries(cache)) == 6 + 3 * number
    train(*base, "data.size=10", name="e")
    assert len(entries(cache)) == 13  # of train alone


@pytest.mark.seconds
def test_without_a_disk_they_are_in_memory_or_computed_in_every_step(
    train: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    base = [*QUICK, "trainer.max_epochs=1", "model.encoder.cache_frozen=true", FROZEN[0]]
    kept = train(*base, f"data.cache={tmp_path / 'cache'}", name="kept")
    in_memory = train(*base, "data.cache=null", name="memory")
    assert "in memory (data.cache=null)" in capsys.readouterr().err
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: namedtuple("Usage", "free")(1000))
    full = train(*base, f"data.cache={tmp_path / 'full'}", name="full")
    assert "are not kept, since they take 0.0 GiB" in capsys.readouterr().err and not entries(tmp_path / "full")
    assert kept.metrics["dev"]["f1"] == in_memory.metrics["dev"]["f1"] == full.metrics["dev"]["f1"]
    train(*base, f"data.cache={tmp_path / 'cache'}", name="found")  # which takes no room
    assert ", found" in (said := " ".join(capsys.readouterr().err.split())) and "are not kept" not in said


def test_a_disk_that_others_fill_meanwhile_is_no_end_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(frozen._room(3, 2, tmp_path), np.memmap)

    def full(descriptor: int, offset: int, length: int) -> None:
        assert (offset, length) == (0, 3 * 2 * 4)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    assert type(frozen._room(3, 2, tmp_path)) is np.ndarray


@pytest.mark.parametrize("setting", FROZEN)
def test_an_encoder_in_bfloat16_starts_from_them(setting: str, train: Callable) -> None:
    train(*QUICK, "model.encoder.cache_frozen=true", setting, "trainer.precision=bf16-true", "trainer.max_epochs=1")


def test_the_checkpoint_of_a_finished_run_is_whole(train: Callable) -> None:
    result = train(*QUICK, "model.encoder.cache_frozen=true", FROZEN[1])
    tagger, subwords, _ = load_run(RunFolder(result.folder))
    found = torch.load(result.folder / "checkpoints/best.ckpt", weights_only=True)["state_dict"]
    assert {name for name, _ in tagger.named_parameters()} <= found.keys()
    rows = [json.loads(line) for line in (result.folder / "predictions/dev.jsonl").read_text().splitlines()]
    with torch.inference_mode():
        for row in rows[:5]:
            batch = collate(subwords.encode([Sentence(tuple(row["words"]))], tagger.labels), np.arange(1), subwords)
            potentials, _ = tagger(batch)
            wanted = torch.tensor(row["log_probs"]).clamp_min(-100)
            torch.testing.assert_close(potentials.log_probs_BWK[0].clamp_min(-100), wanted, atol=2e-3, rtol=1e-3)


def test_a_checkpoint_without_frozen_weights_is_no_way_out_of_a_damaged_one(train: Callable) -> None:
    result = train(*QUICK, "model.encoder.cache_frozen=true", FROZEN[1], "callbacks.checkpoint.keep=all")
    runs = RunFolder(result.folder)
    runs.best.write_bytes(b"damaged")
    with pytest.raises(UserError, match="train again") as refused:
        load_run(runs)
    assert "last.ckpt" not in str(refused.value)


@pytest.mark.seconds
def test_a_stopped_run_goes_on_to_the_same_weights(
    train: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = ["model.encoder.cache_frozen=true", FROZEN[1], "trainer.max_epochs=2", "data.batch_size=32"]
    base += ["callbacks.checkpoint.every_n_steps=2", f"data.cache={tmp_path / 'cache'}", "model.lr=0.05"]
    straight = train(*base, name="straight")
    saved, calls = Checkpoint.on_train_batch_end, []

    def stop_after(self: Checkpoint, trainer: object, *arguments: object) -> None:
        saved(self, trainer, *arguments)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Checkpoint, "on_train_batch_end", stop_after)
        with pytest.raises((KeyboardInterrupt, SystemExit)):
            train(*base, name="part")
    part = RunFolder(tmp_path / "part")
    with pytest.raises(UserError, match="holds no weights of the frozen layers, as the run is unfinished"):
        load_run(part)
    with pytest.raises(UserError, match="are not those that the run began with"):
        train(*base, "model.encoder.layers=[-2]", name="part", resume=True)
    gone_on = train(*base, name="part", resume=True)
    ends = [
        torch.load(r.folder / "checkpoints/best.ckpt", weights_only=True)["state_dict"] for r in (straight, gone_on)
    ]
    assert ends[0].keys() == ends[1].keys() and all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["model.encoder.cache_frozen=true"], "freeze_layers=0 freezes none"),
        (["model.encoder.layers=[]"], "layers must be different numbers from -2 to -1 (the highest), got []"),
        (["model.encoder.layers=[-1,-1]"], "layers must be different numbers"),
        (["model.encoder.layers=[-3]"], "layers must be different numbers from -2 to -1"),
        (["model.encoder.layers=[0]"], "layers must be different numbers"),
        (["model.encoder.layers=-1"], "model.encoder.layers"),
        (["model.encoder.cache_frozen=yes please"], "model.encoder.cache_frozen"),
    ],
)
def test_what_cannot_be_is_refused(settings: list[str], said: str, train: Callable) -> None:
    with pytest.raises(UserError, match=said.replace("(", r"\(").replace(")", r"\)").replace("[", r"\[")):
        train(*settings)


def test_an_architecture_that_cannot_start_there_is_refused(train: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    from ner_lab.models.encoder.blocks import Blocks

    real = Blocks.states
    monkeypatch.setattr(Blocks, "states", lambda *a, **k: real(*a, **k) + 1)
    with pytest.raises(UserError, match="cannot start from the states of its lowest layers"):
        train(FROZEN[1], "model.encoder.cache_frozen=true")
