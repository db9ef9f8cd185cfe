"""A sweep from its command line to its result."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import optuna
from omegaconf import OmegaConf

from hydra_slots import read_settings
from hydra_slots.errors import SweepError
from hydra_slots.files import GO_ON, NO_ACCESS, NO_ROOM
from hydra_slots.hydra_side import Hydra
from hydra_slots.joining import join
from hydra_slots.leading import lead
from hydra_slots.redaction import scrubbed

if TYPE_CHECKING:
    from hydra.types import HydraContext, TaskFunction
    from omegaconf import DictConfig


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
        SweepError: a setting, the space or the study cannot be used, or trials failed where none may.
    """
    from hydra.core.hydra_config import HydraConfig

    HydraConfig.instance().set_config(config)
    node: Any = OmegaConf.to_container(config.hydra.sweeper, resolve=True)
    settings = read_settings.read(node)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            if settings.worker:
                return join(Hydra(context, task, config), settings, arguments)
            return lead(Hydra(context, task, config), settings, arguments)
    except OSError as error:
        if error.errno not in (*NO_ROOM, *NO_ACCESS):
            raise
        where = error.filename or config.hydra.sweep.dir
        raise SweepError(f"{where}: cannot be written ({error.strerror}); {GO_ON}") from None
    except optuna.exceptions.StorageInternalError as error:
        where = settings.storage or ""
        where = os.environ.get(where.removeprefix("env:"), "") if where.startswith("env:") else where
        raise SweepError(f"the study's storage failed: {scrubbed(error.__cause__ or error, where)}; {GO_ON}") from None
