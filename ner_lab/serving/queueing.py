"""Which texts are read together: the oldest first, in turns between requests, and no more than a batch has room for."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

SUBWORDS = 2048  # of a batch, about: where more together are read no faster, and all wait for the longest
CHARACTERS = 4  # of a subword, about; the exact count is the model's, which reads long batches in parts
TEXTS = 256  # of a batch


class WaitingRequest:
    """The texts of a request, and where their answers come together.

    Attributes:
        answers: awaited by who asked; given up when it is cancelled.
        deadline: on the monotonic clock, until when somebody waits.
    """

    def __init__(self, texts: Sequence[Any], seconds: float) -> None:
        self.texts = texts
        self.answers: asyncio.Future[list[dict[str, Any]]] = asyncio.get_running_loop().create_future()
        self.deadline = time.monotonic() + seconds
        self.characters = sum(map(_size, texts))
        self._found: list[dict[str, Any]] = [{}] * len(texts)
        self._taken = self._missing = 0
        if not texts:
            self.answers.set_result([])

    @property
    def left(self) -> bool:
        """Whether a text of it is in no batch yet, and is still wanted."""
        return self._taken < len(self.texts) and not self.answers.done()

    @property
    def size(self) -> int:
        """Subwords of the next text, about."""
        return 1 + _size(self.texts[self._taken]) // CHARACTERS

    def take(self) -> int:
        """The number of the next text, which is in a batch from now on."""
        self._taken += 1
        return self._taken - 1

    def answer(self, number: int, found: dict[str, Any]) -> None:
        self._found[number] = found
        self._missing += 1
        if self._missing == len(self.texts) and not self.answers.done():
            self.answers.set_result(self._found)

    def fail(self, error: Exception) -> None:
        if not self.answers.done():
            self.answers.set_exception(error)


class Queue:
    """Requests that wait for a model."""

    def __init__(self) -> None:
        self._requests: deque[WaitingRequest] = deque()

    def __len__(self) -> int:
        self._requests = deque(request for request in self._requests if request.left)
        return len(self._requests)

    @property
    def characters(self) -> int:
        return sum(request.characters for request in self._requests)

    def add(self, request: WaitingRequest) -> None:
        if request.left:
            self._requests.append(request)

    def batch(self) -> list[tuple[WaitingRequest, int]]:
        """The next texts, each with its request.

        Requests take turns, a text each, so that a list of thousands does not keep a single text waiting. A text that
        does not fit any more is the first of the next batch; one larger than a batch is read alone.
        """
        found: list[tuple[WaitingRequest, int]] = []
        too_long: list[WaitingRequest] = []
        room = SUBWORDS
        while self._requests and room > 0 and len(found) < TEXTS:
            request = self._requests.popleft()
            if not request.left:
                continue
            if found and request.size > room:
                too_long.append(request)
                continue
            room -= request.size
            found.append((request, request.take()))
            if request.left:
                self._requests.append(request)
        self._requests.extendleft(reversed(too_long))
        return found


def _size(text: Any) -> int:
    return len(text) if isinstance(text, str) else sum(map(len, text)) + len(text)
