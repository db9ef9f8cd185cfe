"""A linear layer and a softmax at each word."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ner_lab.models.head import Emission, Head
from ner_lab.models.independent import Decode, IndependentPotentials, WordDecoder


class LinearHead(Head):
    r"""Softmax over labels at each word: $\log p(y_t = k) = \log \mathrm{softmax}(A h_t + b)_k$.

    Args:
        width, labels: see `Head`.
        decode: `viterbi` takes the likeliest label sequence that the scheme allows (no `I-X` after anything but `B-X`
            or `I-X`), `greedy` the likeliest label of each word. Training is the same.

    Raises:
        ValueError: `decode` is neither.

    Examples:
        >>> import torch
        >>> from ner_lab.models import LinearHead
        >>> head = LinearHead(width=4, labels=["O", "B-PER", "I-PER"])
        >>> _ = torch.nn.init.zeros_(head.emission.weight), torch.nn.init.zeros_(head.emission.bias)
        >>> p = head(hidden_BWD=torch.randn(1, 2, 4), mask_BW=torch.tensor([[True, True]]))
        >>> p.nll_B(torch.tensor([[1, 2]]))  # two words, three labels, nothing learnt: 2 log 3
        tensor([2.1972], grad_fn=<NegBackward0>)
    """

    replayable = True

    def __init__(self, width: int, labels: Sequence[str], decode: Decode = "viterbi") -> None:
        super().__init__(width, labels)
        self.emission = Emission(width, len(self.labels))
        self.decoder = WordDecoder(self.labels, decode)

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> IndependentPotentials:
        return IndependentPotentials(self.emission(hidden_BWD), mask_BW, self.labels, self.decoder)
