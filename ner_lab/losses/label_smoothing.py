"""Label smoothing: a little of every target is spread evenly."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from ner_lab.losses.ranges import number
from ner_lab.losses.smoothed import SmoothedCrossEntropy


class LabelSmoothing(SmoothedCrossEntropy):
    r"""$-\sum_k q_k \log p_k$ per word, with $q = (1-\epsilon)\,\mathrm{onehot}(y) + \epsilon / F$ on each of the F
    labels that are feasible at that word, the gold one among them.

    Szegedy et al. 2016, "Rethinking the Inception architecture for computer vision", section 7. With $\epsilon = 0$
    this is the cross-entropy; the gold label gives $\epsilon (F-1)/F$ away.

    Args:
        epsilon: the share of a target that is spread evenly, 0 <= epsilon < 1.
    """

    def __init__(self, epsilon: float = 0.1) -> None:
        super().__init__()
        self.epsilon = number("epsilon", epsilon, at_least=0, below=1)

    def targets(self, labels_N: Tensor, feasible_NK: Tensor) -> Tensor:
        even_NK = feasible_NK / feasible_NK.sum(1, keepdim=True)
        gold_NK = functional.one_hot(labels_N, feasible_NK.shape[1]).to(feasible_NK.dtype)
        return (1 - self.epsilon) * gold_NK + self.epsilon * even_NK
