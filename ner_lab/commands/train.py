"""`ner-lab train`: one run, new, resumed or finished already."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ner_lab.commands.config_folders import configs
from ner_lab.commands.overrides import of_task
from ner_lab.commands.saved_overrides import checked_overrides, saved_overrides
from ner_lab.files import RunFolder, disk_faults
from ner_lab.training.importing import importing
from ner_lab.training.run_lock import TRUST, sole_writer
from ner_lab.types import UserError

if TYPE_CHECKING:
    from ner_lab.training.experiment import Result


def run(cfg: DictConfig, command: str = "train") -> float | list[float] | None:
    """The run of a job on the command line; returns what a sweep compares, on the first device."""
    with importing():
        import ner_lab.training.experiment  # noqa: F401
    # Lightning starts the other devices of a DDP run with this command line: one run of this very job.
    sys.argv = [sys.argv[0], *command.split(), *of_task(HydraConfig.get().overrides.task)]
    result = trained(cfg)
    if result is None:
        return None
    objectives = cfg.get("sweep_objectives")
    return result.values(objectives) if objectives else result.objective


def trained(cfg: DictConfig) -> Result | None:
    """The result of Hydra's current job: trained, resumed, or read from its folder if it is finished already.

    Raises:
        UserError: see `earlier_run` and `experiment.run`; another process writes the folder.
    """
    from ner_lab.training import console, experiment

    state = HydraConfig.get()
    folder = Path(state.runtime.output_dir)
    given, resume = of_task(state.overrides.task), bool(cfg.get("resume"))
    if RunFolder(folder).finished and earlier_run(folder, given, resume, state.mode == RunMode.MULTIRUN) == "finished":
        console.say(f"{folder}: finished already, kept", log=False)
        return experiment.finished(folder)
    with sole_writer(folder), disk_faults(folder, lambda: _going_on(folder)):
        earlier = earlier_run(folder, given, resume, state.mode == RunMode.MULTIRUN)
        if resume or earlier == "unfinished":
            _refuse_drift(RunFolder(folder), given)
        return experiment.run(_without_resume(cfg), folder, _settings(given), resume or earlier == "unfinished")


def _without_resume(cfg: DictConfig) -> DictConfig:
    plain = OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "resume"])
    OmegaConf.set_struct(plain, True)
    return plain


def _refuse_drift(runs: RunFolder, given: Sequence[str]) -> None:
    """Raises UserError: the run's own overrides make another config today, since files of it have changed."""
    from ner_lab.training.resumption import refuse_drift

    if "LOCAL_RANK" in os.environ or not runs.config.is_file():
        return  # the first device has asked; or it was killed before it got so far
    saved = saved_overrides(runs)
    try:
        whole = configs("train").exactly(saved)
    except (HydraException, OmegaConfBaseException):
        return  # only with what the command line says besides
    cfg = OmegaConf.masked_copy(whole, [str(key) for key in whole if key != "hydra"])
    refuse_drift(
        runs, cfg, [word.lstrip("+~").partition("=")[0].replace("/", ".") for word in given if word not in saved]
    )


def _going_on(folder: Path) -> str:
    """What to do when a disk has refused a run: checkpoints are replaced whole, so that the last one is good."""
    if not RunFolder(folder).last.is_file():
        return "; make room, or choose another hydra.run.dir"
    return f"; what was saved before is whole: make room, and go on with: ner-lab train resume={folder}"


def earlier_run(folder: Path, given: Sequence[str], resume: bool, multirun: bool) -> str:
    """What the folder holds already: `none`, `finished` (the same run) or `unfinished` (the same run, to be resumed).

    Args:
        folder: the run folder.
        given: the overrides of the command line.
        resume: whether it is to go on.
        multirun: whether it is one of several runs; an unfinished one goes on without being asked.

    Raises:
        UserError: the folder holds another run, an unfinished one that nobody asked to resume, or one that is finished
            and asked to go on with other settings.
    """
    runs, settings = RunFolder(folder), _settings(given)
    if "LOCAL_RANK" in os.environ or not (runs.overrides.is_file() or runs.finished):
        return "none"
    saved = saved_overrides(runs)
    if resume and runs.finished and saved != settings:
        changed = " ".join(word for word in settings if word not in saved)
        raise UserError(
            f"{folder}: this run is finished, and is kept as it is; with {changed} it is another: train that one in a "
            "folder of its own, without resume="
        )
    if saved != settings and not resume:
        raise UserError(
            f"{folder} holds another run ({' '.join(saved) or 'no overrides'}); nothing is overwritten, "
            "choose another hydra.run.dir (hydra.sweep.dir in a multirun) or delete the folder"
        )
    if runs.finished:
        return "finished"
    if resume or not runs.last.is_file():
        return "none"
    if multirun:
        return "unfinished"
    raise UserError(f"{folder} holds this run, unfinished; go on with: ner-lab train resume={folder}")


def _settings(given: Sequence[str]) -> list[str]:
    return [override for override in given if not override.startswith("+resume=")]


def with_resume(arguments: list[str]) -> list[str]:
    """`resume=RUN` stands for the run's own overrides, in its own folder; overrides after it come on top.

    `trust=true`: whatever these overrides add or call, and links that lead out of the folder that is written to.

    Raises:
        UserError: no such run, or overrides that want to be trusted.
    """
    trusted = [argument.partition("=")[2].lower() for argument in arguments if argument.startswith("trust=")]
    if trusted and trusted[-1] not in ("true", "false"):
        raise UserError(f"trust={trusted[-1]}: must be true, for a folder that you know, or false")
    words = []
    for argument in arguments:
        key, _, path = argument.partition("=")
        if key == "resume":
            folder = RunFolder.existing(path, key="resume")
            overrides = (saved_overrides if trusted[-1:] == ["true"] else checked_overrides)(folder)
            words += [*overrides, f"hydra.run.dir={quoted(str(folder.path.resolve()))}", "+resume=true"]
        elif key != "trust":
            words.append(argument)
    # A setting of the job, not of what it trains: nothing that is recorded or compared changes with it.
    return [*words, f"+hydra.job.env_set.{TRUST}='true'"] if trusted[-1:] == ["true"] else words


def quoted(text: str) -> str:
    """A text as a value that Hydra's grammar takes for nothing else."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
