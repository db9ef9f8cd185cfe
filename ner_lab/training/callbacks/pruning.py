"""A run as the trial of a sweep: it says how good it is, and may be ended early."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer

from hydra_slots import report
from ner_lab.files import RunFolder, write_json
from ner_lab.training.callbacks.checkpoint import Checkpoint


class Pruning(Callback):
    """Reports the objective to the sweep after each evaluation; the step is the number of evaluations so far.

    A run that is pruned keeps its folder with the last metrics in `pruned.json`, and no checkpoint. Outside a sweep the
    callback does nothing.

    Args:
        folder: the run folder.
        monitor: the logged metric to report.
    """

    def __init__(self, folder: str, monitor: str) -> None:
        self.folder, self.monitor = RunFolder(Path(folder)), monitor
        self.evaluations = 0

    def state_dict(self) -> dict[str, Any]:
        return {"evaluations": self.evaluations}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.evaluations = state_dict["evaluations"]

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.sanity_checking or trainer.state.fn != "fit" or not trainer.is_global_zero:
            return
        self.evaluations += 1
        try:
            report(float(trainer.callback_metrics[self.monitor]), self.evaluations)
        except Exception:
            self._leave(trainer)
            raise

    def _leave(self, trainer: Trainer) -> None:
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        write_json(self.folder.pruned, {"step": trainer.global_step, "evaluations": self.evaluations, "last": metrics})
        for callback in trainer.callbacks:  # type: ignore[attr-defined]
            if isinstance(callback, Checkpoint):
                callback.discard()
