"""Cross-entropy on token probabilities."""

from __future__ import annotations

from torch import Tensor

from ner_lab.losses.loss import TokenLoss


class CrossEntropy(TokenLoss):
    r"""$-\log p(y_i \mid x)$ per word, on the head's token marginals.

    Equal to `nll` for a `linear` head; for a CRF it scores each word's marginal instead of the whole path.
    """

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        return -log_probs_NK.gather(1, labels_N[:, None])[:, 0]
