"""The weighted sum: its value, what it logs, and what it passes on."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hydra import compose, initialize_config_dir
from hydra.utils import instantiate
from loss_setting import built_head, gradients, set_up, value, words

from ner_lab.losses.compound import Compound
from ner_lab.losses.cross_entropy import CrossEntropy
from ner_lab.losses.dice import Dice
from ner_lab.losses.embedding_label_smoothing import EmbeddingLabelSmoothing
from ner_lab.losses.focal import Focal
from ner_lab.losses.label_smoothing import LabelSmoothing
from ner_lab.losses.nll import NLL
from ner_lab.models.linear import LinearHead

CONF = str(Path(__file__).parents[2] / "conf")


def composed(*overrides: str) -> Compound:
    with initialize_config_dir(CONF, version_base="1.3"):
        return instantiate(compose(overrides=["+loss=compound", *overrides]).loss)


def test_the_preset_is_the_original_pipeline():
    loss = composed()
    parts = {name: (loss.weights[name], type(part)) for name, part in loss.losses().items()}
    assert parts == {
        "cross_entropy": (0.5, CrossEntropy),
        "label_smoothing": (0.2, LabelSmoothing),
        "nll": (0.3, NLL),
    }


def test_parts_are_replaced_set_added_and_removed_on_the_command_line():
    loss = composed(
        "loss@loss.parts.nll.loss=focal",
        "loss.parts.nll.loss.gamma=3",
        "loss.parts.nll.weight=0.7",
        "+loss@loss.parts.dice.loss=dice",
        "+loss.parts.dice.weight=0.1",
        "~loss.parts.cross_entropy",
    )
    assert loss.weights == {"label_smoothing": 0.2, "nll": 0.7, "dice": 0.1}
    focal = loss.losses()["nll"]
    assert isinstance(focal, Focal) and focal.gamma == 3
    assert isinstance(loss.losses()["dice"], Dice)


def test_value_gradient_and_log_are_the_weighted_parts():
    parts = {"smooth": (0.2, lambda: LabelSmoothing(0.3)), "focal": (3.0, Focal), "nll": (0.0, NLL)}
    loss = set_up(lambda: Compound({name: {"weight": w, "loss": make()} for name, (w, make) in parts.items()}))
    head, batch = built_head(LinearHead), words([4, 1, 3])
    actual, slopes = gradients(loss, head, batch)
    alone = {name: gradients(set_up(make), head, batch) for name, (_, make) in parts.items()}
    torch.testing.assert_close(actual, 0.2 * alone["smooth"][0] + 3 * alone["focal"][0])
    for axis, slope in enumerate(slopes):
        torch.testing.assert_close(slope, 0.2 * alone["smooth"][1][axis] + 3 * alone["focal"][1][axis])
    assert set(loss.logged) == {"smooth", "focal", "nll", "smooth.effective_epsilon"}
    for name, (expected, _) in alone.items():
        torch.testing.assert_close(loss.logged[name], expected)
    assert not any(scalar.requires_grad for scalar in loss.logged.values())


@pytest.mark.parametrize(
    ("part", "hidden", "vectors", "split"),
    [
        (CrossEntropy(), False, False, True),
        (EmbeddingLabelSmoothing("learned"), True, False, True),
        (EmbeddingLabelSmoothing("label_text"), False, True, True),
        (Dice(level="set"), False, False, False),
    ],
)
def test_needs_are_those_of_any_part(part, hidden, vectors, split):
    loss = Compound({"nll": {"weight": 1, "loss": NLL()}, "other": {"weight": 1, "loss": part}})
    assert (loss.needs_hidden, loss.needs_label_vectors, loss.split_invariant) == (hidden, vectors, split)


def test_pending_sums_and_updates_reach_the_parts():
    loss = set_up(
        lambda: Compound({"smooth": {"weight": 1, "loss": EmbeddingLabelSmoothing("confusion", momentum=0.5)}})
    )
    value(loss, built_head(LinearHead), words([4, 1, 3]))
    (pending_KK,) = loss.pending()
    assert float(pending_KK.sum()) == pytest.approx(8)
    before = loss.state_dict()["parts.smooth.similarity.confusion_KK"].clone()
    loss.update()
    assert not torch.equal(loss.state_dict()["parts.smooth.similarity.confusion_KK"], before)
    assert not pending_KK.any()
