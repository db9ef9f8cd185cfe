"""What is refused of a config before any data are read, in a run and, with its choices, in a sweep."""

from __future__ import annotations

from pathlib import Path

import torch
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ner_lab.files import RunFolder
from ner_lab.losses import Loss
from ner_lab.training.assembly import build, check_settings, require_target
from ner_lab.training.bounds import SEED, whole
from ner_lab.training.loggers import refuse_missing
from ner_lab.types import UserError

OBJECTIVES = ("dev/f1", "dev/f1_strict", "dev/accuracy", "dev/precision", "dev/recall")
SWEEP_OBJECTIVES = (*OBJECTIVES, "dev/seconds")
MODEL = ("model", "model.encoder", "model.between", "model.head")
BUILT = ("data", *MODEL, "loss", "optimizer", "scheduler", "trainer")
MANY = ("callbacks", "logger")


def refuse_trial(cfg: DictConfig) -> None:
    """`hydra.sweeper.check` of `ner-lab train`: called with the config of each choice before the first trial.

    Raises:
        ValueError: no run of this config would begin.
    """
    folder = Path(str(cfg.hydra.sweep.dir)).absolute()
    plain = OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key != "hydra"])
    plain.run_dir = str(folder)
    try:
        refuse_config(plain, folder)
    except UserError as error:
        raise ValueError(str(error)) from error


def refuse_config(cfg: DictConfig, folder: Path) -> None:
    """Checks what can be known of a run without its data.

    Raises:
        UserError: naming the key, the rule and the value.
    """
    if cfg.objective not in OBJECTIVES:
        raise UserError(
            f"objective must be one of {', '.join(OBJECTIVES)}, got {cfg.objective!r}; "
            "choosing by a test score would make that score worthless"
        )
    wrong = [name for name in cfg.get("sweep_objectives") or () if name not in SWEEP_OBJECTIVES]
    if wrong:
        raise UserError(f"sweep_objectives must be some of {', '.join(SWEEP_OBJECTIVES)}, got {wrong[0]!r}")
    whole("seed", cfg.seed, SEED)
    if not isinstance(cfg.get("score_test", True), bool):
        raise UserError(f"score_test must be true or false, got {cfg.score_test!r}")
    _refuse_unnamed(cfg)
    refuse_missing(cfg)
    check_settings(cfg)
    _refuse_ends(cfg)
    _refuse_checkpoint(cfg, folder)
    _refuse_absent(cfg.trainer.get("accelerator"))
    build(cfg.loss, "loss", Loss)  # its own bounds


def _refuse_unnamed(cfg: DictConfig) -> None:
    """What a file of the user's own may have left out."""
    key = ""
    try:
        for key in BUILT:
            require_target(OmegaConf.select(cfg, key), key)
        for key in MANY:
            if "_target_" in cfg[key]:
                own = f"NAME: {{_target_: {cfg[key]._target_}}}"
                raise UserError(f"{key}: in a file of this group each has a name of its own: {own}")
            for name, node in cfg[key].items():
                if node is not None:
                    require_target(node, f"{key}.{name!s}")
    except OmegaConfBaseException as error:
        raise UserError(f"{key}: {str(error).splitlines()[0]}") from error


def _refuse_ends(cfg: DictConfig) -> None:
    steps = cfg.trainer.get("max_steps")
    if cfg.trainer.get("max_epochs", 1) is None and steps in (None, -1) and cfg.trainer.get("max_time") is None:
        raise UserError("trainer.max_epochs must be a number where trainer.max_steps sets no end, got null")


def _refuse_checkpoint(cfg: DictConfig, folder: Path) -> None:
    """What would be found out after the training only."""
    node = cfg.callbacks.get("checkpoint") or {}
    if node.get("monitor", OBJECTIVES[0]) not in OBJECTIVES:
        raise UserError(f"callbacks.checkpoint.monitor must be one of {', '.join(OBJECTIVES)}, got {node['monitor']!r}")
    wanted = RunFolder(folder).best.parent
    if "folder" in node and Path(str(node["folder"])).absolute() != wanted.absolute():
        raise UserError(
            f"callbacks.checkpoint.folder must be {wanted}, where the run is read from, got {node['folder']}; "
            "hydra.run.dir moves the whole run"
        )


def _refuse_absent(accelerator: object) -> None:
    seen = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    seen["gpu"] = any(seen.values())
    if not seen.get(str(accelerator), True):
        raise UserError(f"trainer.accelerator={accelerator}: PyTorch sees none here; use trainer=cpu, or trainer=auto")
