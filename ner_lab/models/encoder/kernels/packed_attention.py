"""Attention in a packed row: each row attends within itself, rows of similar length at once.

Rows of one length would need no mask, but a batch has many lengths, and some products for each of them cost more than a
little padding. So rows stand in few groups, each padded to its longest (`row_groups`); all but the attention goes
without that padding. With dropout, attention computes in float32 under autocast, too: products this small are slower in
bfloat16, for which oneDNN prepares itself anew for each of their shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from torch.nn import functional

from ner_lab.models.encoder.kernels.dropout import keep_mask
from ner_lab.models.encoder.kernels.row_groups import row_groups

NAME, OWN_GRADIENT = "packed", "packed_own_gradient"
OVERHEAD = 1536  # pairs of subwords whose time one more group costs: an estimate; 1,000 and 3,000 took about the same


@dataclass(frozen=True)
class Groups:
    """Where P packed subwords stand while they attend: in slots, those of a group and head together.

    Attributes:
        shapes: `(rows, length)` of each group; a group has rows * heads * length slots.
        heads: of the attention.
        taken_S: for each slot the number, in P * heads, of what stands in it; padding takes the first subword that the
            row is filled up with, whose state nobody reads.
        found_N: for each of the P * heads its slot, any for what the row is filled up with.
        real: how many of the P * heads belong to rows.
        masks: for each group `mask_N1L`, what is added to the scores of its rows' heads: 0, or -inf for padding; None
            where there is none.
    """

    shapes: list[tuple[int, int]]
    heads: int
    taken_S: Tensor
    found_N: Tensor
    real: int
    masks: list[Tensor | None]

    @classmethod
    def of(cls, length_R: Sequence[int], fill: int, heads: int, overhead: int = OVERHEAD) -> Groups:
        """For rows that are packed in this order, one after the other, and then filled up.

        Args:
            length_R: subwords of each row.
            fill: subwords that belong to no row, at least 1 where lengths differ.
            heads: of the attention.
            overhead: pairs of subwords that another group costs; at 0 no row is padded.
        """
        lengths = np.asarray(length_R, dtype=np.int64)
        total = int(lengths.sum())
        begin_R = np.cumsum(lengths) - lengths
        shapes, taken, masks = [], [], []
        found_PH = np.zeros((total + fill, heads), dtype=np.int64)
        head_H, slots = np.arange(heads), 0
        for group in row_groups(lengths, overhead, power=2):
            longest = int(lengths[group].max())
            offset_L = np.arange(longest)
            real_GL = offset_L < lengths[group, None]
            position_GL = np.where(real_GL, begin_R[group, None] + offset_L, total)
            taken_GHL = position_GL[:, None] * heads + head_H[:, None]
            slot_GHL = slots + np.arange(taken_GHL.size).reshape(taken_GHL.shape)
            found_PH[position_GL[real_GL]] = slot_GHL.transpose(0, 2, 1)[real_GL]
            slots += taken_GHL.size
            shapes.append((len(group), longest))
            taken.append(taken_GHL.ravel())
            added_GL = np.where(real_GL, 0.0, -np.inf).astype(np.float32)
            masks.append(None if real_GL.all() else torch.from_numpy(added_GL.repeat(heads, 0))[:, None])
        taken_S, found_N = torch.from_numpy(np.concatenate(taken)), torch.from_numpy(found_PH.ravel())
        return cls(shapes, heads, taken_S, found_N, total * heads, masks)

    def split(self, x_SD: Tensor) -> list[Tensor]:
        """The slots of each group as (rows * heads) x length x width."""
        parts = x_SD.split([rows * self.heads * length for rows, length in self.shapes])
        width = x_SD.shape[1]
        return [
            part.view(rows * self.heads, length, width) for part, (rows, length) in zip(parts, self.shapes, strict=True)
        ]

    def into(self, x_ND: Tensor) -> Tensor:
        """`x_SD`, what stands in each slot."""
        return x_ND.index_select(0, self.taken_S)

    def out_of(self, x_SD: Tensor) -> Tensor:
        """`x_ND` from the slots, zero for what belongs to no row."""
        x_ND = x_SD.index_select(0, self.found_N)
        x_ND[self.real :] = 0
        return x_ND


def attend_packed(
    query_1HPD: Tensor,
    key_1HPD: Tensor,
    value_1HPD: Tensor,
    groups: Groups,
    dropout: float = 0.0,
    scaling: float | None = None,
    own_gradient: bool = False,
) -> Tensor:
    """`mixed_1PHD`, attention of packed rows in their groups."""
    width = query_1HPD.shape[3]
    packed = [x_1HPD.transpose(1, 2).reshape(-1, width) for x_1HPD in (query_1HPD, key_1HPD, value_1HPD)]
    with torch.autocast(query_1HPD.device.type, enabled=False):
        if dropout and own_gradient:
            mixed_ND = _DropoutAttention.apply(*packed, groups, scaling or width**-0.5, dropout)
        else:
            mixed_ND = _attention(packed, groups, scaling, dropout)
    return mixed_ND.view(1, -1, groups.heads, width)


def _exact(x: Tensor) -> Tensor:
    return x.float() if x.dtype in (torch.bfloat16, torch.float16) else x


def _attention(packed: list[Tensor], groups: Groups, scaling: float | None, dropout: float) -> Tensor:
    """By torch, whose kernel never holds the weights of all pairs where none is dropped."""
    moved = [_Moved.apply(x_ND, groups.into, groups.out_of) for x_ND in packed]
    slots = [groups.split(_exact(x_SD) if dropout else x_SD) for x_SD in moved]
    parts = []
    for *split, mask_N1L in zip(*slots, groups.masks, strict=True):
        query, key, value = (x_NLD.unflatten(0, (-1, groups.heads)) for x_NLD in split)
        mask = None if mask_N1L is None else mask_N1L.unflatten(0, (-1, groups.heads)).to(query.dtype)
        mixed = functional.scaled_dot_product_attention(query, key, value, mask, dropout, scale=scaling)
        parts.append(mixed.flatten(0, 2))
    return _Moved.apply(torch.cat(parts).to(packed[0].dtype), groups.out_of, groups.into)


class _Moved(torch.autograd.Function):
    """`Groups.into` or `out_of`, whose gradient takes the other way; autograd's own would add row by row."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, forth: Callable[[Tensor], Tensor], back: Callable[[Tensor], Tensor]) -> Tensor:
        ctx.back = back
        return forth(x)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        return ctx.back(gradients[0]), None, None


class _DropoutAttention(torch.autograd.Function):
    """Attention with dropout on its weights, and with the gradient written out: half the operations of autograd's."""

    @staticmethod
    def forward(
        ctx: Any,
        query_ND: Tensor,
        key_ND: Tensor,
        value_ND: Tensor,
        groups: Groups,
        scaling: float,
        dropout: float,
    ) -> Tensor:
        query_SD, key_SD, value_SD = (_exact(groups.into(x_ND)) for x_ND in (query_ND, key_ND, value_ND))
        split = [groups.split(x_SD) for x_SD in (query_SD, key_SD, value_SD)]
        sizes = [len(query) * query.shape[1] ** 2 for query in split[0]]
        drawn = keep_mask(sum(sizes), dropout).to(query_SD.dtype).split(sizes)
        mixed_SD = torch.empty_like(query_SD)
        shares, masks = [], []
        for query, key, value, mixed, mask_N1L, keep in zip(
            *split, groups.split(mixed_SD), groups.masks, drawn, strict=True
        ):
            share = _product(query, key.mT, scaling, mask_N1L).softmax(-1)
            shares.append(share)
            masks.append(keep.view(share.shape))
            torch.bmm(share * masks[-1], value, out=mixed)
        # All that backward needs is saved as tensors, so that gradient checkpointing can do without it.
        ctx.save_for_backward(query_SD, key_SD, value_SD, *shares, *masks)
        ctx.groups, ctx.scaling = groups, scaling
        return groups.out_of(mixed_SD).to(query_ND.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        groups: Groups = ctx.groups
        query_SD, key_SD, value_SD, *saved = ctx.saved_tensors
        shares, masks = saved[: len(groups.shapes)], saved[len(groups.shapes) :]
        gradient_SD = _exact(groups.into(gradients[0]))
        to_query_SD, to_key_SD, to_value_SD = (torch.empty_like(query_SD) for _ in range(3))
        for query, key, value, gradient, to_query, to_key, to_value, share, mask in zip(
            *(groups.split(x) for x in (query_SD, key_SD, value_SD, gradient_SD, to_query_SD, to_key_SD, to_value_SD)),
            shares,
            masks,
            strict=True,
        ):
            torch.bmm((share * mask).mT, gradient, out=to_value)
            to_share = torch.bmm(gradient, value.mT).mul_(mask)
            to_share = torch._softmax_backward_data(to_share, share, -1, share.dtype)
            _product(to_share, key, ctx.scaling, out=to_query)
            _product(to_share.mT, query, ctx.scaling, out=to_key)
        found = (groups.out_of(x_SD).to(gradients[0].dtype) for x_SD in (to_query_SD, to_key_SD, to_value_SD))
        return *found, None, None, None


def _product(a: Tensor, b: Tensor, scaling: float, added: Tensor | None = None, out: Tensor | None = None) -> Tensor:
    """`a @ b * scaling + added`."""
    start = a.new_empty(1, 1, 1) if added is None else added.to(a.dtype)
    return torch.baddbmm(start, a, b, beta=int(added is not None), alpha=scaling, out=out)
