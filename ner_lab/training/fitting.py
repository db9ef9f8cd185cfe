"""Training itself: what ends it is said in a message that knows how to go on."""

from __future__ import annotations

import torch
from pytorch_lightning import Trainer
from pytorch_lightning.utilities.exceptions import MisconfigurationException

from ner_lab.data.datamodule import DataModule
from ner_lab.files import RunFolder
from ner_lab.training import console, resumption
from ner_lab.training.tagger import Tagger
from ner_lab.types import UserError


def fit(trainer: Trainer, tagger: Tagger, data: DataModule, runs: RunFolder, resume: bool) -> None:
    """Trains, or goes on from the run's last checkpoint.

    Raises:
        UserError: out of memory, or the checkpoint does not fit the settings.
    """
    try:
        trainer.fit(
            tagger, datamodule=data, ckpt_path=runs.last if resume else None, weights_only=True if resume else None
        )
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        raise UserError(_out_of_memory(tagger, data)) from error
    except (RuntimeError, ValueError, MisconfigurationException) as error:
        if resume and resumption.misfit(error):
            said = " ".join(str(error).split())[:200]
            raise UserError(
                f"resume={runs.path}: checkpoints/last.ckpt does not fit these settings ({said}); leave the changes "
                "out, or train a run of its own"
            ) from error
        if "can't allocate memory" in str(error) or "out of memory" in str(error).lower():
            raise UserError(_out_of_memory(tagger, data)) from error
        raise
    except (KeyboardInterrupt, SystemExit) as stop:
        console.say(f"stopped; go on with: ner-lab train resume={runs.path}")
        if isinstance(stop.__context__, KeyboardInterrupt):  # which Lightning ends with exit code 1
            raise SystemExit(130) from None
        raise
    finally:
        tagger.forget_recordings()  # Lightning says nothing to the tagger where a training fails


def _out_of_memory(tagger: Tagger, data: DataModule) -> str:
    kept = ", set model.encoder.kernels=stock (recordings of steps keep theirs)" if tagger.replays else ""
    return (
        f"out of memory with data.batch_size={data.batch_size}: lower it (trainer.accumulate_grad_batches keeps the "
        f"step as large), set model.encoder.gradient_checkpointing=true, lower model.encoder.max_subwords{kept}, or "
        "take a smaller model"
    )
