"""Who works on a study: a lease for each process that does, and how the others judge whether it lives."""

from __future__ import annotations

import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from optuna import Study

from hydra_slots.errors import SweepError
from hydra_slots.studies import stored
from hydra_slots.studies.patience import patience
from hydra_slots.studies.sweep_folder import busy

OWNER = "owner/"  # user attributes of the study: who works on it, each with a counter that grows while it lives
ASKED = "asked"  # the owner of trials that somebody has asked for, and who asks
BLINK = 10.0  # seconds between two looks that are one watch, however short the lease


@cache
def machine() -> str:
    """What two processes share exactly if each can see whether the other lives: the host, its boot, and its pids."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(Path("/proc/sys/kernel/random/boot_id").read_text().strip())
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
    return " ".join(parts)


class Lease:
    """This process's sign of life in the study, renewed by a thread six times per `lease` seconds."""

    def __init__(self, study: Study, role: str, lease: float, folder: Path, owner: str = "") -> None:
        self.owner = owner or uuid.uuid4().hex[:12]
        self._study, self._every = study, lease / 6
        self._said: dict[str, Any] = {
            "role": role,
            "host": socket.gethostname(),
            "machine": machine(),
            "pid": os.getpid(),
            "folder": str(folder),
            "count": 0,
            "ended": False,
        }
        self._stop = threading.Event()
        self._say()
        self._thread = threading.Thread(target=self._renew, name="sweep-lease", daemon=True)
        self._thread.start()

    def _say(self) -> None:
        self._study.set_user_attr(f"{OWNER}{self.owner}", dict(self._said))

    def _renew(self) -> None:
        while not self._stop.wait(self._every):
            self._said["count"] += 1
            with suppress(Exception), patience.none():  # a storage that is away; the next sign of life may reach it
                self._say()

    def end(self) -> None:
        self._stop.set()
        self._thread.join(timeout=10)
        self._said["ended"] = True
        self._say()


class Observer:
    """Judges other owners by its own clock: dead is whose process has gone from this machine, or whose counter has
    stood still for `lease` seconds.

    Args:
        study: read again at each look.
        lease: seconds.
        own: this process's owner.
        folder: the sweep folder if this process holds its lock, so that no other controller of it can be alive.
        within: whether the study lies in that folder; then no controller of another folder, from which it was moved or
            copied, is one of this study's.
    """

    def __init__(self, study: Study, lease: float, own: str, folder: Path | None, within: bool = False) -> None:
        self._study, self._lease, self._own, self._folder, self._within = study, lease, own, folder, within
        self._seen: dict[str, tuple[int, float, float]] = {}

    def others(self) -> dict[str, dict[str, Any]]:
        attributes = self._study.user_attrs
        found = {key.removeprefix(OWNER): said for key, said in attributes.items() if _signed(key, said)}
        found.pop(self._own, None)
        return found

    def alive(self) -> set[str]:
        """Owners that may still be at work."""
        return {owner for owner, said in self.others().items() if not self._dead(owner, said)}

    def _dead(self, owner: str, said: Mapping[str, Any]) -> bool:
        if said["ended"]:
            return True
        here = self._folder is not None and (self._within or said["folder"] == str(self._folder))
        if here and said["role"] == "controller":
            return True
        if said["machine"] == machine() and not exists(said["pid"]):
            return True
        return self.stands_still(owner, said["count"])

    def stands_still(self, what: str, count: int) -> bool:
        """Whether a counter has had this value for `lease` seconds of watching.

        Time in which this process slept, or the storage was away for all, is none in which it watched.
        """
        now = time.monotonic()
        before, since, last = self._seen.get(what, (None, 0.0, 0.0))
        if before != count or now - last > max(self._lease / 3, BLINK):
            self._seen[what] = (count, now, now)
            return False
        self._seen[what] = (count, since, now)
        return now - since > self._lease


def _signed(key: str, said: Any) -> bool:
    return key.startswith(OWNER) and stored.owner(said)


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def refuse_second(observer: Observer, study: Study, lease: float, say: Callable[[str], None], join: str) -> None:
    """Waits until other controllers of the study, in other folders or on other hosts, are known to be dead.

    Raises:
        SweepError: one of them lives.
    """
    first = {owner: said for owner, said in observer.others().items() if said["role"] == "controller"}
    waited = False
    while rivals := [owner for owner in observer.alive() if owner in first]:
        for owner in rivals:
            said = observer.others()[owner]
            same_machine = said["machine"] == machine() and exists(said["pid"])
            if said["count"] != first[owner]["count"] or same_machine:
                raise SweepError(busy(Path(said["folder"]), said["host"], said["pid"], join))
        if not waited:
            waited = True
            say(f"study {study.study_name}: another controller may be alive; watching it for up to {lease:g} s")
        time.sleep(min(1.0, lease / 10))
