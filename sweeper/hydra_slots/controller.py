"""The loop of a sweep, until every ticket is finished: `starting` fills slots, `ending` settles what came of trials."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from dataclasses import dataclass, field

from optuna import Trial
from optuna.trial import TrialState

from hydra_slots.plan import text
from hydra_slots.starting import Starting
from hydra_slots.studies import front
from hydra_slots.studies.journal import together
from hydra_slots.studies.owners import ASKED
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials.recovery import orphans, recover
from hydra_slots.trials.running import RunningTrial
from hydra_slots.trials.slots import Slot

QUEUE = 0.1  # seconds for which tickets are queued before somebody looks at the trials again
LOOK = 2.0  # seconds between two looks at what other processes do with the study


@dataclass
class Controller(Starting):
    """Runs trials of a study in slots; as a worker it takes tickets, but queues none."""

    _looked: float = 0.0
    _lost: list[int] = field(default_factory=list)  # tickets that are to be queued, the last first
    _known: int = 0  # results when it began, or when it last looked at those of others
    _asked: bool = False  # whether it has been said that trials are waited for
    _since: float = field(default_factory=time.monotonic)

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
