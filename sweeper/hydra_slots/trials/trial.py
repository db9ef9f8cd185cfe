"""The process of one trial: forked from the server, it runs the application and tells its controller the outcome."""

from __future__ import annotations

import logging
import os
import queue
import random
import signal
import sys
import threading
import traceback
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hydra_slots import reporting
from hydra_slots.composing import message
from hydra_slots.trials.outcome import LOG, Outcome, ended_by, numbers, of_seeds
from hydra_slots.trials.process_tree import MARK, adopt_orphans, signal_tree
from hydra_slots.trials.slots import Slot

LIFE = ".trial.lock"  # locked while a process of the trial lives; holds its process group and its token


@dataclass(frozen=True)
class Job:
    """One run of the application: its overrides and its folder, relative to the sweep folder."""

    overrides: list[str]
    folder: str
    seed: int | None = None


@dataclass(frozen=True)
class Task:
    """A trial to run: one job, or one a seed.

    `over_seeds` reports the result of each seed instead of what happens within the first; `pauses` is whether the first
    may pause, and go on from a checkpoint. `entropy` seeds the random
    numbers that the application does not seed itself; None takes them from the system.
    """

    number: int
    slot: Slot
    jobs: list[Job]
    sweep_dir: str
    folder: str
    over_seeds: bool = False
    pauses: bool = False
    entropy: int | None = None


class Channel:
    """The trial's line to its controller. When the controller dies the line breaks, and the trial stops at once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="sweep-channel", daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                self.answers.put(self.connection.recv())
            except (EOFError, OSError):
                signal_tree(os.getpid(), signal.SIGKILL)

    def ask(self, *message: Any) -> Any:
        try:
            self.connection.send(message)
        except OSError:  # noticed here before the listener has: no failure of the trial
            signal_tree(os.getpid(), signal.SIGKILL)
        return self.answers.get()


def main(task: Task, connection: Connection, application: Mapping[str, Any]) -> None:
    """Runs in the forked child, and does not return."""
    with suppress(OSError):  # the server does so too
        os.setpgid(0, 0)
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)
    adopt_orphans()
    folder = Path(task.sweep_dir, task.folder)
    code = 1
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            _redirect(folder / LOG)
            _hold(folder / LIFE)
        except OSError as error:
            connection.send(("end", Outcome("no_room", error=str(error))))
            raise
        channel = Channel(connection)
        task.slot.enter(os.environ)
        _set_up_libraries(task)
        outcome = run(task, application, lambda value, step: channel.ask("report", value, step))
        with suppress(OSError):  # whose place is the folder; the controller is told as well
            outcome.write(folder)
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        logging.raiseExceptions = False
        logging.shutdown()
        channel.ask("end", outcome)
        code = 0
    except BaseException:  # nothing may return into the server's code
        with suppress(Exception):
            traceback.print_exc()
            sys.stderr.flush()
    finally:
        os._exit(code)


def run(task: Task, application: Mapping[str, Any], reporter: reporting.Reporter) -> Outcome:
    """Runs the jobs one after the other; whatever the application raises is an outcome."""
    outcome = Outcome("complete")
    rows: list[list[float]] = []
    for index, job in enumerate(task.jobs):
        first = index == 0 and not task.over_seeds
        home = Path(task.sweep_dir, task.folder) if first and task.pauses else None
        reporting.connect(reporter if first else None, home)
        returned = run_job(task, job, application)
        if isinstance(returned, Outcome):
            returned.seeds = outcome.seeds
            return returned
        values = numbers(returned)
        if isinstance(values, str):
            return Outcome("failed", error=values, seeds=outcome.seeds)
        rows.append(values)
        if job.seed is not None:
            outcome.seeds[str(job.seed)] = values[0] if len(values) == 1 else values
        last = index == len(task.jobs) - 1
        if task.over_seeds and values and reporter(values[0], index) and not last:
            return Outcome("pruned", seeds=outcome.seeds)
    return of_seeds(rows, outcome.seeds)


def run_job(task: Task, job: Job, application: Mapping[str, Any]) -> Any:
    """What the application returned, or an outcome if it did not return."""
    from hydra.core.utils import run_job as run_hydra_job
    from hydra.errors import HydraException
    from omegaconf import open_dict

    try:
        context = application["context"]
        try:
            config = application["compose"](job.overrides)
        except HydraException as error:  # each value was fine by itself
            print(said := message(job.overrides, error), file=sys.stderr)
            return Outcome("failed", error=said)
        with open_dict(config):
            config.hydra.job.id = str(task.number)
            config.hydra.job.num = task.number
            config.hydra.sweep.dir = task.sweep_dir
            config.hydra.sweep.subdir = job.folder
        result = run_hydra_job(
            hydra_context=context,
            task_function=guarded(application["task"]),
            config=config,
            job_dir_key="hydra.sweep.dir",
            job_subdir_key="hydra.sweep.subdir",
        )
        return result._return_value  # `return_value` would print a traceback and raise
    except BaseException as error:
        return ended_by(error)


def guarded(task: Any) -> Any:
    """The application's function, with what it raises caught in it: to Hydra and its callbacks it returns."""

    def call(config: Any) -> Any:
        try:
            return task(config)
        except BaseException as error:
            return ended_by(error)

    return call


def _redirect(log: Path) -> None:
    """Standard output and error go to the trial's log; there is nothing to read from standard input."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o666)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.dup2(nothing, 0)
    os.close(file)
    os.close(nothing)


def _hold(path: Path) -> int:
    """Locks the file for as long as this process, or one that it forks, lives."""
    import fcntl

    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.truncate(descriptor, 0)
    token = os.environ[MARK] = f"{os.fstat(descriptor).st_ino}-{uuid.uuid4().hex}"  # not a copied file's
    os.write(descriptor, f"{os.getpid()} {token}".encode())
    return descriptor


def _set_up_libraries(task: Task) -> None:
    """Threads, memory and random numbers of libraries that the server has loaded already; none is imported here."""
    random.seed(task.entropy)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(task.entropy)
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(task.slot.threads)
        if task.entropy is None:
            torch.seed()
        else:
            torch.manual_seed(task.entropy)
        if task.slot.memory_fraction is not None and torch.cuda.is_available():
            torch.cuda.set_per_process_memory_fraction(task.slot.memory_fraction)
