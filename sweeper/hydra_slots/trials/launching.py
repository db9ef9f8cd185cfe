"""Trials through a Hydra launcher (`executor: launcher`), in batches: a launcher returns when all of its jobs have."""

from __future__ import annotations

import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hydra_slots import reporting
from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings, short_name
from hydra_slots.trials.executor import Ended, Event, Exited
from hydra_slots.trials.outcome import Outcome, numbers, of_seeds
from hydra_slots.trials.slots import MOST, Slot
from hydra_slots.trials.trial import Job, Task, guarded


class LaunchedTask:
    """The application's function as the launcher runs it, maybe on another machine: reports go to the study there."""

    def __init__(self, task: Any, storage: str | None, folder: Path, study_name: str, pruner: Any) -> None:
        self.task, self.storage, self.folder, self.study_name, self.pruner = task, storage, folder, study_name, pruner
        self.numbers: dict[str, int] = {}  # of the trials of this batch, by folder
        self.reporting = True

    def __call__(self, config: Any) -> Outcome:
        from hydra.core.hydra_config import HydraConfig

        folder = str(HydraConfig.get().sweep.subdir)
        reporting.connect(self._reporter(self.numbers[folder]) if self.reporting else None)
        try:
            returned = guarded(self.task)(config)
        finally:
            reporting.connect(None)
        if isinstance(returned, Outcome):
            return returned
        values = numbers(returned)
        return Outcome("failed", error=values) if isinstance(values, str) else Outcome("complete", values)

    def _reporter(self, number: int) -> reporting.Reporter:
        trial: Any = None

        def report(value: float, step: int) -> bool:
            nonlocal trial
            if trial is None:  # most applications never report, and opening a storage takes time
                trial = self._trial(number)
            trial.report(value, step)
            return bool(trial.should_prune())

        return report

    def _trial(self, number: int) -> Any:
        import optuna

        from hydra_slots.studies import algorithms
        from hydra_slots.studies.storage import open_storage

        study = optuna.load_study(
            study_name=self.study_name,
            storage=open_storage(self.storage, self.folder),
            pruner=algorithms.pruner(self.pruner),
        )
        return optuna.Trial(study, study.get_trials(deepcopy=False)[number]._trial_id)


class Launching:
    """An executor that launches all trials that have been started, and returns when they have ended.

    Args:
        launcher: Hydra's, set up with `task`.
        task: what it runs.
    """

    def __init__(self, launcher: Any, task: LaunchedTask) -> None:
        self.launcher, self.task = launcher, task
        self.pending: list[Task] = []

    def begin(self) -> None:
        """Nothing to start before there are trials."""

    def ready(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing is left running."""

    def start(self, task: Task) -> None:
        self.pending.append(task)

    def answer(self, number: int, value: Any) -> None:
        """Nobody waits for an answer: jobs report to the study themselves."""

    def signal(self, number: int, what: signal.Signals) -> None:
        """Its jobs are the launcher's, which has ended them before the controller comes here."""

    def events(self, timeout: float) -> list[Event]:
        batch, self.pending = self.pending, []
        if not batch:
            time.sleep(min(timeout, 0.1))
            return []
        self.task.numbers = {job.folder: task.number for task in batch for job in task.jobs}
        outcomes: dict[int, list[Outcome]] = {task.number: [] for task in batch}
        for index in range(len(batch[0].jobs)):
            ready = [task for task in batch if all(one.end == "complete" for one in outcomes[task.number])]
            self.task.reporting = index == 0
            for task, outcome in zip(ready, self._launch(ready, index), strict=True):
                outcomes[task.number].append(outcome)
        events: list[Event] = []
        for task in batch:
            events += [Ended(task.number, combined(task.jobs, outcomes[task.number])), Exited(task.number, 0)]
        return events

    def _launch(self, tasks: list[Task], index: int) -> list[Outcome]:
        if not tasks:
            return []
        jobs = [[*t.jobs[index].overrides, f"hydra.sweep.subdir='{t.jobs[index].folder}'"] for t in tasks]
        try:
            returns = self.launcher.launch(jobs, initial_job_idx=tasks[0].number)
        except KeyboardInterrupt:
            return [Outcome("interrupted", error="KeyboardInterrupt") for _ in tasks]
        return [_outcome(one._return_value) for one in returns]


def _outcome(returned: Any) -> Outcome:
    if isinstance(returned, Outcome):
        return returned
    return Outcome("failed", error=f"{type(returned).__name__}: {returned}")


def combined(jobs: list[Job], outcomes: list[Outcome]) -> Outcome:
    """The outcome of a trial from those of its seeds: the mean, or the first that is not complete."""
    done = [one.values or [] for one in outcomes if one.end == "complete"]
    seeds: dict[str, Any] = {}
    for job, values in zip(jobs, done, strict=False):
        if job.seed is not None:
            seeds[str(job.seed)] = values[0] if len(values) == 1 else values
    if len(done) < len(outcomes):
        return Outcome(outcomes[-1].end, None, outcomes[-1].error, seeds)
    return of_seeds(done, seeds)


def launcher_slots(launcher: Mapping[str, Any], settings: SweepSettings) -> tuple[Slot, ...]:
    """How many jobs a batch has.

    Raises:
        SweepError: the launcher would run jobs as threads of one process, where they overwrite each other's config and
            working directory; or a setting means nothing under a launcher.
    """
    target = str(launcher.get("_target_", ""))
    threads = [f"{key}={value}" for key, value in _leaves(launcher) if value in ("threading", "threads")]
    if threads:
        raise SweepError(
            f"hydra.launcher.{threads[0]}: jobs in threads of one process share Hydra's config, logging and working "
            "directory, and would mix; use a launcher with processes, or hydra.sweeper.executor=slots"
        )
    if short_name(settings.pruner) == "wilcoxon":
        raise SweepError(
            "hydra.sweeper.pruner=wilcoxon with executor=launcher: the launcher runs the seeds of a trial apart from "
            "each other; use hydra.sweeper.executor=slots"
        )
    if settings.slots == "auto":
        jobs = launcher.get("n_jobs")
        count = jobs if isinstance(jobs, int) and jobs > 0 else 1
        if not target.endswith("BasicLauncher") and count == 1 and jobs != 1:
            raise SweepError(
                f"hydra.sweeper.slots=auto with executor=launcher: how many jobs {target} runs at a time is not known "
                "here; give a number, such as hydra.sweeper.slots=8"
            )
    elif type(settings.slots) is int and 1 <= settings.slots <= MOST:
        count = settings.slots
    else:
        raise SweepError(
            f"hydra.sweeper.slots={settings.slots} with executor=launcher: devices are the launcher's business; give "
            "the number of jobs at a time"
        )
    return tuple(Slot(f"launcher:{i}", 1) for i in range(count))


def _leaves(node: Any, path: str = "") -> list[tuple[str, Any]]:
    if isinstance(node, Mapping):
        return [leaf for key, value in node.items() for leaf in _leaves(value, f"{path}.{key}" if path else str(key))]
    return [(path, node)]
