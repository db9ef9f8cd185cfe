"""Runs the service: takes the port, loads the models, answers until it is told to stop, and finishes what it holds."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import uvicorn

from ner_lab.serving.app import application
from ner_lab.serving.prometheus import Counters
from ner_lab.serving.refusals import Limits
from ner_lab.serving.served_model import ServedModel
from ner_lab.serving.supervision import ModelProcess
from ner_lab.types import UserError
from ner_lab.types.printing import shown

ENDS = (signal.SIGTERM, signal.SIGINT)


def serve(runs: Mapping[str, Mapping[str, Any]], host: str, port: int, limits: Limits) -> int:
    """Serves runs until SIGTERM or Ctrl-C; both end it when the requests that it holds are answered.

    Args:
        runs: settings of `ner_lab.load` by the name that clients use.
        host, port: to listen on; port 0 takes a free one.
        limits: of the service.

    Returns:
        The signal that ended it.

    Raises:
        UserError: the port cannot be had, or a run cannot be loaded.
    """
    listener = _listening(host, port)
    with listener:
        return asyncio.run(_served(runs, listener, limits))


async def _served(runs: Mapping[str, Mapping[str, Any]], listener: socket.socket, limits: Limits) -> int:
    counters = Counters()
    # Models that compute at the same time share the cores.
    threads = max(1, _cores() // len(runs)) if len(runs) > 1 else None
    models = {
        name: ServedModel(name, ModelProcess(settings, threads), limits, counters) for name, settings in runs.items()
    }
    config = uvicorn.Config(
        application(models, limits, counters),
        log_config=None,
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=int(limits.seconds) + 5,
        ws="none",
    )
    server = _Server(config)
    with server.told_to_stop():
        loaded = False
        try:
            loaded = await _loaded(models.values(), server)
            if not loaded:
                _say("stopped before it was ready")
                return server.received
        finally:
            if not loaded:
                await asyncio.gather(*(model.stop() for model in models.values()))
        _say(f"serving {', '.join(runs)} on {_url(listener)}; Ctrl-C ends it")
        await server.serve(sockets=[listener])
    _say(f"stopped; {counters.answered:,} {'request' if counters.answered == 1 else 'requests'} answered")
    return server.received


async def _loaded(models: Iterable[ServedModel], server: _Server) -> bool:
    """Whether all models are there; they are not where the server is told to stop meanwhile.

    Raises:
        UserError: one cannot be loaded.
    """
    starts = [asyncio.create_task(model.start()) for model in models]
    try:
        waiting = set(starts)
        while waiting and not server.should_exit:
            done, waiting = await asyncio.wait(waiting, timeout=0.1, return_when=asyncio.FIRST_EXCEPTION)
            for one in done:
                one.result()
        return not waiting
    finally:
        for one in starts:
            one.cancel()
        await asyncio.gather(*starts, return_exceptions=True)


class _Server(uvicorn.Server):
    """Which is told to stop from its first moment on, and does not pass the signal on when it has."""

    received = 0
    should_exit = False

    @contextmanager
    def told_to_stop(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._told) for number in ENDS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _told(self, number: int, frame: Any) -> None:
        self.force_exit = self.should_exit and number == signal.SIGINT  # Ctrl-C again
        self.should_exit, self.received = True, number

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _listening(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise UserError(f"host={host}: no address of this machine ({error.strerror or error})") from error
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OSError as error:
        listener.close()
        if isinstance(error, PermissionError):
            raise UserError(f"port={port}: may not be used by this user; take one from 1024 on") from error
        if "in use" in str(error):
            raise UserError(
                f"port={port}: another program listens on {host}:{port}; stop it, or take another (port=0 takes any)"
            ) from error
        raise UserError(f"host={host} port={port}: {error.strerror or error}") from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _say(text: str) -> None:
    print(shown(f"ner-lab serve: {text}"), file=sys.stderr, flush=True)
