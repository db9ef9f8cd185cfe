"""The encoder alone as CUDA graphs: what is only read, and trainings whose head or loss cannot be replayed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from ner_lab.models.encoder.kernels.graphs import Graphs
from ner_lab.models.encoder.kernels.packing import FIRST_POSITION
from ner_lab.models.encoder.kernels.padded_shapes import limits, padded, padded_size

# Subwords of a batch that is only read: for more of them computing takes longer than launching, and where batches are
# as large as the memory allows, hardly any two have one shape.
MOST_READ = 8192


class EncoderGraphs:
    """The recordings of an encoder's model; see `read`.

    Args:
        model: of `transformers`, on a GPU.
        record: see `Graphs`.
    """

    def __init__(self, model: Any, record: Callable[..., Any] | None = None) -> None:
        self.pad_id, self.longest = limits(model)
        self.graphs = Graphs("the encoder runs", model, lambda ids_RS, mask_RS: plain(model, ids_RS, mask_RS), record)

    def read(self, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> Tensor | None:
        """`hidden_RSD` as the model gives it where the mask is 1; None where it has to be asked itself."""
        if self.graphs.given_up:
            return None
        if not self.longest:
            self.graphs.give_up(f"as it is none of {', '.join(FIRST_POSITION)}")
            return None
        R, S = input_ids_RS.shape
        if R * S > MOST_READ and not (self.graphs.module.training and torch.is_grad_enabled()):
            return None
        if (size := padded_size(R, S, self.longest)) is None:
            return None
        hidden_RSD = self.graphs.call(size, lambda: padded(input_ids_RS, attention_mask_RS, size, self.pad_id))
        return None if hidden_RSD is None else hidden_RSD[:R, :S]


def plain(model: Any, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
    """`hidden_RSD` of the model itself, 0 on padding; its mask has four axes, at which transformers does not look, as
    it would have to wait for the device to see whether there is any padding."""
    hidden_RSD = model(input_ids=ids_RS, attention_mask=mask_RS[:, None, None, :].bool()).last_hidden_state
    return hidden_RSD * mask_RS[..., None].to(hidden_RSD.dtype)
