"""Messages of a chain by one kernel for the whole recursion: what a GPU takes, where a step of its own costs a launch.

In log space, as `LogMessages`, so that nobody has to look at the potentials first, which would wait for the device. A
program walks along one sentence in one direction and holds the K x K transitions in registers. Triton comes with
PyTorch's CUDA builds; TRITON_INTERPRET=1 runs the same kernels on a CPU, for tests.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from ner_lab.models.crf.decode import RESCALE_EVERY
from ner_lab.models.crf.log_messages import LogMessages


class KernelMessages(LogMessages):
    """As `LogMessages`, a launch for each of its three recursions."""

    def _run(self) -> Tensor:
        chain = self.chain
        return messages(chain.emissions_BWK, chain.start_K, chain.trans_KK, chain.end_K, chain.mask_BW.sum(1))

    def pair_counts_KK(self, factor_BW: Tensor) -> Tensor:
        """Sum over words t >= 1 of P(label of t-1, label of t), each word times its factor."""
        B, W, K = self.chain.emissions_BWK.shape
        counts_BKK = self.chain.emissions_BWK.new_zeros(B, K, K)
        if B and W > 1:
            state_BWK = (self.before_2BWK[0] + self.chain.emissions_BWK).log_softmax(2)
            arriving_BWK = self.before_2BWK[1] + self.chain.emissions_BWK
            given = contiguous(state_BWK, arriving_BWK, self.chain.trans_KK, factor_BW.to(state_BWK.dtype))
            launch(_count_pairs, (B,), *given, self.chain.mask_BW.sum(1), counts_BKK, W, K)
        return counts_BKK.sum(0)

    def pull_back(self, cotangent_BWK: Tensor) -> tuple[Tensor, Tensor]:
        """See `ProbabilityMessages.pull_back`."""
        B, W, K = cotangent_BWK.shape
        gradient_2BWK = cotangent_BWK.expand(2, B, W, K).contiguous()
        pairs_2BKK = cotangent_BWK.new_zeros(2, B, K, K)
        if B and W > 1:
            state_2BWK = (self.before_2BWK + self.chain.emissions_BWK).log_softmax(3)
            given = contiguous(state_2BWK, self.before_2BWK, self.chain.trans_KK, cotangent_BWK)
            launch(_pull, (B, 2), *given, self.chain.mask_BW.sum(1), gradient_2BWK, pairs_2BKK, B, W, K)
        pairs_2KK = pairs_2BKK.sum(1)
        return gradient_2BWK, pairs_2KK[0] + pairs_2KK[1].T


def messages(emissions_BWK: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor, length_B: Tensor) -> Tensor:
    """`before_2BWK`, 0 on padding. Scores may be shifted, as those of a `Chain` are, or not."""
    B, W, K = emissions_BWK.shape
    before_2BWK = emissions_BWK.new_zeros(2, B, W, K)
    if B and W:
        launch(_pass, (B, 2), *contiguous(emissions_BWK, start_K, trans_KK, end_K), length_B, before_2BWK, W, K)
    return before_2BWK


@torch.no_grad()
def viterbi(emissions_BWK: Tensor, mask_BW: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor) -> Tensor:
    """As `decode.viterbi`, in one launch; of labels with the same score the first one, too."""
    B, W, K = emissions_BWK.shape
    labels_BW = torch.zeros(B, W, dtype=torch.long, device=emissions_BWK.device)
    if B and W:
        shifted_BWK = emissions_BWK - emissions_BWK.amax(-1, keepdim=True)
        given = contiguous(shifted_BWK, start_K, trans_KK, end_K)
        came_from_BWK = torch.empty(B, W, K, dtype=torch.uint8, device=emissions_BWK.device)
        launch(_best_path, (B,), *given, mask_BW.sum(1), came_from_BWK, labels_BW, W, K, RESCALE=RESCALE_EVERY)
    return labels_BW


def launch(kernel: Any, programs: tuple[int, ...], *given: Any, **constants: int) -> None:
    """`kernel` for so many programs. The last of `given` is K. Triton launches on the current device, which need not be
    that of the tensors."""
    with torch.cuda.device_of(given[0]):
        kernel[programs](*given, **constants, **sizes(given[-1]))


def sizes(labels: int) -> dict[str, int]:
    """Of a program: the labels that it holds, padding included, and its warps."""
    return {"P": max(2, triton.next_power_of_2(labels)), "num_warps": 1 if labels <= 16 else 4}


def contiguous(*tensors: Tensor) -> list[Tensor]:
    """As a kernel reads them."""
    return [tensor.contiguous() for tensor in tensors]


@triton.jit
def log_sum(values, axis: tl.constexpr):
    """log of the sum of exponentials; -inf of nothing but -inf."""
    most = tl.max(values, axis)
    most = tl.where(most == float("-inf"), 0.0, most)
    return tl.log(tl.sum(tl.exp(values - tl.expand_dims(most, axis)), axis)) + most


@triton.jit
def best(values):
    """The largest of a vector; 0 of nothing but -inf."""
    most = tl.max(values, 0)
    return tl.where(most == float("-inf"), 0.0, most)


@triton.jit
def moves_in(direction, trans, K, P: tl.constexpr):
    """The transitions in a direction, shifted so that the best is 0, as all scores that a program reads are: float32
    is fine near 0."""
    k = tl.arange(0, P)
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    at = tl.where(direction == 0, i * K + j, j * K + i)
    moves = tl.load(trans + at, (i < K) & (j < K), float("-inf"))
    return moves - best(tl.max(moves, 1))


@triton.jit
def _pass(emissions, start, trans, end, lengths, before, W, K, P: tl.constexpr):
    """The messages of a sentence in one direction, each normalised before it moves on."""
    b, direction = tl.program_id(0), tl.program_id(1)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    moves = moves_in(direction, trans, K, P)
    from_start, from_end = (tl.load(start + k, real, float("-inf")), tl.load(end + k, real, float("-inf")))
    message = tl.where(direction == 0, from_start, from_end)
    message -= best(message)
    rows = before + (direction * tl.num_programs(0) + b) * W * K
    t = tl.where(direction == 0, 0, length - 1)
    coming = tl.load(emissions + (b * W + t) * K + k, k < tl.where(length > 0, K, 0), float("-inf"))
    for step in range(1, length + 1):
        here, row = coming - best(coming), rows + t * K + k
        t = tl.where(direction == 0, step, length - 1 - step)
        # Asked for a step ahead and before the store, which no load may overtake: memory is slower than a step.
        coming = tl.load(emissions + (b * W + t) * K + k, k < tl.where(length > step, K, 0), float("-inf"))
        tl.store(row, message, real)
        state = message + here
        state = state - log_sum(state, 0)
        message = log_sum(tl.expand_dims(state, 1) + moves, 0)


@triton.jit
def _count_pairs(state, arriving, trans, factors, lengths, counts, W, K, P: tl.constexpr):
    """Expected pairs of labels in a sentence, each word times its factor."""
    b = tl.program_id(0)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    inside = (i < K) & (j < K)
    moves = tl.load(trans + i * K + j, inside, float("-inf"))
    total = tl.zeros_like(moves)
    for t in range(1, length):
        here = tl.load(state + (b * W + t - 1) * K + k, real, float("-inf"))
        there = tl.load(arriving + (b * W + t) * K + k, real, float("-inf"))
        pairs = tl.expand_dims(here, 1) + moves + tl.expand_dims(there, 0)
        total += tl.exp(pairs - log_sum(log_sum(pairs, 1), 0)) * tl.load(factors + b * W + t)
    tl.store(counts + b * K * K + i * K + j, total, inside)


@triton.jit
def _pull(state, before, trans, cotangent, lengths, gradient, pairs, B, W, K, P: tl.constexpr):
    """The recursion of `_pass` backwards, for the gradient of all its messages. What it reads it never writes: warps
    that hold the same numbers do not read them at the same moment."""
    b, direction = tl.program_id(0), tl.program_id(1)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    inside = (i < K) & (j < K)
    at = tl.where(direction == 0, i * K + j, j * K + i)
    moves = tl.load(trans + at, inside, float("-inf"))
    total = tl.zeros_like(moves)
    rows = (direction * B + b) * W * K
    t = tl.where((direction == 0) & (length > 0), length - 1, 0)  # the word that a message goes to
    coming = tl.load(cotangent + (b * W + t) * K + k, real, 0.0)
    there = tl.load(before + rows + t * K + k, real, float("inf"))
    t = tl.where(direction == 0, length - 2, 1)  # and the one that it comes from
    here = tl.load(state + rows + t * K + k, k < tl.where(length > 1, K, 0), float("-inf"))
    own = tl.load(cotangent + (b * W + t) * K + k, k < tl.where(length > 1, K, 0), 0.0)
    for step in range(1, length):
        there = tl.where(there == float("-inf"), float("inf"), there)  # no share in what cannot be
        shares = tl.exp(tl.expand_dims(here, 1) + moves - tl.expand_dims(there, 0)) * tl.expand_dims(coming, 0)
        to = gradient + rows + t * K + k
        coming = own + tl.sum(shares, 1)
        # A step ahead, as in `_pass`.
        more = k < tl.where(length > step + 1, K, 0)
        there = tl.load(before + rows + t * K + k, more, float("inf"))
        t = tl.where(direction == 0, t - 1, t + 1)
        here = tl.load(state + rows + t * K + k, more, float("-inf"))
        own = tl.load(cotangent + (b * W + t) * K + k, more, 0.0)
        total += shares
        tl.store(to, coming, real)
    tl.store(pairs + (direction * B + b) * K * K + i * K + j, total, inside)


@triton.jit
def _best_path(emissions, start, trans, end, lengths, came_from, labels, W, K, P: tl.constexpr, RESCALE: tl.constexpr):
    """Max-sum along a sentence with back-pointers, and back along them."""
    b = tl.program_id(0)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    moves = tl.load(trans + i * K + j, (i < K) & (j < K), float("-inf"))
    scores = tl.load(start + k, real, float("-inf")) + tl.load(emissions + b * W * K + k, real, float("-inf"))
    coming = tl.load(emissions + (b * W + 1) * K + k, k < tl.where(length > 1, K, 0), float("-inf"))
    for t in range(1, length):
        here = coming
        coming = tl.load(emissions + (b * W + t + 1) * K + k, k < tl.where(length > t + 1, K, 0), float("-inf"))
        arriving = tl.expand_dims(scores, 1) + moves
        best = tl.minimum(tl.argmax(arriving, 0, tie_break_left=True), K - 1)  # of NaN it may be none of the labels
        tl.store(came_from + (b * W + t) * K + k, best.to(tl.uint8), real)
        scores = tl.max(arriving, 0) + here
        if t % RESCALE == 0:
            scores = scores - tl.max(scores, 0)
    final = scores + tl.load(end + k, real, float("-inf"))
    label = tl.minimum(tl.argmax(final, 0, tie_break_left=True), K - 1)
    tl.debug_barrier()  # the back-pointers of all threads are written
    for step in range(length):
        t = length - 1 - step
        tl.store(labels + b * W + t, label.to(tl.int64))
        if t > 0:
            label = tl.load(came_from + (b * W + t) * K + label).to(tl.int32)
