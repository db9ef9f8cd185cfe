"""Sweeps of a Hydra application: slots instead of batches, pruning, and resuming to an exact total.

An application itself needs nothing but `report`, and `checkpoint` where its trials are to pause and go on; neither
imports Optuna or PyTorch. `open_study` and `History` read what a sweep has done; `study` gives its trials to whoever
asks, and `create` makes one that needs no application; `SweepError` is what they raise, `TrialPaused` what `report`
raises where a trial pauses. `hydra/sweeper: slots` is what starts a sweep.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hydra_slots.asking import AskedTrial, study
    from hydra_slots.creating import create
    from hydra_slots.errors import SweepError
    from hydra_slots.reporting import TrialPaused, checkpoint, report
    from hydra_slots.studies.history import History
    from hydra_slots.studies.opening import open_study

__all__ = [
    "AskedTrial",
    "History",
    "SweepError",
    "TrialPaused",
    "checkpoint",
    "create",
    "open_study",
    "report",
    "study",
]

_PLACES = {
    "AskedTrial": "hydra_slots.asking",
    "create": "hydra_slots.creating",
    "study": "hydra_slots.asking",
    "History": "hydra_slots.studies.history",
    "SweepError": "hydra_slots.errors",
    "TrialPaused": "hydra_slots.reporting",
    "checkpoint": "hydra_slots.reporting",
    "open_study": "hydra_slots.studies.opening",
    "report": "hydra_slots.reporting",
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
