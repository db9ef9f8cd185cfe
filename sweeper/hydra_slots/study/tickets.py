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

from hydra_slots.study import stored

# Ends that say nothing of the trial itself; the ticket is queued again, however often.
NOT_ITS_FAULT = ("killed", "interrupted", "no_room", "no_ticket")


class Tickets:
    """The state of a study's tickets, as of the moment it was made."""

    def __init__(self, trials: Iterable[FrozenTrial], total: int, retries: int) -> None:
        self.total, self.retries = total, retries
        self.attempts: dict[int, list[FrozenTrial]] = defaultdict(list)
        for trial in trials:
            ticket = stored.trial(trial.user_attrs).get("ticket")
            if ticket is not None:
                self.attempts[ticket].append(trial)

    def result(self, ticket: int) -> FrozenTrial | None:
        """The trial that finished it: complete, pruned, or failed with its retries used up."""
        attempts = self.attempts.get(ticket, [])
        for trial in attempts:
            if trial.state in (TrialState.COMPLETE, TrialState.PRUNED):
                return trial
        if not attempts or attempts[-1].state != TrialState.FAIL or end_of(attempts[-1]) in NOT_ITS_FAULT:
            return None
        failed = [trial for trial in attempts if trial.state == TrialState.FAIL and end_of(trial) == "failed"]
        return attempts[-1] if len(failed) > self.retries else None

    def kills(self, ticket: int) -> int:
        """Deaths of its attempts that nobody asked for: their processes were killed, not their controllers."""
        return sum(trial.user_attrs.get("alone", False) for trial in self.attempts.get(ticket, []))

    @property
    def results(self) -> list[FrozenTrial]:
        found = [self.result(ticket) for ticket in list(self.attempts) if ticket < self.total]
        return sorted((trial for trial in found if trial is not None), key=lambda trial: trial.number)

    @property
    def lost(self) -> list[int]:
        """Tickets that nobody works on and that wait in no queue, though they are not finished."""
        open_states = (TrialState.WAITING, TrialState.RUNNING)
        return [
            ticket
            for ticket in range(self.total)
            if self.result(ticket) is None
            and not any(trial.state in open_states for trial in self.attempts.get(ticket, []))
        ]

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
    if not study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
        return None
    trial = study.ask()
    if "ticket" not in trial.user_attrs:  # another process took the last one between the two lines
        trial.set_user_attr("end", "no_ticket")
        study.tell(trial, state=TrialState.FAIL)
        return None
    trial.set_user_attr("owner", owner)
    return trial
