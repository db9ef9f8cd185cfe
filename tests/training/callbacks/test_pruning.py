"""A run as a trial: what it reports, and what is left of it when it is pruned."""

from __future__ import annotations

import json

import optuna
import pytest
import torch

from hydra_slots import reporting
from ner_lab.files import RunFolder
from ner_lab.training.checkpoint_files import read_checkpoint

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


@pytest.mark.seconds
def test_every_evaluation_is_reported(train, reports):
    told = reports(100)
    result = train(*SHORT)
    assert [step for _, step in told] == [1, 2, 3, 4, 5, 6]
    assert max(value for value, _ in told) == pytest.approx(result.objective)
    assert RunFolder(result.folder).best.is_file() and not RunFolder(result.folder).pruned.exists()


@pytest.mark.seconds
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


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("settings", "pauses"),
    [
        (("trainer.max_epochs=4",), (1, 2)),  # at the ends of epochs
        (SHORT, (1, 3)),  # in the middle of them
        ((*SHORT, "trainer.accumulate_grad_batches=2", "loss=embedding_label_smoothing"), (2, 5)),
    ],
)
def test_a_run_that_pauses_twice_ends_with_the_weights_of_one_that_does_not(train, tmp_path, settings, pauses):
    whole = train(*settings, name="whole")
    told: list[tuple[float, int]] = []

    def judge(value: float, step: int) -> bool | str:
        told.append((value, step))
        return reporting.PAUSE if step in pauses and told.count((value, step)) == 1 else False

    folder = RunFolder(tmp_path / "paused")
    for count in range(2):
        reporting.connect(judge, tmp_path / "paused")
        folder.path.mkdir(exist_ok=True)
        with pytest.raises(reporting.TrialPaused):
            train(*settings, name="paused", resume=count > 0)
        assert folder.last.is_file() and not folder.finished
        assert json.loads(folder.pruned.read_text())["evaluations"] == pauses[count] == told[-1][1]
    reporting.connect(judge, tmp_path / "paused")
    result = train(*settings, name="paused", resume=True)
    reporting.connect(None)
    steps = [step for _, step in told]
    assert steps == list(range(1, len(steps) + 1)) and not folder.pruned.exists()
    for name in ("best", "last"):
        one, other = (read_checkpoint(getattr(RunFolder(r.folder), name)) for r in (whole, result))
        assert all(torch.equal(one["state_dict"][key], other["state_dict"][key]) for key in one["state_dict"])
    assert one["lr_schedulers"] == other["lr_schedulers"]
    for split in ("dev", "test"):
        assert result.metrics[split] == whole.metrics[split]
    assert result.metrics["train"]["steps"] == whole.metrics["train"]["steps"]
