"""Words labelled independently: the potentials of every head that scores the labels of each word alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal

import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ner_lab.models.crf.scheme import best_allowed
from ner_lab.tags import continuations
from ner_lab.types import UserError

Decode = Literal["greedy", "viterbi"]


def greedy(log_probs_BWK: Tensor, mask_BW: Tensor) -> Tensor:
    """`labels_BW`, the likeliest label of each word; 0 on padding."""
    return log_probs_BWK.argmax(-1).masked_fill(~mask_BW, 0)


class IndependentPotentials:
    """`Potentials` of words that do not depend on each other, from their label scores.

    Args:
        emissions_BWK: scores of labels at words; their softmax is the label's probability.
        mask_BW: contiguous from the first word.
        labels: the K label names.
        decoder: `decoder(log_probs_BWK, mask_BW) -> labels_BW`: `greedy`, or a `WordDecoder`.

    Raises:
        UserError: the emissions are of another shape.

    Examples:
        >>> import torch
        >>> from ner_lab.models import IndependentPotentials
        >>> emissions_BWK = torch.tensor([[[0.1, 0.8, 0.1], [0.2, 0.1, 0.7]]]).log()  # one sentence of two words
        >>> p = IndependentPotentials(emissions_BWK, torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"])
        >>> p.decode()
        tensor([[1, 2]])
        >>> p.nll_B(torch.tensor([[1, 2]]))  # -log(0.8 * 0.7)
        tensor([0.5798])
        >>> p.log_probs_BWK.exp()[0, 1]
        tensor([0.2000, 0.1000, 0.7000])
        >>> [round(c, 4) for c in p.span_confidence(0, spans=[(0, 1), (0, 2)], labels_W=[1, 2])]  # 0.8 * (1 - 0.7), ...
        [0.24, 0.56]
    """

    def __init__(
        self,
        emissions_BWK: Tensor,
        mask_BW: Tensor,
        labels: Sequence[str],
        decoder: Callable[[Tensor, Tensor], Tensor] = greedy,
    ) -> None:
        if emissions_BWK.shape != (wanted := (*mask_BW.shape, len(labels))):
            raise UserError(
                f"a head must score each label at each word: emissions_BWK must have the shape {wanted} (sentences, "
                f"words, labels), got {tuple(emissions_BWK.shape)}"
            )
        self.emissions_BWK = emissions_BWK
        self.mask_BW = mask_BW
        self.labels = labels
        self.decoder = decoder

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        """Sum of the words' cross-entropies; infinite for a sentence with an unknown gold label (-1)."""
        log_probs_BW = self.log_probs_BWK.gather(2, labels_BW.clamp(min=0)[..., None])[..., 0]
        log_probs_BW = log_probs_BW.masked_fill(labels_BW < 0, -torch.inf)
        return -log_probs_BW.masked_fill(~self.mask_BW, 0).sum(1)

    @cached_property
    def log_probs_BWK(self) -> Tensor:
        return self.emissions_BWK.log_softmax(-1)

    def decode(self) -> Tensor:
        return self.decoder(self.log_probs_BWK.detach(), self.mask_BW)

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]], labels_W: Sequence[int]) -> list[float]:
        """The product over the words of the span, times the probability that the next word does not continue it."""
        words_B, probs_BWK = self._on_host
        words, probs_WK = words_B[sentence], probs_BWK[sentence]
        confidences = []
        for begin, end in spans:
            probability = 1.0
            for t in range(begin, end):
                probability *= probs_WK.item(t, labels_W[t])
            if end < words and (inside := self._inside_K[labels_W[end - 1]]) is not None:
                next_K = probs_WK[end].tolist()
                next_K[inside] = 0.0
                probability *= sum(next_K)
            confidences.append(min(1.0, probability))
        return confidences

    @cached_property
    def _inside_K(self) -> list[int | None]:
        return continuations(self.labels)

    @cached_property
    def _on_host(self) -> tuple[list[int], NDArray[Any]]:
        """All that confidences need, of a whole batch, so that no sentence waits for a GPU: the words of each sentence,
        and the probabilities of labels."""
        return self.mask_BW.sum(1).tolist(), self.log_probs_BWK.detach().float().exp().cpu().numpy()


class WordDecoder(nn.Module):
    """How independent words are decoded: `greedy`, or `viterbi` with the scheme's forbidden transitions at -inf.

    A module, because its tables follow the head to its device; it has no parameters and no state.

    Args:
        labels: the K label names, IOB2.
        decode: `greedy` or `viterbi`.

    Raises:
        ValueError: `decode` is neither.

    Examples:
        >>> import torch
        >>> from ner_lab.models import WordDecoder
        >>> log_probs_BWK = torch.tensor([[[0.6, 0.4, 0.0], [0.3, 0.1, 0.6]]]).log()
        >>> mask_BW, labels = torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"]
        >>> WordDecoder(labels, "greedy")(log_probs_BWK, mask_BW)  # O, I-PER: no entity may begin so
        tensor([[0, 2]])
        >>> WordDecoder(labels, "viterbi")(log_probs_BWK, mask_BW)  # B-PER, I-PER
        tensor([[1, 2]])
    """

    inside_J: Tensor
    before_J: Tensor

    def __init__(self, labels: Sequence[str], decode: Decode) -> None:
        super().__init__()
        if decode not in ("greedy", "viterbi"):
            raise ValueError(f"decode is 'greedy' or 'viterbi', not {decode!r} (model.head.decode)")
        self.decode = decode
        index = {label: k for k, label in enumerate(labels)}
        inside = [label for label in labels if label.startswith("I-")]
        self.register_buffer("inside_J", torch.tensor([index[label] for label in inside], dtype=torch.long), False)
        before = [index.get(f"B-{label[2:]}", index[label]) for label in inside]
        self.register_buffer("before_J", torch.tensor(before, dtype=torch.long), False)

    def forward(self, log_probs_BWK: Tensor, mask_BW: Tensor) -> Tensor:
        """`labels_BW`, 0 on padding."""
        if self.decode == "greedy":
            return greedy(log_probs_BWK, mask_BW)
        return best_allowed(log_probs_BWK, mask_BW, self.inside_J, self.before_J)
