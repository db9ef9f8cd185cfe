"""Tversky loss: Dice with a price for false positives and one for false negatives."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ner_lab.losses.arguments import number
from ner_lab.losses.dice import mixed
from ner_lab.losses.loss import TokenLoss


class Tversky(TokenLoss):
    r"""$$1 - \frac{TP + \gamma}{TP + \alpha FP + \beta FN + \gamma},\quad TP = \sum_{k \ne O} p_k y_k,\;
    FP = \sum_{k \ne O} p_k (1-y_k),\; FN = \sum_{k \ne O} (1-p_k) y_k$$

    per word, over the entity labels (everything but `O`), with $y_k$ the one-hot gold label.

    Salehi et al. 2017, "Tversky loss function for image segmentation using 3D fully convolutional deep networks".
    With $\alpha = \beta = 1/2$ this is soft Dice without self-adjustment and with twice the smoothing constant.

    Args:
        alpha: price of a false positive, >= 0.
        beta: price of a false negative, >= 0; above alpha it favours recall.
        smooth: $\gamma$, > 0: keeps words of `O` in the loss and the ratio defined.
        cross_entropy: share of cross-entropy in the loss, 0 to 1; the rest is Tversky, which alone often ends where
            every word is `O` (see `Dice`).

    Examples:
        >>> import torch
        >>> from ner_lab.losses import Tversky
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = Tversky(alpha=0.3, beta=0.7)
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))  # 1 - 1 / 1.09, 1 - 1.6 / 1.91
        tensor([0.0826, 0.1623])
    """

    replayable = True

    def __init__(self, alpha: float = 0.3, beta: float = 0.7, smooth: float = 1.0, cross_entropy: float = 0.0) -> None:
        super().__init__()
        self.alpha = number("alpha", alpha, at_least=0)
        self.beta = number("beta", beta, at_least=0)
        self.smooth = number("smooth", smooth, above=0)
        self.cross_entropy = number("cross_entropy", cross_entropy, at_least=0, at_most=1)

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        probs_NE = log_probs_NK.exp()[:, 1:]  # `O` is first
        gold_NE = functional.one_hot(labels_N, log_probs_NK.shape[1])[:, 1:]
        hit_N = (probs_NE * gold_NE).sum(1)
        price_N = self.alpha * (probs_NE * (1 - gold_NE)).sum(1) + self.beta * ((1 - probs_NE) * gold_NE).sum(1)
        tversky_N = price_N / (hit_N + price_N + self.smooth)
        return mixed(tversky_N, log_probs_NK, labels_N, self.cross_entropy)
