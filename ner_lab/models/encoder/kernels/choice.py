"""Which kernels an encoder gets: what its config says, or what a probe of this machine found faster."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from ner_lab.models.encoder.kernels import probe
from ner_lab.models.encoder.kernels.rewrites import KERNELS, ON_GPU, missing


def at_hand(wanted: str | Sequence[str]) -> tuple[str | list[str], list[str]]:
    """The value of `model.encoder.kernels` without what cannot be had here, and what that is: a trained run is read all
    the same, since kernels change its speed alone.

    Examples:
        >>> from ner_lab.models.encoder.kernels import at_hand
        >>> at_hand("auto")
        ('auto', [])
        >>> at_hand(["dropout", "of_a_later_version"])
        (['dropout'], ['of_a_later_version'])
    """
    if wanted in ("auto", "stock"):
        return str(wanted), []
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    lacking = [name for name in names if name not in KERNELS or name in missing()]
    return [name for name in names if name not in lacking], lacking


def choose(wanted: str | Sequence[str] = "auto") -> tuple[str, ...]:
    """The kernels for a value of `model.encoder.kernels`, in the order of `KERNELS`.

    Args:
        wanted: `auto` takes what the probe of this machine found faster, `stock` none; a list names some.

    Raises:
        ValueError: a name that is none; or a kernel that the installed torch or transformers cannot have.

    Examples:
        >>> from ner_lab.models.encoder.kernels import choose
        >>> choose("stock")
        ()
        >>> choose(["dropout"])
        ('dropout',)
    """
    if wanted == "stock":
        return ()
    if wanted == "auto":
        on_gpu = [name for name in ON_GPU if torch.cuda.is_available() and name not in missing()]
        return (*(name for name in probe.probe().kernels if name not in missing()), *on_gpu)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    for name in names:
        if name not in KERNELS:
            raise ValueError(f"kernels must be auto, stock, or a list of some of {', '.join(KERNELS)}, got {name!r}")
        if reason := missing().get(name):
            raise ValueError(f"kernels: {name} cannot be had here ({reason}); leave it out, or take auto")
    return tuple(name for name in KERNELS if name in names)
