"""A run goes on with the settings it began with, also where config files of the user's own have changed meanwhile."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def stopped(ner_lab, corpus: Path, tmp_path: Path) -> Path:
    """A run with an optimizer of the user's own, which ended before its scores were written."""
    return begun(ner_lab, corpus, tmp_path, lr=1e-4)


def begun(ner_lab, corpus: Path, tmp_path: Path, **settings: float) -> Path:
    write(tmp_path, **settings)
    words = ("model=tiny", "data=column", f"data.dir={corpus}", "data.size=24", "trainer=cpu", "trainer.max_epochs=1")
    done = ner_lab("train", *words, "logger=none", "optimizer=mine", "hydra.run.dir=run")
    assert done.returncode == 0, done.stderr
    (tmp_path / "run" / "metrics.json").unlink()
    return tmp_path / "run"


def write(folder: Path, **settings: float) -> None:
    (folder / "conf" / "optimizer").mkdir(parents=True, exist_ok=True)
    text = yaml.dump({"defaults": ["adamw", "_self_"], **settings})
    (folder / "conf" / "optimizer" / "mine.yaml").write_text(text)


def contents(run: Path) -> dict[Path, bytes]:
    """Of the files of a run; Hydra writes its own before anything is asked."""
    files = (path for path in run.rglob("*") if path.is_file() and ".hydra" not in path.parts)
    return {path: path.read_bytes() for path in files if path.name not in ("train.log", ".lock")}


@pytest.mark.seconds
def test_a_changed_file_is_refused_and_a_word_of_the_command_line_counts(ner_lab, stopped: Path) -> None:
    write(stopped.parent, lr=1e-3)
    before = contents(stopped)
    refused = ner_lab("train", "resume=run")
    assert refused.returncode == 1
    assert "config files have changed since the run began (optimizer.lr 0.0001 -> 0.001)" in refused.stderr
    assert f"such as resume={stopped} optimizer.lr=0.0001" in refused.stderr
    assert contents(stopped) == before
    done = ner_lab("train", f"resume={stopped}", "optimizer.lr=0.0001")
    assert done.returncode == 0, done.stderr
    assert json.loads((stopped / "environment.json").read_text())["resumed"][-1]["changes"] == []


@pytest.mark.seconds
def test_where_the_files_of_the_run_are_gone_it_is_said_where_they_are_looked_for(ner_lab, stopped: Path) -> None:
    shutil.rmtree(stopped.parent / "conf")
    refused = ner_lab("train", "resume=run", "optimizer.lr=0.0001")
    assert refused.returncode == 1 and "optimizer=mine: no such option" in refused.stderr
    assert "resume=run takes the options of its overrides.yaml: start it in the folder that holds" in refused.stderr


@pytest.mark.seconds
def test_what_refers_to_a_word_of_the_command_line_changes_with_it(ner_lab, corpus: Path, tmp_path: Path) -> None:
    run = begun(ner_lab, corpus, tmp_path)  # its rate is ${model.lr}
    done = ner_lab("train", "resume=run", "model.lr=0.5")
    assert done.returncode == 0, done.stderr
    (resumed,) = json.loads((run / "environment.json").read_text())["resumed"]
    assert {change.split()[0] for change in resumed["changes"]} == {"model.lr", "optimizer.lr"}


@pytest.mark.seconds
def test_an_option_of_the_command_line_stands_for_its_whole_group(ner_lab, stopped: Path) -> None:
    write(stopped.parent, lr=1e-3)
    done = ner_lab("train", "resume=run", "optimizer=adamw", "optimizer.lr=0.0001")
    assert done.returncode == 0, done.stderr
