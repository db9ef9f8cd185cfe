"""The best trials: one under a single objective, the Pareto front under several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial


NOTHING = "nothing"  # how a trial has ended that is complete, and whose application returned no value


class Front:
    """The entries that no other one beats, in their order; of equals under a single objective the first.

    One beats another if it is nowhere worse, and somewhere better.

    Args:
        directions: `maximize` or `minimize`, one an objective.
    """

    def __init__(self, directions: Sequence[str]) -> None:
        self._signs = [1 if direction == "maximize" else -1 for direction in directions]
        self._entries: list[tuple[list[float], Any]] = []

    def __iter__(self) -> Iterator[Any]:
        return iter(entry for _, entry in self._entries)

    def add(self, values: Sequence[float], entry: Any) -> bool:
        """Whether the entry is on the front now; those that it beats are not any more."""
        new = self._signed(values)
        if any(_covers(old, new) and (old != new or len(new) == 1) for old, _ in self._entries):
            return False
        kept = [(old, other) for old, other in self._entries if not _covers(new, old) or new == old]
        self._entries = [*kept, (new, entry)]
        return True

    def covers(self, values: Sequence[float]) -> bool:
        """Whether an entry is nowhere worse than this."""
        new = self._signed(values)
        return any(_covers(old, new) for old, _ in self._entries)

    def _signed(self, values: Sequence[float]) -> list[float]:
        return [sign * value for sign, value in zip(self._signs, values, strict=True)]


def best(trials: Iterable[FrozenTrial], directions: Sequence[str]) -> list[FrozenTrial]:
    """The complete trials on the front, without those that returned nothing.

    Args:
        trials: those that count (`Tickets.results`): of a study whose total was lowered, not those beyond it.
        directions: of the study.
    """
    front = Front(directions)
    for trial in trials:
        if valued(trial):
            front.add(trial.values, trial)
    return list(front)


def valued(trial: FrozenTrial) -> bool:
    """Whether it is complete, and its values are those of the application."""
    return trial.state.name == "COMPLETE" and trial.user_attrs.get("end") != NOTHING


def _covers(one: Sequence[float], other: Sequence[float]) -> bool:
    return all(a >= b for a, b in zip(one, other, strict=True))
