"""Words labelled independently."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from ner_lab.models.crf.decode import viterbi
from ner_lab.models.emission import Emission
from ner_lab.models.head import Head
from ner_lab.tags import allowed_transitions

Decode = Literal["greedy", "viterbi"]


class LinearHead(Head):
    """Softmax over labels at each word: log p(y_t = k) = log softmax(A h_t + b)_k.

    Args:
        width, labels: see `Head`.
        decode: `greedy` takes the likeliest label of each word; `viterbi` the likeliest sequence that the scheme allows
            (no `I-X` after anything but `B-X` or `I-X`). Training is the same.

    Raises:
        ValueError: `decode` is neither.
    """

    def __init__(self, width: int, labels: Sequence[str], decode: Decode = "greedy") -> None:
        super().__init__(width, labels)
        self.emission = Emission(width, len(self.labels))
        self.constraint = Constraint(self.labels, decode)

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> IndependentPotentials:
        return IndependentPotentials(self.emission(hidden_BWD), mask_BW, self.labels, self.constraint)


class Constraint(torch.nn.Module):
    """How independent words are decoded: `greedy`, or `viterbi` with the scheme's forbidden transitions at -inf."""

    start_K: Tensor
    trans_KK: Tensor

    def __init__(self, labels: Sequence[str], decode: Decode) -> None:
        super().__init__()
        if decode not in ("greedy", "viterbi"):
            raise ValueError(f"decode is 'greedy' or 'viterbi', not {decode!r} (model.head.decode)")
        self.decode = decode
        start, follow = allowed_transitions(labels)
        self.register_buffer("start_K", torch.zeros(len(start)).masked_fill(~torch.tensor(start), -torch.inf), False)
        self.register_buffer(
            "trans_KK", torch.zeros(len(start), len(start)).masked_fill(~torch.tensor(follow), -torch.inf), False
        )

    def forward(self, log_probs_BWK: Tensor, mask_BW: Tensor) -> Tensor:
        """`labels_BW`, 0 on padding."""
        if self.decode == "greedy":
            return log_probs_BWK.argmax(-1).masked_fill(~mask_BW, 0)
        dtype = log_probs_BWK.dtype
        start_K = self.start_K.to(dtype)
        return viterbi(log_probs_BWK, mask_BW, start_K, self.trans_KK.to(dtype), torch.zeros_like(start_K))


class IndependentPotentials:
    """`Potentials` of words that do not depend on each other, from their label scores `emissions_BWK`."""

    def __init__(self, emissions_BWK: Tensor, mask_BW: Tensor, labels: Sequence[str], constraint: Constraint) -> None:
        self.emissions_BWK = emissions_BWK
        self.mask_BW = mask_BW
        self.labels = labels
        self.constraint = constraint

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        """Sum of the words' cross-entropies; infinite for a sentence with an unknown gold label (-1)."""
        log_probs_BW = self.log_probs_BWK.gather(2, labels_BW.clamp(min=0)[..., None])[..., 0]
        log_probs_BW = log_probs_BW.masked_fill(labels_BW < 0, -torch.inf)
        return -log_probs_BW.masked_fill(~self.mask_BW, 0).sum(1)

    @cached_property
    def log_probs_BWK(self) -> Tensor:
        return self.emissions_BWK.log_softmax(-1)

    def decode(self) -> Tensor:
        return self.constraint(self.log_probs_BWK.detach(), self.mask_BW)

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]], labels_W: Sequence[int]) -> list[float]:
        """The product over the words of the span, times the probability that the next word does not continue it."""
        words = int(self.mask_BW[sentence].sum())
        probs_WK = self.log_probs_BWK[sentence, :words].detach().exp().tolist()
        confidences = []
        for begin, end in spans:
            probability = 1.0
            for t in range(begin, end):
                probability *= probs_WK[t][labels_W[t]]
            inside = continuation(self.labels, labels_W[end - 1])
            if end < words and inside is not None:
                probability *= sum(p for k, p in enumerate(probs_WK[end]) if k != inside)
            confidences.append(min(1.0, probability))
        return confidences


def continuation(labels: Sequence[str], label: int) -> int | None:
    """The label that continues an entity whose last word has this label: `I-X` after `B-X` or `I-X`, None after `O`."""
    inside = f"I-{labels[label][2:]}"
    return labels.index(inside) if labels[label] != "O" and inside in labels else None
