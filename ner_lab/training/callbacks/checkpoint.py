"""Best and last checkpoints of a run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Literal

from pytorch_lightning import Callback, LightningModule, Trainer

from ner_lab.files import replacing
from ner_lab.training import console

KEEP = ("all", "best", "none")


class Checkpoint(Callback):
    """Saves `best.ckpt` (weights of the best evaluation) and `last.ckpt` (everything that resuming needs).

    The last step that `trainer.max_steps` allows is evaluated, too, wherever in an epoch it is. Both hold plain types
    only, so that they load with `weights_only=True`, and replace their predecessor atomically.

    Args:
        folder: where they go.
        monitor: the logged metric that decides which evaluation is best; higher is better. A tie keeps the earlier.
        every_n_steps: optimizer steps between two saves of `last` within an epoch; it is saved at each epoch's end too.
        keep: what a finished run keeps: `all`, `best` or `none`.
        rest: seconds between two saves of `last` at the ends of epochs, at least; a run of short epochs would do
            little else. A run that is shorter than that has no `last`, and begins anew where it was stopped.
    """

    def __init__(
        self,
        folder: str,
        monitor: str,
        every_n_steps: int = 200,
        keep: Literal["all", "best", "none"] = "all",
        rest: float = 0.0,
    ):
        if keep not in KEEP:
            raise ValueError(f"keep must be one of {', '.join(KEEP)}, got {keep!r}")
        if every_n_steps < 1:
            raise ValueError(f"every_n_steps must be at least 1, got {every_n_steps}")
        if rest < 0:
            raise ValueError(f"rest must be at least 0 seconds, got {rest}")
        self.best, self.last = Path(folder) / "best.ckpt", Path(folder) / "last.ckpt"
        self.monitor, self.every_n_steps, self.keep = monitor, every_n_steps, keep
        self.rest = rest
        self.best_score: float | None = None
        self.best_step = self._evaluated_step = 0
        self._saved_step, self._saved_at = -1, 0.0

    def state_dict(self) -> dict[str, Any]:
        return {"best_score": self.best_score, "best_step": self.best_step, "evaluated_step": self._evaluated_step}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.best_score, self.best_step = state_dict["best_score"], state_dict["best_step"]
        self._evaluated_step = state_dict.get("evaluated_step", self.best_step)  # which earlier versions did not keep

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._saved_at = time.monotonic()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        step = trainer.global_step
        # What ends the epoch or the run is saved after its evaluation, or a run that is stopped meanwhile could not go
        # on with it; and a step only once, however many batches it accumulates.
        ends = batch_idx + 1 == trainer.num_training_batches
        if step == trainer.max_steps:
            trainer.should_stop = ends = True  # after an evaluation; without `should_stop` Lightning ends with none
        if step % self.every_n_steps == 0 and step != self._saved_step and not ends:
            self._saved_step = step
            _save(trainer, self.last, weights_only=False)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.sanity_checking or trainer.state.fn != "fit":
            return
        self._evaluated_step = trainer.global_step
        score = float(trainer.callback_metrics[self.monitor])
        if self.best_score is None or score > self.best_score:
            self.best_score, self.best_step = score, trainer.global_step
            _save(trainer, self.best, weights_only=True)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        # Several devices save together.
        if trainer.strategy.broadcast(time.monotonic() - self._saved_at >= self.rest):
            self.save_last(trainer)
            self._saved_at = time.monotonic()

    def save_last(self, trainer: Trainer) -> None:
        """Everything that resuming needs, as of this step."""
        _save(trainer, self.last, weights_only=False)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self.best_score is None:
            # Nothing was evaluated (trainer.limit_val_batches=0): the final weights are all there is.
            self.best_step = trainer.global_step
            _save(trainer, self.best, weights_only=True)
        elif trainer.is_global_zero and (left := trainer.global_step - self._evaluated_step) > 0:
            console.say(
                f"the last {left} {'step was' if left == 1 else 'steps were'} not evaluated, and could not be chosen: "
                f"no evaluation came after step {self._evaluated_step}, as trainer.check_val_every_n_epoch, min_epochs "
                "or min_steps want it"
            )

    def clean(self) -> None:
        """What a finished run does not keep is deleted."""
        if self.keep != "all":
            self.last.unlink(missing_ok=True)
        if self.keep == "none":
            self.best.unlink(missing_ok=True)

    def discard(self) -> None:
        """Nothing of the run is kept."""
        self.last.unlink(missing_ok=True)
        self.best.unlink(missing_ok=True)


def _save(trainer: Trainer, path: Path, weights_only: bool) -> None:
    if trainer.is_global_zero:
        with replacing(path) as partial:
            trainer.save_checkpoint(partial, weights_only=weights_only)
    else:  # it waits for the first device
        trainer.save_checkpoint(path, weights_only=weights_only)
    trainer.strategy.barrier()
