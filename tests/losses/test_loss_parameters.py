"""Parameters out of range are refused by name, with the rule and the value."""

from __future__ import annotations

import pytest
import torch

from ner_lab.losses.compound import Compound
from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.losses.dice import Dice
from ner_lab.losses.embedding_label_smoothing import EmbeddingLabelSmoothing
from ner_lab.losses.focal import Focal
from ner_lab.losses.label_smoothing import LabelSmoothing
from ner_lab.losses.tversky import Tversky
from ner_lab.losses.weighted_cross_entropy import WeightedCrossEntropy

LABELS = ("O", "B-PER", "I-PER")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Focal(gamma=-1), "gamma must be >= 0, got -1"),
        (lambda: Focal(gamma=float("nan")), "gamma must be >= 0, got nan"),
        (lambda: Focal(gamma=float("inf")), "gamma must be >= 0, got inf"),
        (lambda: Focal(gamma="2"), "gamma must be >= 0, got '2'"),
        (lambda: Focal(alpha=1.5), "alpha must be >= 0 and <= 1, got 1.5"),
        (lambda: Focal(alpha={"PER": -2}), "alpha.PER must be >= 0, got -2"),
        (lambda: LabelSmoothing(epsilon=1), "epsilon must be >= 0 and < 1, got 1"),
        (lambda: LabelSmoothing(epsilon=True), "epsilon must be >= 0 and < 1, got True"),
        (lambda: Dice(alpha=-0.1), "alpha must be >= 0, got -0.1"),
        (lambda: Dice(smooth=0), "smooth must be > 0, got 0"),
        (lambda: Dice(level="batch"), "level must be 'word' or 'set', got 'batch'"),
        (lambda: Tversky(alpha=-1), "alpha must be >= 0, got -1"),
        (lambda: Tversky(beta=-1), "beta must be >= 0, got -1"),
        (lambda: Tversky(smooth=-1), "smooth must be > 0, got -1"),
        (lambda: WeightedCrossEntropy(beta=1), "beta must be >= 0 and < 1, got 1"),
        (lambda: WeightedCrossEntropy({"PER": -1}), "weights.PER must be >= 0, got -1"),
        (
            lambda: WeightedCrossEntropy("balanced"),
            "weights must be 'inverse', 'effective' or a mapping of labels or entity types to weights, got 'balanced'",
        ),
        (
            lambda: EmbeddingLabelSmoothing("text"),
            "source must be one of structure, label_text, confusion, learned, original, got 'text'",
        ),
        (lambda: EmbeddingLabelSmoothing(epsilon=1), "epsilon must be >= 0 and < 1, got 1"),
        (lambda: EmbeddingLabelSmoothing("original", epsilon=1.1), "epsilon must be >= 0 and <= 1, got 1.1"),
        (lambda: EmbeddingLabelSmoothing(alpha=-1), "alpha must be >= 0, got -1"),
        (lambda: EmbeddingLabelSmoothing(label_emb_dim=0), "label_emb_dim must be a whole number >= 1, got 0"),
        (lambda: EmbeddingLabelSmoothing(label_emb_dim=1.5), "label_emb_dim must be a whole number >= 1, got 1.5"),
        (lambda: EmbeddingLabelSmoothing(momentum=1), "momentum must be >= 0 and < 1, got 1"),
        (lambda: Compound({}), "parts must name at least one loss, got none"),
        (
            lambda: Compound({"ce": {"weight": -1, "loss": CrossEntropy()}}),
            "parts.ce.weight must be >= 0, got -1",
        ),
        (lambda: Compound({"ce": {"weight": 1}}), "parts.ce must hold a weight and a loss, got {'weight': 1}"),
        (lambda: Compound({"ce": 0.5}), "parts.ce must hold a weight and a loss, got 0.5"),
    ],
)
def test_refused(make, message):
    with pytest.raises(ValueError) as error:
        make()
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        (
            WeightedCrossEntropy({"PER": 2, "ORG": 3}),
            "weights must name labels or entity types of the training data (O, B-PER, I-PER, PER), got ORG",
        ),
        (
            Focal(alpha={"B-ORG": 3}),
            "alpha must name labels or entity types of the training data (O, B-PER, I-PER, PER), got B-ORG",
        ),
        (
            WeightedCrossEntropy({"O": 0, "PER": 0}),
            "weights must have a positive mean over the training words, got 0.0 for 10 words",
        ),
        (EmbeddingLabelSmoothing("label_text"), "source=label_text needs an embedding of each label name"),
        (EmbeddingLabelSmoothing("learned"), "source=learned needs the size of a hidden state"),
    ],
)
def test_refused_once_the_labels_are_known(loss, message):
    with pytest.raises(ValueError) as error:
        loss.setup(LABELS, torch.tensor([8, 1, 1]))
    assert str(error.value).startswith(message)


def test_weights_need_training_words():
    with pytest.raises(
        ValueError, match="weights must have a positive mean over the training words, got nan for 0 words"
    ):
        WeightedCrossEntropy("inverse").setup(LABELS, torch.zeros(3))
