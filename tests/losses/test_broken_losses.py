"""Each law of the contract rejects a loss that is wrong in the way the law is about, and accepts cross-entropy."""

from __future__ import annotations

import loss_laws as laws
import loss_state_laws as state_laws
import pytest
import torch
from torch import Tensor

from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.losses.loss import Loss, TokenLoss
from ner_lab.models.linear import LinearHead


def gold(log_probs_NK: Tensor, labels_N: Tensor) -> Tensor:
    return log_probs_NK.gather(1, labels_N[:, None])[:, 0]


class MeanOverPadding(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return potentials.nll_B(labels_BW).sum() / potentials.mask_BW.numel()


class ReplaysPadding(CrossEntropy):
    def of_padded(self, potentials, labels_BW, hidden_BWD=None):
        return potentials.nll_B(labels_BW).sum() / potentials.mask_BW.numel()


class MeanOfSentenceMeans(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return (potentials.nll_B(labels_BW) / potentials.mask_BW.sum(1).clamp(min=1)).mean()


class ClaimsToDependOnTheBatch(CrossEntropy):
    split_invariant = False


class FirstSentenceCountsTwice(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        nll_B = potentials.nll_B(labels_BW)
        return (nll_B.sum() + nll_B[0]) / max(1, int(potentials.mask_BW.sum()))


class DetachedFactor(TokenLoss):
    def word_losses(self, log_probs_NK, labels_N):
        log_prob_N = gold(log_probs_NK, labels_N)
        return -((1 - log_prob_N.detach().exp()) ** 2) * log_prob_N


class LogOfProbability(TokenLoss):
    def word_losses(self, log_probs_NK, labels_N):
        return -gold(log_probs_NK.exp(), labels_N).log()


class PlainPower(TokenLoss):
    """Focal with gamma 0.5 as one writes it down."""

    def word_losses(self, log_probs_NK, labels_N):
        log_prob_N = gold(log_probs_NK, labels_N)
        return -((1 - log_prob_N.exp()) ** 0.5) * log_prob_N


class SmoothsImpossibleLabels(TokenLoss):
    def word_losses(self, log_probs_NK, labels_N):
        return -0.9 * gold(log_probs_NK, labels_N) - 0.1 * log_probs_NK.mean(1)


class MatrixProduct(TokenLoss):
    """Soft targets by a product that autocast rounds."""

    def word_losses(self, log_probs_NK, labels_N):
        size = log_probs_NK.shape[1]
        targets_KK = (0.9 * torch.eye(size) + 0.1 / size).to(log_probs_NK.dtype)
        targets_NK = torch.nn.functional.one_hot(labels_N, size).to(log_probs_NK.dtype) @ targets_KK
        return -(targets_NK * log_probs_NK).sum(1)


class DividesByOtherWords(Loss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        return (potentials.nll_B(labels_BW) / (potentials.mask_BW.sum(1) - 1)).sum()


class ZeroWithoutGradient(CrossEntropy):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        if not potentials.mask_BW.any():
            return torch.tensor(0.0)
        return super().forward(potentials, labels_BW)


class MeanOfNothing(TokenLoss):
    def forward(self, potentials, labels_BW, hidden_BWD=None):
        mask_BW = potentials.mask_BW
        return self.word_losses(potentials.log_probs_BWK[mask_BW], labels_BW[mask_BW]).mean()

    def word_losses(self, log_probs_NK, labels_N):
        return -gold(log_probs_NK, labels_N)


class Noisy(TokenLoss):
    def word_losses(self, log_probs_NK, labels_N):
        return -gold(log_probs_NK, labels_N) * torch.rand(len(labels_N), dtype=log_probs_NK.dtype)


class Averaging(TokenLoss):
    """The right use of state; the broken losses below each get one step of it wrong."""

    def setup(self, labels, counts_K, label_vectors_KD=None, width=None):
        self.register_buffer("seen_K", torch.zeros(len(labels)))
        self.register_buffer("pending_K", torch.zeros(len(labels)), persistent=False)

    def word_losses(self, log_probs_NK, labels_N):
        if self.training:
            self.observe(labels_N)
        return -gold(log_probs_NK, labels_N) / (1 + self.seen_K[labels_N])

    def observe(self, labels_N):
        self.pending_K.index_add_(0, labels_N, torch.ones_like(labels_N, dtype=self.pending_K.dtype))

    def update(self):
        self.seen_K.add_(self.pending_K)
        self.pending_K.zero_()


class ChangesInForward(Averaging):
    def observe(self, labels_N):
        super().observe(labels_N)
        self.update()


class ObservesInEvaluation(Averaging):
    def word_losses(self, log_probs_NK, labels_N):
        self.observe(labels_N)
        return -gold(log_probs_NK, labels_N) / (1 + self.seen_K[labels_N])


class NeverClears(Averaging):
    def update(self):
        self.seen_K.add_(self.pending_K)


class KeepsTheLastBatchOnly(Averaging):
    def observe(self, labels_N):
        self.pending_K.zero_()
        super().observe(labels_N)


class StateOutsideTheCheckpoint(Averaging):
    def setup(self, labels, counts_K, label_vectors_KD=None, width=None):
        super().setup(labels, counts_K)
        self.register_buffer("seen_K", torch.zeros(len(labels)), persistent=False)


class WeightsByPosition(TokenLoss):
    def setup(self, labels, counts_K, label_vectors_KD=None, width=None):
        self.register_buffer("weight_K", torch.arange(1.0, len(labels) + 1))

    def word_losses(self, log_probs_NK, labels_N):
        return -self.weight_K[labels_N] * gold(log_probs_NK, labels_N)


class WrongSign(TokenLoss):
    def word_losses(self, log_probs_NK, labels_N):
        return gold(log_probs_NK, labels_N).clamp(min=-20)


EVERY_LAW = [*laws.VALUE_LAWS, *laws.PROBABILITY_LAWS, *state_laws.STATE_LAWS]

BROKEN = [
    (laws.padding_law, MeanOverPadding),
    (laws.replay_law, ReplaysPadding),
    (laws.split_law, MeanOfSentenceMeans),
    (laws.split_law, ClaimsToDependOnTheBatch),
    (laws.order_law, FirstSentenceCountsTwice),
    (laws.gradient_law, DetachedFactor),
    (laws.extreme_law, LogOfProbability),
    (laws.autocast_law, MatrixProduct),
    (laws.certain_law, PlainPower),
    (laws.infeasible_law, SmoothsImpossibleLabels),
    (laws.one_word_law, DividesByOtherWords),
    (laws.no_words_law, ZeroWithoutGradient),
    (laws.no_words_law, MeanOfNothing),
    (state_laws.determinism_law, Noisy),
    (state_laws.state_law, ChangesInForward),
    (state_laws.state_law, ObservesInEvaluation),
    (state_laws.state_law, NeverClears),
    (state_laws.accumulation_law, KeepsTheLastBatchOnly),
    (state_laws.checkpoint_law, StateOutsideTheCheckpoint),
    (state_laws.permutation_law, WeightsByPosition),
    (state_laws.learning_law, WrongSign),
]


@pytest.mark.parametrize(("law", "broken"), BROKEN, ids=lambda item: item.__name__)
def test_law_rejects(law, broken):
    with pytest.raises(AssertionError):
        law(broken, LinearHead)


@pytest.mark.parametrize("law", EVERY_LAW, ids=lambda law: law.__name__)
@pytest.mark.parametrize("sound", [CrossEntropy, Averaging])
def test_law_accepts(law, sound):
    law(sound, LinearHead)


def test_every_law_has_a_broken_loss():
    defined = {law for room in (laws, state_laws) for name, law in vars(room).items() if name.endswith("_law")}
    assert {law for law, _ in BROKEN} == set(EVERY_LAW) == defined
