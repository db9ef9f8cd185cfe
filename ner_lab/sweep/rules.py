"""When a sweep ends before all of its trials have run."""

from __future__ import annotations

from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState

from ner_lab.sweep.settings import Settings


def too_many_failures(results: Sequence[FrozenTrial], settings: Settings) -> str:
    """Why the sweep has failed; empty if it has not."""
    failed = [trial for trial in results if trial.state == TrialState.FAIL]
    if settings.max_failures is None or len(failed) <= settings.max_failures:
        return ""
    return f"{len(failed)} trials have failed, and max_failures is {settings.max_failures}"


def no_better_for_long(results: Sequence[FrozenTrial], settings: Settings) -> str:
    """Why the sweep may end; empty if there is hope."""
    if not settings.stop_after or len(results) - 1 - last_better(results, settings.directions) < settings.stop_after:
        return ""
    return f"none of the last {settings.stop_after} trials was better"


def last_better(results: Sequence[FrozenTrial], directions: Sequence[str]) -> int:
    """Place of the last trial, in the order of their numbers, that no earlier one beats or equals; -1 for none."""
    signs = [1 if direction == "maximize" else -1 for direction in directions]
    front: list[list[float]] = []
    last = -1
    for index, trial in enumerate(results):
        if trial.state != TrialState.COMPLETE:
            continue
        values = [sign * value for sign, value in zip(signs, trial.values, strict=True)]
        if not any(all(a >= b for a, b in zip(other, values, strict=True)) for other in front):
            front.append(values)
            last = index
    return last
