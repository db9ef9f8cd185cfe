"""A bound on the CPU time of what once took minutes: far above what it needs on a slow machine, far below those."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Without the garbage collector, which looks through all that the test process holds whenever it is its turn."""
    gc.disable()
    begun = time.process_time()
    try:
        yield
        assert time.process_time() - begun < seconds
    finally:
        gc.enable()
