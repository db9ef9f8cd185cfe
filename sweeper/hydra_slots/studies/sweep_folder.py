"""The folder of a sweep: the lock that keeps a second controller out, and what to take away if the sweep is refused."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted

LOCK = ".lock"
LOG = "sweep.log"
JOURNAL = "study.journal"
WAIT = 0.05  # seconds for one who holds the lock for a moment
TRIES = 100  # to lock a file that others take away meanwhile
# What stands in the folder before the study holds a sweep.
FIRST = (LOG, JOURNAL, f"{JOURNAL}.flock", f"{JOURNAL}.lock")


class FolderLock:
    """Held while this process controls the sweep of the folder; the kernel lets go of it when the process dies.

    Args:
        folder: of the sweep; made if it is not there.
        join: the command by which a worker joins, for whoever comes second.
        brief: held for a moment only; whoever comes second waits for that.

    Raises:
        SweepError: another process holds it, and how to join instead; or nothing can be written there.
    """

    def __init__(self, folder: Path, join: str, brief: bool = False) -> None:
        self.path = folder / LOCK
        self._made = absent(folder)
        self._descriptor, own = self._held(folder, join)
        # Under the lock, where nobody else makes them.
        new = [folder / name for name in FIRST if not (folder / name).exists()]
        self._made = [*new, *[self.path] * own, *self._made]
        said = json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "join": join, "brief": brief})
        os.truncate(self._descriptor, 0)
        os.pwrite(self._descriptor, said.encode(), 0)

    def _held(self, folder: Path, join: str) -> tuple[int, bool]:
        """Locks the file, and says whether it was made here; one that `undo` has taken away in between is nobody's."""
        for _ in range(TRIES):
            try:
                folder.mkdir(parents=True, exist_ok=True)
                descriptor, own = self._opened()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise SweepError(f"hydra.sweep.dir={folder}: cannot write there ({error.strerror})") from None
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                said = os.read(descriptor, 4096).decode(errors="replace")
                os.close(descriptor)
                with suppress(ValueError):
                    held = json.loads(said)
                    if held.get("brief"):
                        time.sleep(WAIT)
                        continue
                    raise SweepError(busy(folder, held["host"], held["pid"], held["join"])) from None
                raise SweepError(busy(folder, "this host", "?", join)) from None
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), os.stat(self.path)):
                    return descriptor, own
            os.close(descriptor)
        raise SweepError(f"hydra.sweep.dir={folder}: cannot write {LOCK} there")

    def _opened(self) -> tuple[int, bool]:
        try:
            return os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666), True
        except FileExistsError:
            return os.open(self.path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW), False

    def undo(self) -> None:
        """For a sweep that is refused: takes away what was not there before it came. The lock stays until `release`."""
        take_away(self._made)

    def release(self) -> None:
        os.close(self._descriptor)


def absent(folder: Path) -> list[Path]:
    """Which of the folder and those that it lies in are not there, the innermost first."""
    return [path for path in (folder, *folder.parents) if not os.path.exists(path)]  # False where nobody may look


def take_away(paths: Iterable[Path]) -> None:
    """Removes files, and folders that nothing lies in, in this order."""
    for path in paths:
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()


def busy(folder: Path, host: str, pid: Any, join: str) -> str:
    return f"{folder}: this sweep is running already (process {pid} on {host}); to work on it as well: {join}"


def join_command(app: str, typed: Iterable[str], study_name: str, storage: str | None, folder: Path) -> str:
    """The command by which a worker joins the sweep; `typed` are overrides that chose the sweeper itself."""
    where = redacted(storage) if storage else str((folder / JOURNAL).absolute())
    words = [app, "-m", *typed, "hydra.sweeper.worker=true"]
    return " ".join([*words, f"hydra.sweeper.study_name={study_name}", f"hydra.sweeper.storage={where}"])
