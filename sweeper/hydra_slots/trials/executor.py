"""What a controller starts trials with, and what it is told of them."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any, Protocol

from hydra_slots.trials.outcome import Outcome
from hydra_slots.trials.trial import Task


@dataclass(frozen=True)
class Forked:
    number: int
    pid: int


@dataclass(frozen=True)
class Reported:
    """A value at a step; the trial waits to be told whether it is to stop."""

    number: int
    value: float
    step: int


@dataclass(frozen=True)
class Ended:
    """The trial says how it ended; its process is still there, and waits for an answer."""

    number: int
    outcome: Outcome


@dataclass(frozen=True)
class Exited:
    """The process has gone, with this exit status; a negative one is the signal that killed it."""

    number: int
    status: int


Event = Forked | Reported | Ended | Exited


class Executor(Protocol):
    """`processes.Processes`, or `launching.Launching`. Nothing is started or written before it is told to begin."""

    def begin(self) -> None: ...
    def ready(self) -> None: ...
    def close(self) -> None: ...
    def start(self, task: Task) -> None: ...
    def answer(self, number: int, value: Any) -> None: ...
    def events(self, timeout: float) -> list[Event]: ...
    def signal(self, number: int, what: signal.Signals) -> None: ...
