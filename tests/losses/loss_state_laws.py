"""What holds for every loss under every head: its state, and that a model learns by it.

A law takes how to make a loss and a head, and raises AssertionError where it fails.
"""

from __future__ import annotations

import copy

import torch
from loss_setting import (
    COUNTS_K,
    LABELS,
    VECTORS_KD,
    WIDTH,
    K,
    MakeHead,
    MakeLoss,
    Words,
    assert_close,
    built_head,
    gradients,
    set_up,
    value,
    words,
)
from torch import Tensor

from ner_lab.tags import label_set


def determinism_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """The same seed gives the same bits, twice from one loss and from two."""
    head, batch = built_head(make_head), words([4, 1, 3])
    once, other = set_up(make_loss), set_up(make_loss)
    first, again, second = (gradients(loss, head, batch) for loss in (once, once, other))
    for result, slopes in (again, second):
        assert torch.equal(result, first[0]), "the value is not a function of the seed"
        assert all(map(torch.equal, slopes, first[1])), "the gradient is not a function of the seed"


def state_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """`forward` changes no state but pending sums, and in evaluation not even these; `update` clears them."""
    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 3])
    before = copy.deepcopy(loss.state_dict())
    loss.eval()
    value(loss, head, batch)
    assert not any(sums.any() for sums in loss.pending()), "evaluation leaves pending sums"
    loss.train()
    value(loss, head, batch)
    after = loss.state_dict()
    assert before.keys() == after.keys() and all(torch.equal(before[name], after[name]) for name in before), (
        "forward changes the state"
    )
    loss.update()
    assert not any(sums.any() for sums in loss.pending()), "update leaves pending sums"


def accumulation_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Pending sums of two batches are those of both together, so that they may be added over devices."""
    head, batch = built_head(make_head), words([4, 1, 3, 2])
    whole, parts = set_up(make_loss), set_up(make_loss)
    value(whole, head, batch)
    value(parts, head, batch.rows([0, 1]))
    value(parts, head, batch.rows([2, 3]))
    for sums, expected in zip(parts.pending(), whole.pending(), strict=True):
        assert_close(sums, expected, "pending sums do not add up")
    whole.update()
    parts.update()
    for name, expected in whole.state_dict().items():
        assert_close(parts.state_dict()[name], expected, f"accumulated state {name}")


def checkpoint_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """`state_dict` holds all of the state, as plain tensors: a loss restored from it goes on exactly."""
    loss, restored, head = set_up(make_loss), set_up(make_loss), built_head(make_head)
    for seed in range(3):
        value(loss, head, words([4, 1, 3], seed=seed)).backward()
        with torch.no_grad():
            for parameter in loss.parameters():
                parameter.sub_(0.1 * parameter.grad)
        loss.update()
    assert all(type(tensor) is Tensor for tensor in loss.state_dict().values()), "state is not plain tensors"
    restored.load_state_dict(loss.state_dict())
    batch = words([4, 1, 3], seed=9)
    for _ in range(2):
        assert torch.equal(value(restored, head, batch), value(loss, head, batch)), "the state is not all in state_dict"
        loss.update()
        restored.update()


def permutation_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Entity types in another order: all label-indexed state is permuted, the value is the same."""
    labels = label_set(("ORG", "PER", "LOC"))
    order = [LABELS.index(label) for label in labels]
    rank_K = torch.tensor([labels.index(label) for label in LABELS])

    def permuted(tensor: Tensor) -> Tensor:
        for axis, size in enumerate(tensor.shape):
            if size == K:
                tensor = tensor.index_select(axis, torch.tensor(order))
        return tensor

    loss, head, batch = set_up(make_loss), built_head(make_head), words([4, 1, 3])
    other, other_head = make_loss(), built_head(make_head, labels=labels)
    other.setup(
        labels,
        COUNTS_K[order],
        VECTORS_KD[order] if loss.needs_label_vectors else None,
        WIDTH if loss.needs_hidden else None,
    )
    other = other.double().train()
    other_batch = Words(batch.hidden_BWD, torch.where(batch.mask_BW, rank_K[batch.labels_BW], -1), batch.mask_BW)
    with torch.no_grad():
        for here, there in ((loss, other), (head, other_head)):
            for name, parameter in there.named_parameters():  # chosen at random: carry them over
                parameter.copy_(permuted(dict(here.named_parameters())[name]))
    for _ in range(2):
        assert_close(value(other, other_head, other_batch), value(loss, head, batch), "the order of types matters")
        loss.update()
        other.update()
        for name, buffer in loss.named_buffers():
            assert_close(dict(other.named_buffers())[name], permuted(buffer), f"{name} is not permuted")


def learning_law(make_loss: MakeLoss, make_head: MakeHead) -> None:
    """Words whose hidden state shows their label: 60 steps suffice to label 19 of 20 as they are."""
    width = 16
    batch = words([3, 5, 4, 6, 5, 3, 6, 4], seed=8, width=width, dtype=torch.float32)
    directions_KD = 2 * torch.randn(K, width, generator=torch.Generator().manual_seed(9))
    batch.hidden_BWD = 0.5 * batch.hidden_BWD + directions_KD[batch.labels_BW]
    loss = set_up(make_loss, torch.float32, width)
    torch.manual_seed(10)
    head = make_head(width, LABELS)
    optimizer = torch.optim.Adam([*head.parameters(), *loss.parameters()], lr=0.05)
    for _ in range(60):
        optimizer.zero_grad()
        value(loss, head, batch).backward()
        optimizer.step()
        loss.update()
    right_BW = head(batch.hidden_BWD, batch.mask_BW).decode() == batch.labels_BW
    accuracy = float(right_BW[batch.mask_BW].float().mean())
    assert accuracy >= 0.95, f"{accuracy:.2f} of the words right after training"


STATE_LAWS = (determinism_law, state_law, accumulation_law, checkpoint_law, permutation_law, learning_law)
