"""Dropout: the shares and the scale are those of torch, and the states of evaluation are untouched."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from ner_lab.models.encoder.kernels.dropout import Dropout, keep_mask, replace_dropout


@pytest.mark.parametrize("p", [0.001, 0.1, 0.5, 0.9])
@pytest.mark.parametrize("count", [1, 3, 400_001])
def test_the_share_and_the_mean_are_right(p: float, count: int) -> None:
    torch.manual_seed(0)
    mask = keep_mask(count, p)
    assert mask.shape == (count,) and set(mask.unique().tolist()) <= {0.0, mask.max().item()}
    if count > 3:
        error = 5 * math.sqrt(p * (1 - p) / count)
        assert float((mask == 0).float().mean()) == pytest.approx(p, abs=error)
        assert float(mask.mean()) == pytest.approx(1, abs=error / (1 - p) + 1e-3)


def test_neighbours_are_dropped_independently() -> None:
    torch.manual_seed(0)
    dropped = (keep_mask(1_000_000, 0.5) == 0).float() - 0.5
    for step in (1, 2, 3, 4, 5):  # four of them share a draw
        assert abs(float((dropped[step:] * dropped[:-step]).mean())) < 0.25 * 0.006


def test_it_follows_the_seed_and_the_gradient_follows_the_mask() -> None:
    drop = Dropout(0.3)
    torch.manual_seed(1)
    first = drop(torch.ones(5, 7))
    torch.manual_seed(1)
    x = torch.ones(5, 7, requires_grad=True)
    drop(x).sum().backward()
    torch.testing.assert_close(x.grad, first)
    assert torch.equal(drop.eval()(x), x)


def test_every_dropout_inside_is_replaced() -> None:
    module = nn.Sequential(nn.Linear(2, 2), nn.Sequential(nn.Dropout(0.4))).eval()
    replace_dropout(module)
    inner = module[1][0]
    assert isinstance(inner, Dropout) and inner.p == 0.4 and not inner.training


def test_nearly_all_may_be_dropped() -> None:
    assert Dropout(0.999999)(torch.ones(100_000)).isfinite().all()
