"""What the commands that are Hydra applications share: how they start, and how an error ends."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.errors import CompactHydraException, HydraException, MissingConfigException
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from ner_lab.commands import COMMANDS, Command, config_folders, hydra_frame, load
from ner_lab.commands.overrides import message, refuse_misread
from ner_lab.commands.own_settings import check_own
from ner_lab.files import RunFolder, disk_faults, with_public_names
from ner_lab.files.plain import read_yaml
from ner_lab.types import UserError
from ner_lab.types.printing import shown

_log = logging.getLogger(__name__)


def set_up() -> None:
    """Where configs and a user's own classes are found; a second call changes nothing."""
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # its warnings would land in the middle of the progress bar
    if os.getcwd() not in sys.path:
        sys.path.append(os.getcwd())  # a user's own classes, beside the user's own conf
    Plugins.instance().register(config_folders.UsersConf)
    OmegaConf.register_new_resolver("keep_checkpoints", _keep_checkpoints, replace=True)


def _keep_checkpoints() -> str:
    multirun = HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN
    return "best" if multirun else "all"


def public(cfg: DictConfig) -> DictConfig:
    """The config with today's public names, also where a user's own file has names of an earlier version."""
    renamed = OmegaConf.create(with_public_names(OmegaConf.to_container(cfg, resolve=False)))
    OmegaConf.set_struct(renamed, True)
    return renamed


def start(command: Command, arguments: list[str]) -> None:
    """Runs a command as a Hydra application with the overrides of the command line.

    A user's mistake ends in one message and exit code 1 (2 for a flag that Hydra does not have).
    """
    set_up()
    assert command.config is not None
    where = config_folders.configs(command.config)
    words: list[str] = []
    given = arguments
    try:
        arguments = load(command.rewrite)(arguments) if command.rewrite else arguments
        words = hydra_frame.overrides(arguments, command.name)
        if command.name in COMMANDS:
            refuse_misread(words, where)
        sys.argv = [sys.argv[0], *arguments]
        if line := config_folders.shadowed():
            print(shown(line), file=sys.stderr)
        application = hydra.main(version_base="1.3", config_path="pkg://ner_lab.conf", config_name=command.config)
        with hydra_frame.removed(command.name):
            application(_task(command))()
    except BrokenPipeError:  # of --help or --cfg
        _nobody_reads()
    except Exception as error:
        mendable = isinstance(error, UserError | HydraException | OmegaConfBaseException | YAMLError)
        if os.environ.get("HYDRA_FULL_ERROR") == "1" or not (mendable or hydra_frame.while_composing(error)):
            raise
        sys.exit(f"ner-lab {command.name}: {message(error, words, where)}{_of_resumption(error, given)}")


def _of_resumption(error: Exception, given: list[str]) -> str:
    """What to say where the options that a run was started with are not found."""
    resumed = next((word for word in given if word.startswith("resume=")), "")
    if not (resumed and isinstance(error, MissingConfigException)):
        return ""
    return f"; {resumed} takes the options of its overrides.yaml: start it in the folder that holds their conf/"


def _nobody_reads() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again at its end


def _task(command: Command) -> Any:
    """The function of a command; what a user can mend is Hydra's error, which sweeps know as a mere message."""

    def guarded(cfg: DictConfig) -> Any:
        from ner_lab.training.console import quiet_imported, quiet_libraries
        from ner_lab.training.importing import importing

        quiet_libraries()
        try:
            with disk_faults(HydraConfig.get().runtime.output_dir):
                plain = public(cfg)
                if command.name in COMMANDS:
                    check_own(plain, read_yaml(config_folders.packaged() / f"{command.config}.yaml"))
                with importing():
                    function = load(command.function)
                quiet_imported()
                return function(plain)
        except (UserError, OmegaConfBaseException) as error:
            said = message(error)
            if not RunFolder(Path(HydraConfig.get().runtime.output_dir)).overrides.is_file():
                _log.info("%s", said)  # `ner-lab runs` sends people to the log of a run that never began
            raise CompactHydraException(said) from None
        except BrokenPipeError:
            _nobody_reads()
            raise CompactHydraException("broken pipe: whoever read the output has gone") from None

    guarded.__module__ = f"{__package__}.{command.config}"  # whose last part is what Hydra calls the application
    return guarded
