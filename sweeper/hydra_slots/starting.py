"""Trials are started: a free slot takes the next ticket at once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from hydra_slots.ending import Ending
from hydra_slots.errors import SweepError
from hydra_slots.plan import text
from hydra_slots.promoting import origin
from hydra_slots.studies.frozen_view import frozen_trial
from hydra_slots.studies.journal import together
from hydra_slots.studies.tickets import take
from hydra_slots.trials.outcome import Outcome
from hydra_slots.trials.running import RunningTrial

log = logging.getLogger(__name__)


@dataclass
class Starting(Ending):
    """Fills slots; what cannot be started ends everything."""

    def _fill(self) -> None:
        free = self.places.free([running.slot for running in self.running.values()])
        if self.plan.settings.deterministic and self.running:
            return
        batch: list[RunningTrial] = []
        for slot in free:
            if not (self.stopping or self.interrupted):
                self._promote()
            with together(self.study):
                if self.stopping or self.interrupted or (trial := take(self.study, self.lease.owner)) is None:
                    break
                running = RunningTrial(trial, slot, trial, {})
                try:
                    running.chosen = self.plan.space.suggest(trial)
                except SweepError as error:
                    self._give_up(str(error), [*batch, running])
                    raise
            if self.plan.settings.deterministic:
                batch.append(running)
            else:
                self._start(running)
        if self.plan.settings.pruner is not None:
            for running in batch:
                running.judge = frozen_trial(self.study, running.trial.number)
        for running in batch:
            self._start(running)

    def _promote(self) -> None:
        """Of the trials that have paused one may go on; a worker leaves that to the controller."""
        if not (tickets := self.tickets()).paused and not tickets.out:
            self.view.paused = 0
            return
        if not self.worker:
            self.promoter.decide(tickets)
            self.view.paused = len(self.tickets().paused)
        self.promoter.clear(self.tickets())

    def _give_up(self, why: str, drawn: Sequence[RunningTrial]) -> None:
        """Ends everything; the tickets of trials that were drawn and did not start are queued again as well."""
        self.stopping = why
        self._stop_trials()
        for running in drawn:
            self.settle(running, Outcome("interrupted", error=why))

    def _start(self, running: RunningTrial) -> None:
        number, plan = running.trial.number, self.plan
        overrides = plan.space.overrides(running.chosen)
        folder = self.promoter.home(self.tickets(), running.ticket) or plan.subdir(number, overrides)
        with together(self.study):
            running.begin(overrides, folder)
        self.running[number] = running
        self.places.started(number, running.slot)
        self.executor.start(plan.task(number, running.ticket, running.slot, overrides, folder))
        self.view.started(number, running.slot.name, text(running.chosen), origin(running.trial.user_attrs))
        log.info("trial %d starts on %s: %s", number, running.slot.name, text(running.chosen))
