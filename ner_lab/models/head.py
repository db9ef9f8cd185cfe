"""The contract of every head: hidden states of words in, potentials out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from torch import Tensor, nn

from ner_lab.types import Potentials


class Head(nn.Module, ABC):
    """Turns hidden states into `Potentials`. Built by the run as `Head(width=D, labels=labels, **config)`.

    Args:
        width: D, the size of a word's hidden state.
        labels: the K label names, IOB2, `O` first; their order is the model's.
    """

    def __init__(self, width: int, labels: Sequence[str]) -> None:
        super().__init__()
        self.width = width
        self.labels = tuple(labels)

    @abstractmethod
    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Potentials:
        """Potentials of a batch; `mask_BW` (bool) is contiguous from the first word."""
