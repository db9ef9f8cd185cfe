"""Rows that attend where they stand: states and gradients are those of each row by itself, in any order."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_packed_attention import FILL, formula, inputs
from torch import Tensor
from transformers import AutoModel

from ner_lab.models.encoder.kernels import packing, registered_attention
from ner_lab.models.encoder.kernels.packed_runs import Runs, attend_in_runs
from ner_lab.models.encoder.kernels.rewrites import read_rows, rewrite


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=12).filter(any))
def test_rows_of_any_lengths_attend_within_themselves(lengths: list[int]) -> None:
    lengths.sort()
    of = inputs(lengths)
    runs = Runs.of(lengths, FILL)
    assert [length for rows, length in runs.shapes for _ in range(rows)] == [length for length in lengths if length]
    direction = torch.randn(formula(*of, lengths).shape, dtype=torch.float64)
    found = []
    for mixed in (attend_in_runs(*of, runs)[0], formula(*of, lengths)):
        rows = mixed[: sum(lengths)]
        assert not mixed[sum(lengths) :].any(), "what the row is filled up with"
        found.append((rows, torch.autograd.grad((rows * direction).sum(), of)))
    torch.testing.assert_close(found[0], found[1], atol=1e-12, rtol=0)


def test_a_layer_that_drops_while_its_model_is_read_drops(encoder_folder: Callable[[str], Path]) -> None:
    model = AutoModel.from_pretrained(encoder_folder("bert"), attention_probs_dropout_prob=0.5).eval()
    rewrite(model, ["packing"])
    ids_RS = torch.arange(10, 30).view(2, 10)
    states = [read_rows(model, ids_RS, torch.ones_like(ids_RS), ["packing"]) for _ in range(2)]
    assert torch.equal(*states)
    model.encoder.layer[0].attention.self.train()
    states = [read_rows(model, ids_RS, torch.ones_like(ids_RS), ["packing"]) for _ in range(2)]
    assert not torch.equal(*states)


@pytest.mark.parametrize("holes", [False, True], ids=["padded behind", "masked within"])
def test_what_is_read_stands_in_runs_and_what_is_trained_in_groups(
    holes: bool, encoder_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = AutoModel.from_pretrained(encoder_folder("bert"), dtype="float32", add_pooling_layer=False).eval()
    rewrite(fast := copy.deepcopy(plain), ["packing"])
    calls: list[int] = []
    real = registered_attention.attend_in_runs

    def counted(query: Tensor, key: Tensor, value: Tensor, runs: Runs, *settings: float) -> Tensor:
        calls.append(len(runs.shapes))
        return real(query, key, value, runs, *settings)

    monkeypatch.setattr(registered_attention, "attend_in_runs", counted)
    mask_RS = (torch.arange(30) < torch.tensor([4, 0, 30, 9, 4, 9, 9])[:, None]).long()
    if holes:
        mask_RS[2, 3:7] = 0
    ids_RS = torch.randint(10, 60, mask_RS.shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        found = read_rows(fast, ids_RS, mask_RS, ["packing"])
        expected = plain(ids_RS, attention_mask=mask_RS).last_hidden_state
    torch.testing.assert_close(found[mask_RS == 1], expected[mask_RS == 1], rtol=1e-4, atol=1e-5)
    assert set(calls) == {3} and not found[mask_RS == 0].any()
    calls.clear()
    read_rows(fast.train(), ids_RS, mask_RS, ["packing"]).sum().backward()
    assert not calls


def test_known_states_go_with_their_rows(encoder_folder: Callable[[str], Path]) -> None:
    """States that a batch brings are in the order of its rows, not of the packed ones."""
    model = AutoModel.from_pretrained(encoder_folder("bert"), add_pooling_layer=False).eval()
    mask_RS = (torch.arange(9) < torch.tensor([7, 2, 9])[:, None]).long()
    states_RSE = torch.arange(27.0).view(3, 9, 1)

    def call(model: object, states_1PE: Tensor, input_ids: Tensor, **inputs: object) -> Tensor:
        assert torch.equal(states_1PE[0, :18, 0].long(), input_ids[0, :18]), "each with its subword"
        return states_1PE

    hidden_PE, position_P = packing.read_packed(model, torch.arange(27).view(3, 9), mask_RS, call, states_RSE)
    assert torch.equal(hidden_PE[:, 0].long(), position_P) and len(position_P) == 18
