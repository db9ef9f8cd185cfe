"""What a trial says while it runs."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real

# Set in the process of a trial: records a value at a step, and returns whether the trial is to stop there.
Reporter = Callable[[float, int], bool]
_reporter: Reporter | None = None


def report(value: float, step: int) -> None:
    """Tells the sweep how good this trial is at `step`; outside a sweep it does nothing.

    Args:
        value: the objective so far, in the sweep's direction.
        step: whole number that grows from report to report and means the same in every trial, such as the epoch.

    Raises:
        optuna.TrialPruned: the pruner considers the trial hopeless. Let it pass: the sweep catches it.
        TypeError: value is no number, or step no whole number.
        ValueError: step is below 0.
    """
    if _reporter is None:
        return
    if isinstance(step, bool) or not hasattr(step, "__index__"):
        raise TypeError(f"step must be a whole number, got {step!r}")
    if step < 0:
        raise ValueError(f"step must be at least 0, got {step}")
    if not isinstance(value, Real) and not hasattr(value, "__float__"):
        raise TypeError(f"value must be a number, got {value!r}")
    if _reporter(float(value), int(step)):
        from optuna import TrialPruned

        raise TrialPruned(f"pruned at step {step}")


def connect(reporter: Reporter | None) -> None:
    """Where reports of this process go; None is nowhere."""
    global _reporter
    _reporter = reporter
