"""The toy application, swept by command as its user would, and what its study holds afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import optuna
from optuna.trial import FrozenTrial, TrialState

from ner_lab.sweep.storage import open_storage

APP = Path(__file__).parent / "toy" / "app.py"
SEARCH = ("hydra.sweeper.n_trials=6", "x=interval(-5,5)", "hydra.sweeper.sampler.seed=1")


def command(folder: Path, *overrides: str) -> list[str]:
    return [sys.executable, str(APP), "-m", f"hydra.sweep.dir={folder}", *overrides]


def sweep(folder: Path, *overrides: str, code: int = 0, **environment: str) -> str:
    """Runs a sweep to its end; returns everything it said."""
    done = subprocess.run(
        command(folder, *overrides), capture_output=True, text=True, timeout=200, env={**os.environ, **environment}
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, said
    return said


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
