"""When a sweep ends before all of its trials have run, and what it says of a rule that found nothing to judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from optuna.trial import FrozenTrial, TrialState

from hydra_slots.settings import SweepSettings, short_name
from hydra_slots.studies.front import NOTHING, Front, valued

SAME = 3  # failures with one error, and nothing else, that say enough


def too_many_failures(results: Sequence[FrozenTrial], settings: SweepSettings) -> str:
    """Why the sweep has failed; empty if it has not."""
    failed = [trial for trial in results if trial.state == TrialState.FAIL]
    if settings.max_failures is None or len(failed) <= settings.max_failures:
        return ""
    return f"{len(failed)} trials have failed, and max_failures is {settings.max_failures}"


def one_error(results: Sequence[FrozenTrial], settings: SweepSettings, reason: Callable[[str], str]) -> str:
    """Why the sweep has failed: all of its trials did, for one reason, so the others would as well; empty if not so.

    Whoever sets `max_failures` has said how many may fail. `reason` is the line of an error that says what is wrong;
    the numbers in it may differ from trial to trial.
    """
    if settings.max_failures is not None or len(results) < SAME:
        return ""
    if any(trial.state != TrialState.FAIL for trial in results):
        return ""
    said = {re.sub(r"[-+]?[\d.]+(e[-+]?\d+)?", "0", reason(trial.user_attrs.get("error", ""))) for trial in results}
    if len(said) > 1:
        return ""
    return f"all {len(results)} trials so far have failed with the same error (max_failures=N goes on until N+1)"


def no_better_for_long(results: Sequence[FrozenTrial], settings: SweepSettings) -> str:
    """Why the sweep may end; empty if there is hope."""
    results = [trial for trial in results if trial.user_attrs.get("end") != NOTHING]
    if not settings.stop_after or len(results) - 1 - last_better(results, settings.directions) < settings.stop_after:
        return ""
    return f"none of the last {settings.stop_after} trials was better"


def never_reported(trials: Sequence[FrozenTrial], settings: SweepSettings) -> str:
    """Why nothing was pruned or promoted, where no trial that is complete, or any other, has ever said how it was."""
    complete = any(trial.state == TrialState.COMPLETE for trial in trials)
    if settings.pruner is None or not complete or any(trial.intermediate_values for trial in trials):
        return ""
    return (
        f"no trial has reported a step, so pruner={short_name(settings.pruner)} had nothing to judge; call "
        "hydra_slots.report(value, step) in the application, or leave the pruner out"
    )


def last_better(results: Sequence[FrozenTrial], directions: Sequence[str]) -> int:
    """Place of the last trial, in the order of their numbers, that no earlier one beats or equals; -1 for none."""
    front, last = Front(directions), -1
    for index, trial in enumerate(results):
        if valued(trial) and not front.covers(trial.values):
            front.add(trial.values, trial)
            last = index
    return last
