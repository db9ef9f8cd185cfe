"""Whether a device gets the CRF's kernels: where they can be had, and say what the plain recursions say."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from ner_lab.models.crf import decode
from ner_lab.models.crf.autograd import LogMarginals, PathNLL
from ner_lab.models.crf.chain import Chain, full_precision
from ner_lab.models.crf.log_messages import LogMessages

MOST_LABELS = 64  # whose K x K transitions a program can hold in registers
MOST_NUMBERS = 2**30  # of a direction's messages or pairs of labels, which the kernels count in 32 bits
ROWS, WORDS = 4, 9  # of the part of a batch that is tried

_log = logging.getLogger(__name__)


def kernels_for(emissions_BWK: Tensor) -> ModuleType | None:
    """`kernel_messages` for potentials on a GPU; None where plain recursions are to be taken.

    On the first call for a device, a type of numbers and a number of labels the kernels are compared with the plain
    recursions. A difference or an error means plain, once and for all, and a line in the log.
    """
    B, W, K = emissions_BWK.shape
    if not emissions_BWK.is_cuda or K > MOST_LABELS or B * K * max(W, K) > MOST_NUMBERS:
        return None
    return _tried(emissions_BWK.device, emissions_BWK.dtype, K)


@cache
def _tried(device: torch.device, dtype: torch.dtype, labels: int) -> ModuleType | None:
    try:
        kernels = import_module("ner_lab.models.crf.kernel_messages")
        with torch.inference_mode(False):  # the first one to ask may be a prediction
            potentials = _potentials(device, dtype, labels)
            with full_precision(potentials[0]):  # which asks under autocast, and that would round plain recursions
                wrong = differences(kernels, *potentials) + gradient_differences(*potentials)
        if wrong:
            raise ArithmeticError(f"they differ in {', '.join(wrong)}")
    except Exception as error:  # a compiler and a driver are behind it
        _log.warning("the CRF goes word by word on %s, without kernels: %s", device, " ".join(str(error).split())[:300])
        return None
    return kernels


def _potentials(device: torch.device, dtype: torch.dtype, K: int) -> tuple[Tensor, ...]:
    """Emissions, mask, start, transitions and end, some of them forbidden, whatever the random state."""
    random = torch.Generator().manual_seed(0)
    emissions_BWK, trans_KK = torch.randn(ROWS, WORDS, K, generator=random), torch.randn(K, K, generator=random)
    start_K, end_K = torch.randn(K, generator=random), torch.randn(K, generator=random)
    if K > 2:
        trans_KK[0, 2] = start_K[2] = -torch.inf
    mask_BW = torch.arange(WORDS) < torch.tensor([WORDS, 1, 0, WORDS // 2])[:, None]
    scores = [tensor.to(device, dtype) for tensor in (3 * emissions_BWK, start_K, trans_KK, end_K)]
    return scores[0], mask_BW.to(device), *scores[1:]


def differences(kernels: Any, emissions_BWK: Tensor, mask_BW: Tensor, *links: Tensor) -> list[str]:
    """In what the kernels differ from the plain recursions, beyond rounding."""
    chain = Chain.of(emissions_BWK, mask_BW, *links)
    some_B, factor_BW = mask_BW.any(1), mask_BW.to(emissions_BWK.dtype)
    weight_BWK = torch.where(mask_BW[..., None], emissions_BWK, 0)

    def said(messages: Any) -> dict[str, Tensor]:
        gradient_2BWK, pairs_KK = messages.pull_back(weight_BWK)
        return {
            "likelihood": messages.log_partition_B()[some_B],
            "marginals": messages.marginals_BWK()[mask_BW],
            "pairs of labels": messages.pair_counts_KK(factor_BW),
            "gradients": gradient_2BWK[:, mask_BW],
            "gradients of transitions": pairs_KK,
        }

    plain, fast = said(LogMessages(chain)), said(kernels.KernelMessages(chain))
    wrong = [name for name in plain if not torch.allclose(plain[name], fast[name], rtol=1e-3, atol=1e-4)]
    path_BW = kernels.viterbi(emissions_BWK, mask_BW, *links)
    return wrong + ["best paths"] * (not torch.equal(path_BW, decode.viterbi(emissions_BWK, mask_BW, *links)))


def gradient_differences(emissions_BWK: Tensor, mask_BW: Tensor, *links: Tensor) -> list[str]:
    """In what the kernels of likelihood and marginals differ from plain recursions, with their gradients."""
    likelihood, marginals = (import_module(f"ner_lab.models.crf.kernel_{name}") for name in ("likelihood", "marginals"))
    B, W, K = emissions_BWK.shape
    labels_BW = torch.arange(B * W, device=emissions_BWK.device).view(B, W) % min(K, 2)  # none that is forbidden
    labels_BW[min(1, B - 1)] = -1  # unknown: an infinite loss without a gradient

    def plain(*scores: Tensor) -> tuple[Tensor, Tensor]:
        emissions_BWK, *links = (one.detach() for one in scores)
        messages = LogMessages(Chain.of(emissions_BWK, mask_BW, *links))
        nll_B = PathNLL.apply(*scores, labels_BW, messages.chain.path_B(labels_BW), messages)
        return nll_B, LogMarginals.apply(*scores, messages)

    def fast(*scores: Tensor) -> tuple[Tensor, Tensor]:
        nll_B = likelihood.KernelPathNLL.apply(*scores, labels_BW, mask_BW)
        return nll_B, marginals.KernelLogMarginals.apply(*scores, mask_BW)

    def said(by: Callable[..., tuple[Tensor, Tensor]]) -> list[list[Tensor]]:
        found = []
        leaves = [one.detach().clone().requires_grad_() for one in (emissions_BWK, *links)]
        with torch.enable_grad():
            values = by(*leaves)
        for value in values:
            weight = torch.linspace(1, 2, value.numel(), device=value.device, dtype=value.dtype).view(value.shape)
            found.append([value.detach(), *torch.autograd.grad(value, leaves, weight)])
        return found

    return [
        f"{'gradients of ' * (part > 0)}{name}"
        for name, *pair in zip(("the loss", "log marginals"), said(plain), said(fast), strict=True)
        for part, (expected, found) in enumerate(zip(*pair, strict=True))
        if not torch.allclose(expected, found, rtol=1e-3, atol=1e-3)
    ]
