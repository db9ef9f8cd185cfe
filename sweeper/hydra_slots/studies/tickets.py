"""Tickets keep the total exact: one for each trial that is to be finished, handed on from attempt to attempt.

A ticket is a trial that waits in Optuna's queue, with its number in the user attribute `ticket`. Only the controller
queues tickets; whoever asks Optuna for a trial takes one of them, and only one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from optuna import Study, Trial
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import FrozenTrial, TrialState

from hydra_slots.studies import stored

OUT = "out"  # the study's attribute with the numbers of trials that have paused for good
# Ends that say nothing of the trial itself; the ticket is queued again, however often.
NOT_ITS_FAULT = ("killed", "interrupted", "no_room", "no_memory", "no_ticket")


class Tickets:
    """The state of a study's tickets, as of the moment it was made."""

    def __init__(self, trials: Iterable[FrozenTrial], total: int, retries: int, out: Iterable[int] = ()) -> None:
        self.total, self.retries, self.out = total, retries, frozenset(out)
        self.attempts: dict[int, list[FrozenTrial]] = defaultdict(list)
        for trial in trials:
            if (ticket := stored.ticket(trial.user_attrs)) is not None:
                self.attempts[ticket].append(trial)

    @classmethod
    def of(cls, study: Study, total: int, retries: int, trials: Sequence[FrozenTrial] | None = None) -> Tickets:
        """Those of a study, with what it says of trials that have paused and are out for good."""
        trials = study.get_trials(deepcopy=False) if trials is None else trials
        paused = any(trial.state == TrialState.PRUNED and end_of(trial) == "paused" for trial in trials)
        return cls(trials, total, retries, stored.numbers(study, OUT) if paused else ())

    def result(self, ticket: int) -> FrozenTrial | None:
        """The trial that finished it: complete, pruned, or failed with its retries used up."""
        attempts = self.attempts.get(ticket, [])
        for trial in attempts:
            if trial.state in (TrialState.COMPLETE, TrialState.PRUNED) and not self._waits(trial):
                return trial
        if not attempts or attempts[-1].state != TrialState.FAIL or end_of(attempts[-1]) in NOT_ITS_FAULT:
            return None
        failed = [trial for trial in attempts if trial.state == TrialState.FAIL and end_of(trial) == "failed"]
        return attempts[-1] if len(failed) > self.retries else None

    def _waits(self, trial: FrozenTrial) -> bool:
        """Whether it has paused and is not out for good."""
        return trial.state == TrialState.PRUNED and end_of(trial) == "paused" and trial.number not in self.out

    def state(self, trial: FrozenTrial) -> str:
        """Optuna's name of a trial's state, or PAUSED, or PROMOTED if it has gone on as a further attempt."""
        if not self._waits(trial):
            return trial.state.name
        attempts = self.attempts.get(trial.user_attrs.get("ticket", -1), [trial])
        return "PAUSED" if attempts[-1].number == trial.number else "PROMOTED"

    @property
    def paused(self) -> list[int]:
        """Tickets whose last attempt has paused, and may still go on."""
        return [
            ticket
            for ticket, attempts in self.attempts.items()
            if ticket < self.total and self._waits(attempts[-1]) and self.result(ticket) is None
        ]

    def folder(self, ticket: int) -> str | None:
        """The folder in which its next attempt goes on; None if that begins anew, as after a failure."""
        for trial in reversed(self.attempts.get(ticket, [])):
            if trial.state.is_finished() and "folder" in (said := stored.trial(trial.user_attrs)):
                return None if end_of(trial) == "failed" else str(said["folder"])
        return None

    def kills(self, ticket: int) -> int:
        """Deaths of its attempts that nobody asked for: their processes were killed, not their controllers."""
        return sum(trial.user_attrs.get("alone", False) for trial in self.attempts.get(ticket, []))

    @property
    def results(self) -> list[FrozenTrial]:
        found = [self.result(ticket) for ticket in list(self.attempts) if ticket < self.total]
        return sorted((trial for trial in found if trial is not None), key=lambda trial: trial.number)

    @property
    def lost(self) -> list[int]:
        """Tickets that nobody works on, and that neither wait in a queue nor pause, though they are not finished."""
        paused = frozenset(self.paused)
        open_states = (TrialState.WAITING, TrialState.RUNNING)
        return [
            ticket
            for ticket in range(self.total)
            if self.result(ticket) is None
            and ticket not in paused
            and not any(trial.state in open_states for trial in self.attempts.get(ticket, []))
        ]

    @property
    def unfinished(self) -> list[int]:
        return [ticket for ticket in range(self.total) if self.result(ticket) is None]

    @property
    def taken(self) -> int:
        """Trials that have left the queue. It grows with every trial whose parameters a sampler has drawn, which the
        number of all trials does not: they are queued long before."""
        return sum(trial.state != TrialState.WAITING for trials in self.attempts.values() for trial in trials)

    def running(self) -> list[FrozenTrial]:
        return [trial for trials in self.attempts.values() for trial in trials if trial.state == TrialState.RUNNING]

    def queue(self, study: Study, ticket: int, points: Sequence[Mapping[str, Any]]) -> None:
        """Queues a ticket: with the parameters of its last attempt, else with its start point, if it has one."""
        attempts = self.attempts.get(ticket, [])
        params: Mapping[str, Any] = points[ticket] if ticket < len(points) else {}
        if attempts:
            params = attempts[-1].params or attempts[-1].system_attrs.get("fixed_params", {}) or params
        study.enqueue_trial(dict(params), user_attrs={"ticket": ticket, "attempt": len(attempts)})

    def promote(self, study: Study, ticket: int) -> None:
        """Queues a ticket that has paused; `take` gives it before those that wait for their first attempt."""
        last = self.attempts[ticket][-1]
        said = {"ticket": ticket, "attempt": len(self.attempts[ticket]), "promoted": last.number}
        study.enqueue_trial(dict(last.params), user_attrs=said)

    def declare_out(self, study: Study, tickets: Iterable[int]) -> None:
        """Writes that these have paused for good, and so are finished."""
        self.out = self.out | {self.attempts[ticket][-1].number for ticket in tickets}
        study.set_user_attr(OUT, sorted(self.out))

    def withdraw_beyond(self, study: Study) -> None:
        """Takes tickets out of the queue that a study with a lower total does not need."""
        for ticket, trials in self.attempts.items():
            for trial in trials:
                if ticket >= self.total and trial.state == TrialState.WAITING:
                    with suppress(UpdateFinishedTrialError):  # a worker has just taken and ended it
                        study._storage.set_trial_user_attr(trial._trial_id, "end", "no_ticket")
                        study._storage.set_trial_state_values(trial._trial_id, TrialState.FAIL)


def end_of(trial: FrozenTrial) -> str:
    return str(trial.user_attrs.get("end", "failed"))


def take(study: Study, owner: str) -> Trial | None:
    """The trial of the next ticket in the queue, which is `owner`'s from now on; None if nothing waits there."""
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    if not waiting:
        return None
    promoted = [trial for trial in waiting if "promoted" in trial.user_attrs]
    trial = next(filter(None, (_taken(study, one) for one in promoted)), None) or study.ask()
    if "ticket" not in trial.user_attrs:  # another process took the last one between the two lines
        trial.set_user_attr("end", "no_ticket")
        study.tell(trial, state=TrialState.FAIL)
        return None
    trial.set_user_attr("owner", owner)
    return trial


def _taken(study: Study, waiting: FrozenTrial) -> Trial | None:
    """What `Study.ask` does with the first of its queue, for another one; None if somebody else has it."""
    try:
        if not study._storage.set_trial_state_values(waiting._trial_id, TrialState.RUNNING):
            return None
    except UpdateFinishedTrialError:
        return None
    study._thread_local.cached_all_trials = None
    return Trial(study, waiting._trial_id)
