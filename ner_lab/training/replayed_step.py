"""The training step on a GPU as one recording a shape: encoder, head and loss, and back.

The encoder's own recordings leave a hundred small kernels to be launched around them. Here all of it is replayed, for
heads and losses that say that they are `replayable`; with others, and where the recording fails, the encoder alone is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch import Tensor, nn
from torch.nn import functional

from ner_lab.models.encoder.kernels.graphs import Graphs, limits, padded, padded_size, plain
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

    @staticmethod
    def suits(tagger: Any) -> bool:
        """Whether every part of a tagger does the same for all batches of a shape, whatever is in them."""
        parts: list[nn.Module] = [tagger.between, tagger.head, tagger.loss]
        # A class that inherits from one that is replayable may do something else.
        replayable = all("replayable" in vars(type(part)) and part.replayable for part in parts)
        return replayable and tagger.encoder.reads["pooling"] == "first"

    def loss(self, batch: Batch) -> Tensor | None:
        """The loss of a batch; None where the tagger has to be asked itself."""
        if self.graphs.given_up or not self.tagger.encoder.reads_as_it_is(batch):
            return None
        if (given := padded_batch(batch, self.pad_id, self.longest)) is None:
            return None
        return self.graphs.call(*given)

    def _of_padded(
        self, ids_RS: Tensor, attention_RS: Tensor, begin_BW: Tensor, mask_BW: Tensor, labels_BW: Tensor
    ) -> Tensor:
        encoder = self.tagger.encoder
        hidden_BWD = encoder.pooled(plain(encoder.model, ids_RS, attention_RS), begin_BW, begin_BW + 1, mask_BW)
        potentials, hidden_BWE = self.tagger.label(hidden_BWD, mask_BW)
        loss: Tensor = self.tagger.loss(potentials, labels_BW, hidden_BWE)
        return loss


def padded_batch(batch: Batch, pad_id: int, longest: int) -> tuple[Tensor, ...] | None:
    """Ids, attention mask, first subwords, mask and labels in one of few shapes: as many sentences as rows, and as many
    words as subwords in a row. None of a batch for which there is no shape, such as one of very long sentences."""
    (R, S), (B, W) = batch.input_ids_RS.shape, batch.mask_BW.shape
    size = padded_size(R, S, longest)
    if size is None or batch.labels_BW is None or size[0] < B or size[1] < W:
        return None
    rows = padded(batch.input_ids_RS, batch.attention_mask_RS, pad_id, longest)
    assert rows is not None
    begin_BW = batch.begin_BW
    if size[1] > S:  # rows are longer now
        begin_BW = begin_BW + begin_BW // S * (size[1] - S)
    more = (0, size[1] - W, 0, size[0] - B)
    labels_BW = functional.pad(batch.labels_BW, more, value=-1)
    return *rows, functional.pad(begin_BW, more), functional.pad(batch.mask_BW, more), labels_BW
