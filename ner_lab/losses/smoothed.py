"""Cross-entropy against soft targets: what the smoothing losses share."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor

from ner_lab.losses.loss import TokenLoss


class SmoothedCrossEntropy(TokenLoss):
    r"""$-\sum_k q_k \log p_k$ per word: subclasses give the target distribution q.

    A target puts mass only on labels that are feasible at its word, because $0 \cdot \log 0$ is NaN on a machine.
    Logs `effective_epsilon`, the mean mass that the targets of the last batch left off the gold label.
    """

    @abstractmethod
    def targets(self, labels_N: Tensor, feasible_NK: Tensor) -> Tensor:
        """`q_NK`, whose rows sum to 1.

        Args:
            labels_N: gold labels.
            feasible_NK: 1.0 on the labels that are feasible at each word, the gold one among them, else 0.0; its
                dtype is the result's.
        """

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        infeasible_NK = log_probs_NK.detach().isneginf()
        q_NK = self.targets(labels_N, (~infeasible_NK).to(log_probs_NK.dtype))
        off_gold_N = 1 - q_NK.detach().gather(1, labels_N[:, None])[:, 0]
        self.logged["effective_epsilon"] = off_gold_N.sum() / max(1, labels_N.numel())
        return -(q_NK * log_probs_NK.masked_fill(infeasible_NK, 0.0)).sum(1)
