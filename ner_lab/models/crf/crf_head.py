"""Linear-chain conditional random field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from ner_lab.models.crf.chain import mixing_steps
from ner_lab.models.crf.potentials import CRFPotentials
from ner_lab.models.crf.pytorch_crf import PytorchCRFPotentials
from ner_lab.models.crf.scheme import allowed_transitions, few_of_each_kind
from ner_lab.models.head import Emission, Head


class CRFHead(Head):
    r"""$p(y | h) \propto \exp(start_{y_1} + \sum_t (A h_t + b)_{y_t} + \sum_t trans_{y_{t-1}, y_t} + end_{y_W})$.

    Lafferty, McCallum and Pereira 2001, "Conditional random fields"; on top of a neural encoder, Lample et al. 2016,
    "Neural architectures for named entity recognition". Sequences that the tag scheme forbids have probability 0, in
    training and in decoding. All of it runs in float32 (float64 for float64 input) under any autocast.

    Args:
        width, labels: see `Head`.
        backend: `native`, the implementation of this package, or `pytorch-crf`, the library of that name for the
            likelihood and for decoding; both have the same parameters and the same checkpoints.

    Raises:
        ValueError: `backend` is neither.

    Examples:
        >>> import torch
        >>> from ner_lab.models import CRFHead
        >>> head = CRFHead(width=4, labels=["O", "B-PER", "I-PER"])
        >>> _ = torch.nn.init.zeros_(head.emission.weight), torch.nn.init.zeros_(head.emission.bias)
        >>> p = head(hidden_BWD=torch.randn(1, 2, 4), mask_BW=torch.tensor([[True, True]]))
        >>> p.nll_B(torch.tensor([[1, 2]]))  # nothing learnt, and 5 of the 9 sequences are allowed: log 5
        tensor([1.6094], grad_fn=<PathNLLBackward>)
        >>> p.log_probs_BWK.exp()  # token marginals: no entity begins with I-PER
        tensor([[[0.4000, 0.6000, 0.0000],
                 [0.4000, 0.4000, 0.2000]]], grad_fn=<ExpBackward0>)
        >>> head.emission.bias.data = torch.tensor([0.0, 0.0, 5.0])  # it would rather say I-PER
        >>> head(torch.randn(1, 2, 4), torch.tensor([[True, True]])).decode()
        tensor([[1, 2]])
    """

    replayable = True
    start_allowed_K: Tensor
    trans_allowed_KK: Tensor

    def __init__(self, width: int, labels: Sequence[str], backend: Literal["native", "pytorch-crf"] = "native") -> None:
        super().__init__(width, labels)
        if backend not in ("native", "pytorch-crf"):
            raise ValueError(f"backend is 'native' or 'pytorch-crf', not {backend!r} (model.head.backend)")
        self.backend, self.replayable = backend, backend == "native"
        K = len(self.labels)
        self.emission = Emission(width, K)
        self.start_K = nn.Parameter(torch.zeros(K))
        self.trans_KK = nn.Parameter(torch.zeros(K, K))
        self.end_K = nn.Parameter(torch.zeros(K))
        start_K, follow_KK = allowed_transitions(self.labels)
        self.register_buffer("start_allowed_K", start_K, persistent=False)
        self.register_buffer("trans_allowed_KK", follow_KK, persistent=False)
        self.mixing_steps = mixing_steps(*allowed_transitions(few_of_each_kind(self.labels)))

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> CRFPotentials:
        emissions_BWK = self.emission(hidden_BWD)
        dtype = emissions_BWK.dtype
        scores = (
            torch.where(self.start_allowed_K, self.start_K.to(dtype), -torch.inf),
            torch.where(self.trans_allowed_KK, self.trans_KK.to(dtype), -torch.inf),
            self.end_K.to(dtype),
        )
        potentials = CRFPotentials if self.backend == "native" else PytorchCRFPotentials
        return potentials(emissions_BWK, mask_BW, *scores, self.labels, self.mixing_steps)
