"""The toy application, swept by command as its user would, and what its study holds afterwards."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial, TrialState

from hydra_slots.studies.storage import open_storage

APP = Path(__file__).parent / "toy" / "app.py"
SEARCH = ("hydra.sweeper.n_trials=6", "x=interval(-5,5)", "hydra.sweeper.sampler.seed=1")


def command(folder: Path, *overrides: str) -> list[str]:
    return [sys.executable, str(APP), "-m", f"hydra.sweep.dir={folder}", *overrides]


# A process that has imported everything, and runs an application in a child for each line that it reads.
PREPARED = """
import json, os, runpy, sys, traceback
import optuna.importance, sqlalchemy.orm
import hydra_slots.sweeping
nothing = os.open(os.devnull, os.O_RDONLY)
for line in sys.stdin:
    app, arguments, environment, file = json.loads(line)
    if not (child := os.fork()):
        said = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream, taken in ((0, nothing), (1, said), (2, said)):
            os.dup2(taken, stream)
        sys.argv, sys.path[0] = [app, *arguments], os.path.dirname(app)
        os.environ.clear()
        os.environ.update(environment)
        code = 0
        try:
            runpy.run_path(app, run_name="__main__")
        except SystemExit as stopped:
            code = stopped.code or 0
        except BaseException:
            traceback.print_exc()
            code = 9
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}  # more of that library's threads would not survive the fork


@cache
def _prepared() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PREPARED],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **ONE_THREAD},
    )


def run(*arguments: str, app: Path = APP, **environment: str) -> tuple[int, str]:
    """Exit code and everything that `python APP ARGUMENTS` says, at the price of a fork."""
    process = _prepared()
    assert process.stdin is not None and process.stdout is not None
    environment = {**os.environ, **ONE_THREAD, **environment}  # the caller's, not that of the test which came first
    with tempfile.NamedTemporaryFile("r") as said:
        process.stdin.write(json.dumps([str(app), arguments, environment, said.name]) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], 200)[0]:
            os.killpg(process.pid, signal.SIGKILL)
            _prepared.cache_clear()
            raise AssertionError(f"no end after 200 s: {said.read()}")
        return int(process.stdout.readline()), said.read()


def sweep(folder: Path, *overrides: str, code: int = 0, **environment: str) -> str:
    """Runs a sweep to its end; returns everything it said."""
    ended, said = run("-m", f"hydra.sweep.dir={folder}", *overrides, **environment)
    assert ended == code, said
    return said


def tear(folder: Path) -> None:
    """A writer has died in the middle of a line, holding Optuna's lock."""
    journal = folder / "study.journal"
    if journal.is_file():
        with journal.open("ab") as file:
            file.write(b'{"op_code":8,"worker_id":"gone","trial_id":0,"user_attr":{"ne')
        lock = Path(f"{journal}.lock")
        if not lock.is_symlink():
            os.symlink("././study.journal", lock)


def start(folder: Path, *overrides: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(folder, *overrides), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, process_group=0
    )


def study(folder: Path, storage: str | None = None, name: str | None = None) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna.load_study(study_name=name, storage=open_storage(storage, folder))


def trials(folder: Path) -> list[FrozenTrial]:
    return study(folder).get_trials()


def states(folder: Path) -> list[str]:
    return [trial.state.name for trial in trials(folder)]


def wait_for(condition, what: str, seconds: float = 60.0):
    """The condition's value as soon as it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
        except (LookupError, ValueError, FileNotFoundError, optuna.exceptions.OptunaError):
            pass  # the study is not there yet
        time.sleep(0.02)
    raise AssertionError(f"waited {seconds:g} s for {what}")


def running(folder: Path) -> list[FrozenTrial]:
    """Trials whose process has started."""
    return [t for t in trials(folder) if t.state == TrialState.RUNNING and "pid" in t.user_attrs]


def alive(pid: int) -> bool:
    """Whether the process still does anything; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def end(process: subprocess.Popen[str], how: signal.Signals, timeout: float = 60.0) -> str:
    process.send_signal(how)
    said = process.communicate(timeout=timeout)[1]
    return said
