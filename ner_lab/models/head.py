"""The contract of every head, hidden states of words in and potentials out, and the layer with which most begin."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.types import Potentials


class Head(nn.Module, ABC):
    """Turns hidden states into `Potentials`. Built by the run as `Head(width=D, labels=labels, **config)`.

    A head that scores the labels of each word alone returns `IndependentPotentials` of its scores and is done.

    Args:
        width: D, the size of a word's hidden state.
        labels: the K label names, IOB2, `O` first; their order is the model's.

    Attributes:
        replayable: whether potentials and their likelihood consist of the same operations for every batch of a shape,
            and ask no tensor for a number (see `ner_lab.losses.Loss`).

    Examples:
        >>> import torch
        >>> from ner_lab.models import Head, IndependentPotentials
        >>> class FirstNumbers(Head):
        ...     def forward(self, hidden_BWD, mask_BW):
        ...         return IndependentPotentials(hidden_BWD[..., : len(self.labels)], mask_BW, self.labels)
        >>> head = FirstNumbers(width=4, labels=["O", "B-PER", "I-PER"])
        >>> hidden_BWD = torch.tensor([[[0.0, 2.0, 1.0, 0.0], [3.0, 0.0, 1.0, 0.0]]])
        >>> head(hidden_BWD, mask_BW=torch.tensor([[True, True]])).decode()
        tensor([[1, 0]])
    """

    replayable = False

    def __init__(self, width: int, labels: Sequence[str]) -> None:
        super().__init__()
        self.width = width
        self.labels = tuple(labels)

    @abstractmethod
    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Potentials:
        """Potentials of a batch; `mask_BW` (bool) is contiguous from the first word."""


class Emission(nn.Linear):
    """A linear layer `hidden_BWD -> emissions_BWK` in float32 (float64 for float64 input) under any autocast.

    bfloat16 scores keep three digits, too few for a sum over a sentence; the layer is K columns wide, so full precision
    costs next to nothing.

    Examples:
        >>> import torch
        >>> from ner_lab.models import Emission
        >>> emission = Emission(4, 3)  # D, K
        >>> with torch.autocast("cpu", dtype=torch.bfloat16):
        ...     emissions_BWK = emission(torch.zeros(1, 2, 4, dtype=torch.bfloat16))
        >>> emissions_BWK.shape, emissions_BWK.dtype
        (torch.Size([1, 2, 3]), torch.float32)
    """

    def forward(self, hidden_BWD: Tensor) -> Tensor:
        weight_KD, bias_K = self.weight, self.bias
        dtype = torch.promote_types(torch.promote_types(hidden_BWD.dtype, weight_KD.dtype), torch.float32)
        with torch.autocast(hidden_BWD.device.type, enabled=False):
            return functional.linear(hidden_BWD.to(dtype), weight_KD.to(dtype), bias_K.to(dtype))
