"""`ner_lab.train`: what `ner-lab train` does, from a notebook or a script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra import initialize_config_module
from hydra._internal.callbacks import Callbacks
from hydra.core.global_hydra import GlobalHydra
from hydra.core.utils import JobStatus, run_job
from hydra.errors import HydraException
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig
from omegaconf.errors import OmegaConfBaseException

from ner_lab.commands import hydra_app
from ner_lab.commands.train import quoted, trained, with_resume
from ner_lab.training import console
from ner_lab.training.experiment import Result
from ner_lab.types import UserError

_PLAIN = re.compile(r"[\w./:+-]*[A-Za-z_./][\w./:+-]*")  # no number, and nothing that Hydra's grammar splits
_WORDS = ("null", "true", "false", "nan", "inf")


def train(*overrides: str, **settings: Any) -> Result:
    """Trains one run, scores it on dev and test, and fills its folder, without a word on the console.

    >>> result = train("loss=focal", "model/head=crf", seed=1)  # doctest: +SKIP
    >>> result.metrics["test"]["f1"], result.folder  # doctest: +SKIP

    Args:
        overrides: as on the shell: `KEY=VALUE` or `GROUP=OPTION`; `hydra.run.dir=FOLDER` says where the run goes, and
            `resume=RUN` goes on with one.
        settings: the same with Python's values, such as `seed=1` or `**{"loss.gamma": 2}`; None is null.

    Returns:
        Scores and folder. A run that is in its folder already, finished and with the same overrides, is not repeated.

    Raises:
        UserError: what the command line refuses in a message.
    """
    words = [*overrides, *(f"{key}={_value(value)}" for key, value in settings.items())]
    for word in words:
        if not isinstance(word, str) or ("=" not in word.lstrip("~") and not word.startswith("~")):
            raise UserError(f"an override is KEY=VALUE or GROUP=OPTION, got {word!r}; flags are for the command line")
    hydra_app.set_up()
    with _composed(with_resume(words)) as (cfg, context):
        if _devices(cfg.trainer.devices) > 1:
            raise UserError(
                f"trainer.devices={cfg.trainer.devices}: from Python a run trains on one device; "
                "several are for the command line: ner-lab train trainer=ddp"
            )
        done = run_job(
            task_function=lambda task: _quietly(task, Path(cfg.hydra.runtime.output_dir)),
            config=cfg,
            job_dir_key="hydra.run.dir",
            job_subdir_key=None,
            hydra_context=context,
            configure_logging=False,
        )
    if done.status == JobStatus.FAILED:
        raise _as_user_error(done._return_value)  # `return_value` would log it first
    result: Result = done.return_value
    return result


def _quietly(cfg: DictConfig, folder: Path) -> Result | None:
    with console.silence(), console.logged(folder / "train.log"):
        return trained(hydra_app.public(cfg))


@contextmanager
def _composed(overrides: Sequence[str]) -> Iterator[tuple[DictConfig, HydraContext]]:
    """The config of the command, with Hydra's own part; Hydra is left as it was found."""
    singleton = GlobalHydra.instance()
    before, singleton.hydra = singleton.hydra, None
    try:
        with initialize_config_module("ner_lab.conf", job_name="train", version_base="1.3"):
            hydra = singleton.hydra
            assert hydra is not None
            cfg = hydra.compose_config("train", list(overrides), RunMode.RUN, from_shell=False)
            yield cfg, HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks())
    except (HydraException, OmegaConfBaseException) as error:
        raise _as_user_error(error) from error
    finally:
        singleton.hydra = before


def _as_user_error(error: Exception) -> Exception:
    """What a user can mend as the message of the command line, anything else as it is."""
    return UserError(hydra_app.message(error)) if isinstance(error, HydraException | OmegaConfBaseException) else error


def _devices(devices: Any) -> int:
    if isinstance(devices, Sequence) and not isinstance(devices, str):
        return len(devices)
    return int(devices) if str(devices).lstrip("-").isdigit() else 1


def _value(value: Any) -> str:
    """A Python value in Hydra's grammar."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{key}:{_value(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_value, value)) + "]"
    text = str(value)
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)
