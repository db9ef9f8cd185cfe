"""`python -m ner_lab` without the seconds of its imports: a process that has done them forks for every command.

The command is a process of its own in all else: folder, environment, standard streams, limits and exit code. What a
fresh interpreter alone can show (what is imported when, signals, variables that a library reads at import) is tested
with `sys.executable`.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import resource
import runpy
import select
import subprocess
import sys
import tempfile
import threading
import traceback
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from hydra.core.plugins import Plugins

from ner_lab.commands import COMMANDS, load


class WarmStart:
    """Runs commands one after another; ends with its standard input, so with the test run."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def run(
        self, arguments: list[str], cwd: Path, text: str | None, largest: int | None, timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """What the command printed and its exit code; `largest` is a limit on the size of files, its output
        among them, in bytes."""
        assert self.process.stdin and self.process.stdout
        with tempfile.TemporaryDirectory(prefix="warm-start-") as folder:
            streams = [f"{folder}/{name}" for name in ("stdin", "stdout", "stderr")]
            Path(streams[0]).write_bytes((text or "").encode())
            request = {"arguments": arguments, "cwd": str(cwd), "environment": dict(os.environ)}
            request |= {"streams": streams, "largest": largest}
            self.process.stdin.write(json.dumps(request).encode() + b"\n")
            if not select.select([self.process.stdout], [], [], timeout)[0]:
                self.stop()
                raise subprocess.TimeoutExpired(arguments, timeout)
            code = int(self.process.stdout.readline())
            printed, said = (Path(stream).read_text(encoding="utf-8") for stream in streams[1:])
        return subprocess.CompletedProcess(arguments, code, printed, said)

    def stop(self) -> None:
        """Ends the process, and what it runs."""
        self.process.kill()
        self.process.communicate()


def _become(request: dict) -> None:
    """In the fork: what the command finds as if it had been started by itself."""
    for number, (stream, mode) in enumerate(
        zip(request["streams"], (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)
    ):
        opened = os.open(stream, mode | os.O_CREAT | os.O_APPEND)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["cwd"])
    sys.path[0] = request["cwd"]
    sys.argv = ["ner-lab", *request["arguments"]]
    if request["largest"] is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (request["largest"], request["largest"]))


def _serve() -> bool:
    """Whether this is a fork that has a command to run; in the first process, the end of the requests."""
    for line in iter(sys.stdin.buffer.readline, b""):
        if (child := os.fork()) == 0:
            _become(json.loads(line))
            return True
        _, status = os.waitpid(child, 0)
        os.write(1, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    return False


def _import() -> None:
    """What commands import, and Hydra's search for plugins."""
    for command in COMMANDS.values():
        load(command.function)
    for name in ("hydra_slots.controller", "transformers.models.bert.modeling_bert"):
        import_module(name)
    Plugins.instance()
    gc.freeze()  # or every fork copies all of it when it looks for garbage


def _end(error: BaseException | None) -> NoReturn:
    """What an interpreter does at its end, but for taking down the modules, which takes longer than most commands."""
    code = error.code if isinstance(error, SystemExit) else 0 if error is None else 1
    if error is not None and not isinstance(error, SystemExit):
        traceback.print_exception(error)
    elif code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()  # waits for them
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    _import()
    if _serve():
        try:
            runpy.run_module("ner_lab", run_name="__main__", alter_sys=True)
        except BaseException as error:
            _end(error)
        _end(None)
