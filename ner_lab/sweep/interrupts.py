"""Ctrl-C, and what else tells a sweep to stop."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ner_lab.sweep.controller import Controller
from ner_lab.sweep.launching import Launching


@contextmanager
def interruptible(controller: Controller) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the sweep in an orderly way; a second one ends it at once."""

    def stop(number: int, frame: Any) -> None:
        again = bool(controller.interrupted)
        controller.interrupted = signal.Signals(number).name
        if again or isinstance(controller.executor, Launching):  # whose jobs may run in this very thread
            raise KeyboardInterrupt(controller.interrupted)

    before: dict[signal.Signals, Any] = {}
    install: Callable[[int, Any], Any] = signal.signal
    try:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            before[number] = install(number, stop)
    except ValueError:  # not in the main thread, which alone may handle signals
        pass
    try:
        yield
    finally:
        for each, handler in before.items():
            install(each, handler)
