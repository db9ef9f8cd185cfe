"""A storage that is away for a while costs nothing; one that stays away ends the sweep in one message."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import threading
from typing import Any
from urllib.parse import quote

import grpc
import optuna
import postgres_server
import pytest
import sqlalchemy.exc
import toy_sweep
from optuna.exceptions import StorageInternalError, UpdateFinishedTrialError
from optuna.storages import InMemoryStorage

from hydra_slots.studies import patience as room
from hydra_slots.studies.owners import Observer
from hydra_slots.studies.patience import Patience, Patient, StorageLostError, is_lost, patient
from hydra_slots.studies.tickets import Tickets


def cut() -> StorageInternalError:
    error = StorageInternalError("An exception is raised during the commit.")
    error.__cause__ = sqlalchemy.exc.OperationalError("SELECT 1", {}, Exception("server closed the connection"))
    return error


class Failing(InMemoryStorage):
    """Fails the next `times` times, before it has done what it was asked, or after."""

    def __init__(self) -> None:
        super().__init__()
        self.times, self.after = 0, False

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found) or not self.times:
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self.times -= 1
            if self.after:
                found(*arguments, **named)
            raise cut()

        return call


@pytest.fixture
def waits(monkeypatch) -> list[str]:
    """What is said; nothing really waits."""
    said: list[str] = []
    waiting = Patience(total=30.0)
    waiting.say = said.append
    clock = [0.0]
    monkeypatch.setattr(room, "patience", waiting)
    monkeypatch.setattr(room.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(room.time, "sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    return said


@pytest.mark.parametrize("after", [False, True])
def test_what_failed_is_asked_again_and_done_once(waits, after):
    storage = Failing()
    study = optuna.create_study(storage=patient(storage))
    storage.times, storage.after = 3, after
    Tickets([], 1, 0).queue(study, 0, ())
    assert storage.times == 0 and len(study.get_trials()) == 1
    assert len(waits) == 2 and "away" in waits[0] and "server closed" in waits[0] and "again" in waits[1]


def test_a_storage_that_stays_away_ends_it_and_then_no_more_is_waited(waits):
    storage = Failing()
    study = optuna.create_study(storage=patient(storage))
    storage.times = 10_000
    with pytest.raises(StorageLostError, match=r"not answered for 30 s \(.*server closed.*the same command goes on"):
        study.set_user_attr("a", 1)
    tries = storage.times
    with pytest.raises(StorageLostError):
        study.set_user_attr("a", 1)
    assert storage.times == tries - 1 and len(waits) == 1 and 5 < 10_000 - tries < 12, "waits grow"


def test_errors_that_do_not_pass_are_not_waited_for(waits):
    study = optuna.create_study(storage=patient(InMemoryStorage()))
    trial = study.ask()
    study.tell(trial, 1.0)
    with pytest.raises(UpdateFinishedTrialError):
        trial.set_user_attr("a", 1)
    assert waits == []


def test_ctrl_c_ends_the_wait(waits):
    storage = Failing()
    study = optuna.create_study(storage=patient(storage))
    storage.times = 10_000

    def stop() -> None:
        raise KeyboardInterrupt("SIGINT")

    room.patience.check = stop
    with pytest.raises(KeyboardInterrupt):
        study.set_user_attr("a", 1)


def test_every_method_of_a_storage_is_patient():
    public = [name for name in vars(optuna.storages.BaseStorage) if not name.startswith("_")]
    assert all(name in vars(Patient) for name in public)


class Refused(grpc.RpcError):
    __module__ = "grpc._channel"

    def __init__(self, code: grpc.StatusCode) -> None:
        self._code = code

    def code(self) -> grpc.StatusCode:
        return self._code


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (cut(), True),
        (sqlalchemy.exc.OperationalError("BEGIN", {}, sqlite3.OperationalError("database is locked")), True),
        (sqlalchemy.exc.OperationalError("BEGIN", {}, sqlite3.OperationalError("disk is full")), False),
        (sqlalchemy.exc.ProgrammingError("SELECT", {}, Exception("no such column")), False),
        (ConnectionResetError(104, "Connection reset by peer"), True),
        (Refused(grpc.StatusCode.UNAVAILABLE), True),
        (Refused(grpc.StatusCode.NOT_FOUND), False),
        (ValueError("x"), False),
        (OSError(28, "No space left on device"), False),
    ],
)  # fmt: skip
def test_what_may_pass(error, lost):
    assert is_lost(error) is lost


def test_time_in_which_nobody_could_look_is_no_silence_of_others(monkeypatch):
    study = optuna.create_study()
    observer, clock = Observer(study, 60.0, "me", None), [0.0]
    monkeypatch.setattr(room.time, "monotonic", lambda: clock[0])
    assert not observer.stands_still("other", 1)
    clock[0] = 200.0  # the storage was away
    assert not observer.stands_still("other", 1)
    for clock[0] in (202.0, 215.0, 230.0, 245.0):
        assert not observer.stands_still("other", 1)
    clock[0] = 262.0
    assert observer.stands_still("other", 1)


@pytest.mark.slow
def test_a_sweep_outlives_a_restart_of_its_database(tmp_path, monkeypatch):
    postgres_server.needed()
    pytest.importorskip("psycopg", reason="pip install 'hydra-slots[postgres]'")
    with postgres_server.restartable() as (port, restart):
        secret = quote(postgres_server.PASSWORD, safe="")
        monkeypatch.setenv("SWEEP_STORAGE", f"postgresql://sweeper:{secret}@127.0.0.1:{port}/postgres")
        shared = ("hydra.sweeper.storage=env:SWEEP_STORAGE", "hydra.sweeper.study_name=s")
        process = subprocess.Popen(
            toy_sweep.command(tmp_path / "s", *shared, "hydra.sweeper.n_trials=6", "x=interval(-5,5)", "seconds=2"),
            stderr=subprocess.PIPE,
            text=True,
        )
        said: list[str] = []
        reader = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        reader.start()
        toy_sweep.wait_for(lambda: sum("complete" in line for line in said) >= 2, "two trials")
        restart(3.0)
        try:
            assert process.wait(timeout=90) == 0, "".join(said)
        finally:
            process.send_signal(signal.SIGKILL)
        reader.join(timeout=5)
        text = "".join(said)
        assert "6 of 6 trials: 6 complete" in text and text.count("storage is away") == 1, text
        states = [trial.user_attrs["end"] for trial in toy_sweep.study(tmp_path, "env:SWEEP_STORAGE", "s").get_trials()]
        assert states == ["complete"] * 6
