"""Losses on single words against their formulas in plain Python."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.losses.dice import Dice
from ner_lab.losses.focal import Focal, complement_power
from ner_lab.losses.label_smoothing import LabelSmoothing
from ner_lab.losses.tversky import Tversky
from ner_lab.losses.weighted_cross_entropy import WeightedCrossEntropy
from ner_lab.models import IndependentPotentials

LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC")
COUNTS_K = torch.tensor([90, 6, 0, 3, 1])

logits = st.lists(st.floats(-4, 4), min_size=5, max_size=5)
gold = st.integers(0, 4)


def word_loss(loss, logits_K, y):
    """The loss of one word, and its label probabilities."""
    loss.setup(LABELS, COUNTS_K)
    log_probs_K = torch.tensor(logits_K, dtype=torch.float64).log_softmax(0)
    value = loss.double().word_losses(log_probs_K[None], torch.tensor([y]))
    assert value.shape == (1,)
    return float(value), log_probs_K.exp().tolist()


@settings(max_examples=50)
@given(logits, gold, st.floats(0, 5))
def test_focal(logits_K, y, gamma):
    value, p = word_loss(Focal(gamma, alpha={"PER": 0.5, "I-PER": 3}), logits_K, y)
    alpha = [1, 0.5, 3, 1, 1][y]
    assert value == pytest.approx(-alpha * (1 - p[y]) ** gamma * math.log(p[y]), rel=1e-9)


@pytest.mark.parametrize(("y", "factor"), [(0, 0.75), (1, 0.25), (4, 0.25)])
def test_focal_balance_of_the_paper(y, factor):
    value, p = word_loss(Focal(gamma=2, alpha=0.25), [0.0, 1, 2, 3, 0], y)
    assert value == pytest.approx(-factor * (1 - p[y]) ** 2 * math.log(p[y]))


@settings(max_examples=50)
@given(logits, gold, st.floats(0, 2), st.floats(0.1, 3))
def test_dice_of_a_word(logits_K, y, alpha, smooth):
    value, p = word_loss(Dice(alpha, smooth), logits_K, y)
    score = [(1 - q) ** alpha * q for q in p]
    hit = score[y] if y else 0.0
    assert value == pytest.approx(1 - (2 * hit + smooth) / (sum(score[1:]) + (y > 0) + smooth), abs=1e-9)


def test_dice_of_a_set():
    loss = Dice(alpha=0.5, smooth=0.7, level="set")
    log_probs_NK = torch.randn(6, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64).log_softmax(1)
    labels_N = [0, 1, 1, 3, 0, 4]

    class Potentials:
        mask_BW = torch.ones(1, 6, dtype=torch.bool)
        log_probs_BWK = log_probs_NK[None]

    score = [[(1 - q) ** 0.5 * q for q in p] for p in log_probs_NK.exp().tolist()]
    ratios = []
    for k in range(1, 5):
        hit = sum(score[i][k] for i, y in enumerate(labels_N) if y == k)
        ratios.append((2 * hit + 0.7) / (sum(row[k] for row in score) + labels_N.count(k) + 0.7))
    assert float(loss(Potentials(), torch.tensor([labels_N]))) == pytest.approx(1 - sum(ratios) / 4)


@settings(max_examples=50)
@given(logits, gold, st.floats(0, 1), st.floats(0, 1), st.floats(0.1, 3))
def test_tversky(logits_K, y, alpha, beta, smooth):
    value, p = word_loss(Tversky(alpha, beta, smooth), logits_K, y)
    hit = p[y] if y else 0.0
    false_positive = sum(p[k] for k in range(1, 5) if k != y)
    false_negative = 1 - p[y] if y else 0.0
    expected = 1 - (hit + smooth) / (hit + alpha * false_positive + beta * false_negative + smooth)
    assert value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50)
@given(logits, gold, st.floats(0, 0.99))
def test_label_smoothing(logits_K, y, epsilon):
    value, p = word_loss(LabelSmoothing(epsilon), logits_K, y)
    q = [(1 - epsilon) * (k == y) + epsilon / 5 for k in range(5)]
    assert value == pytest.approx(-sum(a * math.log(b) for a, b in zip(q, p, strict=True)), rel=1e-9)


def test_label_smoothing_spreads_over_feasible_labels_only():
    loss = LabelSmoothing(0.3)
    log_probs_NK = torch.tensor([[0.0, -torch.inf, 1.0, -torch.inf, 0.5], [0.0, *[-torch.inf] * 4]]).log_softmax(1)
    feasible = log_probs_NK[0, [0, 2, 4]]
    losses_N = loss.word_losses(log_probs_NK, torch.tensor([2, 0]))
    torch.testing.assert_close(losses_N, torch.stack([-0.7 * feasible[1] - 0.1 * feasible.sum(), torch.tensor(0.0)]))
    # Two thirds of 0.3 left the gold label of the first word, nothing that of the second.
    torch.testing.assert_close(loss.logged["effective_epsilon"], torch.tensor([0.2, 0.0]))


@pytest.mark.parametrize(
    ("loss", "relative"),
    [
        (WeightedCrossEntropy("inverse"), [1 / 90, 1 / 6, 1, 1 / 3, 1]),
        (
            WeightedCrossEntropy("effective", beta=0.9),
            [0.1 / (1 - 0.9**90), 0.1 / (1 - 0.9**6), 1, 0.1 / (1 - 0.9**3), 1],
        ),
        (WeightedCrossEntropy({"PER": 2, "I-PER": 5, "O": 0}), [0, 2, 5, 1, 1]),
    ],
    ids=["inverse", "effective", "given"],
)
def test_weights_have_mean_1_over_training_words(loss, relative):
    loss.setup(LABELS, COUNTS_K)
    mean = sum(n * w for n, w in zip(COUNTS_K.tolist(), relative, strict=True)) / 100
    torch.testing.assert_close(loss.weight_K, torch.tensor([w / mean for w in relative]))
    assert float((loss.weight_K * COUNTS_K).sum() / 100) == pytest.approx(1)
    value, p = word_loss(loss, [0.0, 1, 2, 3, 0], 3)
    assert value == pytest.approx(-relative[3] / mean * math.log(p[3]), rel=1e-6)


@settings(max_examples=100)
@given(st.lists(st.floats(-30, 30), min_size=3, max_size=3), st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0]))
def test_complement_power(logits_K, exponent):
    log_probs = torch.tensor([logits_K], dtype=torch.float64).log_softmax(1)
    p = [math.exp(x - max(logits_K)) for x in logits_K]
    expected = [(sum(p[:k] + p[k + 1 :]) / sum(p)) ** exponent for k in range(3)]
    assert complement_power(log_probs, exponent)[0].tolist() == pytest.approx(expected, rel=1e-9)


def test_complement_power_is_exact_where_p_rounds_to_1():
    logits = torch.tensor([[40.0, 0.0, 0.0]], requires_grad=True)
    power = complement_power(logits.log_softmax(1), 0.5)[0, 0]
    assert float(power.detach()) == pytest.approx((2 * math.exp(-40)) ** 0.5, rel=1e-5)
    (slope,) = torch.autograd.grad(power, logits)
    assert float(slope[0, 0]) == pytest.approx(-0.5 * (2 * math.exp(-40)) ** 0.5, rel=1e-5)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.0])
def test_self_adjusting_dice_stops_short_of_certainty(alpha):
    """Its best probability for a word's own label is 1 / (1 + alpha)."""
    probs_N = torch.arange(0.001, 1, 0.001, dtype=torch.float64)
    losses_N = Dice(alpha).word_losses(
        torch.stack([1 - probs_N, probs_N], dim=1).log(), torch.ones(len(probs_N), dtype=torch.long)
    )
    assert float(probs_N[losses_N.argmin()]) == pytest.approx(1 / (1 + alpha), abs=1e-3)


@pytest.mark.parametrize("loss", [Dice(), Tversky()])
def test_bounded_losses_have_no_slope_where_a_word_is_confidently_wrong(loss):
    logits = torch.tensor([[15.0, 0.0, 0.0]], requires_grad=True)
    (slope,) = torch.autograd.grad(loss.word_losses(logits.log_softmax(1), torch.tensor([1])).sum(), logits)
    assert slope.abs().max() < 1e-5  # that of cross-entropy is 1


def test_what_a_loss_logs_of_words_is_averaged_and_all_else_is_kept():
    class Logging(CrossEntropy):
        def word_losses(self, log_probs_NK, labels_N):
            losses_N = super().word_losses(log_probs_NK, labels_N)
            self.logged |= {"largest": losses_N.max(), "of_words": losses_N, "share": 0.5}
            return losses_N

        def forward(self, potentials, labels_BW, hidden_BWD=None):
            self.logged["mine"] = torch.tensor(7.0)
            return super().forward(potentials, labels_BW, hidden_BWD)

    mask_BW = torch.tensor([[True, True, True], [True, False, False]])
    labels_BW = torch.tensor([[0, 1, 2], [0, -1, -1]])
    potentials = IndependentPotentials(torch.randn(2, 3, 3), mask_BW, ["O", "B-PER", "I-PER"])
    loss = Logging()
    for of in (loss, loss.of_padded):
        for _ in range(2):
            value = of(potentials, labels_BW)
            assert loss.logged["share"] == 0.5 and loss.logged["mine"] == 7
            torch.testing.assert_close(loss.logged["of_words"], value)
            assert loss.logged["largest"] > value
