"""Training itself: what ends it is said in a message that knows how to go on."""

from __future__ import annotations

import torch
from pytorch_lightning import Trainer
from pytorch_lightning.utilities.exceptions import MisconfigurationException

from ner_lab.data.datamodule import DataModule
from ner_lab.files import RunFolder
from ner_lab.training import console, resumption
from ner_lab.training.kept_settings import KeptSettings
from ner_lab.training.tagger import Tagger
from ner_lab.types import UserError


def fit(
    trainer: Trainer, tagger: Tagger, data: DataModule, runs: RunFolder, resumed: resumption.Resumption | None
) -> None:
    """Trains, or goes on from the run's last checkpoint.

    Raises:
        UserError: out of memory, or the checkpoint does not fit the settings.
    """
    trainer.callbacks.append(kept := KeptSettings())  # type: ignore[attr-defined]
    try:
        trainer.fit(
            tagger, datamodule=data, ckpt_path=runs.last if resumed else None, weights_only=True if resumed else None
        )
    except (torch.cuda.OutOfMemoryError, MemoryError) as error:
        raise UserError(_out_of_memory(tagger, data)) from error
    except (RuntimeError, ValueError, MisconfigurationException) as error:
        if resumed and not kept.begun and resumption.misfit(error):
            if trainer.is_global_zero:
                resumed.put_back()
            raise resumption.unfit(runs, " ".join(str(error).split())[:200]) from error
        if "not available. Pass in or modify your" in str(error):  # Lightning's callbacks, of a metric that nobody logs
            raise UserError(f"callbacks: {' '.join(str(error).split())}") from error
        if "can't allocate memory" in str(error) or "out of memory" in str(error).lower():
            raise UserError(_out_of_memory(tagger, data)) from error
        raise
    except (KeyboardInterrupt, SystemExit) as stop:
        console.say(f"stopped; {runs.way_on}")
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
