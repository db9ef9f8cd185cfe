"""Cross-entropy on token probabilities."""

from __future__ import annotations

from torch import Tensor

from ner_lab.losses.loss import TokenLoss


class CrossEntropy(TokenLoss):
    r"""$-\log p(y_i \mid x)$ per word, on the head's token marginals.

    Equal to `nll` for a `linear` head; for a CRF it scores each word's marginal instead of the whole path.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import CrossEntropy
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = CrossEntropy()
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))  # -log 0.7, -log 0.6
        tensor([0.3567, 0.5108])
    """

    replayable = True

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        return -log_probs_NK.gather(1, labels_N[:, None])[:, 0]
