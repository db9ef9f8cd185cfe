"""A storage that is away for a while: a database that starts anew, a proxy that does, a connection that is cut.

What was asked of it is asked again, after longer and longer waits; a sweep ends only when it stays away.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from optuna.exceptions import StorageInternalError
from optuna.storages import BaseStorage

from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted

TOTAL = 300.0  # seconds of silence after which a sweep ends
FIRST, LONGEST = 0.5, 15.0  # seconds between two tries; each wait is twice as long as the one before
SQLALCHEMY = ("OperationalError", "InterfaceError", "TimeoutError", "PendingRollbackError", "ResourceClosedError")
GRPC = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED")
BEHIND_PROXY = ("StorageInternalError", "OperationalError", "raised during the commit")  # its own database is away


class StorageLostError(SweepError):
    """The storage of the study has stayed away."""


class Patience:
    """How this process waits for its storages: what it says meanwhile, and what cuts the wait short.

    Attributes:
        say: shows a line; standard error by default.
        check: called while it waits; raises to end that.
    """

    def __init__(self, total: float = TOTAL, first: float = FIRST) -> None:
        self.total, self.first = total, first
        self.say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)
        self.check: Callable[[], None] = lambda: None
        self._away = self._over = False
        self._own = threading.local()

    @contextmanager
    def none(self) -> Iterator[None]:
        """In this thread nothing is tried again."""
        self._own.none = True
        try:
            yield
        finally:
            self._own.none = False

    def __call__(self, ask: Callable[[], Any]) -> Any:
        """What `ask` returns.

        Raises:
            StorageLostError: nothing came for `total` seconds, or had not come before.
        """
        since, wait = time.monotonic(), self.first
        while True:
            try:
                answer = ask()
            except Exception as error:
                if not is_lost(error) or getattr(self._own, "none", False):
                    raise
                self.check()
                if self._over or time.monotonic() + wait - since > self.total:
                    self._over = True
                    raise StorageLostError(
                        f"the study's storage has not answered for {self.total:g} s ({_reason(error)}); what was done "
                        "so far is kept, and when the storage is back the same command goes on"
                    ) from None
                if not self._away:
                    self._away = True
                    self.say(f"the study's storage is away ({_reason(error)}); trying again for {self.total:g} s")
            else:
                if self._away:
                    self._away = False
                    self.say("the study's storage answers again")
                return answer
            self._sleep(wait)
            wait = min(2 * wait, LONGEST)

    def _sleep(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.check()
            time.sleep(min(0.2, left))


patience = Patience()


class Patient(BaseStorage):
    """A storage of which everything is asked with patience.

    A write whose answer was lost may have been made, and is made again. That does no harm but to a new trial, of which
    there would be two; so its ticket is looked for first.
    """

    def __init__(self, storage: BaseStorage) -> None:
        self._storage = storage

    def create_new_trial(self, study_id: int, template_trial: Any = None) -> int:
        tried = False

        def ask() -> int:
            nonlocal tried
            there = self._twin(study_id, template_trial) if tried and template_trial else None
            tried = True
            return self._storage.create_new_trial(study_id, template_trial) if there is None else there

        return int(patience(ask))

    def _twin(self, study_id: int, template: Any) -> int | None:
        def ticket(trial: Any) -> tuple[Any, Any]:
            return trial.user_attrs.get("ticket"), trial.user_attrs.get("attempt")

        if ticket(template)[0] is None:
            return None
        trials = self._storage.get_all_trials(study_id, deepcopy=False)
        return next((trial._trial_id for trial in trials if ticket(trial) == ticket(template)), None)


def _patiently(name: str) -> Any:
    def call(self: Patient, *arguments: Any, **named: Any) -> Any:
        return patience(lambda: getattr(self._storage, name)(*arguments, **named))

    call.__name__ = name
    return call


for _name in [name for name in vars(BaseStorage) if not name.startswith("_") and name not in vars(Patient)]:
    setattr(Patient, _name, _patiently(_name))
Patient.__abstractmethods__ = frozenset()  # they are there now


def patient(storage: BaseStorage) -> BaseStorage:
    """The storage, of which everything is asked with patience from now on."""
    return Patient(storage)  # type: ignore[abstract]


def is_lost(error: BaseException) -> bool:
    """Whether an error of a storage is about the way to it, and may pass."""
    if isinstance(error, StorageInternalError) and error.__cause__ is not None:
        error = error.__cause__
    kind, said = type(error), str(error)
    if kind.__module__.startswith("sqlalchemy"):
        if "sqlite3." in said:
            return "locked" in said or "busy" in said
        return kind.__name__ in SQLALCHEMY or bool(getattr(error, "connection_invalidated", False))
    code = getattr(error, "code", None)
    if kind.__module__.startswith("grpc") and callable(code):
        name = getattr(code(), "name", "")
        return name in GRPC or (name == "UNKNOWN" and any(part in said for part in BEHIND_PROXY))
    return isinstance(error, ConnectionError | TimeoutError)


def _reason(error: BaseException) -> str:
    if isinstance(error, StorageInternalError) and error.__cause__ is not None:
        error = error.__cause__
    details = getattr(error, "details", None)
    said = str(details() if callable(details) else error).strip().splitlines() or [type(error).__name__]
    return redacted(said[0])
