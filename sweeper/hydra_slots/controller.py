"""The loop of a sweep: a free slot takes the next ticket at once, until every ticket is finished."""

from __future__ import annotations

import logging
import shlex
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import optuna
from optuna import Study, Trial
from optuna.trial import TrialState

from hydra_slots.errors import SweepError
from hydra_slots.files import GO_ON, unwritable
from hydra_slots.plan import SweepPlan, text
from hydra_slots.promoting import Promoter, origin
from hydra_slots.reporting import PAUSE
from hydra_slots.studies import front
from hydra_slots.studies.frozen_view import frozen_trial
from hydra_slots.studies.journal import together
from hydra_slots.studies.owners import ASKED, Lease, Observer
from hydra_slots.studies.rules import no_better_for_long, one_error, too_many_failures
from hydra_slots.studies.tickets import NOT_ITS_FAULT, Tickets, take
from hydra_slots.trials.executor import Ended, Event, Executor, Exited, Forked, Reported
from hydra_slots.trials.outcome import Outcome, checked, of_status, reason
from hydra_slots.trials.recovery import orphans, recover
from hydra_slots.trials.running import RunningTrial
from hydra_slots.trials.slots import Slot

log = logging.getLogger(__name__)
GRACE = 3.0  # seconds from asking a trial to stop to killing it
QUEUE = 0.1  # seconds for which tickets are queued before somebody looks at the trials again
LOOK = 2.0  # seconds between two looks at what other processes do with the study
KILLS = 10  # deaths of a ticket's trials by SIGKILL that may be accidents; one that wants too much memory has more


@dataclass
class Controller:
    """Runs trials of a study in slots; as a worker it takes tickets, but queues none."""

    study: Study
    plan: SweepPlan
    slots: Sequence[Slot]
    executor: Executor
    view: Any
    lease: Lease
    observer: Observer
    worker: bool = False
    running: dict[int, RunningTrial] = field(default_factory=dict)
    stopping: str = ""  # why no trial starts any more
    interrupted: str = ""  # what wants the sweep to end now
    promoter: Promoter = field(init=False)
    _looked: float = 0.0
    _lost: list[int] = field(default_factory=list)  # tickets that are to be queued, the last first
    _known: int = 0  # results when it began, or when it last looked at those of others
    _asked: bool = False  # whether it has been said that trials are waited for
    _since: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.promoter = Promoter(self.study, self.plan.promotion, self.plan.folder)

    def run(self) -> Tickets:
        """Returns when all tickets are finished, or nothing may start any more.

        Raises:
            KeyboardInterrupt: the sweep was told to stop; its trials are queued again.
            SweepError: more trials have failed than `max_failures` allows, or all for one reason.
        """
        self._known = len(self.tickets().results)
        self.view.restored(*self._standing())
        while True:
            if self.interrupted:
                self._stop_trials()
                raise KeyboardInterrupt(self.interrupted)
            self._look()
            self._queue()
            self._fill()
            if not self.running and self._nothing_left():
                self.view.standing(*self._standing())
                return self.tickets()
            for event in self.executor.events(0.0 if self._lost else 0.5):
                self._handle(event)
            self._end_late()

    def check(self) -> None:
        """Raises:
        KeyboardInterrupt: the sweep was told to stop.
        """
        if self.interrupted:
            raise KeyboardInterrupt(self.interrupted)

    def tickets(self) -> Tickets:
        return Tickets.of(self.study, self.plan.total, self.plan.settings.retries)

    def _nothing_left(self) -> bool:
        if self.stopping:
            return True
        tickets = self.tickets()
        if not self.worker:
            return len(tickets.results) == tickets.total
        waiting = any(t.state == TrialState.WAITING for trials in tickets.attempts.values() for t in trials)
        growing = self.plan.promotion or len(tickets.attempts) < tickets.total
        return not waiting and not (growing and self._controlled() and tickets.unfinished)

    def _controlled(self) -> bool:
        """Whether another process may queue further tickets."""
        others, alive = self.observer.others(), self.observer.alive()
        return any(said["role"] == "controller" for owner, said in others.items() if owner in alive)

    # -- starting ----------------------------------------------------------------------------------------------------

    def _fill(self) -> None:
        taken = {running.slot for running in self.running.values()}
        free = [slot for slot in self.slots if slot not in taken]
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
        self.executor.start(plan.task(number, running.ticket, running.slot, overrides, folder))
        self.view.started(number, running.slot.name, text(running.chosen), origin(running.trial.user_attrs))
        log.info("trial %d starts on %s: %s", number, running.slot.name, text(running.chosen))

    # -- while they run ----------------------------------------------------------------------------------------------

    def _handle(self, event: Event) -> None:
        running = self.running.get(event.number)
        if running is None:
            return
        if isinstance(event, Forked):
            running.note(pid=event.pid)
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

    # -- ending ------------------------------------------------------------------------------------------------------

    def _settle_ended(self) -> None:
        """Enters the results of trials whose process has gone; in a deterministic sweep of all at once, by number."""
        ended = sorted(number for number, running in self.running.items() if running.status is not None)
        if self.plan.settings.deterministic and len(ended) < len(self.running):
            return
        for number in ended:
            running = self.running.pop(number)
            self.settle(running, self._outcome(running))

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
        """What the trial said, else what its exit status says."""
        outcome = running.outcome
        if outcome is None and running.late:
            limit = self.plan.settings.trial_timeout
            return Outcome("failed", error=f"it was killed after trial_timeout={limit:g} s")
        if outcome is None and self.interrupted:
            outcome = Outcome("interrupted", error=self.interrupted)
        elif outcome is None:
            outcome = of_status(running.status or 0, self.plan.folder / running.trial.user_attrs["folder"])
        if outcome.end == "killed":
            kills = self.tickets().kills(running.ticket)
            if kills >= KILLS:
                outcome = Outcome("failed", error=f"killed {kills + 1} times; is the memory enough for it?")
            else:
                running.note(alone=True)
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

    # -- others ------------------------------------------------------------------------------------------------------

    def _look(self) -> None:
        """Now and then: time, and what other processes have done with the study, or have left undone."""
        if time.monotonic() - self._looked < LOOK:
            return
        self._looked = time.monotonic()
        timeout = self.plan.settings.timeout
        if timeout is not None and not self.stopping and time.monotonic() - self._since > timeout:
            self.stopping = f"the timeout of {timeout:g} s is over"
        if self.worker:
            return
        tickets = self.tickets()
        alive = self.observer.alive()
        if alive:  # what they have done
            self.view.standing(*self._standing())
            if len(tickets.results) > self._known:
                self._known = len(tickets.results)
                self._check_rules()
        if not self.stopping:
            self._promote()  # for a worker's slots
        for trial in orphans(tickets, self.running, alive, self.observer):
            mine = Trial(self.study, trial._trial_id)
            self.settle(RunningTrial(mine, Slot("", 1), mine, {}), self._checked(recover(trial, self.plan.folder)))
        tickets = self.tickets()
        self._lost = tickets.lost[::-1]
        self._say_asked(tickets)

    def _say_asked(self, tickets: Tickets) -> None:
        """Says once what the sweep waits for when nothing is left but trials that somebody has asked for."""
        asked = [trial.number for trial in tickets.running() if trial.user_attrs.get("owner") == ASKED]
        if not asked or self._asked or len(asked) < len(tickets.unfinished):
            return
        self._asked = True
        tell = f"hydra-slots tell {shlex.quote(str(self.plan.folder))} {asked[0]} --state given-up"
        self.view.say(f"waiting for what was asked for: trial {', '.join(map(str, asked))} (to queue it again: {tell})")

    def _queue(self) -> None:
        """Queues tickets that nobody has, for a moment: trials start while there are thousands to come."""
        if not self._lost:
            return
        tickets, until = self.tickets(), time.monotonic() + QUEUE
        with together(self.study):
            while self._lost:
                tickets.queue(self.study, self._lost.pop(), self.plan.points)
                if time.monotonic() > until:
                    return

    def _standing(self) -> tuple[dict[str, int], list[tuple[int, list[float], str]]]:
        """What the study holds: finished trials by state, and the best."""
        results = self.tickets().results
        states = Counter(trial.state.name for trial in results)
        best = front.best(results, self.plan.settings.directions)
        return states, [(t.number, list(t.values), text(t.user_attrs.get("params_text", {}))) for t in best]
