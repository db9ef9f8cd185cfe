"""A study without an application, for those who ask it for trials: made of a search space alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import optuna
from omegaconf import OmegaConf

from hydra_slots import bounded, read_settings
from hydra_slots.asking import AskedStudy
from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings, meaning
from hydra_slots.space import reading
from hydra_slots.studies import algorithms, fingerprint, start_points, stored
from hydra_slots.studies.storage import open_storage
from hydra_slots.studies.sweep_folder import JOURNAL, FolderLock
from hydra_slots.studies.tickets import Tickets

# Of `hydra.sweeper`, what means something where nobody starts trials.
KNOWN = ("n_trials", "params", "direction", "objective_names", "sampler", "seeds", "retries", "start_points")


def create(folder: str | Path, space: str | Path | Mapping[str, Any], trusted: bool = False) -> AskedStudy:
    """Makes a study in a folder, or opens the one of the same space that is there.

    Args:
        folder: made if it is not there.
        space: what `hydra.sweeper` holds of a search, `n_trials`, `params`, `direction` and so on; or a YAML file.
        trusted: as for `AskedStudy`.

    Raises:
        SweepError: a setting, the space or the folder cannot be used, or a study of another space is there.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    where = "the space" if isinstance(space, Mapping) else str(space)
    settings = _settings(space if isinstance(space, Mapping) else _read(Path(space)), where)
    nothing = OmegaConf.create({"hydra": {"runtime": {"choices": {}}}})
    room = reading.read(settings.params, (), nothing, None)
    reading.check_finite(room, settings.grid)
    reading.check_seeds(room, settings.grid, settings.seeds)
    algorithms.sampler(settings.sampler, trust=trusted)
    algorithms.rehearse(settings, room)
    points = start_points.read(settings.start_points, room, room)
    total = settings.n_trials or sum(1 for _ in room.points())
    if total > read_settings.MOST:
        raise SweepError(f"the grid has more than {read_settings.MOST} combinations; give n_trials to search it")
    described = fingerprint.describe(room, nothing, settings.directions, settings.seeds)
    path = Path(folder).absolute()
    lock = FolderLock(path, f"hydra-slots ask {path}", brief=True)
    try:
        there = (path / JOURNAL).exists()
        study = optuna.create_study(
            study_name=path.name,
            storage=open_storage(None, path),
            directions=settings.directions,  # type: ignore[arg-type]
            load_if_exists=True,
        )
        before = stored.sweep(study)
        if there and (before is None or before.get("described") != described):
            changed = fingerprint.differences((before or {}).get("described", {}), described)
            raise SweepError(f"{path}: another study is there:\n{changed}\nchoose another folder")
        study.set_user_attr("sweep", stored.record(settings, total, path, described))
        tickets = Tickets.of(study, total, settings.retries)
        for ticket in tickets.lost[: len(points)] if not tickets.attempts else ():
            tickets.queue(study, ticket, points)
    except BaseException:
        lock.undo()
        raise
    finally:
        lock.release()
    return AskedStudy(path, trusted=trusted)


def _settings(node: Mapping[str, Any], where: str) -> SweepSettings:
    for key in node:
        if key not in KNOWN:
            other = any(key == one.name for one in fields(SweepSettings))
            why = (
                "it is for sweeps that start trials themselves"
                if other
                else f"{meaning(str(key), KNOWN)}no such setting"
            )
            raise SweepError(f"{where}: {key}: {why}; there are {', '.join(KNOWN)}")
    if not node.get("params"):
        raise SweepError(
            f"{where}: params must be a mapping from names to sweeps, such as lr: tag(log,interval(1e-4,1))"
        )
    settings = read_settings.read({**SweepSettings().shared(), **node})
    return settings


def _read(file: Path) -> Mapping[str, Any]:
    import yaml

    try:
        node = yaml.safe_load(bounded.yaml_text(file))
    except OSError as error:
        raise SweepError(f"{file}: cannot be read ({error.strerror})") from None
    except yaml.YAMLError as error:
        raise SweepError(f"{file}: no YAML ({' '.join(str(error).split())})") from None
    if not isinstance(node, Mapping):
        raise SweepError(f"{file}: must be a mapping with params and n_trials, got {str(node)[:80]!r}")
    return node
