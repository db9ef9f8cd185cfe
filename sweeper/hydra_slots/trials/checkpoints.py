"""Checkpoints of trials that have paused: where one lies, and that it is deleted when its trial is out for good."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from hydra_slots.reporting import NOTE

LONGEST = 4096  # bytes of a path


def within(sweep: Path, folder: str) -> bool:
    """Whether a trial's folder, as a study gives it, lies in that of the sweep."""
    return sweep.resolve() in (sweep / folder).resolve().parents


def delete(sweep: Path, folder: str) -> bool:
    """Deletes the checkpoint that a trial has named, if it lies here; whether it did.

    Nothing is deleted but a folder within that of the trial, within that of the sweep, to which no link leads.

    Args:
        sweep: the sweep's folder.
        folder: the trial's, relative to it, as the study has it.
    """
    if not within(sweep, folder):
        return False
    home = (sweep / folder).resolve()
    try:
        descriptor = os.open(home / NOTE, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:  # none was named, or it lies on another machine
        return False
    with os.fdopen(descriptor, "rb") as file:
        named = file.read(LONGEST).decode("utf-8", "replace")
    path = Path(os.path.normpath(home / named))
    if home not in path.parents or path.resolve() != path or not path.is_dir():
        return False
    shutil.rmtree(path, ignore_errors=True)
    (home / NOTE).unlink(missing_ok=True)
    return True
