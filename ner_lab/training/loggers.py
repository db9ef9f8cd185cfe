"""Where curves go: TensorBoard and CSV in the run folder, and services that extras bring, several at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig
from pytorch_lightning.loggers import CSVLogger, Logger
from pytorch_lightning.loggers.csv_logs import ExperimentWriter

from ner_lab.files import read_curve_table
from ner_lab.training.assembly import build
from ner_lab.types import UserError

try:
    import fcntl
except ImportError:  # a platform without it has no lock
    fcntl = None  # type: ignore[assignment]

# By the last part of what a config names: the module that it needs, which is also the name of the extra.
EXTRAS = {"MLFlowLogger": "mlflow", "WandbLogger": "wandb", "AimLogger": "aim"}
PARENT = "mlflow.parentRunId"  # MLflow's own tag
FOLDER = "ner_lab.folder"  # tag: of the run or the sweep, by which one that goes on is found again


def refuse_missing(cfg: DictConfig) -> None:
    """Looks for the modules that loggers need.

    Raises:
        UserError: one is not installed.
    """
    for name, node in cfg.logger.items():
        module = EXTRAS.get(_kind(node))
        if module and find_spec(module) is None:
            raise UserError(f"logger={name}: {module} is not installed: pip install 'ner-lab[{module}]'")


def build_loggers(cfg: DictConfig, folder: Path, resume: bool = False) -> list[Logger]:
    """The loggers that the config names; in MLflow and W&B, a run that goes on (`resume`) is the same run.

    Raises:
        UserError: one cannot be built, or its service does not answer.
    """
    found = []
    for name, node in cfg.logger.items():
        if node:
            made = {"MLFlowLogger": _mlflow, "WandbLogger": _wandb, "AimLogger": _aim}.get(_kind(node), _nothing)
            found.append(build(node, f"logger.{name}", Logger, **made(node, folder, resume)))
    return found


def keep_rows(loggers: Sequence[Logger], step: int) -> None:
    """Has the tables of Lightning's CSV loggers go on where the run does: it deletes those that there are.

    Args:
        loggers: of the run.
        step: the optimizer step that it goes on from; rows of later steps are made anew.

    Raises:
        UserError: one cannot be read.
    """
    for logger in loggers:
        if not isinstance(logger, CSVLogger):
            continue
        table = Path(logger.log_dir) / ExperimentWriter.NAME_METRICS_FILE
        if table.is_file():
            for at, row in read_curve_table(table):
                if at < step:
                    logger.experiment.log_metrics(row, at)
            logger.save()


def _kind(node: Any) -> str:
    return str(node.get("_target_", "")).rpartition(".")[2] if node else ""


def _nothing(node: DictConfig, folder: Path, resume: bool) -> dict[str, Any]:
    return {}


def _aim(node: DictConfig, folder: Path, resume: bool) -> dict[str, Any]:
    return {"run_name": node.get("run_name") or folder.name}


def _wandb(node: DictConfig, folder: Path, resume: bool) -> dict[str, Any]:
    sweep = _sweep()
    given = {"name": node.get("name") or folder.name, **({"group": sweep.name} if sweep else {})}
    files = sorted(folder.glob("wandb/*run-*/run-*.wandb")) if resume else []  # named by W&B's id of the run
    earlier = [found[1] for file in files if (found := re.fullmatch(r"run-([\w-]{1,128})\.wandb", file.name, re.ASCII))]
    return {**given, **({"id": earlier[0]} if earlier and not node.get("id") else {})}


def _mlflow(node: DictConfig, folder: Path, resume: bool) -> dict[str, Any]:
    """Name and tags; of a sweep the parent run, which the first of its runs makes."""
    import logging

    import mlflow

    logging.getLogger("mlflow").setLevel(logging.ERROR)  # it tells of every table that it makes
    uri = node.get("tracking_uri") or os.environ.get("MLFLOW_TRACKING_URI") or mlflow.get_tracking_uri()
    experiment = node.get("experiment_name", "ner-lab")
    sweep = _sweep()
    given: dict[str, Any] = {"tracking_uri": uri, "run_name": node.get("run_name") or folder.name}
    tags = {**(node.get("tags") or {}), FOLDER: str(folder.absolute())}
    try:
        with _alone(sweep) if sweep else nullcontext():
            client = mlflow.MlflowClient(uri)
            known = client.get_experiment_by_name(experiment)
            number = known.experiment_id if known else client.create_experiment(experiment)
            if sweep:
                tags[PARENT] = _run_of(client, number, sweep) or _parent(client, number, sweep)
            earlier = _run_of(client, number, folder) if resume else None
    except Exception as error:  # of its own, SQLAlchemy's or requests'
        first = next(iter(str(error).strip().splitlines()), "")[:300]
        # An address may hold a password, and errors repeat the address.
        what = f"the tracking server ({type(error).__name__})" if "@" in uri else f"{uri}: {first}"
        raise UserError(f"logger=mlflow: cannot be written to: {what}") from error
    return {**given, "tags": tags, **({"run_id": earlier} if earlier else {})}


def _parent(client: Any, experiment: str, sweep: Path) -> str:
    made = client.create_run(experiment, run_name=sweep.name, tags={FOLDER: str(sweep.absolute())})
    return str(made.info.run_id)


def _run_of(client: Any, experiment: str, folder: Path) -> str | None:
    """The run of a folder, if there is one already."""
    path = str(folder.absolute()).replace("\\", "\\\\").replace("'", "\\'")
    found = client.search_runs([experiment], f"tags.`{FOLDER}` = '{path}'", max_results=1)
    return found[0].info.run_id if found else None


def _sweep() -> Path | None:
    """The folder of the sweep that this run is part of."""
    if not HydraConfig.initialized() or HydraConfig.get().mode != RunMode.MULTIRUN:
        return None
    return Path(HydraConfig.get().sweep.dir)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One run of a sweep at a time: two would make two parents, or the tables of a new database twice."""
    if fcntl is None or not folder.is_dir():
        yield
        return
    with open(folder / ".mlflow.lock", "w") as file:
        with suppress(OSError):  # a file system that has none
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
