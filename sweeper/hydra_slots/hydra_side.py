"""What Hydra gave the sweeper: its config, its launcher, and the application; and the program as it was typed."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import optuna
from omegaconf import OmegaConf

from hydra_slots.composing import Composer, message
from hydra_slots.errors import SweepError
from hydra_slots.settings import SEED, SweepSettings
from hydra_slots.space.extension import named
from hydra_slots.space.search_space import Choice, Space
from hydra_slots.studies.sweep_folder import LOG
from hydra_slots.trials import gpu_filling
from hydra_slots.trials.executor import Executor
from hydra_slots.trials.launching import LaunchedTask, Launching, launcher_slots
from hydra_slots.trials.processes import Processes
from hydra_slots.trials.slots import Places

if TYPE_CHECKING:
    from hydra.types import HydraContext, TaskFunction
    from omegaconf import DictConfig


CHECKED = 100  # choices of one key that the application's `check` is asked for


class Hydra:
    """Its context, the application's task function, and the composed config with Hydra's own settings."""

    def __init__(self, context: HydraContext, task: TaskFunction, config: DictConfig) -> None:
        self.context, self.task, self.config = context, task, config
        self.compose = Composer(self.loader, config)

    @property
    def loader(self) -> Any:
        return self.context.config_loader

    @property
    def folder(self) -> Path:
        return Path(str(self.config.hydra.sweep.dir)).absolute()

    @property
    def application(self) -> str:
        """The name that Hydra has for it: that of its script or module."""
        return str(self.config.hydra.job.name)

    def is_group(self, name: str) -> bool:
        """Whether the config has a group of this name."""
        return bool(self.loader.repository.group_exists(name))

    def executor(self, settings: SweepSettings, study_name: str, folder: Path) -> tuple[Executor, Places]:
        """What runs trials, and where; to be started.

        Raises:
            SweepError: slots that are not there or mean nothing to a launcher, an application that cannot be sent away.
        """
        if settings.executor == "launcher":
            node = OmegaConf.to_container(self.config.hydra.launcher, resolve=True)
            assert isinstance(node, dict)
            places = launcher_slots({str(key): value for key, value in node.items()}, settings)
            from hydra.core.plugins import Plugins

            launched = LaunchedTask(self.task, settings.storage, folder, study_name, settings.pruner)
            launcher = Plugins.instance().instantiate_launcher(
                hydra_context=self.context, task_function=launched, config=self.config
            )
            return Launching(launcher, launched), Places(places)
        from hydra.core.singleton import Singleton

        filled = gpu_filling.places(settings.slots)
        application = {
            "task": self.task,
            "context": self.context,
            "compose": self.compose,
            "singletons": Singleton.get_state(),
        }
        return Processes(application, settings.preload, folder / LOG), filled

    def check(self, room: Space, settings: SweepSettings) -> None:
        """Composes the config with every choice of the space at least once, and one of its extension's.

        Raises:
            SweepError: an override names a key that the config does not have, or a value that it does not take.
        """
        points = list(room.branches())
        shared = [*room.fixed, *_seed(settings)]
        configs = self.compose.along((shared, chosen) for chosen in points)
        for chosen in points:
            with _refused(room, chosen, settings):
                next(configs)
        if room.extension:
            self._composed(room, room.suggest(optuna.create_study().ask()), settings)

    def check_trials(self, room: Space, settings: SweepSettings) -> None:
        """Hands the config of every choice to the application's own `check`; of a key with hundreds, of some.

        Raises:
            SweepError: no such function, or it refuses a config.
        """
        if settings.check is None:
            return
        refuse = named("check", settings.check)
        for chosen in room.branches(CHECKED):
            config = self._composed(room, chosen, settings)
            try:
                refuse(config)
            except ValueError as error:
                raise SweepError(str(error)) from error

    def _composed(self, room: Space, chosen: Choice, settings: SweepSettings) -> DictConfig:
        with _refused(room, chosen, settings):
            return self.compose([*room.overrides(chosen), *_seed(settings)])


def _seed(settings: SweepSettings) -> list[str]:
    return [f"{SEED}={settings.seeds[0]}"] if settings.seeds else []


@contextmanager
def _refused(room: Space, chosen: Choice, settings: SweepSettings) -> Iterator[None]:
    """Raises:
    SweepError: Hydra cannot compose the config; with the overrides, and why.
    """
    from hydra.errors import HydraException

    try:
        yield
    except HydraException as error:
        raise SweepError(message([*room.overrides(chosen), *_seed(settings)], error)) from error


def program(app: str | None = None) -> str:
    """The program as it is typed, with the flags by which Hydra finds the config.

    Args:
        app: the program without its flags, if that is known.
    """
    name = sys.argv[0]
    module = getattr(sys.modules["__main__"], "__spec__", None)
    if module and module.origin == os.path.abspath(name):
        app = app or f"python -m {module.name.removesuffix('.__main__')}"
    app = app or (f"python {shlex.quote(name)}" if name.endswith(".py") else shlex.quote(os.path.basename(name)))
    flags = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    for short, long in (("-cp", "--config-path"), ("-cn", "--config-name"), ("-cd", "--config-dir")):
        flags.add_argument(short, long)
    given = vars(flags.parse_known_args(sys.argv[1:])[0])
    return " ".join(
        [app, *(f"--{flag.replace('_', '-')} {shlex.quote(value)}" for flag, value in given.items() if value)]
    )
