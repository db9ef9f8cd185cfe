"""Ctrl-C: a command ends in one line, at any moment, and whatever a library does with the exception."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from hydra_slots.interruption import heeded

STOPPED = 130  # 128 and the number of the signal, as shells have it


@contextmanager
def in_one_line(name: str) -> Iterator[None]:
    """Ends the process with a line and exit code 130 when Ctrl-C comes, within the block and after it.

    The exception runs through the block, so that folders are taken back and Lightning ends a training; see `heeded`.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, as in `nohup`; or not ours to take
        yield
        return
    # The last of all, as it is registered first: while Python takes itself apart, the signal would be deadly again.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, lambda number, frame: _end(name))  # after the block only Python's own end is left
    with heeded([signal.SIGINT]) as interruption:
        try:
            yield
        except KeyboardInterrupt:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            # Not SystemExit: Python would send itself the signal where it came in code that was made from text.
            _end(name)
        except SystemExit as end:
            if end.code == STOPPED:  # somebody has said it already
                _end("")
            if end.code and interruption.since:  # an error that the interrupt left behind in a library
                _end(name)
            raise
        except Exception as error:
            if _left_behind(error):
                _end(name)
            raise


def _left_behind(error: BaseException | None) -> bool:
    """Whether this error was raised while a KeyboardInterrupt went by, such as in a library's `finally`."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _end(name: str) -> NoReturn:
    try:
        if name and os.environ.get("LOCAL_RANK", "0") == "0":  # of several processes of a training the first one speaks
            print(f"\n{name}: stopped", file=sys.stderr, flush=True)
        logging.disable()  # its file may be in a folder that was taken back
        atexit._run_exitfuncs()
        sys.stdout.flush()
    finally:
        os._exit(STOPPED)
