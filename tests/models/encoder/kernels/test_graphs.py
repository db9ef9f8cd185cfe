"""CUDA graphs of the encoder: what can be seen without a GPU, with a recording that runs the model instead.

tests/test_gpu.py has the recordings themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given as drawn
from hypothesis import strategies as st
from torch import Tensor
from transformers import AutoModel

from ner_lab.models.encoder.kernels.graphs import LENGTHS, MOST_SHAPES, ROWS, Graphs, apart, flat, padded, plain

BERTS = ["bert", "distilbert", "roberta"]


class Eager:
    """In the place of a recording: the model itself, which is called where a graph would be replayed."""

    made = 0

    def __init__(self, model: Any, given: tuple[Tensor, Tensor], training: bool) -> None:
        self.model, self.shape, self.training = model, given[0].shape, training
        type(self).made += 1

    def __call__(self, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
        assert ids_RS.shape == self.shape
        return plain(self.model, ids_RS, mask_RS, self.training)


def batch(*lengths: int) -> tuple[Tensor, Tensor]:
    ids_RS = torch.randint(10, 60, (len(lengths), max(lengths)), generator=torch.Generator().manual_seed(0))
    return ids_RS, (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()


@drawn(st.lists(st.integers(1, 512), min_size=1, max_size=40))
def test_a_batch_is_padded_to_one_of_few_shapes(lengths: list[int]) -> None:
    ids_RS, mask_RS = batch(*lengths)
    R, S = ids_RS.shape
    more_ids_RS, more_mask_RS = padded(ids_RS, mask_RS)
    assert more_ids_RS.shape == more_mask_RS.shape
    assert more_ids_RS.shape[0] % ROWS == 0 and more_ids_RS.shape[1] in LENGTHS
    assert more_ids_RS.shape[0] - R < ROWS
    assert torch.equal(more_ids_RS[:R, :S], ids_RS) and torch.equal(more_mask_RS[:R, :S], mask_RS)
    assert not more_mask_RS[:R, S:].any() and (more_mask_RS.sum(1) > 0).all()


def test_a_longer_batch_is_read_by_the_model_itself() -> None:
    assert padded(*batch(513)) is None


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("architecture", BERTS)
def test_states_and_gradients_are_those_of_the_model(
    architecture: str, training: bool, encoder_folder: Callable[[str], Path]
) -> None:
    model = AutoModel.from_pretrained(encoder_folder(architecture), dtype="float32").eval()
    if training:
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        model.train()
    graphs = Graphs(model, Eager)
    ids_RS, mask_RS = batch(5, 50, 3)
    found = []
    with torch.set_grad_enabled(training):
        for states_RSD in (
            graphs.read(ids_RS, mask_RS),
            model(input_ids=ids_RS, attention_mask=mask_RS).last_hidden_state,
        ):
            real_RSD = states_RSD * mask_RS[..., None]
            model.zero_grad()
            if training:
                real_RSD.square().sum().backward()
            found.append((real_RSD.detach(), [p.grad.clone() for p in model.parameters() if p.grad is not None]))
    torch.testing.assert_close(found[0], found[1], rtol=1e-4, atol=1e-4)
    assert not graphs.given_up


def test_a_shape_is_recorded_once_and_anew_when_the_weights_have_moved(encoder_folder) -> None:
    model = AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32").eval()
    graphs = Graphs(model, Eager)
    Eager.made = 0
    with torch.no_grad():
        for lengths in ((5, 9), (12, 3, 1), (16,)):
            graphs.read(*batch(*lengths))
        assert Eager.made == 1 and len(graphs.recordings) == 1
        graphs.read(*batch(17))
        assert Eager.made == 2
        model.embeddings.word_embeddings.weight.data = model.embeddings.word_embeddings.weight.data.clone()
        graphs.read(*batch(17))
    assert Eager.made == 3 and len(graphs.recordings) == 1


def test_there_are_never_many(encoder_folder) -> None:
    model = AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32").eval()
    graphs = Graphs(model, Eager)
    with torch.no_grad():
        for rows in range(1, 9 * MOST_SHAPES, 8):
            graphs.read(*batch(*[3] * rows))
    assert len(graphs.recordings) == MOST_SHAPES


class Wrong(Eager):
    def __call__(self, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
        return 1.2 * super().__call__(ids_RS, mask_RS)


class WrongGradient(Eager):
    def __call__(self, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
        states_RSD = super().__call__(ids_RS, mask_RS)
        return states_RSD.detach() + 2 * (states_RSD - states_RSD.detach())


class Frozen(Eager):
    """Whose dropout was recorded once and for all."""

    def __call__(self, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return super().__call__(ids_RS, mask_RS)


class Broken(Eager):
    def __init__(self, *given: Any) -> None:
        raise RuntimeError("CUDA error:\noperation not permitted when stream is capturing")


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (Wrong, "states are not those of the model"),
        (WrongGradient, "gradients are not those of the model"),
        (Frozen, "another seed drops the same states"),
        (Broken, "CUDA error: operation not permitted"),
    ],
)
def test_what_goes_wrong_means_the_model_itself_and_a_line(record, said, encoder_folder, caplog) -> None:
    model = AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32").train()
    graphs = Graphs(model, record)
    torch.manual_seed(7)
    state = torch.random.get_rng_state()
    with caplog.at_level(logging.WARNING):
        assert graphs.read(*batch(4, 6)) is None
        assert torch.equal(torch.random.get_rng_state(), state) and model.training
        assert graphs.read(*batch(4, 6)) is None
    (line,) = [record.getMessage() for record in caplog.records]
    assert "without CUDA graphs" in line and said in line and "\n" not in line


def test_models_whose_mask_is_another_are_read_by_themselves(encoder_folder) -> None:
    model = AutoModel.from_pretrained(encoder_folder("deberta-v2"), dtype="float32").eval()
    assert Graphs(model, Eager).read(*batch(4, 6)) is None


def test_gradients_in_a_row_come_apart_as_they_were() -> None:
    parameters = [torch.zeros(2, 3), torch.zeros(4), torch.zeros(()), torch.zeros(0, 2)]
    gradients = [torch.arange(6.0).view(3, 2).t(), None, torch.tensor(7.0), torch.zeros(0, 2)]
    found = apart(flat(gradients), parameters, [one is not None for one in gradients])
    for own, other in zip(found, gradients, strict=True):
        assert (own is None) == (other is None) and (own is None or torch.equal(own, other))
