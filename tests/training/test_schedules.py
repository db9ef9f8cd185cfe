"""Learning rates step by step."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.training.schedules import constant_schedule, cosine_schedule, linear_schedule

SCHEDULES = [linear_schedule, cosine_schedule, constant_schedule]


def rates(schedule: Callable[..., Any], steps: int, **settings: float) -> list[float]:
    """The rate that each of `steps` optimizer steps uses, and the one after the last; the base rate is 2."""
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=2.0)
    scheduler = schedule(optimizer, steps, **settings)
    used = []
    for _ in range(steps + 1):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used


@given(st.sampled_from(SCHEDULES), st.integers(1, 40), st.floats(0, 0.99) | st.integers(1, 50))
def test_rates_rise_then_fall_and_never_leave_their_range(
    schedule: Callable[..., Any], steps: int, warmup: float
) -> None:
    used = rates(schedule, steps, warmup=warmup)
    rising = min(steps, round(warmup * steps) if warmup < 1 else int(warmup))
    assert all(0 < rate <= 2 for rate in used[:-1])  # no training step is wasted on a rate of zero
    assert used[: rising + 1] == sorted(used[: rising + 1])
    assert used[rising:-1] == sorted(used[rising:-1], reverse=True)


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("warmup", [0.2, 2])
def test_warm_up_is_a_share_or_a_number_of_steps_and_reaches_the_full_rate(
    schedule: Callable[..., Any], warmup: float
) -> None:
    used = rates(schedule, 10, warmup=warmup)
    assert used[:3] == pytest.approx([2 / 3, 4 / 3, 2])


def test_the_shapes_after_warm_up() -> None:
    assert rates(linear_schedule, 10, warmup=2)[2:] == pytest.approx([2 * (1 - k / 8) for k in range(9)])
    assert rates(cosine_schedule, 10, warmup=2)[2:] == pytest.approx([1 + math.cos(math.pi * k / 8) for k in range(9)])
    assert rates(constant_schedule, 10, warmup=2)[2:] == [2.0] * 9
    assert rates(constant_schedule, 3) == [2.0] * 4


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_more_steps_than_planned_are_no_error(schedule: Callable[..., Any]) -> None:
    scheduler = schedule(torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=2.0), 3, warmup=0.1)
    for _ in range(10):
        scheduler.optimizer.step()
        scheduler.step()
    assert scheduler.get_last_lr() == [2.0 if schedule is constant_schedule else pytest.approx(0)]


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_groups_keep_their_own_rates(schedule: Callable[..., Any]) -> None:
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": lr} for lr in (1.0, 0.01)]
    optimizer = torch.optim.SGD(groups)
    scheduler = schedule(optimizer, 8, warmup=2)
    for _ in range(5):
        assert optimizer.param_groups[1]["lr"] == pytest.approx(optimizer.param_groups[0]["lr"] / 100)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_negative_warm_up_is_refused_by_name(schedule: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"warmup must be >= 0 .* got -0\.1"):
        rates(schedule, 10, warmup=-0.1)
