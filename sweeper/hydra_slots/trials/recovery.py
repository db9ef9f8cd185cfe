"""Trials whose controller has died: what came of them, after whatever is left of them has ended."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from collections.abc import Container
from pathlib import Path

from optuna.trial import FrozenTrial

from hydra_slots.studies import stored
from hydra_slots.studies.owners import ASKED, Observer
from hydra_slots.studies.tickets import NOT_ITS_FAULT, Tickets
from hydra_slots.trials.checkpoints import within
from hydra_slots.trials.outcome import Outcome
from hydra_slots.trials.process_tree import end_marked, signal_group
from hydra_slots.trials.trial import LIFE

PATIENCE = 6.0  # seconds for a trial to notice by itself that its controller has gone


def orphans(tickets: Tickets, own: Container[int], alive: Container[str], observer: Observer) -> list[FrozenTrial]:
    """Running trials whose owner has died; those that somebody has asked for are his to tell.

    Args:
        tickets: of the study.
        own: numbers of this process's trials.
        alive: owners that may still be at work.
        observer: watches trials that have no owner yet: one that is alive may just be about to sign.
    """
    found = []
    for trial in tickets.running():
        owner = trial.user_attrs.get("owner")
        unknown = owner is None and alive and not observer.stands_still(f"trial {trial.number}", 0)
        if owner != ASKED and trial.number not in own and owner not in alive and not unknown:
            found.append(trial)
    return found


def recover(trial: FrozenTrial, sweep_dir: Path) -> Outcome:
    """The outcome that the trial left in its folder, though nobody was there to be told; else it was killed."""
    folder = stored.trial(trial.user_attrs).get("folder", "")
    if not within(sweep_dir, folder) or trial.user_attrs.get("host") != socket.gethostname():
        return Outcome("killed", error="its machine or its controller has died")
    wait_for_end(sweep_dir / folder)
    outcome = Outcome.read(sweep_dir / folder)
    if outcome is None or outcome.end in NOT_ITS_FAULT:
        return Outcome("killed", error="its controller has died")
    return outcome


def wait_for_end(folder: Path, patience: float = PATIENCE) -> None:
    """Returns when no process of the trial lives; kills those that do after `patience` seconds, or had hidden."""
    try:
        descriptor = os.open(folder / LIFE, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:  # not there, or none of ours: it is a link
        return
    try:
        deadline = time.monotonic() + patience
        while not _free(descriptor):
            if time.monotonic() > deadline:
                group, token = _written(descriptor)
                if group.isdigit() and int(group) > 1:
                    signal_group(int(group), signal.SIGKILL)
                end_marked(token, folder / LIFE)
            time.sleep(0.05)
        _, token = _written(descriptor)
        if token.startswith(f"{os.fstat(descriptor).st_ino}-"):  # else the folder is a copy, the processes another's
            end_marked(token, folder / LIFE)
    finally:
        os.close(descriptor)


def _written(descriptor: int) -> tuple[str, str]:
    """The process group and the token that stand in the lock; an earlier sweep's has no token."""
    group, _, token = os.pread(descriptor, 128, 0).decode(errors="replace").partition(" ")
    return group, token


def _free(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
