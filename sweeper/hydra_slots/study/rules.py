"""When a sweep ends before all of its trials have run."""

from __future__ import annotations

from collections.abc import Sequence

from optuna.trial import FrozenTrial, TrialState

from hydra_slots.settings import SweepSettings
from hydra_slots.study.front import Front


def too_many_failures(results: Sequence[FrozenTrial], settings: SweepSettings) -> str:
    """Why the sweep has failed; empty if it has not."""
    failed = [trial for trial in results if trial.state == TrialState.FAIL]
    if settings.max_failures is None or len(failed) <= settings.max_failures:
        return ""
    return f"{len(failed)} trials have failed, and max_failures is {settings.max_failures}"


def no_better_for_long(results: Sequence[FrozenTrial], settings: SweepSettings) -> str:
    """Why the sweep may end; empty if there is hope."""
    if not settings.stop_after or len(results) - 1 - last_better(results, settings.directions) < settings.stop_after:
        return ""
    return f"none of the last {settings.stop_after} trials was better"


def last_better(results: Sequence[FrozenTrial], directions: Sequence[str]) -> int:
    """Place of the last trial, in the order of their numbers, that no earlier one beats or equals; -1 for none."""
    front, last = Front(directions), -1
    for index, trial in enumerate(results):
        if trial.state == TrialState.COMPLETE and not front.covers(trial.values):
            front.add(trial.values, trial)
            last = index
    return last
