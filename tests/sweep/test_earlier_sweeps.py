"""A sweep that was started when configs named classes by the paths of their files goes on, and can be looked at."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

STORED = Path(__file__).parents[1] / "stored"
SWEEP = shlex.split(
    "train -m model.encoder.name=enc model.lr=0.05 data=column data.dir=corpus data.cache=null data.batch_size=2 "
    "trainer=cpu model.encoder.pooling=mean loss=nll,focal logger=none trainer.max_epochs=1 hydra.sweep.dir=sweep "
    "callbacks.checkpoint.keep=none trainer.precision=32-true model.head.decode=greedy"  # the defaults of that time
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("enc", "corpus", "sweep"):
        shutil.copytree(STORED / name, tmp_path / name)
    return tmp_path


@pytest.mark.seconds
def test_it_is_complete_and_nothing_runs_again(ner_lab, folder):
    ages = {path: path.stat().st_mtime_ns for path in folder.glob("sweep/*/metrics.json")}
    done = ner_lab(*SWEEP)
    assert done.returncode == 0, done.stderr
    assert "going on with 2 of 2 trials" in done.stderr
    assert len(ages) == 2 and all(path.stat().st_mtime_ns == age for path, age in ages.items())


@pytest.mark.seconds
def test_another_config_is_refused_by_its_difference_alone(ner_lab, folder):
    done = ner_lab(*(word.replace("model.lr=0.05", "model.lr=0.06") for word in SWEEP))
    assert done.returncode != 0 and "lr" in done.stderr and "_target_" not in done.stderr


@pytest.mark.seconds
def test_a_default_that_has_changed_since_is_named_with_its_old_value(ner_lab, folder):
    done = ner_lab(*(word for word in SWEEP if not word.startswith("trainer.precision")))
    assert done.returncode == 1 and 'config.trainer.precision: was "32-true", now "auto"' in done.stderr
    assert "give the values it began with" in done.stderr


@pytest.mark.seconds
def test_it_can_be_looked_at_and_compared(ner_lab, folder):
    status = ner_lab("sweep", "status", "sweep")
    assert status.returncode == 0 and "2 complete" in status.stdout, status.stderr
    assert "loss=" in ner_lab("sweep", "best", "sweep").stdout
    compared = ner_lab("compare", "sweep", "by=loss")
    assert compared.returncode == 0 and "focal" in compared.stdout and "nll" in compared.stdout, compared.stderr
