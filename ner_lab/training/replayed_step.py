"""The training step on a GPU as one recording a shape: encoder, head and loss, and back.

The encoder's own recordings leave a hundred small kernels to be launched around them. Here all of it is replayed, for
heads and losses that say that they are `replayable`; with others, and where the recording fails, the encoder alone is.
What a loss logs is part of what is replayed: the tensors of a recording are those of its last replay.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.losses.loss import replays
from ner_lab.models.encoder.kernels.encoder_graphs import plain
from ner_lab.models.encoder.kernels.graphs import Graphs
from ner_lab.models.encoder.kernels.padded_shapes import limits, padded, padded_size
from ner_lab.types import Batch


class ReplayedStep:
    """From a batch to its loss, replayed; see `loss`.

    Args:
        tagger: it has `encoder`, `label` (from `hidden_BWD` to potentials) and `loss`.
        record: see `Graphs`.
    """

    def __init__(self, tagger: Any, record: Callable[..., Any] | None = None) -> None:
        self.tagger = tagger
        self.pad_id, self.longest = limits(tagger.encoder.model)
        self.graphs = Graphs("head and loss run", tagger, self._of_padded, record)
        self.logged: list[str] = []

    @staticmethod
    def unsuited(tagger: Any) -> str:
        """Which part of a tagger may do other things for other batches of a shape; "" where none does."""
        if (pooling := tagger.encoder.reads["pooling"]) != "first":
            return f"model.encoder.pooling={pooling}"
        parts: list[nn.Module] = [tagger.between, tagger.head, tagger.loss]
        return next((type(part).__name__ for part in parts if not replays(part)), "")

    def loss(self, batch: Batch) -> Tensor | None:
        """The loss of a batch, with what it logs in its `logged`; None where the tagger has to be asked itself."""
        if self.graphs.given_up or not self.tagger.encoder.reads_as_it_is(batch):
            return None
        (R, S), (B, W) = batch.input_ids_RS.shape, batch.mask_BW.shape
        if (size := padded_size(R, S, self.longest)) is None:
            return None
        most_B, most_W = size
        if batch.labels_BW is None or most_B < B or most_W < W:  # long sentences: of several rows, or of many words
            return None
        found_V = self.graphs.call(size, lambda: padded_batch(batch, size, self.pad_id))
        if found_V is None:
            return None
        self.tagger.loss.logged = dict(zip(self.logged, found_V.detach()[1:].unbind(), strict=True))
        return found_V.view(()) if len(found_V) == 1 else found_V[0]  # the way back from one of several is two launches

    def gradients_N(self) -> Tensor | None:
        """All gradients of the tagger's weights in a row, to be changed in place; None where they are not."""
        gradients = self.graphs.shared.gradients
        return gradients.kept_N if gradients and gradients.are_all_of(self.graphs.parameters) else None

    def _of_padded(
        self, ids_RS: Tensor, attention_RS: Tensor, begin_BW: Tensor, mask_BW: Tensor, labels_BW: Tensor
    ) -> Tensor:
        """`found_V`: the loss, and what it logs, whose names are those in `self.logged`."""
        encoder = self.tagger.encoder
        # Padding reads a subword of its own: the gradients of all of it at one would be added up one after the other.
        begin_BW = torch.where(mask_BW, begin_BW, torch.arange(mask_BW.numel(), device=mask_BW.device).view_as(mask_BW))
        hidden_BWD = encoder.pooled(plain(encoder.model, ids_RS, attention_RS), begin_BW, begin_BW + 1, mask_BW)
        potentials, hidden_BWE = self.tagger.label(hidden_BWD, mask_BW)
        loss: Tensor = self.tagger.loss.of_padded(potentials, labels_BW, hidden_BWE)
        # An autograd graph that stays alive makes the next recording fail.
        logged = self.tagger.loss.logged = {name: value.detach() for name, value in self.tagger.loss.logged.items()}
        self.logged = sorted(logged)
        return torch.stack([loss, *(logged[name].to(loss.dtype) for name in self.logged)])


def padded_batch(batch: Batch, size: tuple[int, int], pad_id: int) -> tuple[Tensor, ...]:
    """Ids, attention mask, first subwords, mask and labels, with as many sentences as rows and words as subwords."""
    S, (B, W) = batch.input_ids_RS.shape[1], batch.mask_BW.shape
    rows = padded(batch.input_ids_RS, batch.attention_mask_RS, size, pad_id)
    begin_BW, more = batch.begin_BW, (0, size[1] - W, 0, size[0] - B)
    if size[1] > S:  # rows are longer now
        begin_BW = begin_BW + begin_BW // S * (size[1] - S)
    assert batch.labels_BW is not None
    labels_BW = functional.pad(batch.labels_BW, more, value=-1)
    return *rows, functional.pad(begin_BW, more), functional.pad(batch.mask_BW, more), labels_BW
