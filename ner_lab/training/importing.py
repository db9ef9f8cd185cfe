"""Imports of torch and what stands on it, without Python's garbage collector."""

from __future__ import annotations

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def importing() -> Iterator[None]:
    """While torch is imported, and once it is, for a process that a command has to itself.

    Importing makes half a million objects that stay. Python's garbage collector looks through all that there are so far
    again and again meanwhile, and later through all of them whenever a quarter as many has come: a third of a second,
    in the middle of a training or of a prediction. It does not look for garbage while this lasts, and not among what
    there is after it (`gc.freeze`), up to the end.
    """
    if "torch" in sys.modules or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if "torch" in sys.modules:
            gc.freeze()
            atexit.register(_end)
        gc.enable()


def _end() -> None:
    """Python does not free one by one what is left alone, and ends the sooner; Triton would complain of that."""
    if "triton" in sys.modules:
        gc.unfreeze()
