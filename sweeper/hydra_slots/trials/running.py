"""A trial of this process, from its start to what Optuna is told of its end."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna import Study, Trial
from optuna.trial import TrialState

from hydra_slots.space.search_space import Choice
from hydra_slots.studies.frozen_view import keep_notes
from hydra_slots.trials.outcome import Outcome
from hydra_slots.trials.slots import Slot

log = logging.getLogger(__name__)
ENDS = {
    "complete": TrialState.COMPLETE,
    "nothing": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "paused": TrialState.PRUNED,
}


@dataclass
class RunningTrial:
    """A trial of ours that has not ended.

    Attributes:
        judge: what its reports go to for pruning.
        outcome: what it says of its end.
        status: of its process when that has gone.
        since: when it started, by this process's clock.
        late: whether it was killed because it ran for too long.
        rung: the highest at which it has been judged, where trials pause.
    """

    trial: Trial
    slot: Slot
    judge: Trial
    chosen: Choice
    outcome: Outcome | None = None
    status: int | None = None
    since: float = field(default_factory=time.monotonic)
    late: bool = False
    rung: int = -1

    @property
    def ticket(self) -> int:
        return int(self.trial.user_attrs["ticket"])

    def begin(self, overrides: list[str], folder: str | None) -> None:
        """Notes where and with what the trial runs; `folder` is relative to the sweep folder, None is elsewhere."""
        for name, value in {
            "overrides": overrides,
            "params_text": self.chosen,
            "folder": folder,
            "slot": self.slot.name,
            "host": socket.gethostname(),
            "started": time.time(),
        }.items():
            if value is not None:
                self.trial.set_user_attr(name, value)

    def report(self, value: float, step: int) -> bool:
        """Records a report; whether the trial is to stop there.

        Raises:
            optuna.exceptions.UpdateFinishedTrialError: others have taken us for dead, and ended the trial.
        """
        self.trial.report(value, step)
        if self.judge is not self.trial:
            self.judge.report(value, step)
        return self.judge.should_prune()

    def note(self, **attributes: Any) -> None:
        """User attributes; nothing if others have ended the trial."""
        for name, value in attributes.items():
            try:
                self.trial.set_user_attr(name, value)
            except optuna.exceptions.UpdateFinishedTrialError:
                return

    def end(self, study: Study, outcome: Outcome) -> TrialState:
        """Tells Optuna how the trial ended; returns the state that it has now."""
        state = ENDS.get(outcome.end, TrialState.FAIL)
        if self.judge is not self.trial:
            keep_notes(self.judge, self.trial)
        self.note(ended=time.time(), end=outcome.end)
        if outcome.seeds:
            self.note(seeds=outcome.seeds)
        if outcome.error:
            self.note(error=outcome.error)
        values = outcome.values if outcome.end == "complete" else None
        if outcome.end == "nothing":  # Optuna's complete trials have values; nobody reads these
            values = [0.0] * len(study.directions)
        try:
            study.tell(self.trial.number, values, state)
        except (ValueError, optuna.exceptions.UpdateFinishedTrialError):
            log.warning("trial %d: others took this process for dead and have the trial already", self.trial.number)
            return TrialState.FAIL
        return state
