"""Packed attention: states and gradients are those of the formula for each row by itself, with dropout too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ner_lab.models.encoder.kernels.dropout import keep_mask
from ner_lab.models.encoder.kernels.packed_attention import Groups
from ner_lab.models.encoder.kernels.registered_attention import attend

LENGTHS = [4, 1, 3, 1, 4, 7]
FILL, HEADS, WIDTH = 2, 2, 3


def formula(query: Tensor, key: Tensor, value: Tensor, lengths: list[int], keep: list[Tensor] | None = None) -> Tensor:
    """`mixed_PHD` of 1 x heads x packed x width, by softmax and matrix products alone; `keep` has a factor a weight."""
    parts, begin = [], 0
    for row, length in enumerate(lengths):
        q, k, v = (x[0, :, begin : begin + length] for x in (query, key, value))
        share = torch.softmax(q @ k.transpose(1, 2) / WIDTH**0.5, -1)
        parts.append((share if keep is None else share * keep[row]) @ v)
        begin += length
    return torch.cat(parts, 1).transpose(0, 1)


def kept(groups: Groups, lengths: list[int], dropout: float) -> list[Tensor]:
    """The factors that attention draws from here on, for each row `keep_HLL`."""
    drawn = keep_mask(sum(rows * HEADS * longest**2 for rows, longest in groups.shapes), dropout).double()
    found, at, begin = {}, 0, 0
    first = {sum(lengths[:row]) * HEADS: row for row in range(len(lengths))}
    for rows, longest in groups.shapes:
        some = drawn[at : at + rows * HEADS * longest**2].view(rows, HEADS, longest, longest)
        taken = groups.taken_S[begin : begin + rows * HEADS * longest].view(rows, HEADS, longest)
        for keep, number in zip(some, taken[:, 0, 0].tolist(), strict=True):
            row = first[number]
            found[row] = keep[:, : lengths[row], : lengths[row]]
        at, begin = at + some.numel(), begin + taken.numel()
    return [found[row] for row in range(len(lengths))]


def inputs(lengths: list[int], dtype: torch.dtype = torch.float64) -> list[Tensor]:
    total = sum(lengths) + FILL
    return [torch.randn(1, HEADS, total, WIDTH, dtype=dtype, requires_grad=True) for _ in range(3)]


def packed(of: list[Tensor], groups: Groups, dropout: float, own: bool) -> Tensor:
    """`mixed_PHD` of the rows."""
    mixed = attend(SimpleNamespace(), *of, None, dropout=dropout, groups=groups, own_gradient=own)[0][0]
    return mixed[: mixed.shape[0] - FILL]


@pytest.mark.parametrize("overhead", [0, 10, 10_000])  # a group a length, some, one
@pytest.mark.parametrize(("dropout", "own"), [(0.0, False), (0.0, True), (0.4, True)])
def test_states_and_gradients_are_those_of_the_formula(overhead: int, dropout: float, own: bool) -> None:
    groups = Groups.of(LENGTHS, FILL, HEADS, overhead)
    assert len(groups.shapes) == {0: 4, 10: 3, 10_000: 1}[overhead]
    torch.manual_seed(0)
    of = inputs(LENGTHS)
    direction = torch.randn(sum(LENGTHS), HEADS, WIDTH, dtype=torch.float64)
    found = []
    for way in ("packed", "formula"):
        torch.manual_seed(7)
        if way == "packed":
            mixed = packed(of, groups, dropout, own)
        else:
            mixed = formula(*of, LENGTHS, kept(groups, LENGTHS, dropout) if dropout else None)
        found.append((mixed, torch.autograd.grad((mixed * direction).sum(), of)))
    torch.testing.assert_close(found[0], found[1], atol=1e-12, rtol=0)
    assert all(not x[:, :, -FILL:].any() for x in found[0][1]), "what the row is filled up with learns nothing"


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 20), min_size=1, max_size=12).filter(any), st.booleans(), st.sampled_from([0, 100]))
def test_rows_of_any_lengths_attend_within_themselves(lengths: list[int], own: bool, overhead: int) -> None:
    of = inputs(lengths)
    mixed = packed(of, Groups.of(lengths, FILL, HEADS, overhead), 0.0, own)
    torch.testing.assert_close(mixed, formula(*of, lengths), atol=1e-12, rtol=0)


@pytest.mark.parametrize("own", [False, True])
def test_dropped_weights_are_dropped_in_float32_under_autocast(own: bool) -> None:
    torch.manual_seed(0)
    of = inputs(LENGTHS, torch.bfloat16)
    groups, found = Groups.of(LENGTHS, FILL, HEADS), []
    for precise in (False, True):
        torch.manual_seed(3)
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=not precise):
            mixed = packed([x.float() if precise else x for x in of], groups, 0.4, own)
        assert mixed.dtype == (torch.float32 if precise else torch.bfloat16)
        found.append((mixed.bfloat16(), torch.autograd.grad(mixed.float().sum(), of)))
    torch.testing.assert_close(found[0], found[1], atol=0, rtol=0)


def test_a_second_derivative_is_refused_not_constant() -> None:
    of = inputs([3, 2])
    mixed = packed(of, Groups.of([3, 2], FILL, HEADS), 0.1, own=True)
    (first,) = torch.autograd.grad(mixed.pow(2).sum(), of[:1], create_graph=True)
    with pytest.raises(RuntimeError, match="once_differentiable"):
        first.sum().backward()
