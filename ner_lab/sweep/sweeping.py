"""A sweep from its command line to its result: everything is checked, then the controller runs."""

from __future__ import annotations

import argparse
import logging
import os
import random
import shlex
import sys
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna
from omegaconf import OmegaConf
from optuna import Study
from optuna.trial import TrialState

from ner_lab.sweep import algorithms, fingerprint, live, slots, space, start_points, summary
from ner_lab.sweep.controller import Controller, Executor, failure
from ner_lab.sweep.hydra_side import Hydra
from ner_lab.sweep.interrupts import interruptible
from ner_lab.sweep.owners import FolderLock, Lease, Observer, joining, refuse_second
from ner_lab.sweep.plan import Plan
from ner_lab.sweep.settings import Settings, redacted
from ner_lab.sweep.storage import open_storage
from ner_lab.sweep.tickets import Tickets
from ner_lab.sweep.trial_folders import Folders
from ner_lab.types import UserError

if TYPE_CHECKING:
    from hydra.types import HydraContext, TaskFunction
    from omegaconf import DictConfig

log = logging.getLogger("ner_lab.sweep")


def sweep(context: HydraContext, task: TaskFunction, config: DictConfig, arguments: Sequence[str]) -> Any:
    """Runs or resumes the sweep of a multirun.

    Args:
        context: Hydra's.
        task: the application's function.
        config: the composed config, with Hydra's own settings.
        arguments: the overrides of the command line, those of Hydra left out.

    Returns:
        The best value; the values of all trials on the front where there are several objectives; None if no trial is
        complete.

    Raises:
        UserError: a setting, the space or the study cannot be used, or trials failed where none may.
    """
    from hydra.core.hydra_config import HydraConfig

    HydraConfig.instance().set_config(config)
    node: Any = OmegaConf.to_container(config.hydra.sweeper, resolve=True)
    settings = Settings.read(node)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            if settings.worker:
                return _join(Hydra(context, task, config), settings, arguments)
            return _lead(Hydra(context, task, config), settings, arguments)
    except optuna.exceptions.StorageInternalError as error:
        raise UserError(f"the study's storage failed: {redacted(' '.join(str(error).split()))}") from None


def _lead(hydra: Hydra, settings: Settings, arguments: Sequence[str]) -> Any:
    """The controller's part: a study with tickets, and a share of the work."""
    folder, config = hydra.folder, hydra.config
    room = space.read(settings.params, arguments, config, hydra.loader)
    grid = settings.n_trials is None
    if grid and not room.finite:
        endless = next(p for p in room.parameters if p.choices is None)
        raise UserError(
            f"{endless.key}={endless.text}: an interval has no end of values to try; give the number of trials, such "
            "as hydra.sweeper.n_trials=20"
        )
    if grid and settings.start_points:
        raise UserError(
            "hydra.sweeper.start_points: without n_trials every combination is tried anyway, in its order; give "
            "hydra.sweeper.n_trials, or leave them out"
        )
    space.check_seeds(room, grid, settings.seeds)
    hydra.check(room, settings)
    pruner = algorithms.pruner(settings.pruner)
    algorithms.sampler(settings.sampler)
    app = program(settings.app)
    name = settings.study_name or folder.name
    lock = FolderLock(folder, app, name, settings.storage)
    executor, places = hydra.executor(settings, name, folder)
    try:
        storage = open_storage(settings.storage, folder)
        study = optuna.create_study(
            study_name=name,
            storage=storage,
            directions=settings.directions,  # type: ignore[arg-type]
            load_if_exists=True,
            pruner=pruner,
        )
        described = fingerprint.describe(room, config, settings.directions, settings.seeds)
        _check_same(study, described, settings, folder)
        points = [room.queued(point, "the grid") for point in room.points()] if grid else []
        declared = space.read(settings.params, (), config, hydra.loader, room.known)
        points = points or start_points.read(settings.start_points, room, declared)
        total = settings.n_trials or len(list(room.points()))
        observer = Observer(study, settings.lease, "", folder)
        executor.ready()
        refuse_second(observer, study, settings.lease, _say, joining(app, name, settings.storage, folder))
        study.set_user_attr(
            "sweep",
            {
                "n_trials": total,
                "directions": settings.directions,
                "objective_names": settings.objective_names,
                "seeds": settings.seeds,
                "folder": str(folder),
                "fingerprint": fingerprint.digest(described),
                "described": described,
                "base": {
                    "overrides": list(room.fixed),
                    "arguments": list(arguments),
                    "params": settings.params,
                    "known": dict(room.known),
                },
                "settings": settings.shared(),
                "groups": [str(group) for group in config.hydra.runtime.choices],
                "app": app,
                "grid": grid,
            },
        )
        OmegaConf.save(config, folder / "multirun.yaml")
        tickets = Tickets(study.get_trials(deepcopy=False), total, settings.retries)
        seed = 0 if settings.deterministic else None
        study.sampler = algorithms.sampler(settings.sampler, tickets.taken, seed)
        tickets.withdraw_beyond(study)
        plan = Plan(room, settings, folder, Folders(hydra, folder), points, grid, total)
        go_on = f"go on with the same command and hydra.sweep.dir={config.hydra.sweep.dir}"
        return _run(study, plan, executor, places, go_on)
    finally:
        executor.close()
        lock.release()


def _join(hydra: Hydra, settings: Settings, arguments: Sequence[str]) -> Any:
    """A worker's part: the study, its space and its settings are another process's."""
    import dataclasses

    if arguments:
        raise UserError(
            f"{arguments[0]}: a worker takes the config of the sweep that it joins; leave out everything but "
            "hydra.sweeper.study_name, storage and slots"
        )
    try:
        study = optuna.load_study(study_name=settings.study_name, storage=open_storage(settings.storage, hydra.folder))
        said = study.user_attrs["sweep"]
    except KeyError:
        raise UserError(
            f"storage={redacted(str(settings.storage))} holds no sweep {settings.study_name!r}; start the sweep itself "
            "first, with these settings and without hydra.sweeper.worker"
        ) from None
    own = dataclasses.asdict(settings)
    shared = {name: value for name, value in said["settings"].items() if name in own}
    settings = Settings(**{**own, **shared})
    base = said["base"]
    room = space.read(base["params"], base["arguments"], hydra.config, hydra.loader, base["known"])
    study.pruner = algorithms.pruner(settings.pruner)
    # Drawn anew: processes on several machines can have the same number, in containers they often do.
    study.sampler = algorithms.sampler(settings.sampler, random.SystemRandom().randrange(2**32))
    folder = Path(said["folder"]) if Path(said["folder"]).is_dir() else hydra.folder
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(room, settings, folder, Folders(hydra, folder), (), said["grid"], said["n_trials"])
    executor, places = hydra.executor(settings, study.study_name, folder)
    try:
        executor.ready()
        return _run(study, plan, executor, places, "the sweep goes on without this worker", worker=True)
    finally:
        executor.close()


def _run(
    study: Study, plan: Plan, executor: Executor, places: Sequence[slots.Slot], go_on: str, worker: bool = False
) -> Any:
    """Runs the controller; `go_on` says what to do after an interruption."""
    settings, folder = plan.settings, plan.folder
    with _log_to(folder / "sweep.log"):
        lease = Lease(study, "worker" if worker else "controller", settings.lease, folder)
        try:
            observer = Observer(study, settings.lease, lease.owner, None if worker else folder)
            with live.open_view(plan.total, settings.directions, [slot.name for slot in places]) as view:
                controller = Controller(study, plan, places, executor, view, lease, observer, worker)
                with interruptible(controller):
                    try:
                        tickets = controller.run()
                    except KeyboardInterrupt as stopped:
                        view.say(f"stopped by {stopped or 'Ctrl-C'}; {go_on}")
                        raise SystemExit(130) from None
                if controller.stopping:
                    view.say(f"ended early: {controller.stopping}")
        finally:
            lease.end()
            if not worker:
                summary.write(study, folder)
    return _result(study, tickets, plan, worker)


def _result(study: Study, tickets: Tickets, plan: Plan, worker: bool) -> Any:
    """The best value; a failure if a grid has gaps, or a search has nothing but failures."""
    results = tickets.results
    failed = [trial for trial in results if trial.state == TrialState.FAIL]
    if failed and not worker and (plan.grid or len(failed) == len(results)):
        raise UserError(f"{len(failed)} of {plan.total} trials failed; the last one, {failure(failed[-1], plan)}")
    best = [trial.values for trial in study.best_trials]
    if len(plan.settings.directions) > 1:
        return best
    return best[0][0] if best else None


def _check_same(study: Study, described: Mapping[str, Any], settings: Settings, folder: Path) -> None:
    said = study.user_attrs.get("sweep")
    if said is None:
        if study.get_trials(deepcopy=False):
            raise UserError(
                f"study {study.study_name!r} holds trials of another program; choose another hydra.sweeper.study_name"
            )
        return
    if said["fingerprint"] == fingerprint.digest(described) or settings.force:
        return
    raise UserError(
        f"{folder}: study {study.study_name!r} was started with another space or config:\n"
        f"{fingerprint.differences(said['described'], described)}\n"
        "trials of the two cannot be compared; choose another hydra.sweep.dir (and study_name), or go on all the same "
        "with hydra.sweeper.force=true"
    )


def program(app: str | None = None) -> str:
    """The program as it is typed, with the flags by which Hydra finds the config.

    Args:
        app: the program without its flags, if that is known.
    """
    name = sys.argv[0]
    app = app or (f"python {shlex.quote(name)}" if name.endswith(".py") else shlex.quote(os.path.basename(name)))
    flags = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for short, long in (("-cp", "--config-path"), ("-cn", "--config-name"), ("-cd", "--config-dir")):
        flags.add_argument(short, long)
    given = vars(flags.parse_known_args(sys.argv[1:])[0])
    return " ".join(
        [app, *(f"--{flag.replace('_', '-')} {shlex.quote(value)}" for flag, value in given.items() if value)]
    )


def _say(message: str) -> None:
    print(message, file=sys.stderr)


@contextmanager
def _log_to(path: Path) -> Iterator[None]:
    handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(logging.Formatter("[%(asctime)s][%(levelname)s] %(message)s"))
    level, propagate = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False  # the live view says the same on the console
    try:
        yield
    finally:
        log.removeHandler(handler)
        handler.close()
        log.setLevel(level)
        log.propagate = propagate
