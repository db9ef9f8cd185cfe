"""Optional layers between encoder and head: `layer(hidden_BWD, mask_BW) -> hidden_BWE`, with `layer.width` = E.

`replayable` says of a layer that it does the same for all batches of a shape (see `ner_lab.losses.Loss`).
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Nothing(nn.Module):
    """The head reads the encoder's words directly.

    Args:
        width: D of the encoder.

    Examples:
        >>> import torch
        >>> from ner_lab.models import Nothing
        >>> hidden_BWD = torch.randn(1, 2, 4)
        >>> Nothing(width=4)(hidden_BWD, torch.tensor([[True, True]])) is hidden_BWD
        True
    """

    replayable = True

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Tensor:
        return hidden_BWD


class BiLSTM(nn.Module):
    """A bidirectional LSTM over the words (Huang, Xu and Yu 2015, "Bidirectional LSTM-CRF models").

    Args:
        width: D of the encoder.
        size: units of each direction; the head sees twice as many.
        layers: stacked LSTM layers.

    Examples:
        >>> import torch
        >>> from ner_lab.models import BiLSTM
        >>> layer = BiLSTM(width=4, size=3)
        >>> layer.width
        6
        >>> layer(torch.randn(1, 2, 4), mask_BW=torch.tensor([[True, True]])).shape
        torch.Size([1, 2, 6])
    """

    def __init__(self, width: int, size: int = 128, layers: int = 1) -> None:
        super().__init__()
        self.width = 2 * size
        self.lstm = nn.LSTM(width, size, num_layers=layers, bidirectional=True, batch_first=True)

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Tensor:
        # Packing keeps the backward direction from reading the padding first.
        lengths_B = mask_BW.sum(1).clamp_min(1).cpu()
        packed = pack_padded_sequence(hidden_BWD, lengths_B, batch_first=True, enforce_sorted=False)
        return pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=mask_BW.shape[1])[0]


class MLP(nn.Module):
    """One hidden layer with GELU.

    Args:
        width: D of the encoder.
        size: units of the hidden layer, which the head sees.

    Examples:
        >>> import torch
        >>> from ner_lab.models import MLP
        >>> layer = MLP(width=4, size=3)
        >>> layer(torch.randn(1, 2, 4), mask_BW=torch.tensor([[True, True]])).shape
        torch.Size([1, 2, 3])
    """

    replayable = True

    def __init__(self, width: int, size: int = 256) -> None:
        super().__init__()
        self.width = size
        self.layer = nn.Sequential(nn.Linear(width, size), nn.GELU())

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Tensor:
        return self.layer(hidden_BWD)
