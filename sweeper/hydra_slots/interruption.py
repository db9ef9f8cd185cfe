"""Ctrl-C and the signals that ask a process to end: one line, and the exit code that a shell expects."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def exit_code(name: str) -> int:
    """128 and the number of the signal; anything that is no signal's name is Ctrl-C."""
    return 128 + (signal.Signals[name] if name in signal.Signals.__members__ else signal.SIGINT)


@contextmanager
def handled(handler: Callable[[int, Any], Any]) -> Iterator[None]:
    """Has the signals handled so within; outside the main thread, which alone may do that, nothing changes."""
    before: dict[signal.Signals, Any] = {}
    try:
        for number in SIGNALS:
            before[number] = signal.signal(number, handler)
    except ValueError:  # not in the main thread
        pass
    try:
        yield
    finally:
        for number, one in before.items():
            signal.signal(number, one)


@contextmanager
def in_one_line(name: str) -> Iterator[None]:
    """Ends the process, when one of the signals comes, with a line that begins with the name.

    Raises:
        SystemExit: one came.
    """

    def stop(number: int, frame: Any) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    with handled(stop):
        try:
            yield
        except KeyboardInterrupt as stopped:
            print(f"{name}: stopped by {stopped or 'Ctrl-C'}", file=sys.stderr)
            raise SystemExit(exit_code(str(stopped))) from None
