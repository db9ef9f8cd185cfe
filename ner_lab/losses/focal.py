"""Focal loss: words the model already gets right count less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from ner_lab.losses.arguments import checked_weights, number, weights_by_label
from ner_lab.losses.loss import TokenLoss


class Focal(TokenLoss):
    r"""$-\alpha_y (1-p_y)^\gamma \log p_y$ per word.

    Lin et al. 2017, "Focal loss for dense object detection". With $\gamma = 0$ and no alpha this is the cross-entropy.
    The slope of $(1-p)^\gamma$ is unbounded at p = 1 for $\gamma < 1$, that of the loss is not: see `complement_power`.

    Args:
        gamma: how fast confident words fade, >= 0.
        alpha: null; or the paper's balance between 0 and 1, which entity labels get as it is and `O` as 1 - alpha; or a
            mapping of labels (`B-PER`, `O`) or entity types (`PER`) to factors >= 0, 1 for those it does not name.
            Factors are used as they are: 0.25 makes steps four times smaller for an optimizer that is not scale-free.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import Focal
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = Focal(gamma=2.0)
        >>> loss.setup(["O", "B-PER", "I-PER"], counts_K=torch.tensor([8, 1, 1]))  # words of the training data
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))  # 0.3^2 and 0.4^2 of the cross-entropies
        tensor([0.0321, 0.0817])
    """

    replayable = True

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


def complement_power(log_probs_NK: Tensor, exponent: float) -> Tensor:
    r"""`value_NK` $= (1 - p_k)^{exponent}$, with $0^0 = 1$, from log-probabilities normalised over K.

    For an exponent below 1 the slope of $(1-p)^{exponent}$ grows without bound as p approaches 1, and `1 - p` itself
    rounds to 0. Here the complement of the likeliest label of a word is the sum of its other labels,
    $\log(1-p) = \mathrm{logsumexp}_{j \ne k} \log p_j$, whose gradient is bounded by the exponent; every other
    label has $p \le 1/2$, where `log1p` is exact and steep nowhere.
    """
    if exponent == 0:
        return torch.ones_like(log_probs_NK)
    top_N1 = log_probs_NK.detach().argmax(1, keepdim=True)
    is_top_NK = torch.zeros_like(log_probs_NK, dtype=torch.bool).scatter(1, top_N1, True)
    # The other labels of the top one; where all of them are infeasible, p is exactly 1 and there is no slope.
    others_NK = log_probs_NK.masked_fill(is_top_NK, -torch.inf)
    certain_N1 = torch.isneginf(others_NK.detach()).all(1, keepdim=True)
    top_complement_N1 = others_NK.masked_fill(certain_N1, 0.0).logsumexp(1, keepdim=True)
    rest_NK = torch.log1p(-log_probs_NK.masked_fill(is_top_NK, -torch.inf).exp())
    power_NK = (exponent * torch.where(is_top_NK, top_complement_N1, rest_NK)).exp()
    return power_NK.masked_fill(is_top_NK & certain_N1, 0.0)
