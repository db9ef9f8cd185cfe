"""The sweeper's README is true: its files are the example's, every command in it runs, and every setting is named.

`pip install ./sweeper` is run by test_plugin_discovery, for every version of Hydra.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from hydra_slots import History, SweepError, open_study
from hydra_slots.settings import EXTRAS, PROMOTION, PRUNERS, SAMPLERS, SweepSettings

PROJECT = Path(__file__).parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
LINES = [line.split("  #")[0].strip() for language, text in BLOCKS if language == "bash" for line in text.splitlines()]
COMMANDS = [line for line in LINES if not line.startswith("export ")]
LOCAL = "scheduler: submitit\ncluster: local\ncount: 1\nlogs: logs\nresources: {timeout_min: 2}\n"
TOTALS = [(4, 6), pytest.param((40, 60), marks=pytest.mark.slow)]  # trials, and more trials; the README's own are slow
GRID = "python app.py -m hydra/sweeper=slots lr=0.1,0.2 seed=1,2,3"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The example, beside it a workers file for this machine."""
    folder = tmp_path / "examples"
    shutil.copytree(PROJECT / "examples", folder)
    (folder / "workers" / "slurm.yaml").write_text(LOCAL)
    memory = Path("/dev/shm")  # SQLite waits for the disk at every step, half of its time
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as database:
        monkeypatch.setenv("SWEEP_STORAGE", f"sqlite:///{database}/shared.db")
        yield folder


def start(folder: Path, line: str) -> subprocess.Popen[str]:
    program, *arguments = shlex.split(line)
    own = {"python": [sys.executable], "hydra-slots": [sys.executable, "-m", "hydra_slots"]}[program]
    return subprocess.Popen([*own, *arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run(folder: Path, line: str) -> str:
    """What the command says."""
    process = start(folder, line)
    said, complained = process.communicate(timeout=400)
    assert process.returncode == 0, f"{line}\n{said}{complained}"
    return said + complained


def test_its_files_are_the_examples():
    shown = {
        found[1]: text.partition("\n")[2] for _, text in BLOCKS if (found := re.match(r"# (\S+\.(?:py|yaml))", text))
    }
    assert set(shown) == {"app.py", "conf/tune.yaml"}
    for name, text in shown.items():
        assert (PROJECT / "examples" / name).read_text(encoding="utf-8") == text, name


def trials_in(journal: Path) -> int:
    """Trials so far; none while the study is being made."""
    try:
        return len(open_study(journal.parent).get_trials())
    except SweepError:
        return 0


@pytest.mark.seconds
@pytest.mark.parametrize("totals", TOTALS)
def test_a_stranger_follows_it_from_the_first_command_to_the_last(folder, totals):
    total, more = totals
    tune = (folder / "conf" / "tune.yaml").read_text()
    assert tune.count("n_trials: 40") == 1
    (folder / "conf" / "tune.yaml").write_text(tune.replace("n_trials: 40", f"n_trials: {total}"))
    assert len(COMMANDS) == 12 and GRID in README and COMMANDS[2].endswith("n_trials=60")
    commands = [line.replace("n_trials=60", f"n_trials={more}") for line in COMMANDS]
    first = start(folder, commands[0])
    journal = folder / "sweeps" / "tune" / "study.journal"
    deadline = time.monotonic() + 60
    while trials_in(journal) < 2:
        assert time.monotonic() < deadline and first.poll() is None, first.communicate()
        time.sleep(0.1)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    assert f"{total} of {total} trials" in run(folder, commands[1])
    assert f"going on with {total} of {more}" in run(folder, commands[2])
    said = {line: run(folder, line) for line in commands[3:]}
    status, rows, page, best, retry, *rest = said.values()
    assert f"{more} of {more} trials finished" in status and "no trial has failed" in retry
    assert sum(row["state"] in ("COMPLETE", "PRUNED") for row in json.loads(rows)) == more
    assert (folder / page.strip()).is_file() and (folder / "sweeps" / "tune" / "best.yaml").is_file()
    again = next(line for line in best.splitlines() if line.startswith("  python app.py"))
    run(folder, f"{again} hydra.run.dir=again")
    assert f"{total} of {total}" in rest[1] and "queued 1 workers" in rest[3]
    history = History.of(open_study(None, os.environ["SWEEP_STORAGE"], "shared"))
    assert len(history.finished()) == total


@pytest.mark.seconds
def test_a_grid_needs_no_config_of_its_own(folder):
    assert "6 of 6 trials: 6 complete" in run(folder, f"{GRID} hydra.sweep.dir=sweeps/grid epochs=2")


@pytest.mark.seconds
def test_its_trials_pause(folder):
    fewer = "python pausing.py --config-name promote -m hydra.sweeper.n_trials=9"
    assert "9 of 9 trials" in run(folder, fewer)
    history = History.of(open_study(folder / "sweeps" / "promote"))
    assert any(record.state == "PROMOTED" for record in history)
    whole = history.best()[0]
    alone = [f"{key}={value}" for key, value in whole.user_attrs["params_text"].items()]
    straight = run(folder, shlex.join(["python", "pausing.py", *alone, "hydra.run.dir=straight"]))
    assert "Error" not in straight and (folder / "straight" / "state").is_dir()
    import numpy

    kept = [
        numpy.load(folder / place / "state" / "weights.npz") for place in ("straight", f"sweeps/promote/{whole.folder}")
    ]
    assert all((kept[0][name] == kept[1][name]).all() for name in ("weights", "velocity", "epoch"))


def test_every_setting_sampler_and_pruner_is_named():
    table = README[README.index("| setting (") : README.index("## More processes")]
    for one in fields(SweepSettings):
        assert re.search(rf"\b{one.name}\b", table), one.name
    for name in (*SAMPLERS, *PRUNERS, PROMOTION, *(extra for extra, _ in EXTRAS.values())):
        assert f"`{name}`" in table or f"={name}`" in table, name


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert target.startswith("https://") or (PROJECT / target).exists(), target
