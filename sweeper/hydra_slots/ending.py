"""Trials while they run, and how they end."""

from __future__ import annotations

import logging
import signal
import time
from dataclasses import dataclass

import optuna
from optuna.trial import TrialState

from hydra_slots.control import Control
from hydra_slots.errors import SweepError
from hydra_slots.files import GO_ON, unwritable
from hydra_slots.reporting import PAUSE
from hydra_slots.studies.journal import together
from hydra_slots.studies.rules import no_better_for_long, one_error, too_many_failures
from hydra_slots.studies.tickets import NOT_ITS_FAULT
from hydra_slots.trials.executor import Ended, Event, Exited, Forked, Reported
from hydra_slots.trials.outcome import Outcome, checked, of_status, reason
from hydra_slots.trials.running import RunningTrial

log = logging.getLogger(__name__)
GRACE = 3.0  # seconds from asking a trial to stop to killing it
MEASURED = ("complete", "nothing", "pruned", "paused")  # ends of trials that ran as they were to
KILLS = 10  # deaths of a ticket's trials by SIGKILL that may be accidents; one that wants too much memory has more


@dataclass
class Ending(Control):
    """What becomes of trials that run: their reports, their results, and their tickets."""

    def _handle(self, event: Event) -> None:
        running = self.running.get(event.number)
        if running is None:
            return
        if isinstance(event, Forked):
            running.note(pid=event.pid)
            self.places.forked(event.number, event.pid)
        elif isinstance(event, Reported):
            self.executor.answer(event.number, self._judge(running, event))
        elif isinstance(event, Ended):
            running.outcome = event.outcome
            self.executor.answer(event.number, "noted")
        elif isinstance(event, Exited):
            running.status = event.status
            self._settle_ended()

    def _judge(self, running: RunningTrial, report: Reported) -> bool | str:
        """Records a report; whether the trial is to stop there, or to pause."""
        if len(self.plan.settings.directions) > 1:
            return False
        self.view.reported(report.number, report.value, report.step)
        try:
            stops = running.report(report.value, report.step)
        except optuna.exceptions.UpdateFinishedTrialError:  # others have taken us for dead
            self.executor.signal(report.number, signal.SIGKILL)
            return True
        rung = self.plan.promotion.reached(report.step) if self.plan.promotion else -1
        if rung <= running.rung:
            return stops
        running.rung = rung
        return PAUSE if self.promoter.pauses(self.tickets(), running.ticket, report.number, report.step) else stops

    def _settle_ended(self) -> None:
        """Enters the results of trials whose process has gone; in a deterministic sweep of all at once, by number."""
        ended = sorted(number for number, running in self.running.items() if running.status is not None)
        if self.plan.settings.deterministic and len(ended) < len(self.running):
            return
        for number in ended:
            running = self.running.pop(number)
            outcome = self._outcome(running)
            if said := self.places.ended(number, outcome.end in MEASURED):
                self.view.say(said)
            self.settle(running, outcome)

    def _end_late(self) -> None:
        """Kills trials that have run for longer than `trial_timeout`."""
        limit = self.plan.settings.trial_timeout
        if limit is None:
            return
        for number, running in self.running.items():
            if time.monotonic() - running.since > limit and running.outcome is None and not running.late:
                running.late = True
                self.executor.signal(number, signal.SIGKILL)

    def _outcome(self, running: RunningTrial) -> Outcome:
        """What the trial said, or left in its folder; else what its exit status says."""
        outcome = running.outcome
        if outcome is None and running.late:
            limit = self.plan.settings.trial_timeout
            return Outcome("failed", error=f"it was killed after trial_timeout={limit:g} s")
        if outcome is None:  # it may have been killed after it had written, before it could tell
            outcome = Outcome.read(self.plan.folder / running.trial.user_attrs["folder"])
        if outcome is None and self.interrupted:
            outcome = Outcome("interrupted", error=self.interrupted)
        elif outcome is None:
            outcome = of_status(running.status or 0, self.plan.folder / running.trial.user_attrs["folder"])
        often = "killed {} times; is the memory enough for it?"
        if outcome.end == "interrupted" and not (self.interrupted or self.stopping):  # by nobody who is known here
            outcome = Outcome("killed", error="it was interrupted")
            often = "interrupted {} times; does it raise KeyboardInterrupt?"
        if outcome.end == "killed":
            kills = self.tickets().kills(running.ticket)
            if kills >= KILLS:
                outcome = Outcome("failed", error=often.format(kills + 1))
            else:
                running.note(alone=True)
        elif outcome.end == "failed" and (why := self.places.crowded(running.trial.number, outcome.error)):
            self.view.say(why)
            outcome = Outcome("no_memory", error=why)
        elif outcome.end == "failed" and (why := unwritable(self.plan.folder)):
            outcome = Outcome("no_room", error=why)
        return self._checked(outcome)

    def _checked(self, outcome: Outcome) -> Outcome:
        return checked(outcome, self.plan.grid, len(self.plan.settings.directions))

    def settle(self, running: RunningTrial, outcome: Outcome) -> None:
        """Tells Optuna how a trial ended, and queues its ticket again if it is not finished."""
        with together(self.study):
            number, state = running.trial.number, running.end(self.study, outcome)
        counts = self._requeue(running.ticket)
        innocent = outcome.end in (*NOT_ITS_FAULT, "paused")
        note = "" if outcome.end in ("interrupted", "no_room") else reason(outcome.error)
        if self.worker or running.ticket < self.plan.total:
            self.view.ended(number, outcome.end if innocent else state.name, outcome.values, note, counts)
        log.info("trial %d ends: %s %s %s", number, outcome.end, outcome.values or "", note)
        if outcome.end == "no_room" and not self.stopping:
            self.stopping = f"{self.plan.folder}: trial {number} could not write ({outcome.error}); {GO_ON}"
            self._stop_trials()
            raise SweepError(self.stopping)
        self._check_rules()

    def _requeue(self, ticket: int) -> bool:
        """Whether the ticket is finished; if not, it is queued again."""
        tickets = self.tickets()
        if tickets.result(ticket) is not None:
            return True
        if not self.worker and ticket in tickets.lost:
            tickets.queue(self.study, ticket, self.plan.points)
        return False

    def _check_rules(self) -> None:
        """Ends the sweep early where a setting says so, or where all trials fail alike."""
        if self.stopping:
            return
        results, settings = self.tickets().results, self.plan.settings
        if why := too_many_failures(results, settings) or one_error(results, settings, reason):
            self.stopping = why
            self._stop_trials()
            last = [trial for trial in results if trial.state == TrialState.FAIL][-1]
            raise SweepError(f"{why}; the last one, {self.plan.failure(last)}\n{self.plan.again}")
        if not self.worker:
            self.stopping = no_better_for_long(results, settings)

    def _stop_trials(self) -> None:
        """Ends what runs; its tickets are queued again."""
        self.interrupted = self.interrupted or self.stopping
        deadline = time.monotonic() + GRACE
        for number in self.running:
            self.executor.signal(number, signal.SIGTERM)
        while self.running:
            late = time.monotonic() > deadline
            for number in self.running if late else ():
                self.executor.signal(number, signal.SIGKILL)
            for event in self.executor.events(0.1):
                self._handle(event)
