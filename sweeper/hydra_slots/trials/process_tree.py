"""All the processes that a trial has started, those included that have made a session of their own, and their end.

On Linux the orphans of a trial become its own children, and when it has gone those of the server, which runs nothing
else. Of a trial that died together with both, what is left is known by its mark in the environment and by the lock that
it holds. Elsewhere a trial is its process group.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

MARK = "HYDRA_SLOTS_TRIAL"  # in the environment of a trial and of what it starts: the trial's own token
LINUX = sys.platform.startswith("linux")
PR_SET_CHILD_SUBREAPER = 36
ROUNDS = 100  # looks for processes that were started while others were being killed


def adopt_orphans() -> None:
    """From now on what descends from this process stays below it, whoever dies in between."""
    if LINUX:
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def signal_tree(pid: int, number: signal.Signals) -> None:
    """Sends a signal to the group of a process and to everything that descends from it, itself last."""
    asked: set[int] = set()
    for _ in range(ROUNDS if number == signal.SIGKILL else 1):
        new = set(descendants(pid)) - asked
        if not new:
            break
        for one in new:
            if number == signal.SIGKILL or _group(one) != pid:  # which is told as a whole
                send(one, number)
        asked |= new
    signal_group(pid, number)


def signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return None


def send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def end_strays(own: Collection[int]) -> None:
    """Kills the children of this process, and what descends from them, except those that are its `own`."""
    for _ in range(ROUNDS):
        strays = [pid for pid in children().get(os.getpid(), ()) if pid not in own]
        if not strays:
            return
        for pid in strays:
            for one in [*descendants(pid), pid]:
                send(one, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
        time.sleep(0.002)


def descendants(pid: int) -> list[int]:
    """What descends from a process, without itself and this one."""
    below, found = children(), [pid]
    for one in found:
        found += below.get(one, ())
    return [one for one in found[1:] if one != os.getpid()]


def children() -> dict[int, list[int]]:
    """Processes by the one that they descend from."""
    found: dict[int, list[int]] = defaultdict(list)
    for status in Path("/proc").glob("[0-9]*/stat") if LINUX else ():
        with suppress(OSError, ValueError, IndexError):
            found[int(status.read_text(errors="replace").rpartition(")")[2].split()[1])].append(int(status.parent.name))
    return found


def end_marked(token: str, lock: Path) -> bool:
    """Kills processes with this token in their environment, and those that hold the file; whether there were any."""
    found = False
    for folder in Path("/proc").glob("[0-9]*") if LINUX else ():
        pid = int(folder.name)
        if pid != os.getpid() and (_is_marked(folder, token) or _holds(folder, lock)):
            send(pid, signal.SIGKILL)
            found = True
    return found


def _is_marked(process: Path, token: str) -> bool:
    try:
        return bool(token) and f"{MARK}={token}".encode() in (process / "environ").read_bytes().split(b"\0")
    except OSError:  # gone, or another user's
        return False


def _holds(process: Path, lock: Path) -> bool:
    with suppress(OSError):
        for descriptor in (process / "fd").iterdir():
            with suppress(OSError):
                if os.path.samefile(descriptor, lock):
                    return True
    return False
