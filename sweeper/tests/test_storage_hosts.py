"""Studies in storages that other hosts can reach: PostgreSQL, SQLite, Optuna's gRPC proxy; and who else reads them."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import made_studies
import optuna
import postgres_server
import pytest

from hydra_slots.errors import SweepError
from hydra_slots.studies import storage
from hydra_slots.studies.history import History
from hydra_slots.studies.opening import open_study

SECRET = quote(postgres_server.PASSWORD, safe="")

QUEUED = 18
# Takes one trial after the other from the study's queue, as a worker does, and prints their numbers.
WRITER = """
import sys, optuna
from pathlib import Path
from hydra_slots.studies.storage import open_storage
optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.load_study(study_name="shared", storage=open_storage(sys.argv[1], None))
print("ready", flush=True)
sys.stdin.readline()
while "ticket" in (trial := study.ask()).user_attrs:
    trial.report(0.5, 1)
    study.tell(trial, trial.suggest_float("x", 0, 1))
    print(trial.number)
trial.set_user_attr("end", "no_ticket")
study.tell(trial, state=optuna.trial.TrialState.FAIL)
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    """URL, with its password, of a database that knows nothing yet."""
    postgres_server.needed()
    pytest.importorskip("psycopg", reason="pip install 'hydra-slots[postgres]'")
    with postgres_server.server() as port:
        yield f"postgresql://sweeper:{SECRET}@127.0.0.1:{port}/postgres"


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[str]:
    """`grpc://` address of Optuna's proxy in front of a journal file."""
    port = postgres_server.free_port()
    behind = optuna.storages.JournalStorage(
        optuna.storages.journal.JournalFileBackend(str(tmp_path / "behind.journal"))
    )
    address = {"host": "127.0.0.1", "port": port}
    serve = optuna.storages.run_grpc_proxy_server
    serving = threading.Thread(target=serve, args=(behind,), kwargs=address, daemon=True)
    serving.start()
    yield f"grpc://127.0.0.1:{port}"


def three_writers(setting: str) -> list[int]:
    """Numbers of all trials that three processes took from the queue at the same time."""
    opened = storage.open_storage(setting, None)
    study = optuna.create_study(study_name="shared", storage=opened, direction="maximize")
    for ticket in range(QUEUED):
        study.enqueue_trial({}, user_attrs={"ticket": ticket})
    command = [sys.executable, "-c", WRITER, setting]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    writers = [subprocess.Popen(command, text=True, **pipes) for _ in range(3)]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    numbers: list[int] = []
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        out, err = writer.communicate(timeout=120)
        assert writer.returncode == 0, err
        assert SECRET not in out + err
        numbers += map(int, out.split())
    return numbers


def whole(setting: str) -> None:
    """Three processes work on it at once; nothing is lost or taken twice, and the views read what they wrote."""
    assert sorted(three_writers(setting)) == list(range(QUEUED))
    history = History.of(open_study(None, setting, "shared"))
    assert len(history.finished()) == QUEUED and all(record.intermediate == {1: 0.5} for record in history)
    assert history.best()[0].values == (max(record.values[0] for record in history),)


@pytest.mark.seconds
def test_postgres_holds_what_three_processes_write(postgres, monkeypatch):
    monkeypatch.setenv("SWEEP_STORAGE", postgres)
    whole("env:SWEEP_STORAGE")


@pytest.mark.seconds
def test_sqlite_holds_what_three_processes_write(tmp_path):
    whole(f"sqlite:///{tmp_path / 'study.db'}")


@pytest.mark.seconds
@pytest.mark.filterwarnings("ignore::optuna.exceptions.ExperimentalWarning")
def test_the_proxy_holds_what_three_processes_write(proxy):
    whole(proxy)


def test_a_password_is_refused_where_it_would_be_written_down(postgres):
    with pytest.raises(SweepError, match="env:NAME") as refused:
        storage.open_storage(postgres, None)
    assert SECRET not in str(refused.value) and postgres_server.PASSWORD not in str(refused.value)


@pytest.mark.parametrize("wrong", ["password", "port"])
def test_a_database_that_does_not_answer_is_an_error_without_the_password(postgres, monkeypatch, wrong):
    port = postgres.rsplit(":", 1)[1].split("/")[0]
    broken = postgres.replace(SECRET, "another%2Fsecret") if wrong == "password" else postgres.replace(port, "1")
    monkeypatch.setenv("SWEEP_STORAGE", broken)
    with pytest.raises(SweepError, match="env:SWEEP_STORAGE") as refused:
        storage.open_storage("env:SWEEP_STORAGE", None)
    said = str(refused.value)
    assert not any(word in said for word in (SECRET, postgres_server.PASSWORD, "another%2Fsecret", "another/secret"))


def test_a_proxy_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(storage, "PROXY_WAIT", 0.5)
    with pytest.raises(SweepError, match=r"grpc://127\.0\.0\.1:1: no proxy answers"):
        storage.open_storage("grpc://127.0.0.1:1", None)
    with pytest.raises(SweepError, match="grpc://HOST:PORT"):
        storage.open_storage("grpc://127.0.0.1:port", None)


def test_a_missing_package_is_named_with_the_extra_that_has_it(monkeypatch):
    monkeypatch.setattr(storage, "find_spec", lambda name: None)
    with pytest.raises(SweepError, match=r"grpcio is not installed; pip install 'hydra-slots\[grpc\]'"):
        storage.open_storage("grpc://127.0.0.1:1", None)
    with pytest.raises(SweepError, match=r"pip install 'hydra-slots\[postgres\]' has it"):
        storage.open_storage("postgresql://me@127.0.0.1:1/db", None)


def test_an_unset_variable_is_named():
    with pytest.raises(SweepError, match="NO_SUCH_VARIABLE"):
        storage.open_storage("env:NO_SUCH_VARIABLE", None)


@pytest.mark.seconds
def test_the_command_reads_a_database_and_never_shows_its_password(slots, postgres, monkeypatch):
    monkeypatch.setenv("SWEEP_STORAGE", postgres)
    study = optuna.create_study(study_name="shown", storage=storage.open_storage("env:SWEEP_STORAGE", None))
    study.set_user_attr("sweep", made_studies.setting(directions=["minimize"]))
    made_studies.add(study, value=0.25)
    rows = slots("list", "--storage", "env:SWEEP_STORAGE", "--study", "shown", "--json")
    assert json.loads(rows.stdout)[0]["value"] == 0.25
    for arguments in (["--study", "shown"], ["--study", "other"], []):
        done = slots("status", "--storage", "env:SWEEP_STORAGE", *arguments)
        assert SECRET not in done.stdout + done.stderr and postgres_server.PASSWORD not in done.stdout + done.stderr


@pytest.mark.parametrize("kind", ["journal", "postgres"])
def test_optuna_dashboard_opens_the_storage(kind, tmp_path, request):
    dashboard = pytest.importorskip("optuna_dashboard", reason="pip install 'hydra-slots[test]'")
    if kind == "journal":
        made_studies.mixed(tmp_path, name="seen")
        opened = open_study(tmp_path)._storage
    else:
        url = request.getfixturevalue("postgres")
        opened = optuna.storages.RDBStorage(url.replace("postgresql:", "postgresql+psycopg:"))
        optuna.create_study(study_name="seen", storage=opened)
    port = postgres_server.free_port()
    threading.Thread(target=dashboard.run_server, args=(opened, "127.0.0.1", port), daemon=True).start()
    deadline = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/studies", timeout=10) as answer:
                names = [study["study_name"] for study in json.load(answer)["study_summaries"]]
            break
        except OSError:
            assert time.monotonic() < deadline, "the dashboard never answered"
            time.sleep(0.1)
    assert "seen" in names
