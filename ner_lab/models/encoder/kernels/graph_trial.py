"""Whether a recording says what the function itself says, in values and gradients: with the dropout that the same seed
draws, or, where recordings draw in another order, without dropout; then the recording with dropout has to differ from
seed to seed, and to be the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ner_lab.models.encoder.kernels.recording import Shared, backward

SEED = 2_718_281_828  # of a trial; nobody else's, so that it is not that of the recording


def differences(
    module: nn.Module,
    function: Callable[..., Tensor],
    recording: Any,
    given: Sequence[Tensor],
    weights: Sequence[Tensor],
    record: Callable[..., Any],
) -> str:
    """What is wrong with a recording; "" for nothing.

    Args:
        module, function, record: see `Graphs`.
        recording: of the function with the module as it is.
        given: the inputs.
        weights: by which it is differentiated; none where it is only read.
    """
    if weights and _says_the_same(function, recording, given, weights):
        return ""
    with _without_dropout(module), torch.set_grad_enabled(bool(weights)):
        exact = record(function, given, weights, Shared()) if weights else recording
        expected, found = function(*given), exact(*given)
        if not _same(found, expected):
            return "it says something else"
        if weights and (wrong := _other_gradients(found, expected, weights)):
            return wrong
    if not weights:
        return ""
    draws = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        draws.append(recording(*given).detach())
    if not torch.equal(draws[0], draws[1]):
        return "the same seed drops something else"
    if _drops(module) and torch.equal(draws[0], draws[2]):
        return "another seed drops the same"
    return "" if bool(draws[0].isfinite().all()) else "it is not finite"


def _says_the_same(
    function: Callable[..., Tensor], recording: Any, given: Sequence[Tensor], weights: Sequence[Tensor]
) -> bool:
    """The cheap way, a pass of each. Dropout that was recorded once and for all is not that of this seed."""
    values = []
    for one in (recording, function):
        torch.manual_seed(SEED)
        values.append(one(*given))
    found, expected = values
    finite = bool(found.detach().isfinite().all())
    return finite and _same(found.detach(), expected.detach()) and not _other_gradients(found, expected, weights)


def _other_gradients(found: Tensor, expected: Tensor, weights: Sequence[Tensor]) -> str:
    cotangent = torch.ones_like(expected)
    if expected.dim():
        cotangent = cotangent * torch.linspace(-1, 1, expected.shape[-1], device=expected.device).to(expected.dtype)
    gradients = [backward(value, weights, cotangent) for value in (found, expected)]
    largest = max(float(gradient.float().norm()) for gradient in gradients[1] if gradient is not None)
    for own, other in zip(*gradients, strict=True):
        if (own is None) != (other is None) or (own is not None and not _close(own, other, largest)):
            return "its gradients are others"
    return ""


@contextmanager
def _without_dropout(module: nn.Module) -> Iterator[None]:
    """Each part is afterwards in the mode in which it was: what is frozen drops nothing in training either."""
    modes = [(part, part.training) for part in module.modules()]
    module.eval()
    try:
        yield
    finally:
        for part, training in modes:
            part.training = training


def _drops(module: nn.Module) -> bool:
    return any(isinstance(part, nn.Dropout) and part.training and part.p > 0 for part in module.modules())


def _same(found: Tensor, expected: Tensor) -> bool:
    """Whether values are close: states as a whole, of a loss and what it logs each number."""
    if expected.dim() != 1:
        return _close(found, expected)
    return all(_close(*pair) for pair in zip(found, expected, strict=True))


def _close(found: Tensor, expected: Tensor, scale: float = 0.0) -> bool:
    """Equal up to the rounding of bfloat16, as a whole: single numbers may be nothing but rounding, and so may be whole
    gradients that are small beside others (that of the keys' bias is 0 in exact numbers)."""
    found, expected = found.float(), expected.float()
    return bool((found - expected).norm() <= 0.03 * expected.norm() + 0.01 * scale + 1e-6)
