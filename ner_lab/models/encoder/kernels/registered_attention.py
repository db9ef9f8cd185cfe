"""`packed_attention` as an attention of transformers, by the names that its models choose one with."""

from __future__ import annotations

from functools import partial
from typing import Any

from torch import Tensor
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import ALL_MASK_ATTENTION_FUNCTIONS, sdpa_mask
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from ner_lab.models.encoder.kernels.packed_attention import NAME, OWN_GRADIENT, Groups, attend_packed
from ner_lab.models.encoder.kernels.packed_runs import Runs, attend_in_runs


def attend(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    groups: Groups | Runs | None = None,
    own_gradient: bool = False,
    **settings: Any,
) -> tuple[Tensor, Tensor | None]:
    """Attention of packed rows in their groups or runs; of padded rows without any."""
    if groups is None:
        return sdpa_attention_forward(
            module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **settings
        )
    if isinstance(groups, Runs):
        return attend_in_runs(query, key, value, groups, dropout, scaling), None
    return attend_packed(query, key, value, groups, dropout, scaling, own_gradient), None


ALL_ATTENTION_FUNCTIONS.register(NAME, attend)
ALL_ATTENTION_FUNCTIONS.register(OWN_GRADIENT, partial(attend, own_gradient=True))
ALL_MASK_ATTENTION_FUNCTIONS.register(NAME, sdpa_mask)
ALL_MASK_ATTENTION_FUNCTIONS.register(OWN_GRADIENT, sdpa_mask)
