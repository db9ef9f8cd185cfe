"""Labels as directions: a cosine classifier."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.models.head import Head
from ner_lab.models.independent import Decode, IndependentPotentials, WordDecoder


class CosineHead(Head):
    r"""Softmax over scaled cosines: $\log p(y_t = k) = \log \mathrm{softmax}(s \cos(h_t, v_k))_k$.

    Lengths of hidden states and of label vectors v carry no information, so that a frequent label cannot win by a long
    vector or a large bias. Luo et al. 2018, "Cosine normalization: using cosine similarity instead of dot product in
    neural networks"; Gidaris and Komodakis 2018, "Dynamic few-shot visual learning without forgetting", whose learned
    scale s this uses.

    Args:
        width, labels: see `Head`.
        scale: s at the start of training, above 0. It bounds confidence: with K labels no probability exceeds
            1 / (1 + (K - 1) exp(-2 s)).
        learn_scale: whether s is trained (as log s, so that it stays positive).
        decode: see `LinearHead`.

    Raises:
        ValueError: `scale` is not above 0, or `decode` is unknown.

    Examples:
        >>> import torch
        >>> from ner_lab.models import CosineHead
        >>> head = CosineHead(width=2, labels=["O", "B-PER", "I-PER"], scale=2.0)
        >>> head.vectors_KD.data = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
        >>> p = head(torch.tensor([[[1.0, 1.0], [9.0, 9.0]]]), torch.tensor([[True, True]]))
        >>> p.emissions_BWK  # twice the cosines, whatever the lengths
        tensor([[[ 1.4142,  1.4142, -1.4142],
                 [ 1.4142,  1.4142, -1.4142]]], grad_fn=<MulBackward0>)
    """

    replayable = True

    def __init__(
        self,
        width: int,
        labels: Sequence[str],
        scale: float = 10.0,
        learn_scale: bool = True,
        decode: Decode = "viterbi",
    ) -> None:
        super().__init__(width, labels)
        if not 0 < scale < float("inf"):
            raise ValueError(f"scale is a number above 0, not {scale!r} (model.head.scale)")
        self.vectors_KD = nn.Parameter(torch.empty(len(self.labels), width))
        nn.init.normal_(self.vectors_KD)  # only directions matter, and these are uniform
        self.log_scale = nn.Parameter(torch.tensor(float(scale)).log(), requires_grad=learn_scale)
        self.decoder = WordDecoder(self.labels, decode)

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> IndependentPotentials:
        dtype = torch.promote_types(torch.promote_types(hidden_BWD.dtype, self.vectors_KD.dtype), torch.float32)
        with torch.autocast(hidden_BWD.device.type, enabled=False):
            # eps keeps the gradient finite at a hidden state of length 0, whose cosines are all 0.
            hidden_BWD = functional.normalize(hidden_BWD.to(dtype), dim=-1, eps=1e-6)
            vectors_KD = functional.normalize(self.vectors_KD.to(dtype), dim=-1, eps=1e-6)
            emissions_BWK = self.log_scale.to(dtype).exp() * functional.linear(hidden_BWD, vectors_KD)
        return IndependentPotentials(emissions_BWK, mask_BW, self.labels, self.decoder)
