"""The marginals of a GPU's CRF: two kernels on the way there, and one for all gradients; see `kernel_likelihood`."""

from __future__ import annotations

from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor

from ner_lab.models.crf.autograd import refuse_second_derivative
from ner_lab.models.crf.kernel_messages import best, contiguous, launch, log_sum, messages, moves_in


class KernelLogMarginals(torch.autograd.Function):
    """`log_probs_BWK`, as `LogMarginals` has it with the messages of `KernelMessages`."""

    @staticmethod
    def forward(
        ctx: Any, emissions_BWK: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor, mask_BW: Tensor
    ) -> Tensor:
        B, W, K = emissions_BWK.shape
        emissions_BWK, start_K, trans_KK, end_K = contiguous(emissions_BWK, start_K, trans_KK, end_K)
        length_B = mask_BW.sum(1)
        before_2BWK = messages(emissions_BWK, start_K, trans_KK, end_K, length_B)
        log_probs_BWK = torch.empty_like(emissions_BWK)
        launch(_log_marginals, (B * W,), emissions_BWK, length_B, before_2BWK, log_probs_BWK, W, K)
        ctx.save_for_backward(emissions_BWK, trans_KK, length_B, before_2BWK, log_probs_BWK)
        return log_probs_BWK

    @staticmethod
    def backward(ctx: Any, gradient_BWK: Tensor) -> tuple[Tensor | None, ...]:
        refuse_second_derivative()
        B, W, K = gradient_BWK.shape
        found_2BWK = gradient_BWK.new_empty(2, B, W, K)
        links_NL = gradient_BWK.new_zeros(2 * B, K * K + 2 * K)  # of transitions, starts and ends
        given = *ctx.saved_tensors, gradient_BWK.contiguous(), found_2BWK, links_NL
        launch(_marginal_gradients, (B, 2), *given, W, K)
        trans, start_K, end_K = links_NL.sum(0).split((K * K, K, K))
        return found_2BWK.sum(0), start_K, trans.view(K, K), end_K, None


@triton.jit
def _log_marginals(emissions, lengths, before, log_probs, W, K, P: tl.constexpr):
    """Of one word: the log softmax of both messages and the emission; of padding, of nothing."""
    b, t = tl.program_id(0) // W, tl.program_id(0) % W
    k = tl.arange(0, P)
    real = k < tl.where(t < tl.load(lengths + b), K, 0)
    row = (b * W + t) * K + k
    here = tl.load(emissions + row, real, float("-inf"))
    state = here - best(here) + tl.load(before + row, real, float("-inf"))
    state += tl.load(before + tl.num_programs(0) * K + row, real, float("-inf"))
    state -= log_sum(state, 0)
    anything = tl.where(k < K, tl.zeros_like(state), float("-inf"))
    tl.store(log_probs + row, tl.where(real, state, anything - log_sum(anything, 0)), k < K)


@triton.jit
def _of_softmax(log_probs, gradient, row, real):
    """The gradient of a word's scores from that of their log softmax; labels that cannot be get none."""
    log_prob = tl.load(log_probs + row, real, float("-inf"))
    arrived = tl.where(log_prob > float("-inf"), tl.load(gradient + row, real, 0.0), 0.0)
    return arrived - tl.exp(log_prob) * tl.sum(arrived, 0)


@triton.jit
def _marginal_gradients(emissions, trans, lengths, before, log_probs, gradient, found, links, W, K, P: tl.constexpr):
    """The recursion of the messages in one direction backwards, as `_pull` of `kernel_messages`."""
    b, direction = tl.program_id(0), tl.program_id(1)
    B = tl.num_programs(0)
    length = tl.load(lengths + b)
    k = tl.arange(0, P)
    real = k < K
    i, j = tl.expand_dims(k, 1), tl.expand_dims(k, 0)
    moves = moves_in(direction, trans, K, P)
    total = tl.zeros_like(moves)
    rows = (direction * B + b) * W * K + k
    words = b * W * K + k
    t = tl.where((direction == 0) & (length > 0), length - 1, 0)  # the word that a message goes to
    some = k < tl.where(length > 0, K, 0)
    own = _of_softmax(log_probs, gradient, words + t * K, some)
    coming = own + 0.0
    there = tl.load(before + rows + t * K, some, float("inf"))
    for step in range(1, length):
        source = tl.where(direction == 0, length - 1 - step, step)  # and the one that it comes from
        here = tl.load(emissions + words + source * K, real, float("-inf"))
        arrived = tl.load(before + rows + source * K, real, float("-inf"))
        leaving = arrived + here - best(here)
        leaving -= log_sum(leaving, 0)
        mine = _of_softmax(log_probs, gradient, words + source * K, real)
        there = tl.where(there == float("-inf"), float("inf"), there)  # no share in what cannot be
        shares = tl.exp(tl.expand_dims(leaving, 1) + moves - tl.expand_dims(there, 0)) * tl.expand_dims(coming, 0)
        total += shares
        # Both directions have the word's own, which counts once.
        tl.store(found + rows + t * K, tl.where(direction == 0, coming - own, coming), real)
        coming = mine + tl.sum(shares, 1)
        own = mine + 0.0
        there = arrived + 0.0
        t = source + 0
    tl.store(found + rows + t * K, tl.where(direction == 0, coming - own, coming), some)
    for rest in range(length, W):
        tl.store(found + rows + rest * K, tl.zeros_like(coming), real)
    sums = links + (direction * B + b).to(tl.int64) * (K * K + 2 * K)
    tl.store(sums + tl.where(direction == 0, i * K + j, j * K + i), total, (i < K) & (j < K))
    tl.store(sums + K * K + direction * K + k, coming, some)
