"""A sweep is started or gone on with: everything is checked, then its study is written, then its controller runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import optuna
from omegaconf import OmegaConf
from optuna import Study

from hydra_slots import rehearsing, session
from hydra_slots.composing import as_typed
from hydra_slots.errors import SweepError
from hydra_slots.files import write_whole
from hydra_slots.hydra_side import Hydra, program
from hydra_slots.plan import SweepPlan
from hydra_slots.read_settings import MOST
from hydra_slots.settings import SweepSettings
from hydra_slots.space import extension, reading
from hydra_slots.space.search_space import Space
from hydra_slots.studies import algorithms, fingerprint, promotion, start_points, stored
from hydra_slots.studies.opening import name_within
from hydra_slots.studies.owners import Observer, refuse_second
from hydra_slots.studies.storage import open_storage
from hydra_slots.studies.sweep_folder import FolderLock, join_command
from hydra_slots.studies.tickets import Tickets
from hydra_slots.trials.executor import Executor
from hydra_slots.trials.trial_folders import Folders
from hydra_slots.visible import visible

# What a worker has to be told as well: the sweeper itself, and classes and functions, which no study may choose.
SWEEPERS = ("hydra/sweeper=", "hydra/sweeper/", "hydra.sweeper.custom_search_space=", "hydra.sweeper.sampler._target_=")


def lead(hydra: Hydra, settings: SweepSettings, arguments: Sequence[str]) -> Any:
    """The controller's part: a study with tickets, and a share of the work; returns what `session.run` does.

    Raises:
        SweepError: a setting, the space or the study cannot be used; then nothing is left of the attempt.
    """
    folder = hydra.folder
    name, app = settings.study_name or name_within(folder), program(settings.app)
    room, points, total = _checked(hydra, settings, arguments)
    if settings.dry_run:
        hydra.check_trials(room, settings)
        print("\n".join(map(visible, rehearsing.shown(room, settings, points, total, folder))))
        return None
    described = fingerprint.describe(room, hydra.config, settings.directions, settings.seeds)
    executor, places = hydra.executor(settings, name, folder)
    typed = [one for one in as_typed(hydra.config.hydra.overrides.hydra) if one.lstrip("+").startswith(SWEEPERS)]
    join = join_command(app, typed, name, settings.storage, folder)
    lock = FolderLock(folder, join)
    try:
        try:
            executor.begin()  # what it imports, an application's `check` may import here as well: both at once
            hydra.check_trials(room, settings)
            study = _opened(executor, settings, hydra, name, described, join)
        except BaseException:
            executor.close()  # before its log is taken away
            lock.undo()
            raise
        base = {
            "overrides": list(room.fixed),
            "arguments": list(arguments),
            "params": settings.params,
            "known": dict(room.known),
            "globs": {p.key: list(p.choices or ()) for p in room.parameters if p.text.startswith("glob(")},
        }
        groups = [str(group) for group in hydra.config.hydra.runtime.choices]
        own = {"base": base, "groups": groups, "app": app, "application": hydra.application}
        study.set_user_attr("sweep", stored.record(settings, total, folder, described, **own))
        write_whole(folder / "multirun.yaml", OmegaConf.to_yaml(hydra.config))
        tickets = Tickets.of(study, total, settings.retries)
        seed = 0 if settings.deterministic else None
        study.sampler = algorithms.sampler(settings.sampler, tickets.taken, seed, settings.trust)
        tickets.withdraw_beyond(study)
        plan = SweepPlan(room, settings, folder, Folders(hydra, folder), points, settings.grid, total)
        go_on = f"go on with the same command and hydra.sweep.dir={hydra.config.hydra.sweep.dir}"
        return session.run(study, plan, executor, places, go_on)
    finally:
        executor.close()
        lock.release()


def _checked(
    hydra: Hydra, settings: SweepSettings, arguments: Sequence[str]
) -> tuple[Space, list[dict[str, Any]], int]:
    """The space, the parameters of the first tickets, and the number of all; writes nothing.

    Raises:
        SweepError: a setting or the space cannot be used.
    """
    room = reading.read(settings.params, arguments, hydra.config, hydra.loader)
    room = replace(room, extension=extension.read(settings.custom_search_space, hydra.compose))
    reading.check_finite(room, settings.grid)
    if settings.grid and settings.start_points:
        raise SweepError(
            "hydra.sweeper.start_points: without n_trials every combination is tried anyway, in its order; give "
            "hydra.sweeper.n_trials, or leave them out"
        )
    reading.check_seeds(room, settings.grid, settings.seeds)
    hydra.check(room, settings)
    algorithms.pruner(settings.pruner)
    promotion.read(settings)
    algorithms.sampler(settings.sampler, trust=settings.trust)
    algorithms.rehearse(settings, replace(room, extension=None))
    if settings.n_trials is None:
        points = [room.queued(point, "the grid") for point in islice(room.points(), MOST + 1)]
        if len(points) > MOST:
            raise SweepError(f"the grid has more than {MOST} combinations; give hydra.sweeper.n_trials to search it")
        return room, points, len(points)
    declared = reading.read(settings.params, (), hydra.config, hydra.loader, room.known)
    return room, start_points.read(settings.start_points, room, declared), settings.n_trials


def _opened(
    executor: Executor, settings: SweepSettings, hydra: Hydra, name: str, described: Mapping[str, Any], join: str
) -> Study:
    """The study, which is this process's to work on, and made last if it is new.

    Raises:
        SweepError: the modules to preload cannot be imported, the storage cannot be opened, the study is that of
            another sweep, or has a controller already.
    """
    executor.ready()
    study = optuna.create_study(
        study_name=name,
        storage=open_storage(settings.storage, hydra.folder),
        directions=settings.directions,  # type: ignore[arg-type]
        load_if_exists=True,
        pruner=algorithms.pruner(settings.pruner),
    )
    _check_same(study, described, settings, hydra.folder)
    observer = Observer(study, settings.lease, "", hydra.folder, settings.storage is None)
    refuse_second(observer, study, settings.lease, _say, join)
    return study


def _check_same(study: Study, described: Mapping[str, Any], settings: SweepSettings, folder: Path) -> None:
    said = stored.sweep(study)
    if said is None:
        if study.get_trials(deepcopy=False):
            raise SweepError(
                f"study {study.study_name!r} holds trials of another program; choose another hydra.sweeper.study_name"
            )
        return
    before = said.get("described", {})
    if settings.force or not (changed := fingerprint.differences(before, described, settings.renamed)):
        return
    raise SweepError(
        f"{folder}: study {study.study_name!r} was started with another space or config:\n{changed}\n"
        "trials of the two cannot be compared; give the values it began with, choose another hydra.sweep.dir (and "
        "study_name), or go on all the same with hydra.sweeper.force=true"
    )


def _say(message: str) -> None:
    print(message, file=sys.stderr)
