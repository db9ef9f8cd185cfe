"""The one place where the encoder meets what makes it faster: `rewrite` it once, then `read_rows` through it."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from ner_lab.models.encoder.kernels.dropout import replace_dropout
from ner_lab.models.encoder.kernels.fast_linear import replace_linear
from ner_lab.models.encoder.kernels.packing import allow_packing, can_pack, read_packed
from ner_lab.models.encoder.kernels.row_groups import read_grouped


def rewrite(model: Any) -> None:
    """Puts the faster parts into a transformer of `transformers`, in place; parameters and their names stay.

    Examples:
        >>> from ner_lab.models.encoder import tiny_model
        >>> from ner_lab.models.encoder.kernels import rewrite
        >>> model = tiny_model(vocabulary_size=10)
        >>> dense = model.encoder.layer[0].output.dense
        >>> rewrite(model)
        >>> model.encoder.layer[0].output.dense is dense, type(dense).__module__
        (True, 'ner_lab.models.encoder.kernels.fast_linear')
    """
    replace_dropout(model)
    replace_linear(model)
    allow_packing(model)


def read_rows(model: Any, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> Tensor:
    """`hidden_RSD`, as one padded call of `model` gives it where `attention_mask_RS` is 1; meaningless elsewhere.

    On a CPU without padding where the architecture can, else with little of it.

    Examples:
        >>> import torch
        >>> from ner_lab.models.encoder import tiny_model
        >>> from ner_lab.models.encoder.kernels import read_rows, rewrite
        >>> model = tiny_model(vocabulary_size=10).eval()
        >>> rewrite(model)
        >>> mask_RS = torch.tensor([[1, 1, 1], [1, 0, 0]])
        >>> hidden_RSD = read_rows(model, torch.ones(2, 3, dtype=torch.long), mask_RS)
        >>> hidden_RSD.shape
        torch.Size([2, 3, 64])
    """
    # On a GPU one padded call is faster than several, and looking at the lengths would wait for it.
    if input_ids_RS.is_cuda:
        return model(input_ids=input_ids_RS, attention_mask=attention_mask_RS).last_hidden_state
    R, S = input_ids_RS.shape
    read = read_packed if can_pack(model) else read_grouped
    hidden_PD, position_P = read(model, input_ids_RS, attention_mask_RS)
    return hidden_PD.new_zeros(R * S, hidden_PD.shape[1]).index_copy(0, position_P, hidden_PD).view(R, S, -1)
