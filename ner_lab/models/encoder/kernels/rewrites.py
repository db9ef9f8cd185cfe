"""The one place where the encoder meets what makes it faster: `rewrite` it once, then `read_rows` through it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from torch import Tensor

if TYPE_CHECKING:
    from ner_lab.models.encoder.kernels.encoder_graphs import EncoderGraphs

# In the order in which the probe tries them: each is judged on top of those before it. Those of a GPU try themselves.
ON_CPU, ON_GPU = ("packing", "linear", "embedding", "rounded", "attention", "dropout"), ("graphs",)
KERNELS = (*ON_CPU, *ON_GPU)
_FILES = {
    "packing": "packing",
    "attention": "packing",
    "linear": "fast_linear",
    "rounded": "rounded_linear",
    "dropout": "dropout",
    "embedding": "embedding",
    "graphs": "graphs",
}


@cache
def missing() -> dict[str, str]:
    """Kernels that cannot be had, and why: they stand on private functions of torch and transformers."""
    found = {}
    for name in KERNELS:
        try:
            if reason := import_module(f"{__package__}.{_FILES[name]}").lacks(name):
                found[name] = reason
        except (ImportError, AttributeError) as error:
            found[name] = str(error)
    return found


def rewrite(model: Any, kernels: Collection[str]) -> None:
    """Puts kernels into a transformer of `transformers`, in place; parameters and their names stay.

    Args:
        model: of `transformers`.
        kernels: some of `KERNELS`; without any the model stays as it is.

    Examples:
        >>> from ner_lab.models.encoder import tiny_model
        >>> from ner_lab.models.encoder.kernels import rewrite
        >>> model = tiny_model(vocabulary_size=10)
        >>> dense = model.encoder.layer[0].output.dense
        >>> rewrite(model, ["linear"])
        >>> model.encoder.layer[0].output.dense is dense, type(dense).__module__
        (True, 'ner_lab.models.encoder.kernels.fast_linear')
    """
    if "dropout" in kernels:
        from ner_lab.models.encoder.kernels.dropout import replace_dropout

        replace_dropout(model)
    if "linear" in kernels:
        from ner_lab.models.encoder.kernels.fast_linear import replace_linear

        replace_linear(model)
    if "embedding" in kernels:
        from ner_lab.models.encoder.kernels.embedding import replace_embedding

        replace_embedding(model)
    if "packing" in kernels:
        from ner_lab.models.encoder.kernels.packing import allow_packing

        allow_packing(model, own_gradient="attention" in kernels)


def last_states(model: Any, states: Tensor | None = None, **inputs: Any) -> Tensor:
    """`hidden_RSD` of a model's highest layer."""
    return model(**inputs).last_hidden_state


def read_rows(
    model: Any,
    input_ids_RS: Tensor,
    attention_mask_RS: Tensor,
    kernels: Collection[str],
    recordings: EncoderGraphs | None = None,
    call: Callable[..., Tensor] = last_states,
    states_RSE: Tensor | None = None,
) -> Tensor:
    """`hidden_RSD`, as one padded call of `model` gives it where `attention_mask_RS` is 1; meaningless elsewhere.

    On a GPU from `recordings`, if it has any. With `packing` on a CPU without padding where the architecture can, else
    with little of it. `call` says what is asked of the model, and `states_RSE` is what it is told of these rows.

    Examples:
        >>> import torch
        >>> from ner_lab.models.encoder import tiny_model
        >>> from ner_lab.models.encoder.kernels import read_rows, rewrite
        >>> model = tiny_model(vocabulary_size=10).eval()
        >>> rewrite(model, ["packing"])
        >>> mask_RS = torch.tensor([[1, 1, 1], [1, 0, 0]])
        >>> hidden_RSD = read_rows(model, torch.ones(2, 3, dtype=torch.long), mask_RS, ["packing"])
        >>> hidden_RSD.shape
        torch.Size([2, 3, 64])
    """
    # On a GPU one padded call is faster than several, and looking at the lengths would wait for it.
    if "packing" not in kernels or input_ids_RS.is_cuda:
        recorded = recordings.read(input_ids_RS, attention_mask_RS) if recordings and input_ids_RS.is_cuda else None
        if recorded is not None:
            return recorded
        return call(model, states_RSE, input_ids=input_ids_RS, attention_mask=attention_mask_RS)
    from ner_lab.models.encoder.kernels.packing import can_pack, read_packed
    from ner_lab.models.encoder.kernels.row_groups import read_grouped

    R, S = input_ids_RS.shape
    read = read_packed if can_pack(model) else read_grouped
    hidden_PD, position_P = read(model, input_ids_RS, attention_mask_RS, call, states_RSE)
    return hidden_PD.new_zeros(R * S, hidden_PD.shape[1]).index_copy(0, position_P, hidden_PD).view(R, S, -1)
