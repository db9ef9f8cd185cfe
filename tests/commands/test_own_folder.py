"""One run, one folder, one writer: what is there already stays as it is, and a refused command leaves no trace."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hydra.core.utils import setup_globals
from omegaconf import OmegaConf

from ner_lab.commands import own_folder
from ner_lab.files import RunFolder

pytestmark = pytest.mark.seconds

TINY = ("model=tiny", "data=column", "trainer=cpu", "trainer.max_epochs=1", "logger=none", "data.cache=null")


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def start(*arguments: str, cwd: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ner_lab", "train", *arguments]
    return subprocess.Popen(command, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def refused(done: subprocess.CompletedProcess[str], *parts: str) -> None:
    assert done.returncode != 0 and "Traceback" not in done.stderr, done.stderr
    for part in parts:
        assert part in done.stderr, done.stderr


@pytest.fixture
def busy(corpus: Path, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A long training into `busy`, which has begun."""
    process = start(*TINY, f"data.dir={corpus}", "trainer.max_epochs=500", "hydra.run.dir=busy", cwd=tmp_path)
    deadline = time.monotonic() + 120
    while not RunFolder(tmp_path / "busy").last.is_file() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield process
    process.kill()
    process.communicate()


def test_a_second_writer_is_refused_by_name_and_harms_nothing(ner_lab, corpus, busy, tmp_path):
    assert busy.poll() is None
    busy.send_signal(signal.SIGSTOP)  # so that nothing changes but by the others
    said = json.loads((tmp_path / "busy" / ".lock").read_text())
    assert said["pid"] == busy.pid and {"host", "since"} < said.keys()
    before = contents(tmp_path)
    for other in (
        [*TINY, f"data.dir={corpus}", "hydra.run.dir=busy"],
        [*TINY, f"data.dir={corpus}", "trainer.max_epochs=500", "hydra.run.dir=busy"],
        ["resume=busy"],
    ):
        refused(ner_lab("train", *other), str(tmp_path / "busy"), f"process {busy.pid} on", "one writer")
    assert contents(tmp_path) == before
    busy.send_signal(signal.SIGCONT)
    busy.send_signal(signal.SIGKILL)
    busy.communicate()
    resumed = ner_lab("train", "resume=busy", "trainer.max_steps=1")  # the lock died with its process
    assert "one writer" not in resumed.stderr


def test_runs_of_one_second_get_a_folder_each(tmp_path):
    setup_globals()  # Hydra's resolvers
    job, run = {"name": "train"}, {"dir": f"{tmp_path}/${{now:%Y}}"}
    configs = [OmegaConf.create({"hydra": {"job": job, "run": run, "output_subdir": ".hydra"}}) for _ in range(32)]
    with ThreadPoolExecutor(8) as pool:
        folders = set(pool.map(own_folder.of_run, configs))
    assert folders == set(tmp_path.iterdir()) and len(folders) == 32


@pytest.mark.slow
def test_runs_of_one_second_have_a_folder_each(corpus, tmp_path):
    # A second is too short for a test: every run begins in the same year.
    words = [*TINY, f"data.dir={corpus}", "hydra.run.dir='outputs/${now:%Y}'"]
    runs = [start(*words, f"seed={seed}", cwd=tmp_path) for seed in (1, 2, 3)]
    for run in runs:
        assert run.wait(200) == 0, run.communicate()
        run.communicate()
    folders = [RunFolder(path) for path in sorted((tmp_path / "outputs").iterdir())]
    assert len(folders) == 3 and all(folder.finished for folder in folders)
    seeds = {folder.overrides.read_text().rpartition("seed=")[2].strip() for folder in folders}
    assert seeds == {"1", "2", "3"}


def test_a_finished_run_is_kept_as_it_is(ner_lab, corpus, tmp_path):
    words = [*TINY, f"data.dir={corpus}", "hydra.run.dir=run"]
    assert ner_lab("train", *words).returncode == 0
    before = contents(tmp_path)
    for again in (words, ["resume=run"]):
        done = ner_lab("train", *again)
        assert done.returncode == 0 and "finished already, kept" in done.stderr, done.stderr
    refused(ner_lab("train", "resume=run", "trainer.max_epochs=2"), "is finished", "trainer.max_epochs=2", "of its own")
    refused(ner_lab("train", *words, "seed=7"), "holds another run")
    refused(ner_lab("evaluate", "run=run", "hydra.run.dir=run"), "which is no evaluation")
    refused(ner_lab("train", "-m", *words, "hydra.sweep.dir=run"), "which is no multirun")
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("folder", "parts"),
    [
        (".", ["holds a_file", "no run"]),
        ("a_file", ["a file of this name"]),
        ("a_file/run", ["a_file is a file"]),
        ("runs", ["holds one", "a folder of its own", "no run"]),
        ("checkout", ["no run"]),
        ("a_run/inner", ["lies in the run"]),
        ("tpyo/deep/run", ["there is no folder", "/tpyo;"]),
    ],
)
def test_a_run_never_lands_in_another_thing(ner_lab, corpus, tmp_path, folder, parts):
    for name in (
        "a_file",
        "runs/one/config.yaml",
        "a_run/overrides.yaml",
        "checkout/.git/HEAD",
        "checkout/config.yaml",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    before = contents(tmp_path)
    refused(ner_lab("train", *TINY, f"data.dir={corpus}", f"hydra.run.dir={folder}"), "hydra.run.dir=", *parts)
    words = ["-m", *TINY, f"data.dir={corpus}", f"hydra.sweep.dir={folder}", "seed=1,2"]
    refused(ner_lab("train", *words), "hydra.sweep.dir=", *(part for part in parts if "run" not in part))
    assert contents(tmp_path) == before and not (tmp_path / "tpyo").exists()


def test_what_the_lock_says_is_for_people(corpus, busy, tmp_path):
    said = json.loads((tmp_path / "busy" / ".lock").read_text())
    assert said["pid"] == busy.pid and {"host", "since"} < said.keys()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [("optimizer.lr=1,-1", "optimizer.lr must be above 0"), ("loss=nll,fcal", "fcal"), ("loss=[a,b],nll", "loss")],
)
def test_hydras_own_sweeper_asks_for_every_value_before_its_first_job(ner_lab, corpus, tmp_path, wrong, said):
    words = ["train", "-m", *TINY, f"data.dir={corpus}", "hydra.sweep.dir=s", "hydra/sweeper=basic", "seed=1,2", wrong]
    refused(done := ner_lab(*words), said)
    assert len(done.stderr.splitlines()) == 1 and not list(tmp_path.iterdir())


@pytest.mark.parametrize("words", ["tensorboard --port x", "tensorboard a b", "sweep", "sweep no", "sweep list --jsn"])
def test_a_wrong_word_of_a_plain_command_is_one_line(ner_lab, words):
    done = ner_lab(*words.split())
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and "--help" in done.stderr, done.stderr
