"""Promotion in the hands of a process that runs trials: which pause, which go on, and what is left of the others."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from optuna import Study
from optuna.trial import TrialState

from hydra_slots.studies.promotion import Ladder, Promotion
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials import checkpoints
from hydra_slots.trials.outcome import OUTCOME


class Promoter:
    """Decides for a controller; for a worker it only judges reports and deletes what lies on its machine.

    Args:
        study: of the sweep.
        promotion: None where trials do not pause; those that have done so under another pruner then all go on.
        folder: of the sweep.
    """

    def __init__(self, study: Study, promotion: Promotion | None, folder: Path) -> None:
        self.study, self.promotion, self.folder = study, promotion, folder
        self._cleared: set[int] = set()

    def pauses(self, tickets: Tickets, ticket: int, number: int, step: int) -> bool:
        """Whether trial `number` pauses at the step that it has reported."""
        return self.promotion is not None and Ladder(tickets, self.promotion).pauses(ticket, number, step)

    def decide(self, tickets: Tickets) -> None:
        """Queues the next trial that goes on, unless one waits there, and declares out what cannot any more."""
        if not tickets.paused:
            return
        if self.promotion is None:
            for ticket in tickets.paused:
                tickets.promote(self.study, ticket)
            return
        ladder = Ladder(tickets, self.promotion)
        queued = any(
            trial.state == TrialState.WAITING and "promoted" in trial.user_attrs
            for attempts in tickets.attempts.values()
            for trial in attempts[-1:]
        )
        if not queued and (best := ladder.promotable()) is not None:
            tickets.promote(self.study, best)
        if out := ladder.out():
            tickets.declare_out(self.study, out)

    def clear(self, tickets: Tickets) -> None:
        """Deletes the checkpoints of trials that are out for good. First the study says so, then they go."""
        for attempts in tickets.attempts.values():
            last = attempts[-1]
            if last.number in tickets.out and last.number not in self._cleared:
                self._cleared.add(last.number)
                if (folder := tickets.folder(last.user_attrs["ticket"])) is not None:
                    checkpoints.delete(self.folder, folder)

    def home(self, tickets: Tickets, ticket: int) -> str | None:
        """The folder in which a ticket's next attempt goes on, rid of how the last one ended; None for a new one."""
        if self.promotion is None and not any("promoted" in t.user_attrs for t in tickets.attempts.get(ticket, ())):
            return None
        folder = tickets.folder(ticket)
        if folder is None or not checkpoints.within(self.folder, folder):
            return None
        (self.folder / folder / OUTCOME).unlink(missing_ok=True)
        return folder


def origin(attributes: Mapping[str, Any]) -> str:
    """What the views say of a trial that goes on; empty for any other."""
    return f"goes on from trial {attributes['promoted']}" if "promoted" in attributes else ""
