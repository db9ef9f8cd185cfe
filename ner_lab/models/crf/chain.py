"""The potentials of a batch of chains, prepared for message passing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch
from torch import Tensor


@dataclass(frozen=True)
class Chain:
    """Detached potentials of B chains of up to W words and K labels; built by `of`.

    Every word's emissions, the transitions, the start and the end scores are shifted so that their best is 0 (and
    padding is all 0). The shifts cancel in every probability and in the NLL, and small numbers keep float32 fine.

    Messages run in both directions at once, as one recursion over 2B sequences that all begin at index 0 (a sentence
    is also read from its own last word), so that no step needs a mask: what a recursion computes after the end of a
    short sentence is never looked at. `rows_N` (N = W * 2 * B) picks the rows of a `[B * W, K]` array into the order of
    the recursion, `[W, 2, B]`; `back_N` picks the rows of the recursion back into `[2, B, W]`.
    """

    emissions_BWK: Tensor
    mask_BW: Tensor
    last_B: Tensor
    start_K: Tensor
    trans_KK: Tensor
    end_K: Tensor
    rows_N: Tensor
    back_N: Tensor

    @staticmethod
    @torch.no_grad()
    def of(emissions_BWK: Tensor, mask_BW: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor) -> Chain:
        """Prepare scores; -inf in `start_K`, `trans_KK` ([previous][next]) and `end_K` forbids."""
        B, W, _ = emissions_BWK.shape
        device = emissions_BWK.device
        emissions_BWK = emissions_BWK - emissions_BWK.amax(-1, keepdim=True)
        emissions_BWK = torch.where(mask_BW[..., None], emissions_BWK, 0)
        length_B = mask_BW.sum(1)
        t_W, b_B = torch.arange(W, device=device), torch.arange(B, device=device)
        reversed_BW = torch.where(mask_BW, length_B[:, None] - 1 - t_W, t_W)
        order_2BW = torch.stack((t_W.expand(B, W), reversed_BW))
        direction_211 = torch.arange(2, device=device)[:, None, None]
        return Chain(
            emissions_BWK,
            mask_BW,
            (length_B - 1).clamp(min=0),
            start_K - start_K.amax(),
            trans_KK - trans_KK.amax(),
            end_K - end_K.amax(),
            (b_B[:, None] * W + order_2BW).permute(2, 0, 1).reshape(-1),
            ((order_2BW * 2 + direction_211) * B + b_B[:, None]).reshape(-1),
        )

    def double(self) -> Chain:
        """The same potentials in float64."""
        names = ("emissions_BWK", "start_K", "trans_KK", "end_K")
        return replace(self, **{name: getattr(self, name).double() for name in names})

    def spread(self) -> Tensor:
        """Scalar: the largest difference between labels of a word plus the largest between allowed transitions."""

        def depth(scores: Tensor) -> Tensor:
            return -torch.where(scores == -torch.inf, 0, scores).amin()

        links = torch.stack([depth(self.start_K), depth(self.trans_KK), depth(self.end_K)]).amax()
        return depth(self.emissions_BWK) + links

    def to_steps(self, values: Tensor) -> Tensor:
        """`values_BWK`, or `values_2BWK` that differ between the directions, in the order of the recursion (`W2BK`)."""
        B, W, K = values.shape[-3:]
        rows_N = self.rows_N
        if values.dim() == 4:
            rows_N = (rows_N.view(W, 2, B) + torch.tensor([[0], [B * W]], device=rows_N.device)).view(-1)
        return values.reshape(-1, K).index_select(0, rows_N).view(W, 2, B, K)

    def to_words(self, values_W2BK: Tensor) -> Tensor:
        """`values_2BWK`: the inverse of `to_steps`."""
        W, _, B, K = values_W2BK.shape
        return values_W2BK.reshape(-1, K).index_select(0, self.back_N).view(2, B, W, K)

    def along(self, labels_BW: Tensor) -> tuple[Tensor, Tensor]:
        """The scores of a path's words and of what links each to the one before, start included (`BW`, 0 on padding).
        Words with an unknown label (-1) score -inf, as do links that are forbidden."""
        known_BW, labels_BW = (labels_BW >= 0) | ~self.mask_BW, labels_BW.clamp(min=0)
        words_BW = torch.where(known_BW, self.emissions_BWK.gather(2, labels_BW[..., None])[..., 0], -torch.inf)
        links_BW = torch.cat((self.start_K[labels_BW[:, :1]], self.trans_KK[labels_BW[:, :-1], labels_BW[:, 1:]]), 1)
        return words_BW, torch.where(self.mask_BW, links_BW, 0)

    def path_B(self, labels_BW: Tensor) -> Tensor:
        """The score of a path; see `along`."""
        words_BW, links_BW = self.along(labels_BW)
        return (words_BW + links_BW).sum(1) + self.end_K[self.last(labels_BW.clamp(min=0))]

    def is_before_last_BW(self) -> Tensor:
        return torch.arange(self.mask_BW.shape[1], device=self.last_B.device) < self.last_B[:, None]

    def last(self, values: Tensor) -> Tensor:
        """What `values_BW` or `values_BWK` holds at each sentence's last word."""
        return values[torch.arange(len(values), device=values.device), self.last_B]


def mixing_steps(start_K: Tensor, follow_KK: Tensor) -> int | None:
    """The smallest n for which every label that can occur leads to every other in exactly n steps, or None.

    2 for IOB2: `I-X` is reached from anywhere by way of `B-X`. In n steps a chain forgets; within them a label's
    probability can fall by at most n times the spread of the potentials, which bounds what float32 has to hold.
    """
    reached_K = start_K
    while not (more_K := reached_K | follow_KK[reached_K].any(0)).equal(reached_K):
        reached_K = more_K
    step = follow_KK[reached_K][:, reached_K].double()
    paths = step
    for n in range(1, 9):
        if bool((paths > 0).all()):
            return n
        paths = (paths @ step > 0).double()
    return None


@contextmanager
def full_precision(like: Tensor) -> Iterator[None]:
    """No autocast, no TF32 or bfloat16 inside float32 products: a recursion adds up their errors word by word."""
    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.autocast(like.device.type, enabled=False):
            yield
    finally:
        torch.set_float32_matmul_precision(before)
