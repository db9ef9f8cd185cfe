"""A worker joins a sweep that another process controls: the study, its space and its settings are there already."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import optuna

from ner_lab.sweep import algorithms, custom_space, session, space
from ner_lab.sweep.hydra_side import Hydra
from ner_lab.sweep.plan import Plan
from ner_lab.sweep.settings import Settings, redacted
from ner_lab.sweep.storage import open_storage
from ner_lab.sweep.sweep_folder import LOG, absent, take_away
from ner_lab.sweep.trial_folders import Folders
from ner_lab.types import UserError


def join(hydra: Hydra, settings: Settings, arguments: Sequence[str]) -> Any:
    """Takes tickets until none waits; returns what `session.run` does.

    Raises:
        UserError: there is no such sweep, or overrides were given, which are the sweep's to say.
    """
    if arguments:
        raise UserError(
            f"{arguments[0]}: a worker takes the config of the sweep that it joins; leave out everything but "
            "hydra.sweeper.study_name, storage and slots"
        )
    try:
        storage = open_storage(settings.storage, hydra.folder, make=False)
        study = optuna.load_study(study_name=settings.study_name, storage=storage)
        said = study.user_attrs["sweep"]
    except (KeyError, FileNotFoundError):
        raise UserError(
            f"storage={redacted(str(settings.storage))} holds no sweep {settings.study_name!r}; start the sweep itself "
            "first, with these settings and without hydra.sweeper.worker"
        ) from None
    own = asdict(settings)
    shared = {name: value for name, value in said["settings"].items() if name in own}
    settings = Settings(**{**own, **shared})
    base = said["base"]
    room = space.read(base["params"], base["arguments"], hydra.config, hydra.loader, base["known"])
    room = custom_space.extended(room, settings.custom_search_space, hydra.config, hydra.loader)
    study.pruner = algorithms.pruner(settings.pruner)
    # Drawn anew: processes on several machines can have the same number, in containers they often do.
    study.sampler = algorithms.sampler(settings.sampler, random.SystemRandom().randrange(2**32))
    folder = Path(said["folder"]) if Path(said["folder"]).is_dir() else hydra.folder
    plan = Plan(room, settings, folder, Folders(hydra, folder), (), said["grid"], said["n_trials"])
    executor, places = hydra.executor(settings, study.study_name, folder)
    made = absent(folder)
    folder.mkdir(parents=True, exist_ok=True)
    try:
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
