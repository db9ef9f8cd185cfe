"""What a controller starts trials with."""

from __future__ import annotations

import signal
from typing import Any, Protocol

from ner_lab.sweep.events import Event
from ner_lab.sweep.trial import Task


class Executor(Protocol):
    """`processes.Processes`, or `launching.Launching`. Nothing is started or written before it is told to get ready."""

    def ready(self) -> None: ...
    def close(self) -> None: ...
    def start(self, task: Task) -> None: ...
    def answer(self, number: int, value: Any) -> None: ...
    def events(self, timeout: float) -> list[Event]: ...
    def signal(self, number: int, what: signal.Signals) -> None: ...
