"""Dice loss: the F1 of probabilities, word by word or over a batch."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional

from ner_lab.losses.arguments import number
from ner_lab.losses.focal import complement_power
from ner_lab.losses.loss import TokenLoss
from ner_lab.types import Potentials


class Dice(TokenLoss):
    r"""$$1 - \frac{2 \sum_{k \ne O} s_k y_k + \gamma}{\sum_{k \ne O} s_k + \sum_{k \ne O} y_k + \gamma},
    \quad s_k = (1-p_k)^\alpha p_k$$

    per word, with $y_k$ the one-hot gold label: soft Dice over the entity labels, everything but `O`, that adjusts
    itself. That is `level: word`; at `level: set` it is the mean over entity labels k of the same ratio with sums over
    the words of the batch instead of over labels: closer to F1, but what it says of a word depends on the words beside
    it.

    Li et al. 2020, "Dice loss for data-imbalanced NLP tasks", for one label; the sum over a word's entity
    labels is ours. The adjusted score $s_k$ is largest at $p_k = 1/(1+\alpha)$: a word's own entity label is drawn to
    that probability and not to 1, and an entity label on a word of `O` costs less again beyond it. Keep alpha small:
    near 1 a tagger does not learn. The loss is bounded, so a word that is confidently wrong has next to no gradient:
    alone it often ends where every word is `O` (measured: F1 of 0 after 160 steps on two corpora). So it is mixed with
    cross-entropy, as is usual in segmentation (Isensee et al. 2021, "nnU-Net").

    Args:
        alpha: strength of the self-adjustment, >= 0; 0 is plain soft Dice.
        smooth: $\gamma$, > 0: keeps words of `O` in the loss and the ratio defined.
        level: `word`, or `set` for ratios over the whole batch.
        cross_entropy: share of cross-entropy in the loss, 0 to 1; the rest is Dice.

    Examples:
        >>> import torch
        >>> from ner_lab.losses import Dice
        >>> log_probs_NK = torch.tensor([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1]]).log()  # two words; O, B-PER, I-PER
        >>> loss = Dice(alpha=0.0, smooth=1.0)
        >>> loss.word_losses(log_probs_NK, torch.tensor([0, 1]))  # 1 - 1 / 1.3, 1 - (2 * 0.6 + 1) / 2.7
        tensor([0.2308, 0.1852])
        >>> from ner_lab.models import IndependentPotentials
        >>> mask_BW, labels = torch.tensor([[True, True]]), ["O", "B-PER", "I-PER"]
        >>> potentials = IndependentPotentials(log_probs_NK[None], mask_BW, labels)
        >>> Dice(alpha=0.0, level="set")(potentials, torch.tensor([[0, 1]]))
        tensor(0.1905)
    """

    replayable = True

    def __init__(
        self,
        alpha: float = 0.1,
        smooth: float = 1.0,
        level: Literal["word", "set"] = "word",
        cross_entropy: float = 0.0,
    ) -> None:
        super().__init__()
        self.alpha = number("alpha", alpha, at_least=0)
        self.smooth = number("smooth", smooth, above=0)
        if level not in ("word", "set"):
            raise ValueError(f"level must be 'word' or 'set', got {level!r}")
        self.level = level
        self.cross_entropy = number("cross_entropy", cross_entropy, at_least=0, at_most=1)
        self.split_invariant = level == "word"

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return super().forward(potentials, labels_BW) if self.level == "word" else self._of_set(potentials, labels_BW)

    def of_padded(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return super().of_padded(potentials, labels_BW) if self.level == "word" else self._of_set(potentials, labels_BW)

    def _of_set(self, potentials: Potentials, labels_BW: Tensor) -> Tensor:
        log_probs_NK, labels_N = potentials.log_probs_BWK.flatten(0, 1), labels_BW.flatten().clamp(min=0)
        mask_N = potentials.mask_BW.flatten()
        scores_NE, gold_NE = self.scores(log_probs_NK, labels_N)
        scores_NE, gold_NE = torch.where(mask_N[:, None], scores_NE, 0), gold_NE * mask_N[:, None]
        dice = self.ratio(scores_NE, gold_NE, over=0).mean()
        if self.cross_entropy == 0:
            return dice
        surprise = torch.where(mask_N, surprises(log_probs_NK, labels_N), 0).sum() / mask_N.sum().clamp_min(1)
        return (1 - self.cross_entropy) * dice + self.cross_entropy * surprise

    def word_losses(self, log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
        dice_N = self.ratio(*self.scores(log_probs_NK, labels_N), over=1)
        return mixed(dice_N, log_probs_NK, labels_N, self.cross_entropy)

    def scores(self, log_probs_NK: Tensor, labels_N: Tensor) -> tuple[Tensor, Tensor]:
        """Adjusted probabilities and one-hot gold, `score_NE` and `gold_NE`, of the E entity labels (`O` is first)."""
        scores_NK = complement_power(log_probs_NK, self.alpha) * log_probs_NK.exp()
        gold_NK = functional.one_hot(labels_N, log_probs_NK.shape[1])
        return scores_NK[:, 1:], gold_NK[:, 1:]

    def ratio(self, scores_NE: Tensor, gold_NE: Tensor, over: int) -> Tensor:
        both = 2 * (scores_NE * gold_NE).sum(over) + self.smooth
        return 1 - both / (scores_NE.sum(over) + gold_NE.sum(over) + self.smooth)


def surprises(log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
    """`loss_N` of cross-entropy."""
    return -log_probs_NK.gather(1, labels_N[:, None])[:, 0]


def mixed(overlap_N: Tensor, log_probs_NK: Tensor, labels_N: Tensor, share: float) -> Tensor:
    """`(1 - share)` of a loss of overlap and `share` of cross-entropy, word by word."""
    if share == 0:
        return overlap_N
    return (1 - share) * overlap_N + share * surprises(log_probs_NK, labels_N)
