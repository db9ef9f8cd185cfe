"""How alike labels are, and who says so: the sources of embedding label smoothing."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Similarity(nn.Module):
    """`S[y, k]`, between -1 and 1: how alike labels y and k are. 1 on the diagonal."""

    def matrix_KK(self) -> Tensor:
        """The similarities as they stand."""
        raise NotImplementedError

    def observe(self, log_probs_NK: Tensor, labels_N: Tensor) -> None:
        """See a training batch; changes nothing but `pending_*` sums."""

    def update(self) -> None:
        """Take in what was observed."""


class FixedSimilarity(Similarity):
    """Similarities that do not change in training."""

    similarity_KK: Tensor

    def __init__(self, similarity_KK: Tensor) -> None:
        super().__init__()
        self.register_buffer("similarity_KK", similarity_KK)

    def matrix_KK(self) -> Tensor:
        return self.similarity_KK


class ConfusionSimilarity(Similarity):
    r"""Labels are alike when the model mistakes them for the same labels.

    $S_{yk} = \sum_j \sqrt{C_{yj} C_{kj}}$ (Bhattacharyya 1943), where row y of C is the mean of the model's
    probabilities over the words of gold label y: a moving average that starts at the identity, so at no similarity.

    Args:
        size: K.
        momentum: weight of the past at each optimizer step; rows of labels the step did not see stay as they are.
    """

    confusion_KK: Tensor
    pending_KK: Tensor

    def __init__(self, size: int, momentum: float) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("confusion_KK", torch.eye(size))
        # Zero after each update, hence at each checkpoint.
        self.register_buffer("pending_KK", torch.zeros(size, size), persistent=False)

    def matrix_KK(self) -> Tensor:
        root_KK = self.confusion_KK.sqrt()
        return pairwise(root_KK)

    @torch.no_grad()
    def observe(self, log_probs_NK: Tensor, labels_N: Tensor) -> None:
        self.pending_KK.index_add_(0, labels_N, log_probs_NK.exp().to(self.pending_KK.dtype))

    @torch.no_grad()
    def update(self) -> None:
        words_K1 = self.pending_KK.sum(1, keepdim=True)
        seen_KK = self.pending_KK / words_K1.clamp(min=1e-12)
        moved_KK = self.momentum * self.confusion_KK + (1 - self.momentum) * seen_KK
        self.confusion_KK.copy_(torch.where(words_K1 > 0, moved_KK, self.confusion_KK))
        self.pending_KK.zero_()


class EmbeddingSimilarity(Similarity):
    """Cosines of one trainable vector a label.

    Args:
        size: K.
        dim: length of a label's vector.
    """

    def __init__(self, size: int, dim: int) -> None:
        super().__init__()
        self.vectors_KE = nn.Parameter(torch.randn(size, dim))

    def matrix_KK(self) -> Tensor:
        return cosine_similarity(self.vectors_KE)


class LearnedSimilarity(EmbeddingSimilarity):
    r"""Label vectors $e_k$ of a classifier of its own, $\log \mathrm{softmax}_k (e_k \cdot (A h + b) / \sqrt{E})$, on
    hidden states h that it reads but does not train. E is the length of a label's vector.

    Args:
        size: K.
        dim: length of a label's vector.
        width: D, the size of a hidden state.
    """

    def __init__(self, size: int, dim: int, width: int) -> None:
        super().__init__(size, dim)
        self.projection = nn.Linear(width, dim)

    def matrix_KK(self) -> Tensor:
        return super().matrix_KK().detach()

    def cross_entropy(self, hidden_ND: Tensor, labels_N: Tensor) -> Tensor:
        """Mean cross-entropy per word, in nats; 0 for no words. What has label -1 is none."""
        projected_NE = self.projection(hidden_ND.detach()).to(self.vectors_KE.dtype)
        logits_NK = projected_NE @ self.vectors_KE.T / self.vectors_KE.shape[1] ** 0.5
        total = functional.cross_entropy(logits_NK.float(), labels_N, ignore_index=-1, reduction="sum")
        return total / (labels_N >= 0).sum().clamp_min(1)


def structure_similarity(labels: Sequence[str]) -> Tensor:
    """`S_KK` from the labels' parts, {entity, prefix, type} or {outside}: the share of parts in common.

    `B-PER` is 2/3 like `I-PER` and `B-LOC`, 1/3 like `I-LOC`, and not at all like `O`.
    """
    parts = [{"outside"} if label == "O" else {"entity", label[:2], f"type {label[2:]}"} for label in labels]
    shared = [[len(a & b) / (len(a) * len(b)) ** 0.5 for b in parts] for a in parts]
    return torch.tensor(shared, dtype=torch.get_default_dtype())


def cosine_similarity(vectors_KD: Tensor) -> Tensor:
    """`S_KK`, the cosines between all pairs of vectors."""
    return pairwise(functional.normalize(vectors_KD, dim=1))


def pairwise(vectors_KD: Tensor) -> Tensor:
    """All dot products. Not a matrix product, which autocast would round to two or three digits."""
    return (vectors_KD[:, None] * vectors_KD[None]).sum(-1)
