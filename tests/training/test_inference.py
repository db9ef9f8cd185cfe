"""Predictions in batches: as many sentences at once as the memory has room for, with the same answers."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import torch

import ner_lab
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.models.encoder.kernels import choice
from ner_lab.training import inference, reading_size
from ner_lab.training.assembly import load_run
from ner_lab.types import UserError

CPU = torch.device("cpu")


@pytest.mark.seconds
def test_any_number_of_sentences_at_once_gives_the_same_tags(train: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = RunFolder(train("trainer.max_epochs=2").folder)
    tagger, encoder, _ = load_run(run)
    saved = list(read_run(run, "test"))
    sentences = [prediction.sentence for prediction in saved]
    for at_once, free in ((1, 0), (7, 0), (None, 0), (None, 2**40)):
        monkeypatch.setattr(reading_size, "free_memory", lambda free=free: free)
        found = inference.annotate(tagger, encoder, sentences, tagger.labels, at_once, details=False)
        assert [p.tags for p in found] == [p.tags for p in saved]


@pytest.mark.parametrize(("free", "subwords"), [(0, 512), (2**28, 1_560), (2**40, 4_096)])
def test_what_fits_into_a_quarter_of_the_memory(free: int, subwords: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_size, "free_memory", lambda: free)
    assert inference.subwords_at_once(384, CPU) == subwords
    assert inference.subwords_at_once(768, CPU) <= subwords


def test_the_memory_at_hand_is_looked_at() -> None:
    assert reading_size.free_memory() > 2**20


@pytest.mark.seconds
def test_a_kernel_that_cannot_be_had_here_costs_speed_alone(
    train: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = RunFolder(train("model.encoder.kernels=[packing,dropout]").folder)
    texts = ["Ada Lovelace was born in London ."]
    before = ner_lab.load(run.path)(texts)
    monkeypatch.setattr(choice, "missing", lambda: {"packing": "this torch has none"})
    capsys.readouterr()
    tagger, _, _ = load_run(run)
    assert tagger.encoder.kernels == ("dropout",)
    assert capsys.readouterr().err == (
        "the run has kernels that cannot be had here (packing); it is read without them\n"
    )
    with pytest.warns(UserWarning, match=r"kernels that cannot be had here \(packing\)"):
        found = ner_lab.load(run.path)(texts)
    assert [[entity[:4] for entity in text] for text in found] == [[entity[:4] for entity in text] for text in before]
    with pytest.raises(UserError, match="packing cannot be had here"):
        train("model.encoder.kernels=[packing]", name="again")


def test_values_of_batch_size() -> None:
    assert [reading_size.sentences_at_once(value) for value in ("auto", 5, "5")] == [None, 5, 5]
    for wrong in (0, -1, "0", "many", 1.5, True, None, [1]):
        with pytest.raises(UserError, match="batch_size must be auto, or a whole number, at least 1, got"):
            reading_size.sentences_at_once(wrong)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["linear", "crf"])
def test_a_long_document_takes_memory_in_proportion_to_its_length(train: Any, head: str) -> None:
    run = train(f"model/head={head}", "trainer.max_steps=1", "trainer.limit_val_batches=0").folder
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ner_lab import load\n"
        "found = load(sys.argv[1])('Angela Merkel spoke . ' * (int(sys.argv[2]) // 4))\n"
        # Not getrusage, which knows the parent's peak from before the program began.
        "print(next(line for line in Path('/proc/self/status').read_text().splitlines() if 'VmHWM' in line).split()[1])"
    )
    few, some, many = (
        int(subprocess.run([sys.executable, "-c", code, run, str(n)], check=True, capture_output=True).stdout)
        for n in (40_000, 80_000, 160_000)
    )
    assert many - some < 3 * (some - few)  # twice as much; of the square of the length it would be four times
