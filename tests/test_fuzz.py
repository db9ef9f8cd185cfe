"""Damaged inputs of every kind end in a message, never in an exception of another kind, and never in a hang.

A failure names its kind and number; `pytest tests/test_fuzz.py -k some --fuzz KIND/NUMBER` runs that one alone.
"""

from __future__ import annotations

import contextlib
import io
import random
import resource
import shutil
import signal
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fuzzed_inputs import TINY, Inputs
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from hydra_slots import SweepError
from ner_lab.training import experiment
from ner_lab.types import UserError

MESSAGES = (UserError, SweepError, HydraException, OmegaConfBaseException)
QUICK, ALL = 60, 2000
SECONDS = 20  # of processor time for one input; detects endless work, on a busy machine as well
WAIT = 300  # seconds until an input that waits for something is given up
LIMITS = {signal.ITIMER_PROF: SECONDS, signal.ITIMER_REAL: WAIT}
MEMORY = 3 << 29  # bytes that an input may take on top of what the process has


class TooLong(BaseException):
    """Not an Exception, so that nothing takes it for a damaged file."""


@pytest.fixture(scope="module")
def inputs(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inputs]:
    folder = tmp_path_factory.mktemp("fuzz")
    OmegaConf.register_new_resolver("keep_checkpoints", lambda: "all", replace=True)
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        words = [*TINY, f"data.dir={corpus}", "trainer.max_epochs=1", f"run_dir={folder}/run"]
        experiment.run(compose("train", words), folder / "run", words)
    monkey = pytest.MonkeyPatch()
    monkey.chdir(folder)
    yield Inputs(folder, folder / "run")
    monkey.undo()


@contextlib.contextmanager
def bounded() -> Iterator[None]:
    """Too much time or memory ends in an exception."""

    def late(*_: Any) -> None:
        raise TooLong(f"more than {SECONDS} seconds of processor time, or {WAIT} of waiting")

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = {number: signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)}
    for timer, seconds in LIMITS.items():
        signal.setitimer(timer, seconds, 0.1)  # again, where a finaliser or a library swallows the first
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, hard))
    try:
        yield
    finally:
        for timer in LIMITS:
            signal.setitimer(timer, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def broken(inputs: Inputs, kind: str, number: int, folder: Path) -> str:
    """What one damaged input led to that is no message; "" where all is well."""
    (folder / "case").write_text(f"{kind}/{number}")  # for whoever looks after a crash of the interpreter
    place = folder / "input"
    place.mkdir()
    try:
        with bounded(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said := io.StringIO()):
            inputs.kinds[kind](random.Random(f"{kind}/{number}"), place)
    except MESSAGES:
        return ""
    except SystemExit as error:
        text = said.getvalue()
        if isinstance(error.code, str) or (text and "Traceback" not in text):
            return ""
        return f"exit code {error.code} after {text[-200:]!r}"
    except (Exception, TooLong) as error:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [
            f"{Path(f.filename).name}:{f.lineno}"
            for f in frames
            if "ner_lab/" in f.filename or "hydra_slots" in f.filename
        ]
        return f"{type(error).__name__}: {str(error)[:150]!r} at {' '.join(ours[-3:]) or frames[-1]}"
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return ""


def cases(number: int, inputs: Inputs) -> Iterator[tuple[str, int]]:
    kinds = list(inputs.kinds)
    return ((kinds[at % len(kinds)], at // len(kinds)) for at in range(number))


def fuzzed(inputs: Inputs, folder: Path, chosen: str | None, number: int) -> None:
    one = [(chosen.rpartition("/")[0], int(chosen.rpartition("/")[2]))] if chosen else cases(number, inputs)
    found = []
    for kind, at in one:
        if wrong := broken(inputs, kind, at, folder):
            found.append(f"{kind}/{at}: {wrong}")
            print(found[-1], flush=True)
    assert not found, f"{len(found)} damaged inputs led to something else than a message:\n" + "\n".join(found)


@pytest.mark.seconds
def test_some_damaged_inputs_end_in_a_message(inputs: Inputs, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    fuzzed(inputs, tmp_path, request.config.getoption("--fuzz"), QUICK)


@pytest.mark.slow
def test_every_damaged_input_ends_in_a_message(inputs: Inputs, tmp_path: Path) -> None:
    fuzzed(inputs, tmp_path, None, ALL)
