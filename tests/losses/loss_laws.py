"""What holds for every loss under every head: its value and its gradient.

A law takes how to make a loss and a head, and raises AssertionError where it fails.
"""

from __future__ import annotations

import torch
from loss_setting import (
    K,
    MakeHead,
    MakeLoss,
    Words,
    assert_close,
    assert_finite,
    built_head,
    given,
    gradients,
    set_up,
    value,
    words,
)
from torch import Tensor, nn

from ner_lab.losses import Loss
from ner_lab.types import Potentials


def padding_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """What stands on padding, and how much padding there is, changes neither value nor gradient."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 3])
    expected, slopes = gradients(loss, head, batch)
    wide = words([7, 7, 7], seed=1)
    wide.hidden_BWD *= 50
    B, W = batch.mask_BW.shape
    wide.mask_BW = torch.zeros(B, 7, dtype=torch.bool)
    wide.mask_BW[:, :W] = batch.mask_BW
    wide.hidden_BWD[wide.mask_BW] = batch.hidden_BWD[batch.mask_BW]
    for garbage_BW in (torch.full((B, 7), -1), wide.labels_BW):
        labels_BW = garbage_BW.clone()
        labels_BW[wide.mask_BW] = batch.labels_BW[batch.mask_BW]
        actual, wide_slopes = gradients(loss, head, Words(wide.hidden_BWD, labels_BW, wide.mask_BW))
        assert_close(actual, expected, "padding changes the value")
        assert_close(wide_slopes[0][wide.mask_BW], slopes[0][batch.mask_BW], "padding changes the gradient")
        assert not wide_slopes[0][~wide.mask_BW].any(), "padding has a gradient"


class Replayed(Loss):
    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss, self.needs_hidden = loss, loss.needs_hidden

    def forward(self, potentials: Potentials, labels_BW: Tensor, hidden_BWD: Tensor | None = None) -> Tensor:
        return self.loss.of_padded(potentials, labels_BW, hidden_BWD)


def replay_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """What a GPU replays is the loss."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 0, 3])
    expected, slopes = gradients(loss, head, batch)
    logged = loss.logged
    actual, other_slopes = gradients(Replayed(loss) if loss.replayable else loss, head, batch)
    assert_close(actual, expected, "what is replayed is another loss")
    assert_close(other_slopes, slopes, "what is replayed has other gradients")
    assert list(loss.logged) == list(logged) and all(scalar.dim() == 0 for scalar in logged.values())
    for name, scalar in logged.items():
        assert_close(loss.logged[name], scalar, f"what is replayed logs another {name}")


def split_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """L(A and B) is the word-weighted mean of L(A) and L(B), unless the loss says it is not: then it must not be."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 3, 2, 6])
    parts = [batch.rows([0, 1]), batch.rows([2, 3, 4])]
    weighted = sum(value(loss, head, part) * part.mask_BW.sum() for part in parts) / batch.mask_BW.sum()
    whole = value(loss, head, batch)
    if loss.split_invariant:
        assert_close(whole, weighted, "the loss of a batch is not the mean over its words")
    else:
        assert (whole - weighted).abs() > 1e-6, "declared to depend on the batch, but does not"


def order_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """The order of sentences in a batch changes nothing."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 3, 2])
    order = [2, 0, 3, 1]
    expected, slopes = gradients(loss, head, batch)
    actual, permuted = gradients(loss, head, batch.rows(order))
    assert_close(actual, expected, "the order of sentences changes the value")
    assert_close(permuted[0], slopes[0][order], "the order of sentences changes the gradient")


def gradient_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Autograd agrees with finite differences, by hidden states and head parameters."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([3, 1])
    names = [name for name, parameter in head.named_parameters() if parameter.requires_grad]

    def function(hidden_BWD: Tensor, *parameters: Tensor) -> Tensor:
        potentials = torch.func.functional_call(
            head, dict(zip(names, parameters, strict=True)), (hidden_BWD, batch.mask_BW)
        )
        return loss(potentials, batch.labels_BW, hidden_BWD if loss.needs_hidden else None)

    inputs = [batch.hidden_BWD, *(dict(head.named_parameters())[name] for name in names)]
    inputs = [tensor.detach().clone().requires_grad_() for tensor in inputs]
    assert torch.autograd.gradcheck(function, inputs, raise_exception=False, fast_mode=False), "wrong gradient"


def extreme_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Logits of +-1e4 in single precision: value and gradient are finite."""
    loss, head = set_up(make_loss, torch.float32), built_head(make_head, torch.float32)
    for size in (1e2, 1e4):
        batch = words([4, 1, 3], dtype=torch.float32)
        batch.hidden_BWD *= size
        assert_finite(loss, head, batch, f"hidden states of {size:g}")
    sign_BWK = torch.randint(0, 2, (*batch.mask_BW.shape, K), generator=torch.Generator().manual_seed(5)) * 2.0 - 1
    assert_finite(loss, *given(1e4 * sign_BWK, batch), "logits of +-1e4")


def certain_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """p = 1 for the gold label, then for another one: value and gradient are finite."""
    batch = words([4, 1, 3], dtype=torch.float32)
    gold_BWK = nn.functional.one_hot(batch.labels_BW.clamp(min=0), K)
    loss = set_up(make_loss, torch.float32)
    for distance in (10.0, 20.0, 90.0, 200.0, 1e4):
        assert_finite(loss, *given(distance * gold_BWK, batch), f"gold label {distance:g} above the others")
        assert_finite(
            loss, *given(distance * gold_BWK.roll(1, -1), batch), f"wrong label {distance:g} above the others"
        )


def infeasible_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Labels other than the gold one may be impossible, all of them too: value and gradient are finite."""
    loss, batch = set_up(make_loss, torch.float32), words([4, 1, 3], dtype=torch.float32)
    not_gold_BWK = nn.functional.one_hot(batch.labels_BW.clamp(min=0), K) == 0
    logits_BWK = torch.randn(*batch.mask_BW.shape, K, generator=torch.Generator().manual_seed(6))
    some_BWK = torch.rand(*batch.mask_BW.shape, K, generator=torch.Generator().manual_seed(7)) < 0.5
    for impossible_BWK in (some_BWK, torch.ones_like(some_BWK)):
        assert_finite(
            loss, *given(logits_BWK.masked_fill(impossible_BWK & not_gold_BWK, -torch.inf), batch), "infeasible labels"
        )


def autocast_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Autocast to bfloat16 rounds nothing that the loss computes."""
    loss, head = set_up(make_loss, torch.float32), built_head(make_head, torch.float32)
    batch = words([4, 1, 3], dtype=torch.float32)
    expected, slopes = gradients(loss, head, batch)
    actual, rounded = gradients(loss, head, batch, autocast=True)
    assert actual.dtype == torch.float32, f"the value is {actual.dtype}"
    assert (actual - expected).abs() <= 1e-5 * expected.abs(), "autocast changes the value"
    assert (rounded[0] - slopes[0]).abs().max() <= 1e-4 * slopes[0].abs().max(), "autocast changes the gradient"


def one_word_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Sentences of one word, where a CRF allows no `I-`: value and gradient are finite."""
    loss, head = set_up(make_loss, torch.float32), built_head(make_head, torch.float32)
    assert_finite(loss, head, words([1], dtype=torch.float32), "one word")
    assert_finite(loss, head, words([1, 1, 1], seed=2, dtype=torch.float32), "sentences of one word")


def no_words_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """A batch without words is 0, and backward works."""
    loss, head = set_up(make_loss), built_head(make_head)
    batch = words([2, 1])
    empty = Words(batch.hidden_BWD, torch.full_like(batch.labels_BW, -1), torch.zeros_like(batch.mask_BW))
    result, slopes = gradients(loss, head, empty)
    assert result == 0, f"a batch without words is {result}"
    assert all((slope == 0).all() for slope in slopes), "a batch without words has a gradient other than 0"
    assert all(scalar.isfinite() for scalar in loss.logged.values()), f"logged {loss.logged}"


VALUE_LAWS = (
    padding_law,
    replay_law,
    split_law,
    order_law,
    gradient_law,
    extreme_law,
    autocast_law,
    one_word_law,
    no_words_law,
)
PROBABILITY_LAWS = (certain_law, infeasible_law)  # on given label probabilities, whatever the head
