"""Standard streams that are closed, full, or read no further: a message, and no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = f"exec {sys.executable} -m ner_lab"
    return subprocess.run(
        ["bash", "-c", f"{program} {line}"], cwd=folder, text=True, capture_output=True, input="Ada .\n"
    )


@pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("line", ["--help", "--version", "train --help", "data data=column data.dir={corpus}"])
def test_a_full_standard_output_is_named(corpus: Path, tmp_path: Path, line: str) -> None:
    done = shell(f"{line.format(corpus=corpus)} > {FULL}", tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("ner-lab") and "standard output: cannot be written (No space left" in done.stderr


@pytest.mark.parametrize("line", ["--help >&-", "--help <&- 2>&-", "data data=column data.dir=x >&-"])
def test_what_is_closed_is_empty(tmp_path: Path, line: str) -> None:
    done = shell(line, tmp_path)
    assert "Traceback" not in done.stderr and done.returncode == ("data.dir=x" in line), done.stderr
    assert ("no such folder" in done.stderr) == ("data.dir=x" in line)


@pytest.mark.seconds
def test_predict_with_closed_streams(train, tmp_path: Path) -> None:
    run = train("trainer.max_steps=1").folder
    for line in (f"predict run={run} <&-", f"predict run={run} >&-"):
        done = shell(line, tmp_path)
        assert done.returncode == 0 and done.stdout == "" and "Traceback" not in done.stderr, done.stderr
    done = shell(f"predict run={run} > {FULL}", tmp_path)
    assert done.returncode == 1 and "standard output: cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
