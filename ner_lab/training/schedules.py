"""Learning-rate schedules over optimizer steps: a factor of each group's rate."""

from __future__ import annotations

import math
from collections.abc import Callable

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def _warm_up(optimizer: Optimizer, steps: int, warmup: float, after: Callable[[float], float]) -> LambdaLR:
    if warmup < 0:
        raise ValueError(f"warmup must be >= 0 (below 1 a share of all steps, else a number of steps), got {warmup}")
    rising = round(warmup * steps) if warmup < 1 else int(warmup)

    def factor(step: int) -> float:
        if step < rising:
            return (step + 1) / (rising + 1)
        return after(min(1.0, (step - rising) / max(1, steps - rising)))

    return LambdaLR(optimizer, factor)


def linear_schedule(optimizer: Optimizer, steps: int, warmup: float = 0.0) -> LambdaLR:
    """Linear warm-up, then linear decay to zero at `steps`. `warmup` < 1 is a share of the steps, else their number."""
    return _warm_up(optimizer, steps, warmup, lambda done: 1 - done)


def cosine_schedule(optimizer: Optimizer, steps: int, warmup: float = 0.1) -> LambdaLR:
    """Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, "SGDR")."""
    return _warm_up(optimizer, steps, warmup, lambda done: 0.5 * (1 + math.cos(math.pi * done)))


def constant_schedule(optimizer: Optimizer, steps: int, warmup: float = 0.0) -> LambdaLR:
    """Linear warm-up, then the full rate to the end."""
    return _warm_up(optimizer, steps, warmup, lambda done: 1.0)
