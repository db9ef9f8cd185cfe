"""The best trials: one under a single objective, the Pareto front under several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


def best(trials: Iterable[FrozenTrial], directions: Sequence[str]) -> list[FrozenTrial]:
    """The complete trials that no other one beats, in their order; of equals under a single objective the first.

    One trial beats another if it is nowhere worse, and somewhere better.

    Args:
        trials: those that count (`Tickets.results`): of a study whose total was lowered, not those beyond it.
        directions: `maximize` or `minimize`, one an objective.
    """
    signs = [1 if direction == "maximize" else -1 for direction in directions]
    front: list[tuple[list[float], FrozenTrial]] = []
    for trial in trials:
        if trial.state.name != "COMPLETE":
            continue
        new = [sign * value for sign, value in zip(signs, trial.values, strict=True)]
        if any(_covers(old, new) and (old != new or len(signs) == 1) for old, _ in front):
            continue
        front = [entry for entry in front if not _covers(new, entry[0]) or new == entry[0]]
        front.append((new, trial))
    return [trial for _, trial in front]


def _covers(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True))
