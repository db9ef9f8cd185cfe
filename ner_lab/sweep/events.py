"""What a controller is told of its trials."""

from __future__ import annotations

from dataclasses import dataclass

from ner_lab.sweep.outcome import Outcome


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
