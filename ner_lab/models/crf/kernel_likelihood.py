"""The likelihood of a GPU's CRF by two kernels: one for the loss and the messages, one for all of its gradients.

Launched by itself, every small operation around a recursion takes longer than the recursion does. Triton as in
`kernel_messages`.
"""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from ner_lab.models.crf.autograd import refuse_second_derivative
from ner_lab.models.crf.kernel_messages import best, contiguous, launch, log_sum, moves_in

WORDS = 16  # of a sentence, whose gradients one program adds up


class KernelPathNLL(torch.autograd.Function):
    """`nll_B`, as `PathNLL` has it with the messages of `KernelMessages`.

    Takes the potentials as they are: every program shifts what it reads, as `Chain.of` does. A gold sequence that is
    forbidden, or has an unknown label (-1), has an infinite loss and no gradient.
    """

    @staticmethod
    def forward(
        ctx: Any,
        emissions_BWK: Tensor,
        start_K: Tensor,
        trans_KK: Tensor,
        end_K: Tensor,
        labels_BW: Tensor,
        mask_BW: Tensor,
    ) -> Tensor:
        B, W, K = emissions_BWK.shape
        scores = contiguous(emissions_BWK, start_K, trans_KK, end_K)
        labels_BW, length_B = labels_BW.contiguous(), mask_BW.sum(1)
        directions = 1 + any(ctx.needs_input_grad)  # messages from the end are for gradients alone
        before_2BWK = emissions_BWK.new_empty(directions, B, W, K)
        nll_B = emissions_BWK.new_empty(B)
        launch(_nll, (B, directions), *scores, labels_BW, length_B, before_2BWK, nll_B, W, K)
        ctx.save_for_backward(scores[0], scores[2], labels_BW, length_B, before_2BWK, nll_B)
        return nll_B

    @staticmethod
    def backward(ctx: Any, gradient_B: Tensor) -> tuple[Tensor | None, ...]:
        refuse_second_derivative()
        emissions_BWK, trans_KK, labels_BW, length_B, before_2BWK, nll_B = ctx.saved_tensors
        B, W, K = emissions_BWK.shape
        parts = triton.cdiv(W, WORDS)
        counts_BWK = torch.empty_like(emissions_BWK)
        links_NL = emissions_BWK.new_empty(B * parts, K * K + 2 * K)  # of transitions, starts and ends
        given = emissions_BWK, trans_KK, labels_BW, length_B, before_2BWK, nll_B, gradient_B.contiguous()
        launch(_nll_gradients, (B, parts), *given, counts_BWK, links_NL, W, K, STEP=WORDS)
        trans, start_K, end_K = links_NL.sum(0).split((K * K, K, K))
        return counts_BWK, start_K, trans.view(K, K), end_K, None, None


@triton.jit
def _nll(emissions, start, trans, end, gold, lengths, before, nll, W, K, P: tl.constexpr):
    """As `_pass` of `kernel_messages`; on the way from the first word also the partition and the gold path's score."""
    b, direction = tl.program_id(0), tl.program_id(1)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    moves = moves_in(direction, trans, K, P)
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    best_move = best(tl.max(tl.load(trans + i * K + j, (i < K) & (j < K), float("-inf")), 1))
    from_start = tl.load(start + k, real, float("-inf"))
    from_end = tl.load(end + k, real, float("-inf"))
    best_start, best_end = best(from_start), best(from_end)
    from_start -= best_start
    from_end -= best_end
    message = tl.where(direction == 0, from_start, from_end)
    state = message
    partition = tl.sum(tl.zeros_like(message), 0)
    score = partition
    rows = before + (direction * tl.num_programs(0) + b) * W * K
    t = tl.where(direction == 0, 0, length - 1)
    coming = tl.load(emissions + (b * W + t) * K + k, k < tl.where(length > 0, K, 0), float("-inf"))
    label = tl.load(gold + b * W + t, length > 0, 0)
    came = tl.maximum(label, 0)
    score += tl.load(start + came) - best_start
    for step in range(1, length + 1):
        here, row = coming - best(coming), rows + t * K + k
        known = tl.maximum(label, 0)
        link = tl.load(trans + came * K + known, step > 1, 0.0)
        own = tl.sum(tl.where(k == label, here, 0.0), 0) + tl.where(step > 1, link - best_move, 0.0)
        score += tl.where(label >= 0, own, float("-inf"))
        came = known  # `came = label` would be the variable `label` to the compiler, and never that of the step before
        t = tl.where(direction == 0, step, length - 1 - step)
        # Asked for a step ahead and before the store, which no load may overtake: memory is slower than a step.
        coming = tl.load(emissions + (b * W + t) * K + k, k < tl.where(length > step, K, 0), float("-inf"))
        label = tl.load(gold + b * W + t, length > step, 0)
        tl.store(row, message, real)
        state = message + here
        norm = log_sum(state, 0)
        state = state - norm
        partition += norm
        message = log_sum(tl.expand_dims(state, 1) + moves, 0)
    if direction == 0:
        score += tl.load(end + came) - best_end
        partition += log_sum(state + from_end, 0)
        gap = partition - score
        # A rounding error below 0 is a certainty. Not by a maximum, which would make 0 of what is no number.
        tl.store(nll + b, tl.where(length > 0, tl.where(gap < 0, 0.0, gap), 0.0))


@triton.jit
def _nll_gradients(
    emissions, trans, gold, lengths, before, nll, gradient, counts, links, W, K, P: tl.constexpr, STEP: tl.constexpr
):
    """Expected minus observed counts, of a part of a sentence."""
    b, part = tl.program_id(0), tl.program_id(1)
    B, parts = tl.num_programs(0), tl.num_programs(1)
    length = tl.load(lengths + b)
    loss = tl.load(nll + b)
    factor = tl.where((loss == loss) & (loss < float("inf")), tl.load(gradient + b), 0.0)
    k = tl.arange(0, P)
    real = k < K
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    inside = (i < K) & (j < K)
    moves = tl.load(trans + i * K + j, inside, float("-inf"))
    pairs = tl.zeros_like(moves)
    starts = tl.sum(pairs, 0)
    ends = starts
    for t in range(part * STEP, tl.minimum(part * STEP + STEP, W)):
        row = (b * W + t) * K + k
        there = length > t
        label = tl.maximum(tl.load(gold + b * W + t), 0)
        arriving = tl.load(emissions + row, real, float("-inf")) + tl.load(
            before + B * W * K + row, real, float("-inf")
        )
        state = arriving + tl.load(before + row, real, float("-inf"))
        weight = tl.exp(state - tl.max(state, 0))
        count = (weight / tl.sum(weight, 0) - tl.where(k == label, 1.0, 0.0)) * factor
        count = tl.where(there, count, 0.0)
        tl.store(counts + row, count, real)
        starts += tl.where(t == 0, count, 0.0)
        ends += tl.where(t == length - 1, count, 0.0)
        moved = tl.where(there, t, 0) > 0
        earlier = k < tl.where(moved, K, 0)
        came = tl.maximum(tl.load(gold + b * W + t - 1, moved, 0), 0)
        leaving = tl.load(emissions + row - K, earlier, float("-inf")) + tl.load(
            before + row - K, earlier, float("-inf")
        )
        pair = tl.expand_dims(leaving, 1) + moves + tl.expand_dims(arriving, 0)
        most = tl.max(tl.max(pair, 1), 0)
        weights = tl.exp(pair - tl.where(most == float("-inf"), 0.0, most))
        weights = weights / tl.sum(tl.sum(weights, 1), 0) - tl.where((i == came) & (j == label), 1.0, 0.0)
        pairs += tl.where(moved, weights * factor, 0.0)
    rows = links + (b * parts + part).to(tl.int64) * (K * K + 2 * K)
    tl.store(rows + i * K + j, pairs, inside)
    tl.store(rows + K * K + k, starts, real)
    tl.store(rows + K * K + K + k, ends, real)
