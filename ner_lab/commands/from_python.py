"""`ner_lab.train`: what `ner-lab train` does, from a notebook or a script."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hydra import initialize_config_module
from hydra._internal.callbacks import Callbacks
from hydra.core.global_hydra import GlobalHydra
from hydra.core.utils import JobStatus, run_job
from hydra.errors import HydraException, OverrideParseException
from hydra.types import HydraContext, RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from ner_lab.commands import hydra_app
from ner_lab.commands.config_files import checked_files
from ner_lab.commands.overrides import MANY, message
from ner_lab.commands.own_folder import of_run
from ner_lab.commands.train import quoted, trained, with_resume
from ner_lab.training import console
from ner_lab.training.experiment import Result
from ner_lab.types import UserError

_PLAIN = re.compile(r"[\w./:+-]*[A-Za-z_./][\w./:+-]*")  # no number, and nothing that Hydra's grammar splits
_WORDS = ("null", "true", "false", "nan", "inf")


def train(*overrides: str, **settings: Any) -> Result:
    """Trains one run, scores it on dev and test, and fills its folder, without a word on the console.

    Examples:
        >>> result = train("loss=focal", "model/head=crf", seed=1)  # doctest: +SKIP
        >>> result.metrics["test"]["f1"], result.folder  # doctest: +SKIP

    It seeds the random numbers of Python, NumPy and torch. Calls from several threads take turns, since Hydra, logging
    and random numbers are the process's; several at a time are for several processes, or for the command line.

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
        _refuse_what_is_no_override(word)
    hydra_app.set_up()
    with console.silence(), _environment_restored(), _composed(with_resume(words)) as (cfg, context):
        _refuse_several(cfg, context, settings)
        folder = of_run(cfg)
        try:
            done = run_job(
                task_function=lambda task: _logged(task, folder),
                config=cfg,
                job_dir_key="hydra.run.dir",
                job_subdir_key=None,
                hydra_context=context,
                configure_logging=False,
            )
        except SystemExit as end:
            if end.code == 130:  # how a command ends after Ctrl-C
                raise KeyboardInterrupt from None
            raise
    if done.status == JobStatus.FAILED:
        raise _as_user_error(done._return_value)  # `return_value` would log it first
    result: Result = done.return_value
    return result


def _logged(cfg: DictConfig, folder: Path) -> Result | None:
    with console.logged(folder / "train.log"):
        return trained(hydra_app.public(cfg))


def _refuse_what_is_no_override(word: object) -> None:
    if not isinstance(word, str) or not re.fullmatch(r"~.+|[^=-][^=]*=.*", word, re.DOTALL):
        raise UserError(f"an override is KEY=VALUE or GROUP=OPTION, got {word!r}; flags are for the command line")
    key = word.lstrip("+~").partition("=")[0]
    if key.startswith(("hydra.", "hydra/")) and key != "hydra.run.dir":
        raise UserError(
            f"{word}: of Hydra's own settings only hydra.run.dir is for Python; sweeps are for ner-lab train -m"
        )


def _refuse_several(cfg: DictConfig, context: HydraContext, settings: Mapping[str, Any]) -> None:
    """One call is one run on one device."""
    for key, value in settings.items():
        several = isinstance(value, list | tuple) and key not in MANY
        if several and context.config_loader.get_group_options(key):
            raise UserError(f"{key}={value}: a call trains one run; call it for each, or: ner-lab train -m {key}=...")
    devices = cfg.trainer.devices
    listed = isinstance(devices, Sequence) and not isinstance(devices, str)
    if (len(devices) if listed else int(devices) if str(devices).isdigit() else 1) > 1:
        raise UserError(
            f"trainer.devices={devices}: from Python a run trains on one device; "
            "several are for the command line: ner-lab train trainer=ddp"
        )


@contextmanager
def _environment_restored() -> Iterator[None]:
    """Lightning leaves its seed in the environment, for processes that it starts; here it starts none."""
    before = {key: os.environ.get(key) for key in ("PL_GLOBAL_SEED", "PL_SEED_WORKERS")}
    try:
        yield
    finally:
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value


@contextmanager
def _composed(overrides: Sequence[str]) -> Iterator[tuple[DictConfig, HydraContext]]:
    """The config of the command, with Hydra's own part; Hydra is left as it was found."""
    singleton = GlobalHydra.instance()
    before, singleton.hydra = singleton.hydra, None
    try:
        with initialize_config_module("ner_lab.conf", job_name="train", version_base="1.3"):
            hydra = singleton.hydra
            assert hydra is not None
            try:
                with checked_files():
                    cfg = hydra.compose_config("train", list(overrides), RunMode.RUN, from_shell=False)
            except (HydraException, OmegaConfBaseException, ValueError, TypeError, YAMLError) as error:
                if isinstance(error, OverrideParseException):  # whose message is for a shell
                    key = str(error.override).partition("=")[0]
                    why = f'give the value as Python has it: ner_lab.train(**{{"{key}": ...}})'
                    raise UserError(f"{error.override}: no override is of this form; {why}") from error
                raise UserError(message(error)) from error
            OmegaConf.set_struct(cfg.hydra, False)
            yield cfg, HydraContext(config_loader=hydra.config_loader, callbacks=Callbacks())
    except OmegaConfBaseException as error:
        raise _as_user_error(error) from error
    finally:
        singleton.hydra = before


def _as_user_error(error: Exception) -> Exception:
    """What a user can mend as the message of the command line, anything else as it is."""
    return UserError(message(error)) if isinstance(error, HydraException | OmegaConfBaseException) else error


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
