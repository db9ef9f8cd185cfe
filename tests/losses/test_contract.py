"""Every loss of conf/loss, and its variants, under every head of conf/model/head, against every law."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from loss_laws import PROBABILITY_LAWS, VALUE_LAWS
from loss_setting import assert_close, built_head, gradients, set_up, words
from loss_state_laws import STATE_LAWS, learning_law

from ner_lab.losses import EmbeddingLabelSmoothing, Focal, TokenLoss, WeightedCrossEntropy
from ner_lab.models import IndependentPotentials
from ner_lab.types import UserError

CONF = Path(__file__).parents[2] / "conf"
LOSSES = sorted(path.stem for path in (CONF / "loss").glob("*.yaml"))
HEADS = sorted(path.stem for path in (CONF / "model" / "head").glob("*.yaml"))
INDEPENDENT = ("linear", "cosine")  # heads that label words independently

# Settings that take another path through the code than a file's own.
VARIANTS = [
    "weighted_cross_entropy loss.weights=inverse",
    "weighted_cross_entropy loss.weights={PER:2,B-LOC:3,O:0.1}",
    "focal loss.gamma=0.5",
    "focal loss.alpha=0.25",
    "focal loss.alpha={PER:2,I-LOC:0.5}",
    "dice loss.level=set",
    "dice loss.alpha=0 loss.cross_entropy=0",
    "dice loss.cross_entropy=0",
    "dice loss.level=set loss.cross_entropy=0",
    "tversky loss.cross_entropy=0",
    "embedding_label_smoothing loss.source=label_text",
    "embedding_label_smoothing loss.source=confusion",
    "embedding_label_smoothing loss.source=learned",
    "embedding_label_smoothing loss.source=original",
    "compound loss@loss.parts.nll.loss=embedding_label_smoothing loss.parts.nll.loss.source=confusion",
]

# What each loss becomes at certain settings: (loss, the loss it then equals, heads for which that is so).
REDUCTIONS = [
    ("nll", "cross_entropy", INDEPENDENT),
    ("cross_entropy", "nll", INDEPENDENT),
    ("weighted_cross_entropy loss.weights={PER:1}", "cross_entropy", HEADS),
    ("weighted_cross_entropy loss.weights=effective loss.beta=0", "cross_entropy", HEADS),
    ("label_smoothing loss.epsilon=0", "cross_entropy", HEADS),
    *(
        (f"embedding_label_smoothing loss.source={source} loss.epsilon=0", "cross_entropy", HEADS)
        for source in ("structure", "label_text", "confusion", "learned", "original")
    ),
    # Evenly over all seven labels, and over the six that are not gold: 0.1 * 7 / 6.
    (
        "embedding_label_smoothing loss.source=original loss.alpha=0 loss.epsilon=0.1",
        "label_smoothing loss.epsilon=0.1",
        HEADS,
    ),
    (
        "embedding_label_smoothing loss.alpha=0 loss.epsilon=0.1",
        f"label_smoothing loss.epsilon={0.1 * 7 / 6}",
        INDEPENDENT,
    ),
    ("focal loss.gamma=0", "cross_entropy", HEADS),
    ("focal loss.gamma=0 loss.alpha={PER:1}", "cross_entropy", HEADS),
    ("dice loss.alpha=0 loss.smooth=3", "tversky loss.alpha=0.5 loss.beta=0.5 loss.smooth=1.5", HEADS),
    ("tversky loss.alpha=0.5 loss.beta=0.5 loss.smooth=0.5", "dice loss.alpha=0 loss.smooth=1", HEADS),
    ("dice loss.cross_entropy=1", "cross_entropy", HEADS),
    ("dice loss.level=set loss.cross_entropy=1", "cross_entropy", HEADS),
    ("tversky loss.cross_entropy=1", "cross_entropy", HEADS),
    (
        "compound loss.parts.nll.weight=1 ~loss.parts.cross_entropy ~loss.parts.label_smoothing",
        "nll",
        HEADS,
    ),
    ("compound", "label_smoothing loss.epsilon=0.02", INDEPENDENT),
    (
        "compound loss@loss.parts.nll.loss=cross_entropy loss.parts.label_smoothing.loss.epsilon=0",
        "cross_entropy",
        HEADS,
    ),
]


# Dice and Tversky alone are bounded, so their gradient vanishes where a word is confidently wrong: under the cosine
# head's default scale most words are, at the start.
ALONE = "loss.cross_entropy=0"


@cache
def config(group: str, choice: str):
    name, *overrides = choice.split()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose(overrides=[f"+{group}={name}", *overrides])


def make_loss(choice: str):
    return lambda: instantiate(config("loss", choice).loss)


def make_head(choice: str):
    return lambda width, labels: instantiate(config("model/head", choice).model.head, width=width, labels=labels)


def test_every_loss_and_head_is_found():
    assert len(LOSSES) >= 9 and {"nll", "compound", "embedding_label_smoothing"} <= set(LOSSES)
    assert len(HEADS) >= 3 and {"linear", "crf", "cosine"} <= set(HEADS)


def test_every_loss_declares_what_it_reduces_to():
    missing = set(LOSSES) - {choice.split()[0] for choice, _, _ in REDUCTIONS}
    assert not missing, f"add to REDUCTIONS at which settings these equal another loss: {sorted(missing)}"


@pytest.mark.seconds
def test_only_the_set_level_dice_may_depend_on_the_split_of_a_batch():
    exempt = [choice for choice in [*LOSSES, *VARIANTS] if not make_loss(choice)().split_invariant]
    assert exempt == ["dice loss.level=set", "dice loss.level=set loss.cross_entropy=0"]


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("loss", [*LOSSES, *VARIANTS])
@pytest.mark.parametrize("law", [*VALUE_LAWS, *STATE_LAWS], ids=lambda law: law.__name__)
def test_law(law, loss, head):
    if law is learning_law and head == "cosine" and loss.endswith(ALONE):
        head = "cosine model.head.scale=1"
    law(make_loss(loss), make_head(head))


@pytest.mark.parametrize("loss", [*LOSSES, *VARIANTS])
@pytest.mark.parametrize("law", PROBABILITY_LAWS, ids=lambda law: law.__name__)
def test_law_of_probabilities(law, loss):
    law(make_loss(loss), make_head("linear"))


@pytest.mark.parametrize(
    ("loss", "reference", "head"), [(loss, reference, head) for loss, reference, heads in REDUCTIONS for head in heads]
)
def test_reduction(loss, reference, head):
    reduced, expected = set_up(make_loss(loss)), set_up(make_loss(reference))
    module, batch = built_head(make_head(head)), words([4, 1, 3])
    actual, slopes = gradients(reduced, module, batch)
    target, target_slopes = gradients(expected, module, batch)
    assert_close(actual, target, f"{loss} is not {reference}")
    for slope, target_slope in zip(slopes[: len(target_slopes)], target_slopes, strict=True):
        assert_close(slope, target_slope, f"the gradient of {loss} is not that of {reference}")


@pytest.mark.parametrize("kind", [Focal, WeightedCrossEntropy, EmbeddingLabelSmoothing])
def test_a_loss_that_was_not_set_up_says_so(kind):
    with pytest.raises(AttributeError, match=rf"{kind.__name__} has no \w+ before its setup: call setup\(labels"):
        kind().word_losses(torch.tensor([[0.7, 0.3]]).log(), torch.tensor([0]))
    assert not hasattr(kind(), "weights_of_nothing")
    with pytest.raises(AttributeError, match="no attribute 'weights_of_nothing'"):
        kind().weights_of_nothing  # noqa: B018


def test_cross_entropy_is_torch():
    head, batch = built_head(make_head("linear")), words([4, 1, 3])
    logits_NK = head(batch.hidden_BWD, batch.mask_BW).emissions_BWK[batch.mask_BW]
    expected = torch.nn.functional.cross_entropy(logits_NK, batch.labels_BW[batch.mask_BW])
    assert_close(gradients(set_up(make_loss("cross_entropy")), head, batch)[0], expected.detach(), "cross-entropy")


@pytest.mark.parametrize("wrong", [lambda log_probs_NK: log_probs_NK.mean(), lambda log_probs_NK: log_probs_NK, str])
def test_what_is_no_value_for_each_word_is_refused(wrong) -> None:
    class Wrong(TokenLoss):
        def word_losses(self, log_probs_NK, labels_N):
            return wrong(log_probs_NK)

    log_probs_BWK = torch.zeros(1, 3, 7).log_softmax(-1)
    potentials = IndependentPotentials(log_probs_BWK, torch.ones(1, 3, dtype=torch.bool), ["O"] * 7)
    with pytest.raises(UserError, match=r"loss Wrong: word_losses must give .* of shape \(3,\); it gave"):
        Wrong()(potentials, torch.zeros(1, 3, dtype=torch.long))
