"""A run as a trial: what it reports, and what is left of it when it is pruned."""

from __future__ import annotations

import json

import optuna
import pytest

from hydra_slots import reporting
from ner_lab.files import RunFolder

SHORT = ("trainer.max_epochs=3", "trainer.val_check_interval=0.5", "data.batch_size=16")


@pytest.fixture
def reports():
    """`reports(stop)` lists what is reported; the run is hopeless from step `stop` on."""
    told: list[tuple[float, int]] = []

    def connect(stop: int) -> list[tuple[float, int]]:
        reporting.connect(lambda value, step: told.append((value, step)) or step >= stop)
        return told

    yield connect
    reporting.connect(None)


def test_every_evaluation_is_reported(train, reports):
    told = reports(100)
    result = train(*SHORT)
    assert [step for _, step in told] == [1, 2, 3, 4, 5, 6]
    assert max(value for value, _ in told) == pytest.approx(result.objective)
    assert RunFolder(result.folder).best.is_file() and not RunFolder(result.folder).pruned.exists()


def test_a_pruned_run_keeps_its_metrics_and_no_checkpoint(train, reports, tmp_path):
    told = reports(3)
    with pytest.raises(optuna.TrialPruned):
        train(*SHORT)
    folder = RunFolder(tmp_path / "run")
    assert len(told) == 3 and not folder.finished
    kept = json.loads(folder.pruned.read_text())
    assert kept["evaluations"] == 3 and kept["last"]["dev/f1"] == pytest.approx(told[-1][0])
    assert not folder.best.exists() and not folder.last.exists()
    assert folder.config.is_file() and folder.environment.is_file()


def test_several_objectives_are_those_of_the_metrics(train):
    result = train("sweep_objectives=[dev/f1,dev/seconds]")
    f1, seconds = result.values(["dev/f1", "dev/seconds"])
    assert f1 == result.metrics["dev"]["f1"] and 0 < seconds < 60
