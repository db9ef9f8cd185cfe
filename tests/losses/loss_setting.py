"""What the laws of losses are tried on: labels, batches, and losses and heads set up for them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ner_lab.losses.loss import Loss
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.models.head import Head
from ner_lab.tags import label_set

MakeLoss = Callable[[], Loss]
MakeHead = Callable[[int, Sequence[str]], Head]  # width, labels

LABELS = label_set(("PER", "LOC", "ORG"))
K = len(LABELS)
WIDTH = 5  # no other axis may be K long: the permutation law finds label axes by their length
COUNTS_K = torch.tensor([50, 9, 4, 5, 0, 3, 1])
VECTORS_KD = torch.randn(K, 6, generator=torch.Generator().manual_seed(11))
EXACT = {"rtol": 1e-10, "atol": 1e-10}


@dataclass
class Words:
    """A batch for a head and a loss: hidden states, gold labels that the scheme allows, -1 on padding, and the mask."""

    hidden_BWD: Tensor
    labels_BW: Tensor
    mask_BW: Tensor

    def rows(self, index: Sequence[int]) -> Words:
        rows = list(index)
        return Words(self.hidden_BWD[rows], self.labels_BW[rows], self.mask_BW[rows])


def words(lengths: Sequence[int], seed: int = 0, width: int = WIDTH, dtype: torch.dtype = torch.float64) -> Words:
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    longest = max(lengths)
    labels_BW = torch.full((len(lengths), longest), -1)
    start, follow = allowed_transitions(LABELS)
    for row, length in enumerate(lengths):
        allowed = start
        for word in range(length):
            labels_BW[row, word] = rng.choice([k for k in range(K) if allowed[k]])
            allowed = follow[int(labels_BW[row, word])]
    mask_BW = torch.arange(longest) < torch.tensor(lengths)[:, None]
    hidden_BWD = torch.randn(len(lengths), longest, width, generator=generator, dtype=torch.float64).to(dtype)
    return Words(hidden_BWD, labels_BW, mask_BW)


class GivenPotentials:
    """Independent words with logits as they are: -inf marks an infeasible label."""

    def __init__(self, logits_BWK: Tensor, mask_BW: Tensor) -> None:
        self.mask_BW = mask_BW
        self.log_probs_BWK = logits_BWK.log_softmax(-1)

    def nll_B(self, labels_BW: Tensor) -> Tensor:
        gold_BW = self.log_probs_BWK.gather(2, labels_BW.clamp(min=0)[..., None])[..., 0]
        return -gold_BW.masked_fill(~self.mask_BW, 0).sum(1)


def set_up(make_loss: MakeLoss, dtype: torch.dtype = torch.float64, width: int = WIDTH) -> Loss:
    torch.manual_seed(3)
    loss = make_loss()
    loss.setup(LABELS, COUNTS_K, VECTORS_KD if loss.needs_label_vectors else None, width if loss.needs_hidden else None)
    return loss.to(dtype).train()


def built_head(
    make_head: MakeHead, dtype: torch.dtype = torch.float64, width: int = WIDTH, labels: Sequence[str] = LABELS
) -> Head:
    """A head away from its initial values, which may be zeros."""
    torch.manual_seed(4)
    head = make_head(width, labels).to(dtype)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return head


def value(loss: Loss, head: nn.Module, batch: Words) -> Tensor:
    return loss(head(batch.hidden_BWD, batch.mask_BW), batch.labels_BW, batch.hidden_BWD if loss.needs_hidden else None)


def gradients(loss: Loss, head: nn.Module, batch: Words, autocast: bool = False) -> tuple[Tensor, list[Tensor]]:
    """The value, and its gradients by hidden states, head and loss parameters (0 where it does not depend on them)."""
    hidden_BWD = batch.hidden_BWD.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
        result = value(loss, head, Words(hidden_BWD, batch.labels_BW, batch.mask_BW))
    assert result.shape == () and result.requires_grad, "a loss is a scalar with a gradient"
    by = [hidden_BWD, *(p for p in [*head.parameters(), *loss.parameters()] if p.requires_grad)]
    return result.detach(), list(torch.autograd.grad(result, by, materialize_grads=True))


def assert_close(actual: Tensor, expected: Tensor, what: str) -> None:
    torch.testing.assert_close(actual, expected, **EXACT, msg=lambda text: f"{what}: {text}")


def assert_finite(loss: Loss, head: nn.Module, batch: Words, what: str) -> None:
    result, slopes = gradients(loss, head, batch)
    assert result.isfinite(), f"{what}: the value is {result}"
    assert all(slope.isfinite().all() for slope in slopes), f"{what}: a gradient is not finite"


def given(logits_BWK: Tensor, batch: Words) -> tuple[nn.Module, Words]:
    """A head that takes its logits from trainable numbers instead of from hidden states."""

    class Given(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.logits_BWK = nn.Parameter(logits_BWK.to(batch.hidden_BWD.dtype))

        def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> GivenPotentials:
            return GivenPotentials(self.logits_BWK, mask_BW)

    return Given(), batch
