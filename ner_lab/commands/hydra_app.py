"""The commands that are Hydra applications: argument handling around `hydra.main`, and one task function each."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import hydra
from hydra.core.config_search_path import ConfigSearchPath
from hydra.core.hydra_config import HydraConfig
from hydra.core.plugins import Plugins
from hydra.errors import CompactHydraException
from hydra.plugins.search_path_plugin import SearchPathPlugin
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import MissingMandatoryValue, OmegaConfBaseException

from ner_lab.files import RunFolder
from ner_lab.types import UserError

PACKAGED = Path(__file__).resolve().parent.parent / "conf"


class UsersConf(SearchPathPlugin):
    """A `conf` folder in the working directory comes before the packaged one."""

    def manipulate_search_path(self, search_path: ConfigSearchPath) -> None:
        if own := _users_conf():
            search_path.prepend("your conf", f"file://{own}")


def _packaged_conf() -> Path:
    from importlib.resources import files

    return Path(str(files("ner_lab.conf"))).resolve()


def _users_conf() -> Path | None:
    own = Path("conf").resolve()
    return own if own.is_dir() and own != _packaged_conf() else None


def _print_shadowed() -> None:
    own = _users_conf()
    names = sorted(str(f.relative_to(own)) for f in own.rglob("*.yaml")) if own else []
    shadowing = [name for name in names if (_packaged_conf() / name).is_file()]
    if shadowing:
        more = f" and {len(shadowing) - 5} more" if len(shadowing) > 5 else ""
        print(f"conf/ of this folder comes before the packaged one: {', '.join(shadowing[:5])}{more}", file=sys.stderr)


def start(name: str, arguments: list[str]) -> None:
    """Runs a command as a Hydra application with the overrides of the command line."""
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")  # its warnings would land in the middle of the progress bar
    sys.path.append(os.getcwd())  # a user's own classes, beside the user's own conf
    Plugins.instance().register(UsersConf)
    OmegaConf.register_new_resolver("keep_checkpoints", _keep_checkpoints, replace=True)
    try:
        arguments = [word for argument in arguments for word in _resumed(argument, name)]
    except UserError as error:
        sys.exit(f"ner-lab {name}: {error}")
    sys.argv = [sys.argv[0], *arguments]
    _print_shadowed()
    hydra.main(version_base="1.3", config_path="pkg://ner_lab.conf", config_name=name)(TASKS[name])()


def _keep_checkpoints() -> str:
    multirun = HydraConfig.initialized() and HydraConfig.get().mode == RunMode.MULTIRUN
    return "best" if multirun else "all"


def _resumed(argument: str, command: str) -> list[str]:
    """`resume=RUN` stands for the run's own overrides, in its own folder; overrides after it come on top."""
    if command != "train" or not argument.startswith("resume="):
        return [argument]
    path = argument.removeprefix("resume=")
    folder = RunFolder.existing(path)
    return [*_saved_overrides(folder), f"hydra.run.dir={_quoted(str(folder.path.resolve()))}", "+resume=true"]


def _saved_overrides(folder: RunFolder) -> list[str]:
    """The command line of a run, as it was recorded; none for a run that was killed before it got so far."""
    return [str(o) for o in OmegaConf.load(folder.overrides)] if folder.overrides.is_file() else []


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def task(function: Any) -> Any:
    """A task function whose UserErrors end in one message and exit code 1."""

    def guarded(cfg: DictConfig) -> Any:
        from ner_lab.training.console import quiet_libraries

        quiet_libraries()
        try:
            return function(cfg)
        except UserError as error:
            raise CompactHydraException(f"error: {error}") from None
        except MissingMandatoryValue as error:
            raise CompactHydraException(
                f"error: {error.full_key} is missing; give it as {error.full_key}=..."
            ) from None
        except OmegaConfBaseException as error:
            raise CompactHydraException(f"error: {error}") from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains again at its end
            raise CompactHydraException("broken pipe: whoever read the output has gone") from None

    guarded.__module__ = __name__
    return guarded


def train(cfg: DictConfig, command: str = "train") -> float | list[float] | None:
    from ner_lab.training import experiment

    state = HydraConfig.get()
    folder = Path(state.runtime.output_dir)
    overrides = [o for o in state.overrides.task if not o.startswith("+resume=")]
    resume = bool(cfg.get("resume"))
    earlier = _earlier_run(folder, overrides, resume, state.mode == RunMode.MULTIRUN)
    if earlier == "finished":
        print(f"{folder}: finished already, kept", file=sys.stderr)
        return _returned(experiment.finished(folder), cfg)
    # Lightning starts the other devices of a DDP run with this command line: one run of this very job.
    sys.argv = [sys.argv[0], command, *state.overrides.task]
    result = experiment.run(_without_resume(cfg), folder, overrides, resume or earlier == "unfinished")
    return _returned(result, cfg) if result else None


def _returned(result: Any, cfg: DictConfig) -> float | list[float]:
    """What a sweep compares."""
    objectives = cfg.get("sweep_objectives")
    return result.values(objectives) if objectives else result.objective


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
    saved = _saved_overrides(runs)
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


def evaluate(cfg: DictConfig) -> None:
    from ner_lab.commands import evaluate as evaluation

    evaluation.evaluate(cfg)


def predict(cfg: DictConfig) -> None:
    from ner_lab.commands import predict as prediction

    prediction.predict(cfg)


def export(cfg: DictConfig) -> None:
    from ner_lab.commands import export

    export.export(cfg)


def prepare(cfg: DictConfig) -> None:
    from ner_lab.commands import prepare as preparation

    preparation.prepare(cfg)


def data(cfg: DictConfig) -> None:
    from ner_lab.commands import data as corpus_report

    corpus_report.show(cfg)


def data_errors(cfg: DictConfig) -> None:
    from ner_lab.commands import data_errors as command

    command.show(cfg)


def report(cfg: DictConfig) -> None:
    from ner_lab.commands import report as command

    command.report(cfg)


def convert(cfg: DictConfig) -> None:
    from ner_lab.commands import convert as conversion

    conversion.convert(cfg)


def pipeline(cfg: DictConfig) -> float | list[float] | None:
    from ner_lab.commands import prepare as preparation

    if "LOCAL_RANK" not in os.environ:  # the first device prepares for all
        preparation.prepare(cfg)
    prepared = OmegaConf.merge(preparation.reading(cfg.data), {"dir": cfg.output})
    plain = OmegaConf.masked_copy(cfg, [str(key) for key in cfg if key not in ("data", "output")])
    OmegaConf.set_struct(plain, False)
    plain.data = prepared
    return train(plain, "pipeline")


TASKS = {
    function.__name__: task(function)
    for function in (train, evaluate, report, predict, export, prepare, data, data_errors, convert, pipeline)
}
