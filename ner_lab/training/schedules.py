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
    """Linear warm-up, then linear decay to zero at `steps`. `warmup` < 1 is a share of the steps, else their number.

    Examples:
        >>> import torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = linear_schedule(optimizer, steps=4)
        >>> rates = []
        >>> for _ in range(4):
        ...     optimizer.step()
        ...     schedule.step()
        ...     rates.append(round(schedule.get_last_lr()[0], 2))
        >>> rates
        [0.75, 0.5, 0.25, 0.0]
    """
    return _warm_up(optimizer, steps, warmup, lambda done: 1 - done)


def cosine_schedule(optimizer: Optimizer, steps: int, warmup: float = 0.1) -> LambdaLR:
    """Linear warm-up, then half a cosine to zero (Loshchilov and Hutter 2017, "SGDR").

    Examples:
        >>> import torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = cosine_schedule(optimizer, steps=4, warmup=0)
        >>> rates = []
        >>> for _ in range(4):
        ...     optimizer.step()
        ...     schedule.step()
        ...     rates.append(round(schedule.get_last_lr()[0], 2))
        >>> rates
        [0.85, 0.5, 0.15, 0.0]
    """
    return _warm_up(optimizer, steps, warmup, lambda done: 0.5 * (1 + math.cos(math.pi * done)))


def constant_schedule(optimizer: Optimizer, steps: int, warmup: float = 0.0) -> LambdaLR:
    """Linear warm-up, then the full rate to the end.

    Examples:
        >>> import torch
        >>> optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
        >>> schedule = constant_schedule(optimizer, steps=4, warmup=2)
        >>> rates = []
        >>> for _ in range(4):
        ...     optimizer.step()
        ...     schedule.step()
        ...     rates.append(round(schedule.get_last_lr()[0], 2))
        >>> rates
        [0.67, 1.0, 1.0, 1.0]
    """
    return _warm_up(optimizer, steps, warmup, lambda done: 1.0)
