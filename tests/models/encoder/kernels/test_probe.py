"""The probe of the machine: what it finds is kept, and believed by everybody; it disturbs nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import torch

from ner_lab.models import Encoder
from ner_lab.models.encoder.kernels import measurement, probe
from ner_lab.models.encoder.kernels.rewrites import ON_CPU

_measure = cache(measurement.measure)


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """An empty cache; how often the machine was measured, which a test process does once."""
    monkeypatch.setenv("NER_LAB_CACHE", str(tmp_path / "cache"))
    probe._probe.cache_clear()
    counted: list[int] = []

    def measure() -> measurement.Probe:
        counted.append(1)
        return _measure()

    monkeypatch.setattr(probe, "measure", measure)
    yield counted
    probe._probe.cache_clear()


@pytest.mark.seconds
def test_it_measures_once_and_leaves_all_as_it_was(measured: list[int], tmp_path: Path) -> None:
    _measure.cache_clear()
    torch.manual_seed(3)
    state, threads = torch.random.get_rng_state(), torch.get_num_threads()
    found = probe.probe()
    assert torch.equal(torch.random.get_rng_state(), state) and torch.get_num_threads() == threads
    assert all(gain > 0 for gain in found.gains.values())
    assert found.kernels == tuple(name for name, gain in found.gains.items() if gain >= measurement.WORTH)
    probe._probe.cache_clear()  # another process
    assert probe.probe() == found and [name for name in Encoder("tiny").kernels if name in ON_CPU] == list(
        found.kernels
    )
    assert len(measured) == 1
    (file,) = (tmp_path / "cache" / "kernels").glob("*.json")
    assert json.loads(file.read_text())["machine"] == measurement.machine()


@pytest.mark.parametrize("text", ["", "[1]", '{"kernels": 3}', "[" * 10_000])
def test_a_damaged_probe_is_made_again(measured: list[int], tmp_path: Path, text: str) -> None:
    probe.probe()
    (file,) = (tmp_path / "cache" / "kernels").glob("*.json")
    file.write_text(text)
    probe._probe.cache_clear()
    probe.probe()
    assert len(measured) == 2 and json.loads(file.read_text())["kernels"] is not None


def test_a_kernel_of_the_cache_that_cannot_be_had_is_not_taken(measured: list[int], tmp_path: Path) -> None:
    probe.probe()
    (file,) = (tmp_path / "cache" / "kernels").glob("*.json")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"kernels": ["dropout", "warp"]}))
    probe._probe.cache_clear()
    assert probe.probe().kernels == ("dropout",)


@pytest.mark.slow
def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    code = "from ner_lab.models.encoder.kernels import choose; print(choose('auto'))"
    environment = {"NER_LAB_CACHE": str(tmp_path)}
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=os.environ | environment)
        for _ in range(2)
    ]
    assert len({process.communicate(timeout=300)[0] for process in started}) == 1


def test_a_folder_that_cannot_be_written_costs_time_alone(measured: list[int], tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NER_LAB_CACHE", str(tmp_path / "file"))
    assert probe.probe().gains and len(measured) == 1


@pytest.mark.parametrize(("gain", "turns"), [(1.03, 27), (1.5, 2), (0.5, 2), (0.2, 1)])
def test_turns_are_taken_while_there_is_time_and_doubt(
    monkeypatch: pytest.MonkeyPatch, gain: float, turns: int
) -> None:
    clock, calls = [0.0], list[float]()

    def call(seconds: float) -> None:
        calls.append(seconds)
        pace = 1 + (len(calls) - 1) // 2 % 5  # changes from turn to turn
        clock[0] += seconds * pace

    monkeypatch.setattr(measurement.time, "thread_time", lambda: clock[0])
    found = measurement.faster(lambda: call(0.01), lambda: call(0.01 / gain), until=1.5)
    assert found == pytest.approx(gain)
    assert len(calls) / 2 == pytest.approx(turns, abs=turns > measurement.FEWEST)
    assert clock[0] >= 1.5 or turns <= measurement.FEWEST


def test_a_slow_machine_takes_the_fewest_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]

    def call() -> None:
        clock[0] += 1

    monkeypatch.setattr(measurement.time, "thread_time", lambda: clock[0])
    assert measurement.faster(call, call, until=0.5) == 1 and clock[0] == 2 * measurement.FEWEST
