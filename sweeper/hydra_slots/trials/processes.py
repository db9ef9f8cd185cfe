"""The controller's side of the fork server: trials are started and stopped, and what they say comes back as events."""

from __future__ import annotations

import json
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from multiprocessing import reduction
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from hydra_slots.errors import SweepError
from hydra_slots.trials.executor import Ended, Event, Exited, Forked, Reported
from hydra_slots.trials.outcome import last_lines
from hydra_slots.trials.packing import pack
from hydra_slots.trials.process_tree import signal_tree
from hydra_slots.trials.trial import Task

# Turns that an idle OpenMP thread waits for work before it sleeps: with GNU's default, 300,000, the threads of two
# programs on the same cores wait for each other.
SPINS = "4000"
STARTS = 3  # of a server that dies before it is ready
# The server's own start: the controller's import path, and then nothing but our code.
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from hydra_slots.trials.server import main; main(int(sys.argv[2]))"
)


class Processes:
    """The fork server and its trials. Nothing is started or written before `begin`.

    Args:
        application: what a trial needs: `task` and `context` of Hydra, `compose`, `singletons`.
        preload: modules that the server imports first.
        log: where the server's own output goes.

    Raises:
        SweepError: the application cannot be sent to another process.
    """

    def __init__(self, application: Mapping[str, Any], preload: Sequence[str], log: Path) -> None:
        self.hello = pickle.dumps({"preload": list(preload), "argv": list(sys.argv), "application": pack(application)})
        self.log = log
        self.lines: dict[int, Connection] = {}
        self.pids: dict[int, int] = {}
        self.started = self.waiting = self.serving = False

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        environment = {**os.environ}
        environment.setdefault("OPENBLAS_NUM_THREADS", "1")  # or importing NumPy starts threads, which no fork survives
        if "OMP_WAIT_POLICY" not in environment:
            environment.setdefault("GOMP_SPINCOUNT", SPINS)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", START, json.dumps(sys.path), str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                start_new_session=True,  # Ctrl-C is the controller's to handle
            )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.started = True

    def begin(self) -> None:
        """Starts the server and sends it the application, which it imports meanwhile."""
        self._start()
        self.waiting = True
        with suppress(OSError):  # it has died, as `ready` will find
            self.connection.send_bytes(self.hello)

    def ready(self) -> None:
        """Waits until the server has imported everything.

        Raises:
            SweepError: the server cannot import a module.
        """
        answer: Any = None
        for _ in range(STARTS):
            if not self.waiting:
                self.begin()
            self.waiting = False
            try:
                answer = self.connection.recv()
                break
            except (EOFError, OSError):  # killed before it was ready
                self._end()
        if answer is None:
            answer = ("failed", f"it died {STARTS} times\n{last_lines(self.log)}")
        if answer[0] != "ready":
            raise SweepError(f"hydra.sweeper.preload: the process that starts trials could not be set up: {answer[1]}")
        self.serving = True

    def start(self, task: Task) -> None:
        ours, theirs = socket.socketpair()
        self.lines[task.number] = Connection(ours.detach())
        try:
            self.connection.send(task)
            reduction.send_handle(self.connection, theirs.fileno(), self.process.pid)
        except OSError:  # the server has died, which `events` will notice
            pass
        finally:
            theirs.close()

    def answer(self, number: int, value: Any) -> None:
        with suppress(OSError, KeyError):  # it may have died meanwhile
            self.lines[number].send(value)

    def events(self, timeout: float) -> list[Event]:
        """What has happened; waits up to `timeout` seconds for something.

        If the server itself has died, its trials are ended, and a new server takes its place.
        """
        by_line = {id(line): number for number, line in self.lines.items()}
        events: list[Event] = []
        for ready in wait([self.connection, *self.lines.values()], timeout):
            assert isinstance(ready, Connection)
            try:
                message = ready.recv()
            except (EOFError, OSError):
                if ready is self.connection:
                    return events + self._recover()
                self._close(by_line[id(ready)])
                continue
            except (pickle.UnpicklingError, ValueError):  # a half message of a trial that was killed
                continue
            if ready is not self.connection:
                number = by_line[id(ready)]
                kind, *rest = message
                events.append(Reported(number, *rest) if kind == "report" else Ended(number, *rest))
            elif message[0] == "forked":
                self.pids[message[1]] = message[2]
                events.append(Forked(*message[1:]))
            else:
                self._drain(message[1], events)
                self.pids.pop(message[1], None)
                events.append(Exited(*message[1:]))
        return events

    def _drain(self, number: int, events: list[Event]) -> None:
        """What a trial said before it ended, and nobody has read yet."""
        line = self.lines.get(number)
        with suppress(EOFError, OSError, pickle.UnpicklingError, ValueError):
            while line is not None and line.poll():
                kind, *rest = line.recv()
                if kind == "end":
                    events.append(Ended(number, *rest))
        self._close(number)

    def _close(self, number: int) -> None:
        if line := self.lines.pop(number, None):
            line.close()

    def _recover(self) -> list[Event]:
        self._end()
        numbers = set(self.lines) | set(self.pids)
        for number in numbers:
            if number in self.pids:
                signal_tree(self.pids[number], signal.SIGKILL)
            self._close(number)
        self.pids.clear()
        self.ready()
        return [Exited(number, -signal.SIGKILL) for number in sorted(numbers)]

    def _end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()

    def signal(self, number: int, what: signal.Signals) -> None:
        """Sends a signal to everything that a trial has started."""
        if number in self.pids:
            signal_tree(self.pids[number], what)

    def close(self) -> None:
        """Ends the server, if there is one, and trials that still run."""
        if not self.started:
            return
        self.connection.close()
        for line in self.lines.values():
            line.close()
        try:
            self.process.wait(timeout=10 if self.serving else 0)  # while it imports it does not look at the line
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
