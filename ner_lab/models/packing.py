"""Packed rows: a batch goes through the encoder as one row without padding, and attends within its own rows.

All but the attention treats each subword on its own, so the subwords of all rows can stand in one row (Krell et al.
2021, "Efficient Sequence Packing without Cross-contamination"). Rows of equal length attend together, which needs no
mask. On a CPU that saves the padding, which for random batches is most of the time; on a GPU the many small calls cost
more than they save.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from ner_lab.models.dropout import keep_mask

NAME = "packed"
# The architectures whose subwords meet in attention alone, and the number of their first position.
FIRST_POSITION: dict[str, Callable[[Any], int]] = {
    "bert": lambda config: 0,
    "camembert": lambda config: config.pad_token_id + 1,
    "distilbert": lambda config: 0,
    "electra": lambda config: 0,
    "roberta": lambda config: config.pad_token_id + 1,
    "xlm-roberta": lambda config: config.pad_token_id + 1,
}


def attend(
    module: Any,
    query_1HPD: Tensor,
    key_1HPD: Tensor,
    value_1HPD: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    runs: list[tuple[int, int]] | None = None,
    **settings: Any,
) -> tuple[Tensor, Tensor | None]:
    """Attention of packed rows: `runs` are (rows, length) in the order they are packed; None for padded rows."""
    if runs is None:
        return sdpa_attention_forward(
            module, query_1HPD, key_1HPD, value_1HPD, attention_mask, dropout=dropout, scaling=scaling, **settings
        )
    heads, width = query_1HPD.shape[1], query_1HPD.shape[3]
    sizes = [rows * length for rows, length in runs]
    weights = [rows * heads * length * length for rows, length in runs]
    masks = keep_mask(sum(weights), dropout).split(weights) if dropout else [None] * len(runs)
    parts = []
    for (rows, length), mask, *qkv in zip(
        runs, masks, *(x_1HPD.split(sizes, 2) for x_1HPD in (query_1HPD, key_1HPD, value_1HPD)), strict=True
    ):
        q, k, v = (x[0].view(heads, rows, length, width).transpose(0, 1) for x in qkv)
        if mask is None:
            mixed = functional.scaled_dot_product_attention(q, k, v, scale=scaling)
        else:  # written out, since torch's dropout is the slower one
            share = (q * (scaling or width**-0.5) @ k.transpose(2, 3)).softmax(-1)
            mixed = share * mask.view(share.shape).to(share.dtype) @ v
        parts.append(mixed.transpose(1, 2).reshape(rows * length, heads, width))
    return torch.cat(parts).unsqueeze(0), None


ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, sdpa_mask)


def allow_packing(model: Any) -> None:
    """Lets a transformer read packed rows, if its architecture can."""
    if model.config.model_type in FIRST_POSITION:
        model.set_attn_implementation(NAME)


def can_pack(model: Any) -> bool:
    return model.config._attn_implementation == NAME


def read_packed(model: Any, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> tuple[Tensor, Tensor]:
    """`hidden_PD` of the P subwords that are no padding, and where they stand in the flattened R * S positions."""
    R, S = input_ids_RS.shape
    order_R = torch.argsort(attention_mask_RS.sum(1), stable=True)
    real_RS = attention_mask_RS[order_R].bool()
    length, rows = torch.unique_consecutive(real_RS.sum(1), return_counts=True)
    offset_RS = torch.arange(S).expand(R, S)
    position_P = (order_R[:, None] * S + offset_RS)[real_RS]
    hidden_1PD = model(
        input_ids=input_ids_RS.flatten()[position_P][None],
        position_ids=offset_RS[real_RS][None] + FIRST_POSITION[model.config.model_type](model.config),
        runs=list(zip(rows.tolist(), length.tolist(), strict=True)),
    ).last_hidden_state
    return hidden_1PD[0], position_P
