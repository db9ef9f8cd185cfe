"""Storages that somebody else made: nothing of them is computed, written through, waited for or read without end."""

from __future__ import annotations

import os
import sqlite3
import time
from pathlib import Path

import optuna
import pytest
from optuna.distributions import BaseDistribution, FloatDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import create_trial

from hydra_slots import command
from hydra_slots.errors import SweepError
from hydra_slots.studies.opening import open_study
from hydra_slots.views import page


def journal(folder: Path, *studies: str) -> Path:
    folder.mkdir(exist_ok=True)
    storage = JournalStorage(JournalFileBackend(str(folder / "study.journal")))
    for name in studies:
        optuna.create_study(study_name=name, storage=storage).add_trial(optuna.trial.create_trial(value=1.0))
    return folder


def refusal(folder: Path, *words: str) -> str:
    with pytest.raises(SystemExit) as ended:
        command.start([words[0], str(folder), *words[1:]])
    return str(ended.value)


@pytest.mark.parametrize("head", [b"", b'{"'])
def test_a_line_of_absurd_length(tmp_path: Path, head: bytes) -> None:
    with (tmp_path / "study.journal").open("wb") as file:
        file.write(head)
        file.truncate(2**31)
    began = time.monotonic()
    assert "study.journal:1: a line of more than 16 MB" in refusal(tmp_path, "status")
    assert time.monotonic() - began < 3


def test_nobody_waits_for_a_pipe(tmp_path: Path) -> None:
    journal(tmp_path, "s")
    os.mkfifo(tmp_path / "multirun.yaml")
    assert "no plain file" in refusal(tmp_path, "status")


@pytest.mark.parametrize("name", ["sweep.html", "best.yaml"])
def test_nothing_is_written_through_a_link(tmp_path: Path, name: str) -> None:
    folder = journal(tmp_path / "sweep", "s")
    (tmp_path / "mine").write_text("mine")
    (folder / name).symlink_to(tmp_path / "mine")
    command.start(["html" if name == "sweep.html" else "best", str(folder)])
    assert (tmp_path / "mine").read_text() == "mine"
    assert not (folder / name).is_symlink()


def test_a_linked_journal_is_looked_at_and_not_written(tmp_path: Path) -> None:
    real, folder = journal(tmp_path / "real", "s"), tmp_path / "sweep"
    folder.mkdir()
    (folder / "study.journal").symlink_to(real / "study.journal")
    assert open_study(folder).study_name == "s"
    assert "is a link" in refusal(folder, "retry")


@pytest.mark.parametrize(
    "program",
    [
        "CREATE TRIGGER t AFTER INSERT ON trials BEGIN DELETE FROM studies; END",
        "CREATE VIEW v AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    ],
)
def test_a_database_with_programs_is_not_opened(tmp_path: Path, program: str) -> None:
    url = f"sqlite:///{tmp_path / 's.db'}"
    optuna.create_study(study_name="s", storage=url)
    with sqlite3.connect(tmp_path / "s.db") as connection:
        connection.execute(program)
    for writing in (False, True):
        with pytest.raises(SweepError, match="Optuna makes tables alone"):
            open_study(None, url, writing=writing)


def test_numbers_at_the_ends_of_floats_are_drawn() -> None:
    study = optuna.create_study(study_name="s")
    numbers = (-1.7e308, 1.7e308, 0.0, 1e-310, 5e-324)
    for number in numbers:
        params = {"a": number, "b": max(number, 5e-324)}
        known: dict[str, BaseDistribution] = {
            "a": FloatDistribution(-1.7e308, 1.7e308),
            "b": FloatDistribution(5e-324, 1.7e308, log=True),
        }
        study.add_trial(create_trial(value=number, params=params, distributions=known, intermediate_values={0: number}))
    study.add_trial(create_trial(value=float("inf")))
    assert "<svg" in page.render(study)


def test_a_trial_of_another_program_is_not_tried_again(tmp_path: Path) -> None:
    study = optuna.load_study(
        study_name="s", storage=JournalStorage(JournalFileBackend(str(journal(tmp_path, "s") / "study.journal")))
    )
    study.add_trial(create_trial(state=optuna.trial.TrialState.FAIL))
    assert "of another program" in refusal(tmp_path, "retry")


def test_a_message_does_not_list_a_thousand_studies(tmp_path: Path) -> None:
    said = refusal(journal(tmp_path, *(f"s{number}" for number in range(20))), "status")
    assert "and more" in said and "s5" not in said
