"""Packed attention: its written-out gradient is that of the formula, with dropout too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from ner_lab.models.encoder.kernels.dropout import keep_mask
from ner_lab.models.encoder.kernels.packing import attend, filling

RUNS = [(2, 1), (1, 3), (2, 4)]  # (rows, length)
HEADS, WIDTH = 2, 3


def formula(query: Tensor, key: Tensor, value: Tensor, dropout: float) -> Tensor:
    """`mixed_PHD`: each row by itself, by softmax and matrix products alone."""
    masks = keep_mask(sum(n * HEADS * length**2 for n, length in RUNS), dropout).double() if dropout else None
    parts, begin, drawn = [], 0, 0
    for rows, length in RUNS:
        end = begin + rows * length
        q, k, v = (x[0, :, begin:end].reshape(HEADS, rows, length, WIDTH) for x in (query, key, value))
        share = torch.softmax(q @ k.transpose(2, 3) / WIDTH**0.5, -1)
        if masks is not None:
            share = share * masks[drawn : drawn + share.numel()].view(share.shape)
            drawn += share.numel()
        parts.append((share @ v).reshape(HEADS, rows * length, WIDTH))
        begin = end
    return torch.cat(parts, 1).transpose(0, 1)


@pytest.mark.parametrize("dropout", [0.0, 0.4])
def test_states_and_gradients_are_those_of_the_formula(dropout: float) -> None:
    torch.manual_seed(0)
    total = sum(rows * length for rows, length in RUNS)
    inputs = [torch.randn(1, HEADS, total, WIDTH, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    direction = torch.randn(total, HEADS, WIDTH, dtype=torch.float64)
    found = []
    for way in ("packed", "formula"):
        torch.manual_seed(7)
        if way == "packed":
            mixed = attend(SimpleNamespace(), *inputs, None, dropout=dropout, runs=RUNS, own_gradient=True)[0][0]
        else:
            mixed = formula(*inputs, dropout)
        found.append((mixed, torch.autograd.grad((mixed * direction).sum(), inputs)))
    torch.testing.assert_close(found[0], found[1], atol=1e-12, rtol=0)


def test_it_works_under_autocast() -> None:
    torch.manual_seed(0)
    total = sum(rows * length for rows, length in RUNS)
    inputs = [torch.randn(1, HEADS, total, WIDTH, dtype=torch.bfloat16, requires_grad=True) for _ in range(3)]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        mixed = attend(SimpleNamespace(), *inputs, None, dropout=0.4, runs=RUNS, own_gradient=True)[0][0]
    mixed.float().sum().backward()
    torch.manual_seed(0)
    inputs_64 = [torch.randn(1, HEADS, total, WIDTH, dtype=torch.bfloat16).double() for _ in range(3)]
    torch.testing.assert_close(mixed.double(), formula(*inputs_64, 0.4), atol=0.05, rtol=0.05)
    assert all(x.grad is not None and x.grad.isfinite().all() for x in inputs)


def test_rows_are_filled_up_by_little_and_to_few_lengths() -> None:
    lengths = range(1, 4097)
    assert all(0 <= filling(length) <= max(7, length / 8) for length in lengths)
    assert len({length + filling(length) for length in lengths}) < 100
