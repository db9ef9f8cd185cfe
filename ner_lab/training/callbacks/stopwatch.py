"""How long training took, evaluations and checkpoints excluded, and how fast it was."""

from __future__ import annotations

import time
from typing import Any

import torch
from pytorch_lightning import Callback, LightningModule, Trainer

from ner_lab.types import Batch


class Stopwatch(Callback):
    """Seconds and words of training, over all devices and all parts of a resumed run; logs `words_per_s` and `lr`."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.words = 0
        self._since: float | None = None  # None while something else goes on

    def state_dict(self) -> dict[str, Any]:
        return {"seconds": self.seconds, "words": self.words}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self.seconds, self.words = state_dict["seconds"], state_dict["words"]

    @property
    def words_per_s(self) -> float:
        return self.words / self.seconds if self.seconds else 0.0

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._since = time.perf_counter()

    def on_train_batch_end(
        self, trainer: Trainer, pl_module: LightningModule, outputs: Any, batch: Batch, batch_idx: int
    ) -> None:
        last = batch_idx + 1 == trainer.num_training_batches or trainer.global_step == trainer.max_steps
        self._count(pl_module if last else None)
        if (batch_idx + 1) % trainer.accumulate_grad_batches == 0 or batch_idx + 1 == trainer.num_training_batches:
            self.words += batch.step_words
        every = trainer.log_every_n_steps  # type: ignore[attr-defined]
        if every and trainer.global_step % every == 0:  # of other steps nothing is written, and telling takes time
            pl_module.log("words_per_s", self.words_per_s, batch_size=1)
            pl_module.log("lr", trainer.optimizers[0].param_groups[0]["lr"], batch_size=1)

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Batch, batch_idx: int) -> None:
        if self._since is None:
            self._since = time.perf_counter()

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._stop(pl_module)

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        self._stop(pl_module)

    def _stop(self, module: LightningModule) -> None:
        if self._since is not None:
            self._count(module)
        self._since = None

    def _count(self, module: LightningModule | None) -> None:
        """With a module, when its device has done what it was asked for: a GPU is some steps behind."""
        if module is not None and module.device.type == "cuda":
            torch.cuda.synchronize(module.device)
        now = time.perf_counter()
        self.seconds += now - (now if self._since is None else self._since)
        self._since = now
