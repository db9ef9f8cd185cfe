"""Encoder, layers between and head: all that a prediction needs of a tagger, without what trains it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from ner_lab.models.encoder.kernels.dropout import Dropout
from ner_lab.types import Batch, Potentials, UserError


class TaggingNetwork(nn.Module):
    """From batches to potentials. `Tagger` trains one; a run that is only read is one.

    Args:
        encoder: `encoder(batch) -> hidden_BWD`.
        between: `between(hidden_BWD, mask_BW) -> hidden_BWE`.
        head: `head(hidden_BWE, mask_BW) -> Potentials`.
        labels: the IOB2 labels, in the order of the head's outputs.
        dropout: share of the word states dropped before `between`.
    """

    encoder: Any  # a module of any kind, with what the rooms above ask it for

    def __init__(
        self, encoder: nn.Module, between: nn.Module, head: nn.Module, labels: Sequence[str], dropout: float = 0.1
    ) -> None:
        super().__init__()
        self.encoder, self.between, self.head = encoder, between, head
        self.dropout = (Dropout if "dropout" in getattr(encoder, "kernels", ()) else nn.Dropout)(dropout)
        self.labels = tuple(labels)

    def forward(self, batch: Batch) -> tuple[Potentials, Tensor]:
        """Potentials of the batch, and the hidden states the head saw (`hidden_BWE`)."""
        return self.label(self.encoder(batch), batch.mask_BW)

    def label(self, hidden_BWD: Tensor, mask_BW: Tensor) -> tuple[Potentials, Tensor]:
        """The same from the encoder's states of words."""
        hidden_BWE = self.between(self.dropout(hidden_BWD), mask_BW)
        potentials = self.head(hidden_BWE, mask_BW)
        if missing := [
            name for name in ("mask_BW", "nll_B", "decode", "span_confidence") if not hasattr(potentials, name)
        ]:
            raise UserError(
                f"head {type(self.head).__name__}: forward must give Potentials, such as ner_lab.models."
                f"IndependentPotentials of its scores; it gave a {type(potentials).__name__} without {missing[0]}"
            )
        return potentials, hidden_BWE
