"""The folder of a run, before anything is written: its own, not another thing's, and with one writer."""

from __future__ import annotations

import shutil
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from hydra.errors import HydraException
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf, open_dict
from omegaconf.errors import OmegaConfBaseException

from ner_lab.commands.grid_check import refuse_choices
from ner_lab.commands.overrides import message, of_task
from ner_lab.commands.train import earlier_run, quoted
from ner_lab.files import RunFolder, disk_faults, no_folder, write_atomically
from ner_lab.training import run_lock
from ner_lab.types import UserError

OF_A_SWEEP = {"multirun.yaml", "study.journal", "sweep.log"}
OF_AN_EVALUATION = {".hydra", "evaluate.log", "evaluation.json", "ledger.json", "predictions", "report.html"}

CHECKS = {"train": "ner_lab.training.refuse_trial"}  # of Hydra's own sweeper; hydra-slots has `hydra.sweeper.check`

_made: list[Path] = []  # by this run: its folder and those above it


class OwnFolder(Callback):
    """Hydra calls it before it makes folders and writes `.hydra/`; a refused command leaves no trace."""

    def on_run_start(self, config: DictConfig, **kwargs: Any) -> None:
        if not run_lock.first_process():
            return
        try:
            folder = of_run(config)
            if config.hydra.job.name != "evaluate":
                if not RunFolder(folder).finished:
                    run_lock.refuse_links(folder, _trusted(config))
                    run_lock.hold(folder)
                earlier_run(folder, of_task(config.hydra.overrides.task), bool(config.get("resume")), multirun=False)
            if config.hydra.output_subdir is not None:
                # Hydra's next step, which would end in a traceback of its own.
                with disk_faults(folder):
                    write_atomically(folder / config.hydra.output_subdir / "config.yaml", OmegaConf.to_yaml(config))
        except (UserError, OmegaConfBaseException) as error:  # others Hydra would only warn of
            take_back()
            sys.exit(f"ner-lab {config.hydra.job.name}: {message(error)}")

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        try:
            sweeper = config.hydra.sweeper
            if sweeper is None:
                raise UserError("hydra.sweeper=null: a multirun has a sweeper; leave it out")
            if sweeper.get("worker"):
                return
            folder = of_multirun(config)
            run_lock.refuse_links(folder, _trusted(config))
            if not str(sweeper._target_).startswith("hydra_plugins.hydra_slots"):  # that one has a check and a lock
                refuse_choices(config, CHECKS.get(str(config.hydra.job.name)))
                folder.mkdir(parents=True, exist_ok=True)
                run_lock.hold(folder)
        except (UserError, HydraException, OmegaConfBaseException) as error:  # of which some are OSErrors
            sys.exit(f"ner-lab {config.hydra.job.name}: {message(error, of_task(config.hydra.overrides.task))}")
        except OSError as error:
            sys.exit(f"ner-lab {config.hydra.job.name}: hydra.sweep.dir={folder}: cannot be made ({error.strerror})")


def of_run(config: DictConfig) -> Path:
    """The folder of a run or an evaluation, made, and set in the config.

    One that is named after the time is new: two runs of one second do not share it.

    Raises:
        UserError: something else is there, a folder above it is missing, or it cannot be made.
    """
    folder = wanted = Path(str(config.hydra.run.dir)).absolute()
    new = _named_after_the_time(config.hydra.run)
    if not new:
        if config.hydra.job.name != "evaluate" or not folder.parent.is_dir():
            _refuse_above("hydra.run.dir", folder)
        _refuse_other_things(folder, str(config.hydra.job.name))
    for number in count(2):
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        try:
            folder.mkdir(parents=True, exist_ok=not new)
            _made[:] = missing
            break
        except FileExistsError:
            folder = wanted.with_name(f"{wanted.name}-{number}")
        except OSError as error:
            raise UserError(f"hydra.run.dir={folder}: cannot be made ({error.strerror or error})") from error
    with open_dict(config):
        config.hydra.run.dir = str(folder)
        if RunFolder(folder).finished:
            config.hydra.output_subdir = None  # nothing is written into it
    return folder


def _trusted(config: DictConfig) -> bool:
    return bool(config.hydra.job.env_set.get(run_lock.TRUST) == "true")


def take_back() -> None:
    """Removes a folder that this run made, if nothing is in it but the lock and what Hydra itself wrote."""
    folder = _made[0] if _made else None
    if folder is None or not folder.is_dir():
        return
    names = [file.name for file in folder.iterdir()]
    if any(name not in (".hydra", run_lock.NAME) and not name.endswith(".log") for name in names):
        return
    shutil.rmtree(folder, ignore_errors=True)
    run_lock.release(folder)
    with suppress(OSError):  # a folder above it that is not empty
        for path in _made[1:]:
            path.rmdir()
    _made.clear()


def of_multirun(config: DictConfig) -> Path:
    """The folder of a multirun, not made; one that is named after the time is new, and set in the config.

    Raises:
        UserError: something else is there, or a folder above it is missing.
    """
    folder = wanted = Path(str(config.hydra.sweep.dir)).absolute()
    if _named_after_the_time(config.hydra.sweep):
        for number in count(2):
            if not folder.exists():
                break
            folder = wanted.with_name(f"{wanted.name}-{number}")
    if folder != wanted:
        with open_dict(config):
            config.hydra.sweep.dir = str(folder)
            # Hydra composes the config of each job anew.
            config.hydra.overrides.hydra.append(f"hydra.sweep.dir={quoted(str(folder))}")
    _refuse_above("hydra.sweep.dir", folder)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"hydra.sweep.dir={folder}: a file of this name is there; choose another folder")
    names = _names(folder)
    if "config.yaml" in names or (names and not names & OF_A_SWEEP):
        raise UserError(f"hydra.sweep.dir={folder} {_holds(names, 'no multirun')}")
    return folder


def _named_after_the_time(node: DictConfig) -> bool:
    raw = node._get_node("dir")
    return "${now:" in str(raw._value())  # type: ignore[union-attr]


def _refuse_above(key: str, folder: Path) -> None:
    """Folders above a run are made in outputs/, as runs lie there by default; elsewhere a missing one is a typo."""
    parents = list(reversed(folder.parents))
    if run := next((place for place in parents if RunFolder(place).overrides.is_file()), None):
        raise UserError(
            f"{key}={folder}: lies in the run {run}, where nobody looks for another; choose a folder beside it"
        )
    missing = next((place for place in parents if not place.is_dir()), None)
    if missing is None or Path("outputs").absolute() in (*parents, folder):
        return
    raise UserError(f"{key}={folder}: {no_folder(missing)}")


def _refuse_other_things(folder: Path, job: str) -> None:
    if folder.exists() and not folder.is_dir():
        raise UserError(f"hydra.run.dir={folder}: a file of this name is there; choose another folder")
    names = _names(folder)
    of_a_run = ".hydra" in names or {"config.yaml", "overrides.yaml"} <= names
    if job == "evaluate":
        if not names <= OF_AN_EVALUATION or (folder / "multirun.yaml").exists():
            raise UserError(f"hydra.run.dir={folder} {_holds(names, 'no evaluation')}")
    elif names and (not of_a_run or "evaluation.json" in names):
        raise UserError(f"hydra.run.dir={folder} {_holds(names - {'.hydra'}, 'no run')}")


def _names(folder: Path) -> set[str]:
    try:
        return {file.name for file in folder.iterdir() if file.name != run_lock.NAME} if folder.is_dir() else set()
    except OSError as error:
        raise UserError(f"{folder}: cannot be read ({error.strerror})") from error


def _holds(names: set[str], what: str) -> str:
    some = ", ".join(sorted(names)[:4]) + (" and more" if len(names) > 4 else "")
    return f"holds {some}, which is {what}; nothing is written over another thing, choose a folder of its own"
