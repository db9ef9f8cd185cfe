"""Focal loss: words the model already gets right count less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ner_lab.losses.complement import complement_power
from ner_lab.losses.label_weights import checked_weights, weights_by_label
from ner_lab.losses.loss import TokenLoss
from ner_lab.losses.ranges import number


class Focal(TokenLoss):
    r"""$-\alpha_y (1-p_y)^\gamma \log p_y$ per word.

    Lin et al. 2017, "Focal loss for dense object detection". With $\gamma = 0$ and no alpha this is the cross-entropy.
    The slope of $(1-p)^\gamma$ is unbounded at p = 1 for $\gamma < 1$, that of the loss is not: see `complement_power`.

    Args:
        gamma: how fast confident words fade, >= 0.
        alpha: null; or the paper's balance between 0 and 1, which entity labels get as it is and `O` as 1 - alpha; or a
            mapping of labels (`B-PER`, `O`) or entity types (`PER`) to factors >= 0, 1 for those it does not name.
            Factors are used as they are: 0.25 makes steps four times smaller for an optimizer that is not scale-free.
    """

    alpha_K: Tensor

    def __init__(self, gamma: float = 2.0, alpha: float | Mapping[str, float] | None = None) -> None:
        super().__init__()
        self.gamma = number("gamma", gamma, at_least=0)
        self.alpha: float | dict[str, float] | None
        if isinstance(alpha, Mapping):
            self.alpha = checked_weights("alpha", alpha)
        else:
            self.alpha = None if alpha is None else number("alpha", alpha, at_least=0, at_most=1)

    def setup(
        self,
        labels: Sequence[str],
        counts_K: Tensor,
        label_vectors_KD: Tensor | None = None,
        width: int | None = None,
    ) -> None:
        if isinstance(self.alpha, float):
            alpha_K = torch.tensor([1 - self.alpha if label == "O" else self.alpha for label in labels])
        else:
            alpha_K = weights_by_label("alpha", self.alpha or {}, labels)
        self.register_buffer("alpha_K", alpha_K.to(torch.get_default_dtype()))

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        gold_N1 = labels_N[:, None]
        focus_N = complement_power(log_probs_NK, self.gamma).gather(1, gold_N1)[:, 0]
        return -self.alpha_K[labels_N] * focus_N * log_probs_NK.gather(1, gold_N1)[:, 0]
