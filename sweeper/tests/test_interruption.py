"""Ctrl-C and SIGTERM at any moment: one line and a shell's exit code. A word that is nearly a command is named."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import toy_sweep

SWALLOWING = {
    "a __del__": "class Lost:\n    def __del__(self): wait()\nLost()",
    "an except": "try: wait()\nexcept BaseException: pass",
    "an import": "import swallows",
}
PROGRAM = """import time
from pathlib import Path
from hydra_slots import interruption
interruption.AGAIN, interruption.IMPORT = 0.2, 1.0
def wait():
    Path("importing").touch()
    time.sleep(0.3)
with interruption.in_one_line("hydra-slots"):
    {body}
    time.sleep(60)
"""
COMMAND = "from hydra_slots import __main__, interruption; interruption.IMPORT = 1.0; __main__.main()"
SLOW = "import time; from pathlib import Path; Path(__file__).with_name('importing').touch(); time.sleep(60)"


def interrupted(how: signal.Signals, folder: Path, *command: str) -> tuple[int, str]:
    """Exit code and standard error of a command that is sent a signal while it imports."""
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path})
    toy_sweep.wait_for((folder / "importing").exists, "the import")
    said = toy_sweep.end(process, how)
    return process.returncode, said


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_imports_ends_in_one_line(tmp_path, how, code):
    (tmp_path / "optuna.py").write_text(SLOW)
    ended, said = interrupted(how, tmp_path, sys.executable, "-c", COMMAND, "status", ".")
    assert (ended, said) == (code, f"hydra-slots: stopped by {how.name}\n")


def test_a_terminal_is_told_what_is_waited_for(tmp_path):
    (tmp_path / "optuna.py").write_text(SLOW)
    ours, theirs = os.openpty()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    process = subprocess.Popen([sys.executable, "-c", COMMAND, "status", "."], stderr=theirs, env=environment)
    toy_sweep.wait_for((tmp_path / "importing").exists, "the import")
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    said = os.read(ours, 1000).decode().split("\r\n")
    assert said == ["", "stopping when what is being imported is there", "hydra-slots: stopped by SIGINT", ""]
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("who", SWALLOWING)
def test_what_a_library_swallows_comes_again(tmp_path, monkeypatch, who, how, code):
    swallowing = SLOW.replace("time.sleep(60)", "exec('try: time.sleep(0.3)\\nexcept BaseException: pass')")
    (tmp_path / "swallows.py").write_text(swallowing)
    monkeypatch.chdir(tmp_path)
    program = PROGRAM.format(body=SWALLOWING[who].replace("\n", "\n    "))
    ended, said = interrupted(how, tmp_path, sys.executable, "-c", program)
    assert (ended, said) == (code, f"hydra-slots: stopped by {how.name}\n")


@pytest.mark.seconds
def test_a_signal_that_is_ignored_stays_so(tmp_path):
    """As `nohup` has it: a sweep goes on when its terminal is closed."""
    ignored = [
        "import os, signal, sys",
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)",
        "os.execv(sys.argv[1], sys.argv[1:])",
    ]
    command = [sys.executable, "-c", "; ".join(ignored), *toy_sweep.command(tmp_path, "x=1", "seconds=2")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path), "a running trial")
    said = toy_sweep.end(process, signal.SIGHUP)
    assert process.returncode == 0 and "1 complete" in said and "stopped" not in said


@pytest.mark.seconds
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sweep_that_imports_ends_in_one_line_and_leaves_nothing(tmp_path, how, code):
    (tmp_path / "slow_to_import.py").write_text(SLOW)
    command = toy_sweep.command(tmp_path / "s", "x=1,2", "hydra.sweeper.preload=[slow_to_import]")
    ended, said = interrupted(how, tmp_path, *command)
    own = [line for line in said.splitlines(keepends=True) if line.startswith("hydra-slots")]  # Hydra 1.4 warns, too
    assert (ended, own) == (code, [f"hydra-slots: stopped by {how.name}\n"]) and "Traceback" not in said
    assert not (tmp_path / "s").exists()


@pytest.mark.seconds
@pytest.mark.parametrize(("how", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_sweep_with_trials_ends_with_the_code_of_the_signal(tmp_path, how, code):
    process = toy_sweep.start(tmp_path, "x=1,2", "seconds=60")
    toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path), "a running trial")
    said = toy_sweep.end(process, how)
    assert process.returncode == code and said.count("stopped by") == 1 and "Traceback" not in said


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("stauts", "."), "did you mean status?"),
        (("list", ".", "--jsno"), "did you mean --json?"),
        (("status", ".", "--stroage=a"), "did you mean --storage?"),
        (("worker", "-m", "app", "stduy=a"), "did you mean study?"),
    ],
)
def test_what_may_have_been_meant(slots, words, meant):
    done = slots(*words)
    assert done.returncode in (1, 2) and meant in done.stderr and "Traceback" not in done.stderr
