"""One progress bar for the whole training."""

from __future__ import annotations

import logging
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ner_lab.training.console import say, stderr

_log = logging.getLogger(__name__)
EVERY = 5  # steps between two moves of the bar


class TrainingBar(Callback):
    """Epoch, steps, training loss, last dev F1, words per second and the time that remains; on standard error.

    Where standard error is no terminal, one line an epoch instead; the log of the run has these lines in any case.
    """

    def __init__(self) -> None:
        self.bar: Progress | None = None

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if not trainer.is_global_zero or not stderr.is_terminal:
            return
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[numbers]}"),
            TimeRemainingColumn(),
            console=stderr,
        )
        steps = trainer.estimated_stepping_batches
        total = None if steps == float("inf") else int(steps)
        self.task = self.bar.add_task("training", total=total, completed=trainer.global_step, numbers="")
        self.bar.start()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Any, batch_idx: int
    ) -> None:
        if not self.bar or trainer.global_step % EVERY:
            return
        self.bar.update(self.task, completed=trainer.global_step)
        every = trainer.log_every_n_steps  # type: ignore[attr-defined]
        # There are new numbers at these steps alone, and to read one of a GPU waits for it.
        if every and trainer.global_step % every == 0:
            self.bar.update(self.task, numbers=_numbers(trainer))

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self.bar:
            self.bar.update(self.task, description="evaluating", completed=trainer.global_step)

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if self.bar:
            self.bar.update(self.task, description="training", numbers=_numbers(trainer))
        if trainer.is_global_zero and not trainer.sanity_checking:
            line = f"epoch {trainer.current_epoch + 1}: step {trainer.global_step} {_numbers(trainer)}"
            if self.bar:
                _log.info("%s", line)
            else:
                say(line)

    def teardown(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        # Called after a normal end and after an exception alike.
        if self.bar:
            self.bar.stop()
            self.bar = None

    def on_exception(self, trainer: Trainer, pl_module: LightningModule, exception: BaseException) -> None:
        self.teardown(trainer, pl_module, "fit")


def _numbers(trainer: Trainer) -> str:
    names = {"train/loss": "loss {:.3f}", "dev/f1": "dev F1 {:.4f}", "words_per_s": "{:.0f} words/s"}
    return ", ".join(
        text.format(float(trainer.callback_metrics[n])) for n, text in names.items() if n in trainer.callback_metrics
    )
