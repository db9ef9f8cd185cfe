"""What a CRF says about a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ner_lab.models.crf.autograd import LogMarginals, Messages, PathNLL
from ner_lab.models.crf.chain import Chain, full_precision
from ner_lab.models.crf.decode import k_best, viterbi
from ner_lab.models.crf.kernel_trial import kernels_for
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.crf.probability_messages import ProbabilityMessages
from ner_lab.models.crf.scan_messages import ScanMessages
from ner_lab.tags import continuations
from ner_lab.types import UserError

# Largest fall of a message, in nats, that probability space may meet: float32 holds exp(-87) in full precision, float64
# exp(-708); the rest is room for the K^n paths that share a sum and for the gradients that are divided by messages.
SAFE_FALL = {torch.float32: 60.0, torch.float64: 600.0}

# Numbers in the matrices of a scan above which a GPU runs step by step instead: 256 MiB in float32.
SCAN_NUMBERS = 2**26


class CRFPotentials:
    """`Potentials` of a chain: emissions, and start, transition and end scores with -inf where the scheme forbids.

    The messages of forward-backward are computed once, on first use, for likelihood, marginals and confidences alike.

    Args:
        emissions_BWK: scores of labels at words, finite.
        mask_BW: contiguous from the first word; rows may be empty.
        start_K, trans_KK, end_K: scores of the first label, of [previous][next], and of the last label; -inf forbids.
        labels: the K label names.
        mixing_steps: in how many steps every label leads to every other, 2 for IOB2 (`chain.mixing_steps`); None where
            that is unknown, and messages are then passed in log space.

    Examples:
        >>> import torch
        >>> from ner_lab.models.crf import CRFPotentials
        >>> emissions_BWK = torch.tensor([[[1.0, 2.0, 1.0], [1.0, 1.0, 2.0]]]).log()  # weights of O, B-A, I-A
        >>> start_K = torch.tensor([0.0, 0.0, -torch.inf])  # I-A begins no sentence
        >>> trans_KK = torch.tensor([[0.0, 0.0, -torch.inf], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])  # nor follows O
        >>> links = start_K, trans_KK, torch.zeros(3)
        >>> mask_BW, labels = torch.tensor([[True, True]]), ["O", "B-A", "I-A"]
        >>> p = CRFPotentials(emissions_BWK, mask_BW, *links, labels, mixing_steps=2)
        >>> p.decode()
        tensor([[1, 2]])
        >>> p.nll_B(torch.tensor([[1, 2]]))  # weight 4 of the 10 of all five sequences that are allowed: log 2.5
        tensor([0.9163])
        >>> labels_BNW, log_probs_BN = p.k_best(2)
        >>> log_probs_BN.exp()
        tensor([[0.4000, 0.2000]])
        >>> [round(c, 4) for c in p.span_confidence(0, spans=[(0, 1), (0, 2)], labels_W=[1, 2])]  # alone, both words
        [0.4, 0.4]
    """

    def __init__(
        self,
        emissions_BWK: Tensor,
        mask_BW: Tensor,
        start_K: Tensor,
        trans_KK: Tensor,
        end_K: Tensor,
        labels: Sequence[str],
        mixing_steps: int | None,
    ) -> None:
        self.emissions_BWK = emissions_BWK
        self.mask_BW = mask_BW
        self.start_K = start_K
        self.trans_KK = trans_KK
        self.end_K = end_K
        self.labels = labels
        self.mixing_steps = mixing_steps

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        """Negative log-likelihood of each sentence's label sequence; infinite where a gold label is unknown (-1).

        Raises:
            UserError: the scheme forbids a gold sequence.
        """
        if self.mask_BW.numel() == 0:
            return self.emissions_BWK.sum((1, 2))
        if kernels_for(self.emissions_BWK):
            from ner_lab.models.crf.kernel_likelihood import KernelPathNLL

            return KernelPathNLL.apply(*self._scores, labels_BW, self.mask_BW)
        gold_B = self._gold_B(labels_BW)
        return PathNLL.apply(*self._scores, labels_BW, gold_B, self._messages)

    @cached_property
    def log_probs_BWK(self) -> Tensor:
        """Token marginals: log p(label of word t = k), -inf where no allowed sequence has it."""
        if self.mask_BW.numel() == 0:
            return self.emissions_BWK.log_softmax(-1)
        if kernels_for(self.emissions_BWK):
            from ner_lab.models.crf.kernel_marginals import KernelLogMarginals

            return KernelLogMarginals.apply(*self._scores, self.mask_BW)
        return LogMarginals.apply(*self._scores, self._messages)

    def decode(self) -> Tensor:
        emissions_BWK, *links = (scores.detach() for scores in self._scores)
        kernels = kernels_for(emissions_BWK)
        return (kernels.viterbi if kernels else viterbi)(emissions_BWK, self.mask_BW, *links)

    def k_best(self, k: int) -> tuple[Tensor, Tensor]:
        """The k likeliest label sequences, best first.

        Returns:
            `labels_BNW` (0 on padding) and their log-probabilities `log_probs_BN`, -inf where a sentence has fewer.
        """
        labels_BNW, scores_BN = k_best(self._chain, k)
        if self.mask_BW.numel() == 0:
            return labels_BNW, scores_BN
        partition_B = torch.where(self.mask_BW.any(1), self._messages.log_partition_B(), 0)
        return labels_BNW, (scores_BN - partition_B[:, None]).clamp(max=0).to(scores_BN.dtype)

    def span_confidence(self, sentence: int, spans: Sequence[tuple[int, int]], labels_W: Sequence[int]) -> list[float]:
        """The exact probability of each span: its first word's marginal times, as labels given words are a Markov
        chain, P(label of t | label of t-1) along the span, times that the label after it does not continue it."""
        if not spans:
            return []
        words_B, probs_BWK, onward_BWK, trans_KK = self._on_host
        words, probs_WK = words_B[sentence], probs_BWK[sentence]
        # In numpy: torch's calls on what is as small as a sentence took nearly half of a prediction's host time.
        step_WK = _softmax(trans_KK[np.asarray(labels_W[: words - 1], dtype=np.int64)] + onward_BWK[sentence, 1:words])
        confidences = []
        for begin, end in spans:
            probability = probs_WK.item(begin, labels_W[begin])
            for t in range(begin + 1, end):
                probability *= step_WK.item(t - 1, labels_W[t])
            if end < words and (inside := self._inside_K[labels_W[end - 1]]) is not None:
                next_K = step_WK[end - 1].tolist()
                next_K[inside] = 0.0
                probability *= sum(next_K)
            confidences.append(min(1.0, probability))
        return confidences

    @cached_property
    def _inside_K(self) -> list[int | None]:
        return continuations(self.labels)

    @cached_property
    def _marginals_BWK(self) -> Tensor:
        """`log_probs_BWK` without a gradient, whatever it was first asked for."""
        if "log_probs_BWK" in vars(self):
            return self.log_probs_BWK.detach()
        with torch.no_grad():
            return LogMarginals.apply(*self._scores, self._messages)

    @cached_property
    def _on_host(self) -> tuple[list[int], NDArray[Any], NDArray[Any], NDArray[Any]]:
        """All that confidences need, of a whole batch, so that no sentence waits for a GPU: the words of each sentence,
        marginals, the log of what the words from t on say of the label of t, and transitions."""
        with torch.no_grad():
            onward_BWK = self._messages.log_before_2BWK()[1] + self._chain.emissions_BWK
            found = self._marginals_BWK.exp(), onward_BWK, self._chain.trans_KK
        probs, onward, trans = (tensor.cpu().numpy() for tensor in found)
        return self.mask_BW.sum(1).tolist(), probs, onward, trans

    @property
    def _scores(self) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        return self.emissions_BWK, self.start_K, self.trans_KK, self.end_K

    @cached_property
    def _chain(self) -> Chain:
        emissions_BWK, *links = (scores.detach() for scores in self._scores)
        return Chain.of(emissions_BWK, self.mask_BW, *links)

    @cached_property
    def _messages(self) -> Messages:
        with torch.no_grad(), full_precision(self._chain.emissions_BWK):
            return choose_messages(self._chain, self.mixing_steps)(self._chain)

    @torch.no_grad()
    def _gold_B(self, labels_BW: Tensor) -> Tensor:
        """Score of the gold path under the shifted potentials; -inf where a label is unknown."""
        if _answers_at_once(labels_BW):
            words_BW, links_BW = self._chain.along(labels_BW)
            known_B1 = ((words_BW > -torch.inf) | ~self.mask_BW).all(1, keepdim=True)
            if len(forbidden_N2 := ((links_BW == -torch.inf) & known_B1).nonzero()):
                sentence, word = forbidden_N2[0].tolist()
                before = f"follow {self.labels[int(labels_BW[sentence, word - 1])]}" if word else "begin a sentence"
                raise UserError(
                    f"the tag scheme forbids the gold labels of sentence {sentence} of the batch: word {word} is "
                    f"{self.labels[int(labels_BW[sentence, word])]}, which may not {before}. Repair the tags when "
                    "reading them, or use a head without constraints (model/head=linear)"
                )
        return self._chain.path_B(labels_BW)


def _softmax(scores_WK: NDArray[Any]) -> NDArray[Any]:
    """Over labels."""
    with np.errstate(invalid="ignore"):  # of a word that may have no label at all: nan, as torch has it
        shares_WK: NDArray[Any] = np.exp(scores_WK - scores_WK.max(1, keepdims=True, initial=-np.inf))
        return shares_WK / shares_WK.sum(1, keepdims=True)


def _answers_at_once(tensor: Tensor) -> bool:
    """On a GPU nobody waits to look: the likelihood of forbidden gold is 0, and its loss infinite."""
    return not tensor.is_cuda


def choose_messages(chain: Chain, mixing_steps: int | None) -> Callable[[Chain], Messages]:
    """Which way to pass messages; what each costs stands in RESEARCH_NOTES.md.

    Kernels where a GPU has them, with one launch for a recursion. Else probability space where no message can fall
    out of the range of its float, in float64 where float32 is too narrow; log space for the rest. Step by step (K^2
    work a word) on a CPU, where a step of a whole batch costs a few microseconds and beats the K^3 of a scan; as a
    scan on a GPU, where each of its 2 log2(W) levels should cost about as much as one step, while its W * K^2
    matrices have room.
    """
    if kernels := kernels_for(chain.emissions_BWK):
        found: Callable[[Chain], Messages] = kernels.KernelMessages
        return found
    if mixing_steps is None:
        return LogMessages
    fall = float(chain.spread()) * mixing_steps
    B, W, K = chain.emissions_BWK.shape
    # The matrices of a scan can fall at both of their ends, hence twice the room.
    if chain.emissions_BWK.is_cuda and B * W * K * K <= SCAN_NUMBERS and 2 * fall <= SAFE_FALL[chain.trans_KK.dtype]:
        return ScanMessages
    if fall <= SAFE_FALL[chain.trans_KK.dtype]:
        return ProbabilityMessages
    if fall <= SAFE_FALL[torch.float64] and chain.trans_KK.device.type != "mps":  # which has no float64
        return lambda chain: ProbabilityMessages(chain.double())
    return LogMessages  # also where the fall is not a number
