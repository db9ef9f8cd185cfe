"""Label smoothing: a little of every target is spread evenly."""

from __future__ import annotations

from abc import abstractmethod

from torch import Tensor
from torch.nn import functional

from ner_lab.losses.arguments import number
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
        self.logged["effective_epsilon"] = off_gold_N
        return -(q_NK * log_probs_NK.masked_fill(infeasible_NK, 0.0)).sum(1)


class LabelSmoothing(SmoothedCrossEntropy):
    r"""$-\sum_k q_k \log p_k$ per word, with $q = (1-\epsilon)\,\mathrm{onehot}(y) + \epsilon / F$ on each of the F
    labels that are feasible at that word, the gold one among them.

    Szegedy et al. 2016, "Rethinking the Inception architecture for computer vision", section 7. With $\epsilon = 0$
    this is the cross-entropy; the gold label gives $\epsilon (F-1)/F$ away.

    Args:
        epsilon: the share of a target that is spread evenly, 0 <= epsilon < 1.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import LabelSmoothing
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = LabelSmoothing(epsilon=0.3)
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))  # against (0.8, 0.1, 0.1) and (0.1, 0.8, 0.1)
        tensor([0.6765, 0.7593])
    """

    replayable = True

    def __init__(self, epsilon: float = 0.1) -> None:
        super().__init__()
        self.epsilon = number("epsilon", epsilon, at_least=0, below=1)

    def targets(self, labels_N: Tensor, feasible_NK: Tensor) -> Tensor:
        even_NK = feasible_NK / feasible_NK.sum(1, keepdim=True)
        gold_NK = functional.one_hot(labels_N, feasible_NK.shape[1]).to(feasible_NK.dtype)
        return (1 - self.epsilon) * gold_NK + self.epsilon * even_NK
