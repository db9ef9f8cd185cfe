"""The process of a model, as the server sees it: started, asked, and known to have died."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import ner_lab
from ner_lab.serving.frames import packed, received
from ner_lab.types import UserError

GRACE = 5.0  # seconds that a process has to end by itself


class ModelDiedError(Exception):
    """The process ended while it was asked; the text says how."""


class ModelProcess:
    """Starts `model_process` with the settings of `ner_lab.load`, and asks it one thing at a time.

    Args:
        settings: `folder` and all that `ner_lab.load` is told.
        threads: of its computations; None leaves that to the environment.
    """

    def __init__(self, settings: Mapping[str, Any], threads: int | None = None) -> None:
        self._settings, self._threads = dict(settings), threads
        self._process: asyncio.subprocess.Process | None = None
        self._loaded = False

    @property
    def pid(self) -> int | None:
        """Of the process that runs; None if none does."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    @property
    def ready(self) -> bool:
        """Whether it runs and has read its model."""
        return self._loaded and self.pid is not None

    async def start(self) -> list[str]:
        """The labels of the model, when it is ready.

        Raises:
            UserError: there is no such run, or it cannot be loaded.
            ModelDiedError: the process ended instead.
        """
        environment = {**os.environ}
        if self._threads is not None:
            environment.setdefault("OMP_NUM_THREADS", str(self._threads))
        self._loaded = False
        # Not the working directory, whose files are nobody's libraries.
        here = str(Path(ner_lab.__file__).parent.parent)
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, [here, environment.get("PYTHONPATH")]))
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "ner_lab.serving.model_process"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
        ready = await self._exchange(self._settings)
        if "error" in ready:
            raise UserError(ready["error"])
        self._loaded = True
        return ready["labels"]

    async def ask(self, texts: Sequence[Any]) -> list[dict[str, Any]]:
        """The answers to texts, in their order.

        Raises:
            ModelDiedError: the process ended meanwhile.
        """
        return await self._exchange(list(texts))

    async def ended(self) -> str:
        """How the process ended, when it has."""
        process = self._process
        return _ending(await process.wait()) if process else "it is not running"

    async def stop(self, grace: float = GRACE) -> None:
        """Ends the process: at the end of its input, or by force."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin
        process.stdin.close()
        try:
            await asyncio.wait_for(_gone(process), grace)
        except TimeoutError:
            with suppress(ProcessLookupError):  # it has just ended
                process.kill()
            with suppress(TimeoutError):  # a process of its own may hold the pipe
                await asyncio.wait_for(_gone(process), GRACE)

    async def _exchange(self, message: Any) -> Any:
        process = self._process
        if process is None:
            raise ModelDiedError("it is not running")
        assert process.stdin and process.stdout
        try:
            process.stdin.write(packed(message))
            await process.stdin.drain()
            return await received(process.stdout)
        except (ConnectionError, asyncio.IncompleteReadError, ValueError):
            await self.stop(grace=0.5)
            raise ModelDiedError(_ending(process.returncode)) from None


async def _gone(process: asyncio.subprocess.Process) -> None:
    """Until it has ended and its output is read: asyncio waits for both, and has an open pipe when its loop is not."""
    reading = asyncio.ensure_future(process.stdout.read()) if process.stdout else None
    try:
        await process.wait()
    finally:
        if reading:
            reading.cancel()
            with suppress(asyncio.CancelledError, RuntimeError):  # RuntimeError: somebody else is just reading that end
                await reading


def _ending(code: int | None) -> str:
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else f"signal {-code}"
        return f"{name} ended it" + (", often the kernel's for want of memory" if name == "SIGKILL" else "")
    return f"it ended with exit code {code}"
