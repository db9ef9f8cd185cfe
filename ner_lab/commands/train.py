"""`ner-lab train`: one run, new, resumed or finished already."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from ner_lab.commands.saved_overrides import checked_overrides, saved_overrides
from ner_lab.files import RunFolder
from ner_lab.types import UserError

if TYPE_CHECKING:
    from ner_lab.training.experiment import Result


def run(cfg: DictConfig, command: str = "train") -> float | list[float] | None:
    """The run of a job on the command line; returns what a sweep compares, on the first device."""
    # Lightning starts the other devices of a DDP run with this command line: one run of this very job.
    sys.argv = [sys.argv[0], *command.split(), *HydraConfig.get().overrides.task]
    result = trained(cfg)
    if result is None:
        return None
    objectives = cfg.get("sweep_objectives")
    return result.values(objectives) if objectives else result.objective


def trained(cfg: DictConfig) -> Result | None:
    """The result of Hydra's current job: trained, resumed, or read from its folder if it is finished already.

    Raises:
        UserError: see `_earlier_run` and `experiment.run`.
    """
    from ner_lab.training import console, experiment

    state = HydraConfig.get()
    folder = Path(state.runtime.output_dir)
    overrides = [o for o in state.overrides.task if not o.startswith("+resume=")]
    resume = bool(cfg.get("resume"))
    earlier = _earlier_run(folder, overrides, resume, state.mode == RunMode.MULTIRUN)
    if earlier == "finished":
        console.say(f"{folder}: finished already, kept")
        return experiment.finished(folder)
    return experiment.run(_without_resume(cfg), folder, overrides, resume or earlier == "unfinished")


def _without_resume(cfg: DictConfig) -> DictConfig:
    plain = OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "resume"])
    OmegaConf.set_struct(plain, True)
    return plain


def _earlier_run(folder: Path, overrides: list[str], resume: bool, multirun: bool) -> str:
    """What the folder holds already: `none`, `finished` (the same run) or `unfinished` (the same run, to be resumed).

    Raises:
        UserError: the folder holds another run, or an unfinished one that nobody asked to resume.
    """
    runs = RunFolder(folder)
    if resume or "LOCAL_RANK" in os.environ or not runs.overrides.is_file():
        return "none"
    saved = saved_overrides(runs)
    if saved != overrides:
        raise UserError(
            f"{folder} holds another run ({' '.join(saved) or 'no overrides'}); nothing is overwritten, "
            "choose another hydra.run.dir (hydra.sweep.dir in a multirun) or delete the folder"
        )
    if runs.finished:
        return "finished"
    if not runs.last.is_file():
        return "none"
    if multirun:
        return "unfinished"
    raise UserError(f"{folder} holds this run, unfinished; go on with: ner-lab train resume={folder}")


def with_resume(arguments: list[str]) -> list[str]:
    """`resume=RUN` stands for the run's own overrides, in its own folder; overrides after it come on top.

    `trust=true` beside it: whatever these overrides add or call.

    Raises:
        UserError: no such run, or overrides that want to be trusted.
    """
    trusted = [argument.partition("=")[2].lower() for argument in arguments if argument.startswith("trust=")]
    resumed = any(argument.startswith("resume=") for argument in arguments)
    if trusted and (not resumed or trusted[-1] not in ("true", "false")):
        raise UserError(f"trust={trusted[-1]}: trust=true stands beside resume=RUN, for a run folder that you know")
    words = []
    for argument in arguments:
        key, _, path = argument.partition("=")
        if key == "resume":
            folder = RunFolder.existing(path)
            overrides = (saved_overrides if trusted[-1:] == ["true"] else checked_overrides)(folder)
            words += [*overrides, f"hydra.run.dir={quoted(str(folder.path.resolve()))}", "+resume=true"]
        elif key != "trust":
            words.append(argument)
    return words


def quoted(text: str) -> str:
    """A text as a value that Hydra's grammar takes for nothing else."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
