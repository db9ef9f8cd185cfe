"""A run that is served: its queue, the process of its model, and the loop that brings texts from one to the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ner_lab.serving import refusals
from ner_lab.serving.prometheus import Counters
from ner_lab.serving.queueing import Queue, WaitingRequest
from ner_lab.serving.refusals import Limits, RefusedRequestError
from ner_lab.serving.supervision import ModelDiedError, ModelProcess
from ner_lab.types import UserError

WAIT = 0.003  # seconds for others to join a batch, where the batch before had several requests
LONGEST_PAUSE = 30.0  # seconds between attempts to start a process


class ServedModel:
    """Answers texts with the model of a run, many requests at a time.

    One process owns the model. While it reads a batch, requests wait here, and the next batch is made of what waits. If
    the process dies, the requests whose texts it was reading get an error, it is started again, and the others wait;
    meanwhile it is not `ready`.

    Args:
        name: of the run, as clients call it.
        process: of its model.
        limits: of the service.
        counters: for its numbers.
    """

    def __init__(self, name: str, process: ModelProcess, limits: Limits, counters: Counters) -> None:
        self.name, self.process, self.limits, self.counters = name, process, limits, counters
        self.labels: list[str] = []
        self.queue = Queue()
        self._trouble = "it is not started"
        self._started = 0.0  # when, by the clock of `time.monotonic`
        self._pause = 0.0  # seconds before the next start; they grow with each that died soon, and without an answer
        self._woken = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        return not self._trouble and self.process.ready

    @property
    def types(self) -> list[str]:
        """Of entities, that the model knows."""
        return sorted({label[2:] for label in self.labels if label != "O"})

    async def start(self) -> None:
        """Loads the model.

        Raises:
            UserError: it cannot be loaded.
        """
        try:
            self.labels = await self.process.start()
        except ModelDiedError as error:
            raise UserError(f"run={self.name}: the process of the model died while it started ({error})") from error
        self._trouble = ""
        self._watched()
        self._loop = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Ends the process of the model; who still waits gets an error."""
        for task in (self._loop, self._watch):
            if task:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        await self.process.stop()

    async def answers(self, texts: Sequence[Any]) -> list[dict[str, Any]]:
        """The answers to texts.

        Raises:
            RefusedRequestError: there is no room or no time for it, or the model died over it.
        """
        if self._trouble:
            raise refusals.down(self._trouble)
        if (waiting := len(self.queue)) >= self.limits.queue or self.queue.characters > self.limits.characters:
            raise refusals.full(waiting)
        request = WaitingRequest(texts, self.limits.seconds)
        self.queue.add(request)
        self._woken.set()
        try:
            found = await asyncio.wait_for(request.answers, self.limits.seconds)
        except TimeoutError:
            raise refusals.late(self.limits.seconds) from None
        for number, one in enumerate(found):
            if "error" in one:
                raise RefusedRequestError(500, f"text {number} cannot be read ({one['error']}); please report it")
        return [{"run": self.name, **one} for one in found]

    async def _work(self) -> None:
        requests = 0
        while True:
            await self._woken.wait()
            if requests > 1:
                await asyncio.sleep(WAIT)
            if self.process.pid is None:  # it died while it read nothing: that costs nobody an answer
                await self._restart(await self.process.ended())
            batch = self.queue.batch()
            requests = len({id(request) for request, _ in batch})
            if not batch:
                self._woken.clear()
                continue
            begin = time.monotonic()
            # A model that is still busy when nobody waits any more is stopped, or it would keep all others waiting.
            until = max(request.deadline for request, _ in batch) - begin + 1
            try:
                found = await asyncio.wait_for(self.process.ask([r.texts[at] for r, at in batch]), until)
            except (ModelDiedError, TimeoutError) as error:
                how = str(error) or "it took too long"
                for request, _ in batch:
                    request.fail(refusals.lost(how))
                await self._restart(how)
                continue
            self._pause = 0.0
            for (request, at), one in zip(batch, found, strict=True):
                request.answer(at, one)
            self.counters.batch(self.name, found, time.monotonic() - begin)

    def _watched(self) -> None:
        async def watch() -> None:
            await self.process.ended()
            self._woken.set()

        if self._watch:
            self._watch.cancel()
        self._watch = asyncio.create_task(watch())

    async def _restart(self, how: str) -> None:
        if time.monotonic() - self._started > LONGEST_PAUSE:
            self._pause = 0.0
        first = True
        while True:
            self.counters.restart(self.name)
            await self.process.stop(grace=0)
            if self._pause:
                self._trouble = self._trouble or how  # nobody who comes now is to wait for so long
                await asyncio.sleep(self._pause)
            self._pause = min(max(1.0, 2 * self._pause), LONGEST_PAUSE)
            try:
                self.labels = await self.process.start()
                self._trouble, self._started = "", time.monotonic()
                self._watched()
                return
            except (UserError, ModelDiedError, OSError) as error:
                self._trouble = f"{how}; {error}" if first else str(error)
            first = False
