"""Ctrl-C and the signals that ask a process to end: heeded at any moment, in one line, with a shell's exit code."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

# Windows has no SIGHUP; ner-lab's every command imports this.
SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
AGAIN = 3.0  # seconds until somebody must have swallowed the exception
IMPORT = 20.0  # seconds that an import may take on a busy machine
WAITING = b"\nstopping when what is being imported is there\n"


def exit_code(name: str) -> int:
    """128 and the number of the signal; anything that is no signal's name is Ctrl-C."""
    return 128 + (signal.Signals[name] if name in signal.Signals.__members__ else signal.SIGINT)


@contextmanager
def handled(handler: Callable[[int, Any], Any], signals: Sequence[signal.Signals] = SIGNALS) -> Iterator[None]:
    """Has the signals handled so within, except those that are ignored, as `nohup` has it.

    Outside the main thread, which alone may do that, nothing changes.
    """
    before: dict[signal.Signals, Any] = {}
    with suppress(ValueError):  # not in the main thread
        for number in signals:
            if signal.getsignal(number) != signal.SIG_IGN:
                before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)


class Interruption:
    """What `heeded` gives: whether a signal has come."""

    def __init__(self) -> None:
        self.since = 0.0  # when the first one came, by the monotonic clock; 0 is never


@contextmanager
def heeded(signals: Sequence[signal.Signals] = SIGNALS) -> Iterator[Interruption]:
    """Raises KeyboardInterrupt, with the name of the signal, where one of the signals comes within.

    One that a library swallows (its `__del__`, an `except:`) comes again until the block ends. One that comes while
    something is imported waits for the import, at most `IMPORT`: in the middle of a library's own C++ it would end the
    process with a message of C++'s, or be taken for a library that is not installed; a terminal is told. Where others
    handle the signal meanwhile, as a sweep with trials does, they do.
    """
    inside, interruption, unraisable = True, Interruption(), sys.unraisablehook

    def send(number: int, seconds: float) -> None:
        time.sleep(seconds)
        if inside:
            os.kill(os.getpid(), number)

    def interrupt(number: int, frame: Any) -> None:
        first = not interruption.since
        interruption.since = interruption.since or time.monotonic()
        late = time.monotonic() - interruption.since > IMPORT
        waits = _imports(frame) and not late
        if waits and first and os.isatty(2):
            os.write(2, WAITING)  # `print` may be what was interrupted
        _thread.start_new_thread(send, (number, 0.02 if waits else AGAIN))  # threading takes locks, which may be held
        if not waits:
            raise KeyboardInterrupt(signal.Signals(number).name)

    def swallowed(said: Any) -> None:
        if issubclass(said.exc_type, KeyboardInterrupt):
            name = str(said.exc_value)
            number = signal.Signals[name] if name in signal.Signals.__members__ else signal.SIGINT
            _thread.start_new_thread(send, (number, 0.01))
        else:
            unraisable(said)

    sys.unraisablehook = swallowed
    try:
        with handled(interrupt, signals):
            yield interruption
    finally:
        inside = False
        sys.unraisablehook = unraisable


def _imports(frame: Any) -> bool:
    """Whether this frame is part of an import."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


@contextmanager
def in_one_line(name: str) -> Iterator[None]:
    """Ends the process, when one of the signals comes, with a line that begins with the name.

    Raises:
        SystemExit: one came.
    """
    with heeded():
        try:
            yield
        except KeyboardInterrupt as stopped:
            print(f"{name}: stopped by {stopped or 'Ctrl-C'}", file=sys.stderr)
            raise SystemExit(exit_code(str(stopped))) from None
