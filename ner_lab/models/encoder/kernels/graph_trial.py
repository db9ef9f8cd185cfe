"""Whether a recording says what the function itself says, in values and gradients: with the dropout that the same seed
draws, or, where recordings draw in another order, without dropout; then the recording with dropout has to differ from
seed to seed, and to be the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from ner_lab.models.encoder.kernels.recording import SEED, Shared, seed


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
    # Dropout that was recorded once and for all is not that of this seed.
    if not (wrong := _other_than_before(recording, given)) or not weights:
        return wrong
    with _without_dropout(module):
        if wrong := _other_than_before(record(function, given, weights, Shared()), given):
            return wrong
    draws = []
    for number in (1, 1, 2):
        seed(number)
        draws.append(recording.passed(given)[0])
    if not torch.equal(draws[0], draws[1]):
        return "the same seed drops something else"
    if _drops(module) and torch.equal(draws[0], draws[2]):
        return "another seed drops the same"
    return "" if bool(draws[0].isfinite().all()) else "it is not finite"


def _other_than_before(recording: Any, given: Sequence[Tensor]) -> str:
    """How a replay differs from the pass before the recording, which is let go of; "" where it does not."""
    (expected, gradients), recording.before = recording.before, None
    seed(SEED)
    found, own = recording.passed(given)
    if not bool(found.isfinite().all()):
        return "it is not finite"
    # States as a whole, of a loss and what it logs each number.
    if not (_close(found, expected) if expected.dim() == 1 else _close([found], [expected])):
        return "it says something else"
    if [one is None for one in own] != [one is None for one in gradients]:
        return "its gradients are others"
    real, others = ([one for one in some if one is not None] for some in (own, gradients))
    return "its gradients are others" if real and not _close(real, others, share=0.01) else ""


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


def _close(found: Iterable[Tensor], expected: Iterable[Tensor], share: float = 0.0) -> bool:
    """Equal up to the rounding of bfloat16, each as a whole: single numbers may be nothing but rounding, and so may be
    whole gradients that are small beside others (that of the keys' bias is 0 in exact numbers), of which a `share` of
    the largest is not looked at."""
    size_N = torch.stack([one.float().norm() for one in expected])
    off_N = torch.stack([(own.float() - other.float()).norm() for own, other in zip(found, expected, strict=True)])
    return bool((off_N <= 0.03 * size_N + share * size_N.amax() + 1e-6).all())
