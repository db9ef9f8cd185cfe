"""Packed rows: a batch goes through the encoder as one row without padding, and attends within its own rows.

All but the attention treats each subword on its own, so the subwords of all rows can stand in one row (Krell et al.
2021, "Efficient Sequence Packing without Cross-contamination"). Rows of equal length attend together, which needs no
mask. On a CPU that saves the padding, which for random batches is most of the time; on a GPU the many small calls cost
more than they save.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from ner_lab.models.encoder.kernels.dropout import keep_mask

NAME, OWN_GRADIENT = "packed", "packed_own_gradient"
# The architectures whose subwords meet in attention alone, and the number of their first position.
FIRST_POSITION: dict[str, Callable[[Any], int]] = {
    "bert": lambda config: 0,
    "camembert": lambda config: config.pad_token_id + 1,
    "distilbert": lambda config: 0,
    "electra": lambda config: 0,
    "roberta": lambda config: config.pad_token_id + 1,
    "xlm-roberta": lambda config: config.pad_token_id + 1,
}


def lacks(kernel: str) -> str:
    """Why this kernel cannot be had here; "" where it can."""
    own = kernel != "attention" or hasattr(torch, "_softmax_backward_data")
    return "" if own else f"torch {torch.__version__} has no _softmax_backward_data"


def attend(
    module: Any,
    query_1HPD: Tensor,
    key_1HPD: Tensor,
    value_1HPD: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    runs: list[tuple[int, int]] | None = None,
    own_gradient: bool = False,
    **settings: Any,
) -> tuple[Tensor, Tensor | None]:
    """Attention of packed rows: `runs` are (rows, length) in the order they are packed; None for padded rows."""
    if runs is None:
        return sdpa_attention_forward(
            module, query_1HPD, key_1HPD, value_1HPD, attention_mask, dropout=dropout, scaling=scaling, **settings
        )
    packed = (query_1HPD[0], key_1HPD[0], value_1HPD[0])
    if dropout and own_gradient:
        mixed_HPD = _DropoutAttention.apply(*packed, runs, scaling or query_1HPD.shape[3] ** -0.5, dropout)
    else:
        mixed_HPD = _attention(*packed, runs, scaling, dropout)
    return mixed_HPD.transpose(0, 1).unsqueeze(0), None


def _attention(
    query_HPD: Tensor,
    key_HPD: Tensor,
    value_HPD: Tensor,
    runs: list[tuple[int, int]],
    scaling: float | None,
    dropout: float,
) -> Tensor:
    """By torch, whose kernel never holds the weights of all pairs where none is dropped."""
    sizes, heads = [rows * length for rows, length in runs], query_HPD.shape[0]
    parts = []
    for (rows, length), *split in zip(
        runs, *(x_HPD.split(sizes, 1) for x_HPD in (query_HPD, key_HPD, value_HPD)), strict=True
    ):
        query, key, value = (x_HPD.reshape(heads, rows, length, -1).transpose(0, 1) for x_HPD in split)
        mixed = functional.scaled_dot_product_attention(query, key, value, dropout_p=dropout, scale=scaling)
        parts.append(mixed.transpose(0, 1).reshape(heads, rows * length, -1))
    return torch.cat(parts, 1)


class _DropoutAttention(torch.autograd.Function):
    """Attention within the rows of each run, with dropout on its weights, and with the gradient written out: half the
    operations of autograd's."""

    @staticmethod
    def forward(
        ctx: Any,
        query_HPD: Tensor,
        key_HPD: Tensor,
        value_HPD: Tensor,
        runs: list[tuple[int, int]],
        scaling: float,
        dropout: float,
    ) -> Tensor:
        heads = query_HPD.shape[0]
        sizes = [rows * heads * length * length for rows, length in runs]
        masks = keep_mask(sum(sizes), dropout).to(query_HPD.dtype).split(sizes)
        mixed_HPD = torch.empty_like(value_HPD)
        shares = []
        for at, mask in zip(_parts(runs), masks, strict=True):
            query, key, value = (_rows(x_HPD, at) for x_HPD in (query_HPD, key_HPD, value_HPD))
            share = torch.bmm(query * scaling, key.mT).softmax(-1)
            shares.append(share)
            _rows_into(mixed_HPD, at, torch.bmm(share * mask.view(share.shape), value))
        # All that backward needs is saved as tensors, so that gradient checkpointing can do without it.
        ctx.save_for_backward(query_HPD, key_HPD, value_HPD, *shares, *masks)
        ctx.runs, ctx.scaling = runs, scaling
        return mixed_HPD

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Any:
        query_HPD, key_HPD, value_HPD, *saved = ctx.saved_tensors
        shares, masks = saved[: len(ctx.runs)], saved[len(ctx.runs) :]
        to_query_HPD, to_key_HPD, to_value_HPD = (torch.empty_like(x) for x in (query_HPD, key_HPD, value_HPD))
        for at, share, mask in zip(_parts(ctx.runs), shares, masks, strict=True):
            query, key, value, gradient = (_rows(x_HPD, at) for x_HPD in (query_HPD, key_HPD, value_HPD, gradients[0]))
            mask = mask.view(share.shape)
            _rows_into(to_value_HPD, at, torch.bmm((share * mask).mT, gradient))
            to_share = torch.bmm(gradient, value.mT).mul_(mask)
            to_share = torch._softmax_backward_data(to_share, share, -1, share.dtype).mul_(ctx.scaling)
            _rows_into(to_query_HPD, at, torch.bmm(to_share, key))
            _rows_into(to_key_HPD, at, torch.bmm(to_share.mT, query))
        return to_query_HPD, to_key_HPD, to_value_HPD, None, None, None


def _parts(runs: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """`(begin, rows, length)` of each run in the packed positions."""
    begin = 0
    for rows, length in runs:
        yield begin, rows, length
        begin += rows * length


def _rows(x_HPD: Tensor, at: tuple[int, int, int]) -> Tensor:
    """The positions of a run as (heads * rows) x length x width."""
    begin, rows, length = at
    heads, _, width = x_HPD.shape
    return x_HPD[:, begin : begin + rows * length].reshape(heads * rows, length, width)


def _rows_into(x_HPD: Tensor, at: tuple[int, int, int], values: Tensor) -> None:
    begin, rows, length = at
    x_HPD[:, begin : begin + rows * length] = values.view(x_HPD.shape[0], rows * length, -1)


ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
ALL_ATTENTION_FUNCTIONS.register(OWN_GRADIENT, partial(attend, own_gradient=True))
ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, sdpa_mask)
ALL_MASK_ATTENTION_FUNCTIONS.register(OWN_GRADIENT, sdpa_mask)


def allow_packing(model: Any, own_gradient: bool = True) -> None:
    """Lets a transformer read packed rows, if its architecture can.

    Args:
        model: of `transformers`.
        own_gradient: attention with dropout has its gradient written out, and draws its dropout as `keep_mask` does.
    """
    if model.config.model_type in FIRST_POSITION:
        model.set_attn_implementation(OWN_GRADIENT if own_gradient else NAME)


def can_pack(model: Any) -> bool:
    return model.config._attn_implementation in (NAME, OWN_GRADIENT)


def filling(subwords: int) -> int:
    """How many positions a packed row is filled up with: an eighth of it at most, or 7.

    oneDNN prepares itself for every new shape of a product, so there shall be few; yet a short sentence by itself shall
    not be computed three times over.
    """
    return -subwords % min(64, max(8, 2 ** (subwords.bit_length() - 1) // 8))


def read_packed(
    model: Any,
    input_ids_RS: Tensor,
    attention_mask_RS: Tensor,
    call: Callable[..., Tensor],
    states_RSE: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`hidden_PD` of the P subwords that are no padding, and where they stand in the flattened R * S positions."""
    R, S = input_ids_RS.shape
    order_R = torch.argsort(attention_mask_RS.sum(1), stable=True)
    real_RS = attention_mask_RS[order_R].bool()
    length, rows = torch.unique_consecutive(real_RS.sum(1), return_counts=True)
    offset_RS = torch.arange(S).expand(R, S)
    position_P = (order_R[:, None] * S + offset_RS)[real_RS]
    fill = filling(len(position_P))
    runs = list(zip(rows.tolist(), length.tolist(), strict=True)) + ([(1, fill)] if fill else [])
    states_1PE = None
    if states_RSE is not None:
        states_1PE = functional.pad(states_RSE.flatten(0, 1)[position_P], (0, 0, 0, fill))[None]
    hidden_1PD = call(
        model,
        states_1PE,
        input_ids=functional.pad(input_ids_RS.flatten()[position_P][None], (0, fill)),
        position_ids=functional.pad(offset_RS[real_RS][None], (0, fill))
        + FIRST_POSITION[model.config.model_type](model.config),
        runs=runs,
    )
    return hidden_1PD[0, : len(position_P)], position_P
