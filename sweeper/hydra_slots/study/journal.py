"""Optuna's journal file, safe against writers that die in the middle of a line or while they hold its lock."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend

from hydra_slots.errors import SweepError

OURS = "././"  # opens the links that we make; what they point to must exist, Optuna looks at its time
FOREIGN = 5.0  # seconds for which another program, such as optuna-dashboard, may hold Optuna's lock


class Lock:
    """Optuna's lock, a symbolic link, taken under a lock of the kernel's, which dies with its holder.

    All processes of a sweep hold the second before they take the first. So a link that is there already belongs to
    another program, or to a process that was killed: it may stay for `FOREIGN` seconds. A line without an end that is
    there under the lock is a dead writer's too, and is cut off before anything is written behind it.
    """

    def __init__(self, journal: Path) -> None:
        self.journal, self.link = journal, Path(f"{journal}.lock")
        self.held: int | None = None

    def acquire(self) -> bool:
        descriptor = os.open(f"{self.journal}.flock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._take_link()
            cut_torn_line(self.journal)
        except BaseException:
            os.close(descriptor)
            raise
        self.held = descriptor
        return True

    def _take_link(self) -> None:
        deadline = time.monotonic() + FOREIGN
        while True:
            try:
                os.symlink(f"{OURS}{self.journal.name}", self.link)
                return
            except FileExistsError:
                if self._is_ours_and_dead() or time.monotonic() > deadline:
                    with suppress(FileNotFoundError):
                        self.link.unlink()
                else:
                    time.sleep(0.005)

    def _is_ours_and_dead(self) -> bool:
        """Under the kernel's lock nobody else of ours lives in there."""
        try:
            return os.readlink(self.link).startswith(OURS)
        except OSError:  # gone in between
            return False

    def release(self) -> None:
        if self.held is None:
            raise RuntimeError("the journal's lock was not held")
        descriptor, self.held = self.held, None
        with suppress(FileNotFoundError):
            self.link.unlink()
        os.close(descriptor)


def cut_torn_line(journal: Path) -> int:
    """Cuts off what stands behind the last line end; returns the number of bytes that went.

    Raises:
        ValueError: the file is something else, and stays as it is.
    """
    with journal.open("r+b") as file:
        if file.read(1) not in (b"", b"{"):
            raise ValueError("it does not begin as one")
        size = file.seek(0, os.SEEK_END)
        end = size
        while end > 0:
            begin = max(0, end - 4096)
            file.seek(begin)
            found = file.read(end - begin).rfind(b"\n")
            if found >= 0:
                end = begin + found + 1
                break
            end = begin
        if end < size:
            file.truncate(end)
        return size - end


def open_journal(path: Path) -> JournalStorage:
    """The storage of a journal file, which is made if it is not there.

    Raises:
        SweepError: the file cannot be written, or a line in it is no journal's.
    """
    lock = Lock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        backend = JournalFileBackend(str(path), lock)  # type: ignore[arg-type]  # the base class is not public
        lock.acquire()
        lock.release()
        return JournalStorage(backend)
    except OSError as error:
        raise SweepError(f"{path}: cannot keep the study there ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SweepError(f"{path}: no journal of Optuna's ({type(error).__name__}: {error})") from None
