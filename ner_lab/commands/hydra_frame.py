"""Hydra's frame around a job, without what it adds to an error: header, advice and the folder of a refused command.

It is Hydra's own `main`, so flags, multirun and completion are all there; errors come out as they were raised.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from traceback import walk_tb
from typing import Any, NoReturn
from unittest.mock import patch

import hydra._internal.hydra as application
import hydra._internal.utils as main
from hydra._internal.utils import get_args_parser
from hydra.core import utils
from hydra.core.utils import JobReturn, JobStatus
from hydra.errors import HydraException

from ner_lab.commands import COMMANDS, own_folder
from ner_lab.commands.config_files import checked_files
from ner_lab.types import UserError

SWEEPING = ("train", "pipeline", "evaluate")  # commands with folders for several runs


def overrides(arguments: list[str], command: str) -> list[str]:
    """The overrides among the arguments. A flag that means nothing here ends the program with exit code 2."""

    def wrong(message: str) -> NoReturn:
        print(f"ner-lab {command}: {message}; see: ner-lab {command} --help, --hydra-help", file=sys.stderr)
        sys.exit(2)

    parser = get_args_parser()
    parser.error = wrong  # type: ignore[method-assign]
    parsed = parser.parse_args(arguments)
    several = "-m" if parsed.multirun else "hydra.mode=MULTIRUN"
    if (parsed.multirun or several in parsed.overrides) and runs_once(command):
        wrong(f"{several}: it runs once; several runs are for {', '.join(SWEEPING)}")
    return list(parsed.overrides)


def runs_once(command: str) -> bool:
    """Whether it is a command of ours that cannot be swept."""
    return command in COMMANDS and command not in SWEEPING


@contextmanager
def removed(command: str) -> Iterator[None]:
    """While this lasts Hydra raises the errors of a job, a refused run leaves no folder, a config file that unfolds
    into more than the memory holds is refused, and the config of what runs once is not composed to ask whether it does.
    """
    with (
        patch.object(application.Hydra, "get_mode", _unsaid) if runs_once(command) else nullcontext(),
        checked_files(),
        patch.object(main, "run_and_report", _call),
        patch.object(application, "run_and_report", _call, create=True),  # Hydra 1.4
        patch.object(application, "run_job", _run_job),
        patch.object(JobReturn, "return_value", _outcome),
    ):
        yield


def while_composing(error: Exception) -> bool:
    """Whether Hydra found no words for something that it read: no job and no sweep had begun."""
    frames = [frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__)]
    begun = any(name == "hydra.core.utils" or name.startswith(("hydra_slots", "hydra_plugins")) for name in frames)
    printed = isinstance(error, OSError) and error.filename is None  # by --help or --cfg; see `cli`
    return isinstance(error, ValueError | TypeError | OSError) and not begun and not printed


def _unsaid(*_: Any, **__: Any) -> None:
    return None


def _call(function: Callable[[], Any]) -> Any:
    return function()


_hydras_outcome: Any = JobReturn.return_value


def _value(job: JobReturn) -> Any:
    if job.status == JobStatus.FAILED and isinstance(job._return_value, UserError | HydraException):
        raise job._return_value
    return _hydras_outcome.fget(job)  # with the overrides above the traceback


_outcome = property(_value, _hydras_outcome.fset)


def _run_job(**arguments: Any) -> JobReturn:
    """Hydra's `run_job` for a single run, whose folder is taken back where the user has to mend something."""
    refused = True
    try:
        done = utils.run_job(**arguments)
        refused = done.status == JobStatus.FAILED and isinstance(done._return_value, UserError | HydraException)
    finally:
        if refused:
            own_folder.take_back()
    return done
