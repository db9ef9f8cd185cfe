"""A study that gives its trials to whoever asks: a notebook, a script, a runner of another program."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import optuna
from optuna import Study, Trial
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import TrialState

from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings
from hydra_slots.space import reading
from hydra_slots.space.search_space import Space
from hydra_slots.space.texts import plain, scalar
from hydra_slots.studies import algorithms, stored, trust
from hydra_slots.studies.journal import together
from hydra_slots.studies.opening import open_study
from hydra_slots.studies.owners import ASKED, Lease, Observer
from hydra_slots.studies.sweep_folder import FolderLock
from hydra_slots.studies.tickets import Tickets, take
from hydra_slots.trials.outcome import Outcome, checked, numbers
from hydra_slots.trials.running import RunningTrial
from hydra_slots.trials.slots import Slot

TRIES = 100  # to take a trial where others are faster
WAIT = 0.05  # seconds between two of them
STATES = {"complete": "complete", "pruned": "pruned", "fail": "failed", "given up": "interrupted"}


@dataclass(frozen=True)
class AskedTrial:
    """A trial that is the asker's to run, and to tell the end of.

    Attributes:
        number: by which it is told.
        overrides: what the sweep's application would be given, those that all trials share included.
        values: of the parameters, as numbers, words and truth values; of anything else as it would be typed.
        seeds: under each of which it is to run, as the key `seed`; its value is their mean. None where the sweep has
            none.
    """

    number: int
    overrides: list[str]
    values: dict[str, Any]
    seeds: list[int] | None = None


class AskedStudy:
    """The study of a sweep, asked for trials. They count as its own trials do.

    Args:
        folder: of the sweep, or one that `create` made.
        storage: as for `open_study`.
        study_name: likewise.
        trusted: whether the study may name classes and functions, in its sampler and its trials.

    Raises:
        SweepError: there is no sweep, or one whose trials only its own application can draw or run.
    """

    def __init__(
        self,
        folder: str | Path | None,
        storage: str | None = None,
        study_name: str | None = None,
        trusted: bool = False,
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self.study: Study = open_study(folder, storage, study_name, writing=True)
        self.folder = None if folder is None else Path(folder).absolute()
        self.trusted = trusted
        name = self.study.study_name
        said = stored.sweep(self.study)
        if said is None or not {"settings", "base", "n_trials", "grid"} <= set(said):
            raise SweepError(f"study {name!r} is no sweep's; start one, or make one with hydra-slots create")
        own = SweepSettings(study_name=name, storage=storage or "here", trust=trusted)
        self.settings = trust.joined(own, said["settings"], name)
        self.said = said
        for setting, why in (
            (self.settings.custom_search_space, "custom_search_space, a function of its application"),
            (self.settings.promotes, "pruner=promotion, under which trials pause in their own folders"),
            (self.settings.deterministic, "deterministic=true, where nobody else may take trials"),
        ):
            if setting:
                raise SweepError(f"study {name!r}: it has {why}; its trials are the sweep's alone to run")

    @cached_property
    def space(self) -> Space:
        base = self.said["base"]
        listed = base.get("globs", {})
        return reading.read(base["params"], base["arguments"], None, _Listed(listed), base["known"])

    @cached_property
    def _points(self) -> Sequence[Mapping[str, Any]]:
        """Those of a grid; a search draws its own."""
        return [self.space.queued(point, "the grid") for point in self.space.points()] if self.said["grid"] else []

    @property
    def tickets(self) -> Tickets:
        total = (stored.sweep(self.study) or self.said)["n_trials"]  # which a sweep may have changed
        return Tickets.of(self.study, total, self.settings.retries)

    def ask(self) -> AskedTrial | None:
        """The next trial, which runs from now on until somebody tells its end; None if none is left to be started.

        Raises:
            SweepError: its overrides name code, or nobody may queue the trials that are left.
        """
        for _ in range(TRIES):
            with self._signed(), together(self.study), self._queued():
                trial = take(self.study, ASKED)
            if trial is None and not self.tickets.lost:
                return None
            if trial is not None:
                with suppress(UpdateFinishedTrialError):  # a sweep that has just begun has queued it again
                    return self._begun(trial)
            time.sleep(WAIT)  # another one was faster, or the sweep's controller still queues
        name = repr(self.study.study_name)
        raise SweepError(f"study {name}: nobody queues its trials; name the sweep's folder, or start its command")

    def tell(
        self, number: int, value: float | Sequence[float] | None = None, state: str = "complete", reason: str = ""
    ) -> str:
        """Says how a trial ended; returns the state that it has now, in Optuna's word.

        Args:
            number: of a trial that was asked for, and not told.
            value: one number an objective, where it is complete.
            state: `complete`, `pruned`, `fail`, or `given up`, after which it is queued again.
            reason: of a failure.

        Raises:
            SweepError: there is no such trial, it is not the asker's, or the value is none.
        """
        running = RunningTrial(self._asked(number), Slot(ASKED, 1), self._asked(number), {})
        running.end(self.study, self._outcome(value, state, reason))
        return self.study.get_trials(deepcopy=False)[number].state.name

    def _outcome(self, value: Any, state: str, reason: str) -> Outcome:
        if state not in STATES:
            raise SweepError(f"state must be one of {', '.join(STATES)}, got {state!r}")
        if (value is None) != (state != "complete"):
            raise SweepError(f"a trial that is {state} has {'a' if state == 'complete' else 'no'} value, got {value!r}")
        if state != "complete":
            return Outcome(
                STATES[state], error=reason or {"fail": "told as failed", "given up": "given up"}.get(state, "")
            )
        found = numbers(value)
        if isinstance(found, str):
            raise SweepError(f"value: {found.replace('the application returned', 'got')}")
        outcome = checked(Outcome("complete", found), False, len(self.settings.directions))
        if outcome.end != "complete":
            raise SweepError(f"value: {outcome.error.replace('the application returned', 'got')}")
        return outcome

    def _asked(self, number: int) -> Trial:
        trials = self.study.get_trials(deepcopy=False)
        if not 0 <= number < len(trials):
            raise SweepError(f"trial {number}: study {self.study.study_name!r} has {len(trials)} trials")
        trial = trials[number]
        owner = trial.user_attrs.get("owner", ASKED)
        if trial.state != TrialState.RUNNING or owner != ASKED:
            whose = (
                "runs in the sweep itself" if trial.state == TrialState.RUNNING else f"is {trial.state.name} already"
            )
            raise SweepError(f"trial {number} {whose}; only one that was asked for, and runs, can be told")
        return Trial(self.study, trial._trial_id)

    def _begun(self, trial: Trial) -> AskedTrial:
        self.study.sampler = algorithms.sampler(self.settings.sampler, trial.number, trust=self.trusted)
        trial.study.sampler = self.study.sampler
        running = RunningTrial(trial, Slot(ASKED, 1), trial, {})
        try:
            running.chosen = self.space.suggest(trial)
            overrides = self.space.overrides(running.chosen)
            groups = {str(group).partition("@")[0] for group in self.said.get("groups", [])}
            if not self.trusted and (why := trust.names_code(overrides, groups.__contains__)):
                raise SweepError(
                    f"study {self.study.study_name!r} sets {why}, and whoever runs it would run what the study says; "
                    "if the study is yours, say so with --trust (trusted=True)"
                )
        except SweepError as error:
            running.end(self.study, Outcome("interrupted", error=str(error)))
            raise
        running.begin(overrides, None)
        values = {plain(key): text if (one := scalar(text)) is None else one for key, text in running.chosen.items()}
        return AskedTrial(trial.number, overrides, values, self.settings.seeds)

    @contextmanager
    def _signed(self) -> Iterator[None]:
        """Signs while a trial is taken, where a controller might take one without an owner for a dead process's."""
        if not self._observer.alive():
            yield
            return
        lease = Lease(self.study, ASKED, self.settings.lease, self.folder or Path(), ASKED)
        try:
            yield
        finally:
            lease.end()

    @cached_property
    def _observer(self) -> Observer:
        return Observer(self.study, self.settings.lease, ASKED, None)

    @contextmanager
    def _queued(self) -> Iterator[None]:
        """Has a ticket wait, if one is left; where a sweep runs, that is its controller's business."""
        alive, others = self._observer.alive(), self._observer.others()
        lock: FolderLock | None = None
        if self.folder is not None and not any(others[owner]["role"] == "controller" for owner in alive):
            with suppress(SweepError):  # one has just begun
                lock = FolderLock(self.folder, "", brief=True)
        try:
            if lock and not self.study.get_trials(deepcopy=False, states=(TrialState.WAITING,)):
                tickets = self.tickets
                for ticket in tickets.lost[:1]:
                    tickets.queue(self.study, ticket, self._points)
            yield
        finally:
            if lock:
                lock.release()


def study(
    folder: str | Path | None, storage: str | None = None, study_name: str | None = None, trusted: bool = False
) -> AskedStudy:
    """The study of a sweep folder, to `ask` for trials and to `tell` how they ended; as `AskedStudy`.

    Raises:
        SweepError: there is no sweep, or one whose trials only its own application can draw or run.
    """
    return AskedStudy(folder, storage, study_name, trusted)


@dataclass(frozen=True)
class _Listed:
    """What parses `glob(*)` where there is no application: the choices that the sweep has found."""

    listed: Mapping[str, Sequence[str]]

    def get_group_options(self, group_name: str, results_filter: Any = None) -> list[str]:
        if group_name not in self.listed:
            raise SweepError(f"{group_name}=glob(..): the study does not say what that is; start its sweep once more")
        return list(self.listed[group_name])
