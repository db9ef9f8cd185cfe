"""A worker joins a sweep that another process controls: the study, its space and its settings are there already."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import optuna

from hydra_slots import session
from hydra_slots.errors import SweepError
from hydra_slots.hydra_side import Hydra
from hydra_slots.plan import SweepPlan
from hydra_slots.redaction import redacted
from hydra_slots.settings import SweepSettings
from hydra_slots.space import extension, reading
from hydra_slots.space.search_space import Space
from hydra_slots.studies import algorithms, fingerprint, stored, trust
from hydra_slots.studies.storage import open_storage
from hydra_slots.studies.sweep_folder import JOURNAL, LOCK, LOG, absent, take_away
from hydra_slots.trials.trial_folders import Folders


def join(hydra: Hydra, settings: SweepSettings, arguments: Sequence[str]) -> Any:
    """Takes tickets until none waits; returns what `session.run` does.

    Raises:
        SweepError: there is no such sweep, it has another application or config, or overrides were given, which are
            the sweep's to say.
    """
    if arguments:
        raise SweepError(
            f"{arguments[0]}: a worker takes the config of the sweep that it joins; leave out everything but "
            "hydra.sweeper.study_name, storage and slots"
        )
    try:
        storage = open_storage(settings.storage, hydra.folder, make=False)
        study = optuna.load_study(study_name=settings.study_name, storage=storage)
        said = stored.sweep(study)
    except (KeyError, FileNotFoundError):
        said = None
    if said is None or not {"settings", "base", "described", "grid", "n_trials", "folder"} <= set(said):
        raise SweepError(
            f"storage={redacted(str(settings.storage))} holds no sweep {settings.study_name!r}; start the sweep itself "
            "first, with these settings and without hydra.sweeper.worker"
        )
    base, name = said["base"], study.study_name
    _check_application(hydra, said, settings)
    trust.check_space(base, settings, name, hydra.is_group)
    settings = trust.joined(settings, said["settings"], name)
    room = reading.read(base["params"], base["arguments"], hydra.config, hydra.loader, base["known"])
    room = replace(room, extension=extension.read(settings.custom_search_space, hydra.compose))
    if not settings.force:
        _check_same(hydra, room, settings, said["described"])
    study.pruner = algorithms.pruner(settings.pruner)
    # Drawn anew: processes on several machines can have the same number, in containers they often do.
    study.sampler = algorithms.sampler(settings.sampler, random.SystemRandom().randrange(2**32), trust=settings.trust)
    folder = _folder(said["folder"], settings.storage, hydra.folder)
    plan = SweepPlan(room, settings, folder, Folders(hydra, folder), (), said["grid"], said["n_trials"])
    executor, places = hydra.executor(settings, study.study_name, folder)
    made = absent(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        executor.begin()
        executor.ready()
    except BaseException:
        executor.close()
        if made:
            empty = (folder / LOG).is_file() and not (folder / LOG).stat().st_size  # else another worker's
            take_away([*[folder / LOG] * empty, *made])
        raise
    try:
        return session.run(study, plan, executor, places, "the sweep goes on without this worker", worker=True)
    finally:
        executor.close()


def _folder(said: str, storage: str | None, own: Path) -> Path:
    """The sweep's folder as far as it can be reached here; a journal that was moved says where it is now."""
    journal = Path(storage or "")
    if journal.name == JOURNAL and (journal.parent / LOCK).is_file():
        return journal.parent.absolute()
    theirs = all((Path(said) / name).is_file() for name in (LOCK, "multirun.yaml"))
    return Path(said) if theirs else own


def _check_application(hydra: Hydra, said: Mapping[str, Any], settings: SweepSettings) -> None:
    """Raises:
    SweepError: the sweep is that of an application with another name.
    """
    if said.get("application", hydra.application) != hydra.application and not settings.force:
        raise SweepError(
            f"study {settings.study_name!r} was started by the application {said['application']!r}, this one is "
            f"{hydra.application!r}; start the worker with the application of the sweep, or join all the same with "
            "hydra.sweeper.force=true"
        )


def _check_same(hydra: Hydra, room: Space, settings: SweepSettings, described: Mapping[str, Any]) -> None:
    """Raises:
    SweepError: this application, or its config, is not the one of the sweep.
    """
    config = hydra.compose(room.fixed)
    own = fingerprint.describe(room, config, settings.directions, settings.seeds)
    if changed := fingerprint.differences(described, own, settings.renamed):
        raise SweepError(
            f"study {settings.study_name!r} was started by another application, or with another config:\n{changed}\n"
            "start the worker as the sweep was, with its --config-name, --config-path or --config-dir; or join all the "
            "same with hydra.sweeper.force=true"
        )
