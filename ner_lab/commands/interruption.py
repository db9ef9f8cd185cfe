"""Ctrl-C: a command ends in one line, at any moment, and whatever a library does with the exception."""

from __future__ import annotations

import _thread
import atexit
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

AGAIN = 3.0  # seconds until somebody must have swallowed the exception
IMPORT = 20.0  # seconds that an import may take on a busy machine
STOPPED = 130  # 128 and the number of the signal, as shells have it


@contextmanager
def in_one_line(name: str) -> Iterator[None]:
    """Ends the process with a line and exit code 130 when Ctrl-C comes, within the block and after it.

    The exception runs through the block as ever, so that folders are taken back and Lightning ends a training. One
    that a library swallows (its `__del__`, an `except:`) comes again until the block ends. One that comes while
    something is imported waits for the import, at most `IMPORT`: in the middle of a library's own C++ it would end the
    process with a message of C++'s. Where others handle the signal meanwhile, as a sweep does, they do.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored, as in `nohup`; or not ours to take
        yield
        return
    inside, unraisable, waiting_since = True, sys.unraisablehook, 0.0

    def send(seconds: float) -> None:
        time.sleep(seconds)
        if inside:
            os.kill(os.getpid(), signal.SIGINT)

    def interrupt(number: int, frame: Any) -> None:
        nonlocal waiting_since
        waiting_since = waiting_since or time.monotonic()
        if _imports(frame) and time.monotonic() - waiting_since < IMPORT:
            _thread.start_new_thread(send, (0.02,))
            return
        _thread.start_new_thread(send, (AGAIN,))  # threading takes locks, which the interrupted code may hold
        raise KeyboardInterrupt

    def swallowed(said: Any) -> None:
        if issubclass(said.exc_type, KeyboardInterrupt):
            _thread.start_new_thread(send, (0.01,))
        else:
            unraisable(said)

    # The last of all, as it is registered first: while Python takes itself apart, the signal would be deadly again.
    atexit.register(signal.signal, signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGINT, interrupt)
    sys.unraisablehook = swallowed
    try:
        yield
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Not SystemExit: Python would send itself the signal where it came in code that was made from text.
        _end(name)
    except SystemExit as end:
        if end.code == STOPPED:  # somebody has said it already
            _end("")
        if end.code and waiting_since:  # an error that the interrupt left behind in a library
            _end(name)
        raise
    except Exception as error:
        if _left_behind(error):
            _end(name)
        raise
    finally:
        inside = False
        signal.signal(signal.SIGINT, lambda number, frame: _end(name))  # what is left is Python's own end


def _left_behind(error: BaseException | None) -> bool:
    """Whether this error was raised while a KeyboardInterrupt went by, such as in a library's `finally`."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None


def _imports(frame: Any) -> bool:
    """Whether this frame is part of an import."""
    while frame is not None:
        if frame.f_code.co_filename == "<frozen importlib._bootstrap>":
            return True
        frame = frame.f_back
    return False


def _end(name: str) -> NoReturn:
    try:
        if name and os.environ.get("LOCAL_RANK", "0") == "0":  # of several processes of a training the first one speaks
            print(f"\n{name}: stopped", file=sys.stderr, flush=True)
        logging.disable()  # its file may be in a folder that was taken back
        atexit._run_exitfuncs()
        sys.stdout.flush()
    finally:
        os._exit(STOPPED)
