"""The LightningModule: what trains encoder, layers between and head by a loss, as the config names them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.distributed as dist
from pytorch_lightning import LightningModule
from torch import Tensor, nn
from torch.optim import Optimizer

from ner_lab.training import frozen
from ner_lab.training.network import TaggingNetwork
from ner_lab.training.replayed_step import ReplayedStep
from ner_lab.types import Batch, Potentials, UserError

_log = logging.getLogger(__name__)
CHECK_EVERY = {"cuda": 20}  # steps, between which nobody waits for the losses of a device


class Tagger(TaggingNetwork, LightningModule):
    """Trains and scores a token classifier over words.

    Args:
        encoder, between, head, labels, dropout: see `TaggingNetwork`.
        loss: the training objective; None for a model that only predicts.
        seed: with epoch and step it decides all dropout, so that resuming needs no saved random state.
        optimizer: `optimizer(encoder, rest) -> Optimizer`.
        scheduler: `scheduler(optimizer, steps) -> LRScheduler`.
    """

    def __init__(
        self,
        encoder: nn.Module,
        between: nn.Module,
        head: nn.Module,
        loss: Any,
        labels: Sequence[str],
        dropout: float = 0.1,
        seed: int = 0,
        optimizer: Callable[..., Optimizer] | None = None,
        scheduler: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(encoder, between, head, labels, dropout)
        self.loss = loss
        self.seed = seed
        self.make_optimizer, self.make_scheduler = optimizer, scheduler
        self._step: ReplayedStep | None = None
        self._unsuited: str | None = None  # what cannot be replayed, "" where all can be; None: not asked yet
        self._unchecked: list[tuple[Tensor, tuple[int, int, int], Tensor]] = []
        self._dev: list[tuple[int, list[str], list[str]]] = []
        self._dev_loss = (0.0, 0)

    def on_train_batch_start(self, batch: Batch, batch_idx: int) -> None:
        # One number from four, by mixing with odd constants: neighbours in any of them get unrelated streams.
        mixed = (
            self.seed * 0x9E3779B97F4A7C15
            + self.current_epoch * 0xBF58476D1CE4E5B9
            + batch_idx * 0x94D049BB133111EB
            + self.global_rank * 0xD6E8FEB86659FD93
        )
        # torch.manual_seed would queue it for every device that is not in use, too, each with a stack trace: 0.5 ms.
        torch.default_generator.manual_seed(mixed % 2**63)
        if self.device.type != "cpu":
            torch.get_device_module(self.device).manual_seed(mixed % 2**63)

    def training_step(self, batch: Batch, batch_idx: int) -> Tensor:
        if (loss := self._replayed(batch)) is None:
            potentials, hidden_BWE = self(batch)
            loss = self.loss(potentials, batch.labels_BW, hidden_BWE)
            if not loss.requires_grad:
                raise UserError(
                    f"loss {type(self.loss).__name__}: what it gave has no gradient, so that nothing can be learnt; "
                    "compute it from the potentials, without detach, item or numpy"
                )
        self._unchecked.append((loss.detach(), (self.global_step, self.current_epoch, batch_idx), batch.index_B))
        if len(self._unchecked) >= CHECK_EVERY.get(loss.device.type, 1):
            self._check_losses()
        every = self.trainer.log_every_n_steps  # type: ignore[attr-defined]
        if every and (self.global_step + 1) % every == 0:  # of other steps nothing is written, and telling takes time
            self.log("train/loss", loss.detach(), batch_size=1)
            for name, value in self.loss.logged.items():
                self.log(f"train/{name}", value, batch_size=1)
        # Lightning divides by the accumulated batches and DDP by the devices; undo both, and weigh by words.
        words = batch.mask_BW.sum() if batch.word_N is None else len(batch.word_N)
        share = words / max(1, batch.step_words) * self.trainer.accumulate_grad_batches * self.trainer.world_size
        # On a GPU even times 1 is a launch, and one more on the way back.
        return loss if isinstance(share, float) and share == 1 else loss * share

    @property
    def replays(self) -> bool:
        """Whether recordings are wanted where a GPU can have them."""
        return "graphs" in getattr(self.encoder, "kernels", ())

    def _replayed(self, batch: Batch) -> Tensor | None:
        """The loss by the recordings of a GPU; None where there are none for this tagger or this batch."""
        if not self.replays or not _on_gpu(batch):
            return None
        if self.trainer.world_size > 1:
            return None
        if self._unsuited is None:
            self._unsuited = ReplayedStep.unsuited(self) if type(self) is Tagger else type(self).__name__
            if self._unsuited:
                _log.warning(
                    "head and loss run without CUDA graphs: %s may do other things for other batches of a shape",
                    self._unsuited,
                )
        if self._unsuited:
            return None
        if self._step is None:
            self._step = ReplayedStep(self)
        return self._step.loss(batch)

    def _check_losses(self) -> None:
        """On a GPU some steps late, for to look at a number waits for it."""
        unchecked, self._unchecked = self._unchecked, []
        if not unchecked or bool(torch.stack([loss for loss, _, _ in unchecked]).isfinite().all()):
            return
        loss, (step, epoch, batch), index_B = next(one for one in unchecked if not bool(one[0].isfinite()))
        # Before the first step nothing has moved the weights.
        lower = "lower optimizer.lr, set trainer.gradient_clip_val, or use trainer.precision=32-true"
        first = f"before any step, so look at {type(self.loss).__name__}, or use trainer.precision=32-true"
        raise UserError(
            f"the loss is {loss.item()} at step {step} (epoch {epoch}, batch {batch}, training sentences "
            f"{index_B.tolist()}); {lower if step else first}"
        )

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        return batch.to(device, non_blocking=device.type == "cuda")  # from pinned memory: nobody waits

    def on_train_batch_end(self, outputs: Any, batch: Batch, batch_idx: int) -> None:
        accumulate = self.trainer.accumulate_grad_batches
        if (batch_idx + 1) % accumulate == 0 or batch_idx + 1 == self.trainer.num_training_batches:
            if self.trainer.world_size > 1:
                for counted in self.loss.pending():
                    dist.all_reduce(counted)
            self.loss.update()

    def on_train_end(self) -> None:
        self._check_losses()
        self.forget_recordings()

    def forget_recordings(self) -> None:
        """Gives back the memory of recorded steps; at once, for what holds them refers to itself."""
        for one in (self._step, *getattr(self.encoder, "_recordings", ())):
            if one is not None:
                one.graphs.forget()
        self._step = None

    def __getstate__(self) -> dict[str, Any]:
        return {**super().__getstate__(), "_step": None}  # a recording belongs to these weights

    def on_validation_epoch_start(self) -> None:
        self._check_losses()
        self._dev, self._dev_loss = [], (0.0, 0)

    def validation_step(self, batch: Batch, batch_idx: int) -> None:
        potentials, hidden_BWE = self(batch)
        assert batch.labels_BW is not None
        best_BW = potentials.decode().tolist()
        sentences = self.trainer.datamodule.sentences["dev"]  # type: ignore[attr-defined]
        for labels_W, index in zip(best_BW, batch.index_B.tolist(), strict=True):
            gold = list(sentences[index].tags)
            self._dev.append((index, gold, [self.labels[k] for k in labels_W[: len(gold)]]))
        loss, words = known_loss(self, potentials, batch.labels_BW, hidden_BWE)
        self._dev_loss = (self._dev_loss[0] + loss * words, self._dev_loss[1] + words)

    def on_validation_epoch_end(self) -> None:
        dev, (loss, words) = self._dev, self._dev_loss
        if self.trainer.world_size > 1:
            shares: list[Any] = [None] * self.trainer.world_size
            dist.all_gather_object(shares, (dev, loss, words))
            dev = [row for share in shares for row in share[0]]
            loss, words = sum(share[1] for share in shares), sum(share[2] for share in shares)
        from ner_lab.metrics import spans  # seqeval brings scikit-learn, which predictions do without

        scores = spans.scores([gold for _, gold, _ in dev], [predicted for _, _, predicted in dev])
        for name in ("f1", "f1_strict", "precision", "recall", "accuracy"):
            self.log(f"dev/{name}", scores[name], prog_bar=name == "f1", rank_zero_only=False)
        self.log("dev/loss", loss / max(1, words), rank_zero_only=False)

    def configure_gradient_clipping(
        self, optimizer: Optimizer, gradient_clip_val: Any = None, gradient_clip_algorithm: str | None = None
    ) -> None:
        by_norm = (
            gradient_clip_val and gradient_clip_algorithm in (None, "norm") and self.trainer.precision != "16-mixed"
        )
        if by_norm and self._step is not None and (gradients_N := self._step.gradients_N()) is not None:
            gradients_N.mul_(
                (gradient_clip_val / (gradients_N.norm() + 1e-6)).clamp(max=1)
            )  # as clip_grad_norm_ has it
        # Lightning refuses to clip for a fused optimizer under any autocast; only float16's scaled gradients need that.
        elif by_norm and self.trainer.precision == "bf16-mixed":
            nn.utils.clip_grad_norm_(self.parameters(), gradient_clip_val)
        elif gradient_clip_val and self.trainer.precision == "16-mixed" and optimizer.defaults.get("fused"):
            raise UserError(
                "trainer.precision=16-mixed scales gradients, which a fused optimizer cannot clip: use "
                "trainer.precision=bf16-mixed, optimizer.algorithm.fused=false, or trainer.gradient_clip_val=null"
            )
        else:
            self.clip_gradients(optimizer, gradient_clip_val, gradient_clip_algorithm)

    def on_save_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        self._check_losses()  # nothing is saved after a step that went wrong
        checkpoint["labels"] = list(self.labels)
        frozen.strip(self, checkpoint)

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        frozen.complete(self, checkpoint)

    def configure_optimizers(self) -> Any:
        assert self.make_optimizer is not None and self.make_scheduler is not None
        optimizer = self.make_optimizer(encoder=self.encoder, rest=[self.between, self.head, self.loss])
        scheduler = self.make_scheduler(optimizer=optimizer, steps=int(self.trainer.estimated_stepping_batches))
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": scheduler, "interval": "step"}}


def _on_gpu(batch: Batch) -> bool:
    return batch.input_ids_RS.is_cuda


def known_loss(tagger: Tagger, potentials: Potentials, labels_BW: Tensor, hidden_BWE: Tensor) -> tuple[float, int]:
    """The training loss on evaluation data, and over how many words it is a mean.

    A batch with a gold label the model does not know, or that the scheme forbids, has no loss: (0, 0).
    """
    mask_BW = potentials.mask_BW
    if bool((labels_BW[mask_BW] < 0).any()):
        return 0.0, 0
    return float(tagger.loss(potentials, labels_BW, hidden_BWE)), int(mask_BW.sum())
