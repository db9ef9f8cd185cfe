"""A training beside another one on the same cores says so, and how to share; alone, or in a sweep, it says nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import torch

from ner_lab.training import neighbours

CORES = len(os.sched_getaffinity(0))


@contextmanager
def process(*words: str, threads: str = "") -> Iterator[int]:
    """A process of somebody else's, with these words on its command line."""
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    environment |= {"OMP_NUM_THREADS": threads} if threads else {}
    script = '"$0" -c "import time; time.sleep(100)" "$@" >/dev/null 2>&1 & echo $!'
    asked = ["sh", "-c", script, sys.executable, *words]
    pid = int(subprocess.run(asked, stdout=subprocess.PIPE, env=environment, check=True).stdout)
    try:
        yield pid
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        ends = time.monotonic() + 30
        while neighbours._is_training(pid) and time.monotonic() < ends:  # on a busy machine it takes its time to die
            time.sleep(0.01)


def test_more_devices_than_cores_are_said(monkeypatch):
    assert f"trainer.devices={CORES + 1}: as many processes take turns on {CORES} cores" in neighbours.note(CORES + 1)
    monkeypatch.setenv(neighbours.TRIAL, "1")
    assert "take turns" in neighbours.note(CORES + 1) and not neighbours.note(CORES)


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Only processes of this test, on a machine where others may train."""
    found = neighbours._trainings
    own: set[int] = set()
    monkeypatch.setattr(neighbours, "_trainings", lambda: (one for one in found() if one[0] in own))
    monkeypatch.delenv(neighbours.TRIAL, raising=False)
    threads = torch.get_num_threads()
    torch.set_num_threads(CORES)
    yield own
    torch.set_num_threads(threads)


@pytest.mark.parametrize("words", [("ner-lab", "train", "loss=focal"), ("-m", "ner_lab", "train"),
                                   ("/env/bin/ner-lab", "train"), ("/lib/ner_lab/__main__.py", "train")])  # fmt: skip
def test_another_training_is_named_with_how_to_share(alone, words):
    with process(*words) as pid:
        alone.add(pid)
        said = neighbours.note()
    assert f"(process {pid}): {CORES} + {CORES} threads on {CORES} cores" in said
    assert f"OMP_NUM_THREADS={max(1, CORES // 2)} " in said and "hydra.sweeper.slots=2" in said
    assert neighbours.note() == "", "it has ended"


@pytest.mark.parametrize("words", [("ner-lab", "predict"), ("grep", "ner-lab"), ("train", "ner-lab"), ("ner-lab",)])
def test_other_programs_are_none(alone, words):
    with process(*words) as pid:
        alone.add(pid)
        assert neighbours.note() == ""


def test_trainings_that_share_already_say_nothing(alone, monkeypatch):
    with process("ner-lab", "train", threads="3") as pid:
        alone.add(pid)
        assert "+ 3 threads" in neighbours.note()
        monkeypatch.setenv(neighbours.TRIAL, "in a sweep")
        assert neighbours.note() == ""
        monkeypatch.delenv(neighbours.TRIAL)
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(CORES + 3)))
        assert neighbours.note() == "", "enough cores for both"
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0} if pid else {1})
        assert neighbours.note() == "", "on other cores"


def test_a_relative_is_no_neighbour(alone):
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)", "ner-lab", "train"]) as child:
        alone.add(child.pid)
        said = neighbours.note()
        child.kill()
    assert said == ""


def test_without_a_list_of_processes_nothing_is_known(monkeypatch, tmp_path):
    monkeypatch.setattr(neighbours, "PROCESSES", tmp_path)
    assert neighbours.note() == ""
