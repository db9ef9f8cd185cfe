"""Poolings against the loop over words that says what they mean."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from ner_lab.models.encoder.pooling import POOLINGS

ORACLES = {
    "first": lambda rows_SD: rows_SD[0],
    "last": lambda rows_SD: rows_SD[-1],
    "mean": lambda rows_SD: rows_SD.mean(0),
    "max": lambda rows_SD: rows_SD.max(0).values,
}


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Hidden states of P positions, and ranges of B x W words anywhere in them, a few of them padding."""
    B, W, P = draw(st.integers(1, 3)), draw(st.integers(1, 6)), draw(st.integers(4, 20))
    begins = draw(st.lists(st.integers(0, P - 4), min_size=B * W, max_size=B * W))
    lengths = draw(st.lists(st.integers(1, 4), min_size=B * W, max_size=B * W))
    begin_BW = torch.tensor(begins).view(B, W)
    end_BW = begin_BW + torch.tensor(lengths).view(B, W)
    words_B = torch.tensor(draw(st.lists(st.integers(0, W), min_size=B, max_size=B)))
    mask_BW = torch.arange(W) < words_B[:, None]
    hidden_PD = torch.randn(P, 5, generator=torch.Generator().manual_seed(draw(st.integers(0, 99))))
    return hidden_PD, begin_BW * mask_BW, end_BW * mask_BW, mask_BW


def test_every_pooling_has_its_oracle() -> None:
    assert POOLINGS.keys() == ORACLES.keys()


@pytest.mark.parametrize("name", POOLINGS)
@given(case=ranges())
def test_a_word_is_pooled_from_its_own_subwords(name: str, case: tuple[Tensor, Tensor, Tensor, Tensor]) -> None:
    hidden_PD, begin_BW, end_BW, mask_BW = case
    pooled_BWD = POOLINGS[name](hidden_PD, begin_BW, end_BW)
    assert pooled_BWD.shape == (*mask_BW.shape, 5) and pooled_BWD.isfinite().all()
    for b, w in mask_BW.nonzero().tolist():
        torch.testing.assert_close(pooled_BWD[b, w], ORACLES[name](hidden_PD[begin_BW[b, w] : end_BW[b, w]]))


@pytest.mark.parametrize("name", POOLINGS)
def test_gradients_are_right_and_reach_all_that_was_read(name: str) -> None:
    hidden_PD = torch.randn(7, 3, dtype=torch.float64, requires_grad=True)
    begin_BW, end_BW = torch.tensor([[0, 1, 4], [4, 0, 0]]), torch.tensor([[1, 4, 7], [6, 0, 0]])
    mask_BW1 = torch.tensor([[True, True, True], [True, False, False]]).unsqueeze(-1)
    assert torch.autograd.gradcheck(lambda h: POOLINGS[name](h, begin_BW, end_BW) * mask_BW1, hidden_PD)
