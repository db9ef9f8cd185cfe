"""Packed rows: a batch goes through the encoder as one row without padding, and attends within its own rows.

All but the attention treats each subword on its own, so the subwords of all rows can stand in one row (Krell et al.
2021, "Efficient Sequence Packing without Cross-contamination"). On a CPU that saves the padding, which for random
batches is most of the time; on a GPU the many small calls of the attention cost more than they save.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ner_lab.models.encoder.kernels.packed_attention import NAME, OWN_GRADIENT, Groups
from ner_lab.models.encoder.kernels.packed_runs import Runs

REGISTERED = "ner_lab.models.encoder.kernels.registered_attention"  # imports transformers
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
    import_module(REGISTERED)  # transformers may have no such registry
    own = kernel != "attention" or hasattr(torch, "_softmax_backward_data")
    return "" if own else f"torch {torch.__version__} has no _softmax_backward_data"


def allow_packing(model: Any, own_gradient: bool = True) -> None:
    """Lets a transformer read packed rows, if its architecture can.

    Args:
        model: of `transformers`.
        own_gradient: attention with dropout has its gradient written out, and draws its dropout as `keep_mask` does.
    """
    if model.config.model_type in FIRST_POSITION:
        import_module(REGISTERED)
        model.set_attn_implementation(OWN_GRADIENT if own_gradient else NAME)


def can_pack(model: Any) -> bool:
    return model.config._attn_implementation in (NAME, OWN_GRADIENT)


def filling(subwords: int) -> int:
    """How many positions a packed row is filled up with: an eighth of it at most, or 8; and at least one.

    oneDNN prepares itself for every new shape of a product, so there shall be few; yet a short sentence by itself shall
    not be computed three times over.
    """
    step = min(64, max(8, 2 ** (subwords.bit_length() - 1) // 8))
    return step - subwords % step


def read_packed(
    model: Any,
    input_ids_RS: Tensor,
    attention_mask_RS: Tensor,
    call: Callable[..., Tensor],
    states_RSE: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`hidden_PD` of the P subwords that are no padding, and where they stand in the flattened R * S positions."""
    S = input_ids_RS.shape[1]
    real_RS = attention_mask_RS.bool()
    length_R = real_RS.sum(1)
    # What is only read comes in batches of few different lengths; in a training, rows in any order draw their dropout.
    order_R = torch.arange(len(length_R)) if model.training else length_R.argsort(stable=True)
    real_RS, length_R = real_RS[order_R], length_R[order_R]
    offset_P = torch.arange(S).expand_as(real_RS)[real_RS]
    position_P = (order_R * S).repeat_interleave(length_R) + offset_P
    fill = filling(len(position_P))
    groups: Groups | Runs = Runs.of(length_R.tolist(), fill)
    if model.training:
        groups = Groups.of(length_R.tolist(), fill, model.config.num_attention_heads)
    states_1PE = None
    if states_RSE is not None:
        states_1PE = functional.pad(states_RSE.flatten(0, 1)[position_P], (0, 0, 0, fill))[None]
    hidden_1PD = call(
        model,
        states_1PE,
        input_ids=functional.pad(input_ids_RS.flatten()[position_P][None], (0, fill)),
        position_ids=functional.pad(offset_P[None], (0, fill)) + FIRST_POSITION[model.config.model_type](model.config),
        groups=groups,
    )
    return hidden_1PD[0, : len(position_P)], position_P
