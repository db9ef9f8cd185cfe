"""Label smoothing by similarity: what a target gives away goes to labels like the gold one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from torch import Tensor
from torch.nn import functional

from ner_lab.losses.arguments import number
from ner_lab.losses.label_smoothing import SmoothedCrossEntropy
from ner_lab.losses.similarity import (
    ConfusionSimilarity,
    EmbeddingSimilarity,
    FixedSimilarity,
    LearnedSimilarity,
    Similarity,
    cosine_similarity,
    structure_similarity,
)
from ner_lab.types import Potentials, words_of

Source = Literal["structure", "label_text", "confusion", "learned", "original"]


class EmbeddingLabelSmoothing(SmoothedCrossEntropy):
    r"""$-\sum_k q_k \log p_k$ per word, with

    $$q = (1-\epsilon)\,\mathrm{onehot}(y) + \epsilon\,\mathrm{softmax}_{k \ne y}(\alpha S_{yk})$$

    over the labels that are feasible at that word. The similarity S comes from a source:

    - `structure`: parts that tags share (prefix, type);
    - `label_text`: cosines of the encoder's embeddings of the label names, frozen;
    - `confusion`: overlap of the model's own predictions, a moving average over steps;
    - `learned`: cosines of label vectors, trained by a cross-entropy of their own on detached hidden states. It adds
      nothing to the value of the loss, only its gradient, and none of that reaches the model; it is logged as
      `label_vectors`;
    - `original`: the published variant, in which the softmax runs over all labels, the gold one among them, and S are
      cosines of trainable vectors that the loss itself moves. Where $\alpha$ is small these vectors can lower the loss
      by growing alike, and label pairs merge; where it is large hardly anything is left to other labels (0.17 % at
      initialisation with $\alpha = 10$, dimension 32 and 9 labels).

    Smoothing by label similarity: Zhang et al. 2021, "Delving deep into label smoothing" (targets from the model's own
    predictions); Guo et al. 2021, "Label confusion learning to enhance text classification models" (from label
    embeddings). Logs `effective_epsilon` and `max_similarity`, the highest similarity between labels of different type.

    Args:
        source: where S comes from.
        epsilon: share of a target given away, 0 <= epsilon < 1; null is 0.1. For `original` the share of the softmax
            in the target, up to and by default 1: as published.
        alpha: how strongly S sorts the labels, >= 0; 0 spreads evenly.
        label_emb_dim: length of the label vectors of `learned` and `original`.
        momentum: weight of the past in the moving average of `confusion`, 0 <= momentum < 1.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import EmbeddingLabelSmoothing
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = EmbeddingLabelSmoothing("structure", epsilon=0.3, alpha=1.0)
        >>> loss.setup(["O", "B-PER", "I-PER"], counts_K=torch.tensor([8, 1, 1]))  # words of the training data
        >>> loss.similarity_KK()
        tensor([[1.0000, 0.0000, 0.0000],
                [0.0000, 1.0000, 0.6667],
                [0.0000, 0.6667, 1.0000]])
        >>> loss.targets(torch.tensor([1]), feasible_NK=torch.ones(1, 3))  # B-PER gives more to I-PER than to O
        tensor([[0.1018, 0.7000, 0.1982]])
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))
        tensor([0.8365, 0.9365])
    """

    replayable = True
    similarity: Similarity
    same_type_KK: Tensor

    def __init__(
        self,
        source: Source = "structure",
        epsilon: float | None = None,
        alpha: float = 10.0,
        label_emb_dim: int = 32,
        momentum: float = 0.9,
    ) -> None:
        super().__init__()
        if source not in get_args(Source):
            raise ValueError(f"source must be one of {', '.join(get_args(Source))}, got {source!r}")
        if not isinstance(label_emb_dim, int) or label_emb_dim < 1:
            raise ValueError(f"label_emb_dim must be a whole number >= 1, got {label_emb_dim!r}")
        self.source = source
        if source == "original":
            self.epsilon = 1.0 if epsilon is None else number("epsilon", epsilon, at_least=0, at_most=1)
        else:
            self.epsilon = 0.1 if epsilon is None else number("epsilon", epsilon, at_least=0, below=1)
        self.alpha = number("alpha", alpha, at_least=0)
        self.label_emb_dim = label_emb_dim
        self.momentum = number("momentum", momentum, at_least=0, below=1)
        self.needs_hidden = source == "learned"
        self.needs_label_vectors = source == "label_text"
        self.replayable = source != "confusion"  # which gathers what it sees

    def setup(
        self,
        labels: Sequence[str],
        counts_K: Tensor,
        label_vectors_KD: Tensor | None = None,
        width: int | None = None,
    ) -> None:
        self.labels = tuple(labels)
        size = len(self.labels)
        types = [label[2:] for label in labels]
        self.register_buffer("same_type_KK", torch.tensor([[a == b for b in types] for a in types]), persistent=False)
        if self.source == "structure":
            self.similarity = FixedSimilarity(structure_similarity(labels))
        elif self.source == "label_text":
            if label_vectors_KD is None:
                raise ValueError("source=label_text needs an embedding of each label name (label_vectors_KD), got none")
            vectors_KD = label_vectors_KD.detach().to(torch.get_default_dtype())
            self.similarity = FixedSimilarity(cosine_similarity(vectors_KD))
        elif self.source == "confusion":
            self.similarity = ConfusionSimilarity(size, self.momentum)
        elif self.source == "learned":
            if width is None:
                raise ValueError("source=learned needs the size of a hidden state (width), got none")
            self.similarity = LearnedSimilarity(size, self.label_emb_dim, width)
        else:
            self.similarity = EmbeddingSimilarity(size, self.label_emb_dim)

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        loss = super().forward(potentials, labels_BW)
        if not isinstance(self.similarity, LearnedSimilarity):
            return loss
        mask_BW = potentials.mask_BW
        return self._moving(loss, words_of(_given(hidden_BWD), mask_BW), words_of(labels_BW, mask_BW))

    def of_padded(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        loss = super().of_padded(potentials, labels_BW)
        if not isinstance(self.similarity, LearnedSimilarity):
            return loss
        labels_BW = labels_BW.masked_fill(~potentials.mask_BW, -1)
        return self._moving(loss, _given(hidden_BWD).flatten(0, 1), labels_BW.flatten())

    def _moving(self, loss: Tensor, hidden_ND: Tensor, labels_N: Tensor) -> Tensor:
        """With the gradient of the label vectors' own loss, without its value: the curve stays comparable with those of
        other losses."""
        assert isinstance(self.similarity, LearnedSimilarity)
        label_vectors = self.similarity.cross_entropy(hidden_ND, labels_N)
        self.logged["label_vectors"] = label_vectors.detach()
        return loss + label_vectors - label_vectors.detach()

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        if self.training:
            self.similarity.observe(log_probs_NK.detach(), labels_N)
        self.logged["max_similarity"] = self.across_types_KK().max()
        return super().word_losses(log_probs_NK, labels_N)

    def targets(self, labels_N: Tensor, feasible_NK: Tensor) -> Tensor:
        gold_NK = functional.one_hot(labels_N, feasible_NK.shape[1]).to(feasible_NK.dtype)
        taking_NK = feasible_NK if self.source == "original" else feasible_NK - gold_NK
        scores_NK = self.alpha * self.similarity.matrix_KK().to(feasible_NK.dtype)[labels_N]
        # A word where only the gold label is feasible has nobody to give to: its scores stay finite and its share is 0.
        anyone_N1 = taking_NK.amax(1, keepdim=True)
        spread_NK = scores_NK.masked_fill(taking_NK < anyone_N1, -torch.inf).softmax(1)
        share_N1 = self.epsilon * anyone_N1
        return (1 - share_N1) * gold_NK + share_N1 * spread_NK

    def update(self) -> None:
        self.similarity.update()

    @torch.no_grad()
    def similarity_KK(self) -> Tensor:
        """S as it stands: rows and columns in the order of `labels`."""
        return self.similarity.matrix_KK().clone()

    @torch.no_grad()
    def effective_epsilon_K(self) -> Tensor:
        """The mass that each gold label's target leaves to other labels where all labels are feasible."""
        feasible_KK = torch.ones_like(self.similarity.matrix_KK())
        labels_K = torch.arange(len(self.labels), device=feasible_KK.device)
        return 1 - self.targets(labels_K, feasible_KK).diagonal()

    def collapsed_pairs(self, threshold: float = 0.95) -> list[tuple[str, str, float]]:
        """Pairs of labels of different type whose similarity reaches `threshold`, the most alike first.

        Smoothing between them teaches the model that they are one label. `O` counts as a type.
        """
        rows = self.across_types_KK().triu(1).tolist()
        pairs = [
            (self.labels[y], self.labels[k], similarity)
            for y, row in enumerate(rows)
            for k, similarity in enumerate(row)
            if k > y and similarity >= threshold
        ]
        return sorted(pairs, key=lambda pair: -pair[2])

    @torch.no_grad()
    def across_types_KK(self) -> Tensor:
        """S with -1 between labels of one type."""
        return self.similarity.matrix_KK().masked_fill(self.same_type_KK, -1.0)


def _given(hidden_BWD: Tensor | None) -> Tensor:
    if hidden_BWD is None:
        raise ValueError("source=learned needs the hidden states of the words (hidden_BWD), got none")
    return hidden_BWD
