"""bfloat16 where it is faster: `auto` of `trainer.precision` and of the `precision` of predictions.

The encoder computes in it, and the layers between it and the head; heads, losses, the optimizer and all weights stay in
float32, but for the encoder's in what only reads.
"""

from __future__ import annotations

from typing import Any

import torch

from ner_lab.models.encoder import Encoder
from ner_lab.models.encoder.kernels.measurement import WORTH_ROUNDING
from ner_lab.models.encoder.kernels.probe import probe
from ner_lab.types import UserError

PRECISIONS = ("auto", "float32", "bfloat16")
NARROWEST = 256  # hidden units: in smaller products the casts cost more than is gained


def of_training(wanted: Any, accelerator: str, width: int) -> Any:
    """What Lightning's Trainer is told for a value of `trainer.precision`.

    Args:
        wanted: `auto`, or what Lightning knows.
        accelerator: `auto`, `cpu`, `gpu`, ... as the Trainer is told.
        width: hidden units of the encoder.
    """
    if wanted != "auto":
        return wanted
    on_gpu = accelerator in ("gpu", "cuda") or (accelerator == "auto" and torch.cuda.is_available())
    if on_gpu:
        return "bf16-mixed" if torch.cuda.is_available() and _gpu_has_it() else "32-true"
    return "bf16-mixed" if accelerator in ("auto", "cpu") and _gains("training", width) else "32-true"


def of_reading(wanted: Any, device: torch.device, width: int) -> torch.dtype:
    """In what the encoder predicts for a value of `precision`.

    Raises:
        UserError: a value that is none.
    """
    if wanted not in PRECISIONS:
        raise UserError(f"precision must be one of {', '.join(PRECISIONS)}, got {wanted!r}")
    if wanted == "auto":
        gains = _gpu_has_it() if device.type == "cuda" else _gains("reading", width)
        return torch.bfloat16 if gains else torch.float32
    return torch.bfloat16 if wanted == "bfloat16" else torch.float32


def set_up_reading(tagger: Any, wanted: Any, device: torch.device) -> torch.dtype:
    """`of_reading` for a tagger that is on its device and will read nothing in another precision: bfloat16 weights are
    kept as such. Not on a GPU, where nobody has tried it."""
    precision = of_reading(wanted, device, tagger.encoder.width)
    if precision == torch.bfloat16 and device.type == "cpu" and isinstance(tagger.encoder, Encoder):
        tagger.encoder.round_weights()
    return precision


def _gpu_has_it() -> bool:
    """Whether the GPU computes in it; older ones imitate it, which is slower than float32."""
    return torch.cuda.is_bf16_supported(including_emulation=False)


def _gains(what: str, width: int) -> bool:
    return width >= NARROWEST and probe().bfloat16[what] >= WORTH_ROUNDING
