"""Optuna's journal file, safe against writers that die in the middle of a line or while they hold its lock."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from optuna import Study
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


class Backend(JournalFileBackend):
    """Optuna's, which waits for the disk after every line; here lines that belong together wait once, after the last.

    They are there for other processes at once, and whoever is killed in between loses none.
    """

    def __init__(self, journal: Path, lock: Lock) -> None:
        super().__init__(str(journal), lock)  # type: ignore[arg-type]  # the base class is not public
        self._journal, self._own_lock, self._together = journal, lock, False

    def append_logs(self, logs: list[dict[str, Any]]) -> None:
        if not self._together:
            super().append_logs(logs)
            return
        lines = "".join(json.dumps(log, separators=(",", ":")) + "\n" for log in logs)
        self._own_lock.acquire()
        try:
            with self._journal.open("ab") as file:
                file.write(lines.encode())
        finally:
            self._own_lock.release()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Lines that are written within are on the disk afterwards.

        Raises:
            OSError: the disk does not take them.
        """
        if self._together:
            yield
            return
        self._together = True
        try:
            yield
        finally:
            self._together = False
            with self._journal.open("rb") as file:
                os.fsync(file.fileno())


def together(study: Study) -> AbstractContextManager[None]:
    """What is written into the study within is on the disk afterwards; a database waits for each by itself."""
    backend = getattr(study._storage, "_backend", None)
    return backend.together() if isinstance(backend, Backend) else nullcontext()


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
        backend = Backend(path, lock)
        lock.acquire()
        lock.release()
        return JournalStorage(backend)
    except OSError as error:
        raise SweepError(f"{path}: cannot keep the study there ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        raise SweepError(f"{path}: no journal of Optuna's ({type(error).__name__}: {error})") from None
