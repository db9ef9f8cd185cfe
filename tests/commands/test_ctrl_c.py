"""Ctrl-C at any moment is one line and exit code 130, also where a library swallows the exception."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SWALLOWING = {
    "a __del__": "class Lost:\n    def __del__(self): wait()\nLost()\ntime.sleep(60)",
    "an except": "try: wait()\nexcept BaseException: pass\ntime.sleep(60)",
    "code from a text": "exec('wait()', globals())",
    "an error": "try: wait()\nfinally: ''.not_there()",
    "an exit": "time.sleep(60)",
    "the end": "pass",
}
AT_EXIT = {"an exit": "logging.FileHandler('gone/x', delay=True)"}
PROGRAM = """import atexit, logging, sys, time
from pathlib import Path
from hydra_slots import interruption
from ner_lab import cli
interruption.AGAIN, interruption.IMPORT = 0.2, 2
def wait():
    Path("begun").touch()
    time.sleep(60)
def work(arguments):
    {body}
def late():
    if handler := {at_exit}:  # whose folder was taken back
        logging.getLogger().addHandler(handler)
        logging.getLogger().warning("late")
atexit.register(late)
cli._main = work
cli.main()
Path("begun").touch()
time.sleep(60)
"""


def heeding() -> None:
    """In the child: a test run in the background ignores Ctrl-C, and so would all that it starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(words: list[str], folder: Path) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, *words], cwd=folder, text=True, preexec_fn=heeding, **pipes)


@pytest.mark.parametrize("how", SWALLOWING)
def test_whoever_swallows_it(tmp_path: Path, how: str) -> None:
    body = SWALLOWING[how].replace("\n", "\n    ")
    body = f"Path('begun').touch()\n    {body}" if how == "an exit" else body
    program = PROGRAM.format(body=body, at_exit=AT_EXIT.get(how, "None"))
    process = started(["-c", program], tmp_path)
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.strip()) == (130, "ner-lab: stopped")


@pytest.mark.seconds
@pytest.mark.parametrize(("seconds", "whole"), [(0.5, True), (60, False)])
def test_an_import_ends_before_it_is_heeded(tmp_path: Path, seconds: float, whole: bool) -> None:
    """Not in the middle of a library's C++; one that does not end is no reason to go on."""
    module = (
        f"from pathlib import Path\nimport time\nPath('begun').touch()\ntime.sleep({seconds})\nPath('whole').touch()"
    )
    (tmp_path / "slow_to_import.py").write_text(module)
    process = started(["-c", PROGRAM.format(body="import slow_to_import; time.sleep(60)", at_exit="None")], tmp_path)
    deadline = time.monotonic() + 60
    while not (tmp_path / "begun").exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said.strip()) == (130, "ner-lab: stopped")
    assert (tmp_path / "whole").exists() == whole


@pytest.mark.slow
@pytest.mark.parametrize("command", ["predict", "train", "compare", "sweep"])
def test_at_any_moment(train, corpus: Path, tmp_path: Path, command: str) -> None:
    run = train().folder
    (tmp_path / "in.txt").write_text("Ada Lovelace was born in London .\n" * 20_000)
    tiny = ["model=tiny", "trainer=cpu", "data=column", f"data.dir={corpus}", "data.cache=null"]
    tiny += ["trainer.max_epochs=500"]
    words = {
        "predict": ["predict", f"run={run}", "input=in.txt", "output=out.jsonl", "overwrite=true"],
        "train": ["train", *tiny, "hydra.run.dir=r"],
        "compare": ["compare", str(run), str(run)],
        "sweep": ["train", "-m", *tiny, "seed=1,2", "hydra.sweep.dir=s"],
    }
    heeded = 0
    for seconds in (0.2, 0.5, 1, 1.5, 2, 2.5, 3, 4):
        process = started(["-m", "ner_lab", *words[command]], tmp_path)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        # On a busy machine before Python came to our code.
        if seconds < 1 and (process.returncode == -signal.SIGINT or said.startswith("Fatal Python error: init")):
            continue
        assert process.returncode in (0, 130) and "Traceback" not in said, (seconds, said)
        assert "stopped" in said or process.returncode == 0, (seconds, said)
        heeded += process.returncode == 130
        if command == "train" and (tmp_path / "r" / "checkpoints" / "last.ckpt").exists():
            assert f"go on with: ner-lab train resume={tmp_path / 'r'}" in said
            break
    assert heeded
