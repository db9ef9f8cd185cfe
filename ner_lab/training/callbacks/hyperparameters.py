"""What a run was told on the command line, for TensorBoard's HPARAMS tab and for services that list runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from omegaconf import OmegaConf
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.loggers import CSVLogger, TensorBoardLogger

from ner_lab.files import RunFolder
from ner_lab.training.callbacks.checkpoint import Checkpoint

# Test scores are not among them: nothing is chosen by those.
LAST = {"hparams/dev_loss": "dev/loss", "hparams/dev_accuracy": "dev/accuracy"}


class Hyperparameters(Callback):
    """The overrides of a run as hyperparameters: for MLflow, Weights & Biases and Aim when training begins; for
    TensorBoard at its end, with the best monitored score, and the last dev loss and accuracy, so that runs of a
    multirun stand side by side in its HPARAMS tab.

    Args:
        folder: of the run; its `overrides.yaml` is read.
    """

    def __init__(self, folder: str) -> None:
        self.overrides = RunFolder(Path(folder)).overrides

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        loggers = [one for one in trainer.loggers if not isinstance(one, TensorBoardLogger | CSVLogger)]
        if not loggers or not trainer.is_global_zero or trainer.global_step:  # one that goes on has them already
            return
        if settings := self._settings():
            for logger in loggers:
                logger.log_hyperparams(settings)

    def _settings(self) -> dict[str, Any]:
        if not self.overrides.is_file():
            return {}
        overrides: Any = OmegaConf.to_container(OmegaConf.load(self.overrides))  # `${...}` in them stays as it is
        return hyperparameters([str(override) for override in overrides])

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        loggers = [logger for logger in trainer.loggers if isinstance(logger, TensorBoardLogger)]
        if not loggers or not trainer.is_global_zero or not (settings := self._settings()):
            return
        scores = {
            name: float(trainer.callback_metrics[of]) for name, of in LAST.items() if of in trainer.callback_metrics
        }
        for keeper in trainer.callbacks:  # type: ignore[attr-defined]
            if isinstance(keeper, Checkpoint) and keeper.best_score is not None:
                scores[f"hparams/best_{keeper.monitor.replace('/', '_')}"] = keeper.best_score
        for logger in loggers:
            if scores:
                logger.log_hyperparams(settings, scores, trainer.global_step)


def hyperparameters(overrides: list[str]) -> dict[str, Any]:
    """`{"loss": "focal", "optimizer.lr": 0.001}` of `["loss=focal", "+optimizer.lr=1e-3"]`; what deletes a key, or
    names where files lie, is left out."""
    found: dict[str, Any] = {}
    for override in overrides:
        key, equals, value = override.lstrip("+").partition("=")
        if equals and not key.startswith("~") and key.rpartition(".")[2] not in ("dir", "run_dir", "cache"):
            found[key] = _number(value)
    return found


def _number(text: str) -> bool | float | str:
    """Numbers as numbers, so that TensorBoard gives them an axis."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return float(text)
    except ValueError:
        return text
