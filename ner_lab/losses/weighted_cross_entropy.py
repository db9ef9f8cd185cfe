"""Cross-entropy with a weight per label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor

from ner_lab.losses.arguments import checked_weights, number, weights_by_label
from ner_lab.losses.loss import TokenLoss


class WeightedCrossEntropy(TokenLoss):
    r"""$-w_y \log p_y$ per word, with weights scaled so that their mean over the training words is 1.

    The scale keeps the learning rate comparable with that of other losses. The mean is taken over words, not over
    weights as in `torch.nn.CrossEntropyLoss(weight=...)`, whose value depends on which words share a batch.

    With $n_k$ training words of label k (1 where there are none):
    `inverse` is $w_k \propto 1 / n_k$; `effective` is $w_k \propto (1-\beta) / (1-\beta^{n_k})$, the inverse effective
    number of samples (Cui et al. 2019, "Class-balanced loss based on effective number of samples"): even weights at
    $\beta = 0$, those of `inverse` as $\beta$ approaches 1.

    Args:
        weights: `inverse`, `effective`, or a mapping of labels (`B-PER`, `O`) or entity types (`PER`) to weights >= 0;
            what it does not name weighs 1 before scaling, and a label's own entry wins over its type's.
        beta: of `effective`, 0 <= beta < 1.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import WeightedCrossEntropy
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = WeightedCrossEntropy("inverse")
        >>> loss.setup(["O", "B-PER", "I-PER"], counts_K=torch.tensor([8, 1, 1]))  # words of the training data
        >>> loss.weight_K  # as 1/8, 1, 1, and 1 on average over the ten words
        tensor([0.4167, 3.3333, 3.3333])
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))
        tensor([0.1486, 1.7028])
    """

    replayable = True

    weight_K: Tensor

    def __init__(
        self, weights: Literal["inverse", "effective"] | Mapping[str, float] = "inverse", beta: float = 0.999
    ) -> None:
        super().__init__()
        if not isinstance(weights, Mapping) and weights not in ("inverse", "effective"):
            raise ValueError(
                f"weights must be 'inverse', 'effective' or a mapping of labels or entity types to weights, "
                f"got {weights!r}"
            )
        self.weights = checked_weights("weights", weights) if isinstance(weights, Mapping) else weights
        self.beta = number("beta", beta, at_least=0, below=1)

    def setup(
        self,
        labels: Sequence[str],
        counts_K: Tensor,
        label_vectors_KD: Tensor | None = None,
        width: int | None = None,
    ) -> None:
        counts_K = counts_K.double().cpu()
        seen_K = counts_K.clamp(min=1)
        if isinstance(self.weights, Mapping):
            weight_K = weights_by_label("weights", self.weights, labels)
        elif self.weights == "inverse":
            weight_K = 1 / seen_K
        else:
            weight_K = (1 - self.beta) / (1 - self.beta**seen_K)
        mean = float((counts_K * weight_K).sum() / counts_K.sum())
        if not mean > 0:
            raise ValueError(
                f"weights must have a positive mean over the training words, got {mean} "
                f"for {int(counts_K.sum())} words with weights {self.weights!r}"
            )
        self.register_buffer("weight_K", (weight_K / mean).to(torch.get_default_dtype()))

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        return -self.weight_K[labels_N] * log_probs_NK.gather(1, labels_N[:, None])[:, 0]
