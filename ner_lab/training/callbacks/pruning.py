"""A run as the trial of a sweep: it says how good it is, and may be ended early, or pause and go on later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer

from hydra_slots import TrialPaused, checkpoint, report
from ner_lab.files import RunFolder, write_json
from ner_lab.training.callbacks.checkpoint import Checkpoint


class Pruning(Callback):
    """Reports the objective to the sweep after each evaluation; the step is the number of evaluations so far.

    A run that is pruned keeps its folder with the last metrics in `pruned.json`, and no checkpoint. One that pauses
    keeps its checkpoints as well, and goes on from them if the sweep promotes it. Outside a sweep the callback does
    nothing.

    Args:
        folder: the run folder.
        monitor: the logged metric to report.
    """

    def __init__(self, folder: str, monitor: str) -> None:
        self.folder, self.monitor = RunFolder(Path(folder)), monitor
        self.evaluations = 0
        self._pause: TrialPaused | None = None

    def state_dict(self) -> dict[str, Any]:
        return {"evaluations": self.evaluations}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.evaluations = state_dict["evaluations"]

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.is_global_zero:
            checkpoint(self.folder.last.parent)
            self.folder.pruned.unlink(missing_ok=True)  # it goes on

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.sanity_checking or trainer.state.fn != "fit" or not trainer.is_global_zero:
            return
        self.evaluations += 1
        try:
            report(float(trainer.callback_metrics[self.monitor]), self.evaluations)
        except TrialPaused as pause:  # at the next moment from which a run goes on to the same weights
            self._pause = pause
        except Exception:
            self._note(trainer)
            for callback in _keepers(trainer):
                callback.discard()
            raise

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        # Where the epoch or the run ends, after the evaluation.
        ends = batch_idx + 1 == trainer.num_training_batches or trainer.global_step == trainer.max_steps
        if not ends and (batch_idx + 1) % trainer.accumulate_grad_batches == 0:
            self._pause_now(trainer)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._pause_now(trainer)

    def _pause_now(self, trainer: Trainer) -> None:
        if self._pause is None:
            return
        for callback in _keepers(trainer):
            callback.save_last(trainer)
        self._note(trainer)
        raise self._pause

    def _note(self, trainer: Trainer) -> None:
        metrics = {name: float(value) for name, value in trainer.callback_metrics.items()}
        write_json(self.folder.pruned, {"step": trainer.global_step, "evaluations": self.evaluations, "last": metrics})


def _keepers(trainer: Trainer) -> list[Checkpoint]:
    return [one for one in trainer.callbacks if isinstance(one, Checkpoint)]  # type: ignore[attr-defined]
