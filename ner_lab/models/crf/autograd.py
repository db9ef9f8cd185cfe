"""Likelihood and marginals of a chain, with gradients derived by hand."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from ner_lab.models.crf.chain import full_precision
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.crf.probability_messages import ProbabilityMessages

Messages = ProbabilityMessages | LogMessages


# `messages` may be in float64 where the potentials are in float32: results and gradients come back as the latter.


class PathNLL(torch.autograd.Function):
    """`nll_B`: log partition minus the score of the gold path.

    Its gradient is expected minus observed counts (Lafferty, McCallum and Pereira 2001), read off the two messages:
    nothing of the recursion is recorded. It cannot be differentiated again.
    """

    @staticmethod
    def forward(
        ctx: Any,
        emissions_BWK: Tensor,
        start_K: Tensor,
        trans_KK: Tensor,
        end_K: Tensor,
        labels_BW: Tensor,
        gold_B: Tensor,
        messages: Messages,
    ) -> Tensor:
        """`gold_B` is the score of `labels_BW` under the shifted potentials of `messages.chain`."""
        ctx.messages = messages
        nll_B = (messages.log_partition_B() - gold_B).clamp(min=0)  # a rounding error below 0 is a certainty
        ctx.save_for_backward(labels_BW, nll_B)
        return torch.where(messages.chain.mask_BW.any(1), nll_B, 0).to(emissions_BWK.dtype)

    @staticmethod
    def backward(ctx: Any, gradient_B: Tensor) -> tuple[Tensor | None, ...]:
        refuse_second_derivative()
        messages: Messages = ctx.messages
        labels_BW, nll_B = ctx.saved_tensors
        mask_BW = messages.chain.mask_BW
        factor_BW = torch.where(mask_BW & nll_B.isfinite()[:, None], gradient_B[:, None].to(nll_B.dtype), 0)
        labels_BW = labels_BW.clamp(min=0)
        counts_BWK = messages.marginals_BWK() * factor_BW[..., None]
        counts_BWK.scatter_add_(2, labels_BW[..., None], -factor_BW[..., None])
        K = counts_BWK.shape[2]
        with full_precision(factor_BW):
            pairs_KK = messages.pair_counts_KK(factor_BW).contiguous()
        gold_pairs = (labels_BW[:, :-1] * K + labels_BW[:, 1:]).reshape(-1)
        pairs_KK.view(-1).index_add_(0, gold_pairs, factor_BW[:, 1:].reshape(-1), alpha=-1)
        last_BK = messages.chain.last(counts_BWK)
        gradients = (counts_BWK, counts_BWK[:, 0].sum(0), pairs_KK, last_BK.sum(0))
        return *(gradient.to(gradient_B.dtype) for gradient in gradients), None, None, None


class LogMarginals(torch.autograd.Function):
    """`log_probs_BWK`: log softmax of the sum of both messages and the emission; uniform on padding.

    The gradient runs the recursion of the messages backwards, once, without recording it. It cannot be differentiated
    again. Gradients that arrive at infeasible labels (-inf) are dropped.
    """

    @staticmethod
    def forward(
        ctx: Any, emissions_BWK: Tensor, start_K: Tensor, trans_KK: Tensor, end_K: Tensor, messages: Messages
    ) -> Tensor:
        ctx.messages = messages
        chain = messages.chain
        log_probs_BWK = (messages.log_before_2BWK().sum(0) + chain.emissions_BWK).log_softmax(2)
        log_probs_BWK.masked_fill_(~chain.mask_BW[..., None], -math.log(log_probs_BWK.shape[2]))
        ctx.save_for_backward(log_probs_BWK)
        return log_probs_BWK.to(emissions_BWK.dtype)

    @staticmethod
    def backward(ctx: Any, gradient_BWK: Tensor) -> tuple[Tensor | None, ...]:
        refuse_second_derivative()
        (log_probs_BWK,) = ctx.saved_tensors
        messages: Messages = ctx.messages
        used_BWK = messages.chain.mask_BW[..., None] & (log_probs_BWK > -torch.inf)
        dtype = gradient_BWK.dtype
        gradient_BWK = torch.where(used_BWK, gradient_BWK.to(log_probs_BWK.dtype), 0)
        gradient_BWK -= log_probs_BWK.exp() * gradient_BWK.sum(2, keepdim=True)  # of the log softmax
        gradient_BWK = torch.where(used_BWK, gradient_BWK, 0)
        with full_precision(gradient_BWK):
            messages_2BWK, trans_KK = messages.pull_back(gradient_BWK)
        emissions_BWK = messages_2BWK.sum(0) - gradient_BWK
        start_K, end_K = messages_2BWK[0, :, 0].sum(0), messages.chain.last(messages_2BWK[1]).sum(0)
        return *(gradient.to(dtype) for gradient in (emissions_BWK, start_K, trans_KK, end_K)), None


def refuse_second_derivative() -> None:
    """An error in a backward pass that is recorded."""
    # `once_differentiable` would hand out a gradient without a graph, a silent constant, wherever the incoming gradient
    # is one, as that of a plain `.sum()` is.
    if torch.is_grad_enabled():
        raise RuntimeError("the CRF's gradients are analytic and cannot be differentiated again (create_graph=True)")
