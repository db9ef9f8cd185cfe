"""The fork server: a process that has imported what trials need, and forks one for each.

It never computes anything itself, for a library that has started threads does not survive a fork; all that it does for
a trial is to merge the files of its config, once for all trials that choose the same groups.
"""

from __future__ import annotations

import gc
import importlib
import os
import pickle
import pkgutil
import select
import signal
import sys
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any

from hydra_slots.trials import trial
from hydra_slots.trials.process_tree import adopt_orphans, children, end_strays, signal_tree

GRACE = 3.0  # seconds from SIGTERM to SIGKILL


def main(descriptor: int) -> None:
    """Serves the controller at the other end of the socket until that closes.

    The controller sends the application, and then tasks, each with a socket for the trial. It is sent `("ready",)` or
    `("failed", text)`, and for each trial `("forked", number, pid)` and `("exited", number, status)`.
    """
    connection = Connection(descriptor)
    with suppress(ConnectionError):  # the controller has died, and nobody is to be served
        gc.disable()  # or it looks through all that is imported, which stays, again and again
        try:
            hello = pickle.loads(connection.recv_bytes())
            application = _load(hello)
        except BaseException as error:
            connection.send(("failed", f"{type(error).__name__}: {error}"))
            return
        gc.collect()
        gc.freeze()  # the garbage collector leaves the pages alone that trials share
        gc.enable()
        connection.send(("ready",))
        _serve(connection, application)


def _load(hello: Mapping[str, Any]) -> Mapping[str, Any]:
    from hydra.core.singleton import Singleton
    from hydra.core.utils import setup_globals

    sys.argv = list(hello["argv"])
    importlib.import_module("optuna")
    for name in hello["preload"]:
        pkgutil.resolve_name(name)  # imports the module that has it
    application = pickle.loads(hello["application"])
    _warm_up()
    Singleton.set_state(application["singletons"])
    setup_globals()
    return application


def _warm_up() -> None:
    """What a trial's first use of a library costs, once: no import or parse here starts a thread."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from omegaconf.grammar_parser import parse

    with suppress(Exception):
        parse("${hydra.job.num}/${now:%Y-%m-%d}_${oc.env:HOME,a}")
        OverridesParser.create().parse_overrides(["+a.b={c: [1, 2.5, d]}", "e/f='g'"])
        if "numpy" in sys.modules:
            importlib.import_module("numpy.random")  # which NumPy imports late
        if "torch" in sys.modules:  # its first optimizer imports this, for most of a second
            importlib.import_module("torch._dynamo")


def _serve(connection: Connection, application: Mapping[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    awake, wake = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(awake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    running: dict[int, int] = {}
    adopt_orphans()
    spared = set(children().get(os.getpid(), ()))  # of the modules that were imported
    try:
        while True:
            ready, _, _ = select.select([connection.fileno(), awake], [], [], 1.0)
            if awake in ready:
                _drain(awake)
            for pid, status in _ended(running, spared):
                connection.send(("exited", running.pop(pid), status))
            if connection.fileno() not in ready:
                continue
            task = connection.recv()
            line = reduction.recv_handle(connection)
            application["compose"].remember(task.jobs[0].overrides)
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                for own in (connection.fileno(), awake, wake):
                    os.close(own)
                trial.main(task, Connection(line), application)
            os.close(line)
            with suppress(OSError):  # the child does so too; whoever comes first
                os.setpgid(pid, pid)
            running[pid] = task.number
            connection.send(("forked", task.number, pid))
    except (EOFError, OSError):  # the controller has gone
        pass
    finally:
        stop(list(running))
        end_strays(spared)


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 4096):
            pass
    except BlockingIOError:
        pass


def _ended(running: Mapping[int, int], spared: Collection[int]) -> list[tuple[int, int]]:
    """Trials that have ended, with their exit status: negative numbers are signals. What they left behind is killed."""
    ended = []
    for pid in running:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            signal_tree(pid, signal.SIGKILL)
            ended.append((pid, os.waitstatus_to_exitcode(status)))
    if ended:
        end_strays({*running, *spared})
    return ended


def stop(pids: list[int], grace: float = GRACE) -> None:
    """Ends processes with all that they have started: first with SIGTERM, after `grace` seconds with SIGKILL."""
    for pid in pids:
        signal_tree(pid, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(_lives(pid) for pid in pids):
        time.sleep(0.02)
    for pid in pids:
        signal_tree(pid, signal.SIGKILL)


def _lives(pid: int) -> bool:
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False
