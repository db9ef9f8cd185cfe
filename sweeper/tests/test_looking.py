"""Looking at what somebody else made: nothing in it changes, nothing is sent, nothing explodes."""

from __future__ import annotations

import hashlib
import os
import resource
import shlex
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import made_studies
import optuna
import pytest

from hydra_slots import command
from hydra_slots.clusters import WorkersFile
from hydra_slots.errors import SweepError
from hydra_slots.studies.opening import open_study

LOOKS = (["status"], ["list"], ["best"], ["html", "--output", os.devnull])


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port, and what was sent there."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                seen.append(connection.recv(100))
                connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], seen


def refused(*arguments: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        command.start([str(argument) for argument in arguments])
    return str(stopped.value.code)


def state(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def named(folder: Path, storage: str, name: str = "study") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "multirun.yaml").write_text(f"hydra:\n  sweeper:\n    storage: {storage}\n    study_name: {name}\n")
    return folder


@pytest.mark.parametrize("look", [*LOOKS, ["retry"]], ids=lambda look: look[0])
@pytest.mark.parametrize(
    "storage",
    [
        "postgresql://me@127.0.0.1:{port}/${{oc.env:SECRET}}",
        "postgresql+psycopg://127.0.0.1:{port}/db",
        "mysql://127.0.0.1:{port}/db",
        "grpc://127.0.0.1:{port}",
        "redis://127.0.0.1:{port}",
        "http://127.0.0.1:{port}/x.journal",
        "env:DATABASE",
        "${{oc.env:DATABASE}}",
    ],
)
def test_a_host_that_only_the_folder_names_is_not_contacted(tmp_path, monkeypatch, listener, look, storage):
    port, seen = listener
    monkeypatch.setenv("SECRET", "hunter2")
    monkeypatch.setenv("DATABASE", f"postgresql://me:hunter2@127.0.0.1:{port}/db")
    folder = named(tmp_path / "s", storage.format(port=port))
    before = state(folder)
    said = refused(look[0], folder, *look[1:])
    assert "multirun.yaml" in said and "--storage " in said and "hunter2" not in said and "Traceback" not in said
    time.sleep(0.05)
    assert seen == [] and state(folder) == before


def test_ones_own_storage_is_named_on_the_command_line(tmp_path, monkeypatch, capsys):
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    for name in ("mine", "other"):
        optuna.create_study(study_name=name, storage=url)
    monkeypatch.setenv("SWEEP_STORAGE", url)
    folder = named(tmp_path / "s", "env:SWEEP_STORAGE", "mine")
    assert "--storage env:SWEEP_STORAGE" in refused("status", folder)
    command.start(["status", str(folder), "--storage", "env:SWEEP_STORAGE"])
    assert capsys.readouterr().out.startswith("study mine: ")


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look[0])
@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_a_database_stays_as_it_is(tmp_path, look, mode):
    file = tmp_path / "other.db"
    with sqlite3.connect(file) as database:
        database.execute(f"PRAGMA journal_mode={mode}")
        database.execute("CREATE TABLE invoices (number INTEGER)")
    database.close()
    folder = named(tmp_path / "s", f"sqlite:///{file}")
    before = state(tmp_path)
    assert "no study of Optuna's" in refused(look[0], folder, *look[1:])
    assert "no study of Optuna's" in refused(look[0], "--storage", f"sqlite:///{file}", *look[1:])
    assert state(tmp_path) == before


@pytest.mark.parametrize("storage", ["sqlite:///{}/new.db", "{}/new.journal", "sqlite:///file:{}/new.db?uri=true"])
def test_no_file_is_made_by_looking(tmp_path, storage):
    folder = named(tmp_path / "s", storage.format(tmp_path))
    before = state(tmp_path)
    assert "no such file" in refused("status", folder) and "no such file" in refused(
        "retry", folder, "--storage", storage
    )
    assert state(tmp_path) == before


@pytest.mark.seconds
@pytest.mark.parametrize("kind", ["sqlite", "journal"])
def test_a_study_is_looked_at_and_stays_as_it_is(tmp_path, kind):
    if kind == "sqlite":
        folder = named(tmp_path / "s", f"sqlite:///{tmp_path / 's' / 'study.db'}")
        study = optuna.create_study(
            study_name="study", storage=f"sqlite:///{folder / 'study.db'}", direction="maximize"
        )
        study.set_user_attr("sweep", made_studies.setting())
        made_studies.add(study, value=0.5)
    else:
        folder = tmp_path / "s"
        folder.mkdir()
        made_studies.mixed(folder)
        with (folder / "study.journal").open("ab") as torn:
            torn.write(b'{"op_code": 4, "wor')
        os.symlink("././study.journal", folder / "study.journal.lock")
    folder.chmod(0o555)
    try:
        before = state(folder)
        for action in ("status", "list", "best", "html"):
            output = ["--output", os.devnull] if action in ("best", "html") else []
            command.start([action, str(folder), *output])
        assert state(folder) == before
    finally:
        folder.chmod(0o755)


def test_a_pipe_or_a_device_keeps_its_place(tmp_path, capsys):
    folder = tmp_path / "s"
    folder.mkdir()
    made_studies.mixed(folder)
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    command.start(["best", str(folder), "--output", str(tmp_path / "pipe")])
    assert os.read(reader, 1 << 16) and (tmp_path / "pipe").is_fifo()
    os.close(reader)
    (folder / "best.yaml").unlink(missing_ok=True)
    os.mkfifo(folder / "best.yaml")
    command.start(["best", str(folder)])  # the answer, and that the file cannot be had
    assert "best.yaml: cannot write" in capsys.readouterr().out and (folder / "best.yaml").is_fifo()


@pytest.mark.parametrize("storage", ["{}/victim/study.journal", "sqlite:///{}/victim/study.db"])
def test_a_folder_does_not_choose_what_retry_writes(tmp_path, storage):
    (tmp_path / "victim").mkdir()
    study = made_studies.new_study(tmp_path / "victim")
    made_studies.add(study, "FAIL")
    (tmp_path / "victim" / "study.db").write_bytes(b"")
    folder = named(tmp_path / "s", storage.format(tmp_path))
    before = state(tmp_path)
    assert "is not written because a folder says so" in refused("retry", folder)
    assert state(tmp_path) == before


# -- bombs -------------------------------------------------------------------------------------------------------------

LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12)
)
DEEP = {
    "flow": "a: " + "[" * 100_000,
    "block": "\n".join(" " * i + "a:" for i in range(1000)),
    "dict": "{a: " * 100_000,
}
BOMBS = {
    "aliases": (LAUGHS, ":2: an alias"),
    **{f"deep {name}": (text, ": nested") for name, text in DEEP.items()},
    "digits": ("hydra: {sweeper: {n_trials: " + "9" * 5000 + "}}", ":1: a number of 5000 digits"),
    "size": ("#" * (5 * 2**20), "more than 4 MB"),
    "binary": ("\udcff\udcfe", "not UTF-8"),
}


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize("kind", ["multirun.yaml", "workers.yaml"])
def test_a_bomb_of_yaml_is_refused_at_once(tmp_path, name, kind):
    text, part = BOMBS[name]
    made_studies.new_study(tmp_path)
    file = tmp_path / kind
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    begin = time.process_time()
    with pytest.raises(SweepError) as told:
        open_study(tmp_path) if kind == "multirun.yaml" else WorkersFile.read(file)
    assert str(told.value).startswith(str(file)) and part in str(told.value)
    assert time.process_time() - begin < 1


def lines_of(folder: Path) -> list[str]:
    return (folder / "study.journal").read_text().splitlines(keepends=True)


@pytest.mark.parametrize(
    ("value", "part"),
    [
        ("[" * 100_000 + "]" * 100_000, "nested more than"),
        ("[" * 70 + "]" * 70, "nested more than"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested more than"),
        ("9" * 5000, "4300 digits"),
        ("NaN", ""),
        ('"' + "[" * 100_000 + '"', ""),
        ("nope", "Expecting value"),
    ],
    ids=["lists", "shallow", "mappings", "digits", "nan", "text", "no json"],
)
def test_a_bomb_of_json_is_refused_at_once(tmp_path, capsys, value, part):
    study = made_studies.new_study(tmp_path)
    study.set_user_attr("bomb", "FUSE")
    made_studies.add(study, value=0.5)
    text = "".join(lines_of(tmp_path))
    (tmp_path / "study.journal").write_text(text.replace('"FUSE"', value))
    begin = time.process_time()
    for action in ("status", "list") if part else ("status",):
        if part:
            said = refused(action, tmp_path)
            assert f"study.journal:{3}: " in said and part in said, said
        else:
            command.start([action, str(tmp_path)])
    assert time.process_time() - begin < 1


@pytest.mark.parametrize("value", ["[" * 100_000, "9" * 5000, "nope", "{"])
def test_a_bomb_in_a_database_is_one_message(tmp_path, value):
    url = f"sqlite:///{tmp_path / 'study.db'}"
    study = optuna.create_study(study_name="study", storage=url)
    study.set_user_attr("bomb", 1)
    made_studies.add(study, value=0.5)
    for table in ("study_user_attributes", "trial_user_attributes"):
        with sqlite3.connect(tmp_path / "study.db") as database:
            database.execute(f"UPDATE {table} SET value_json = ?", (value,))
        database.close()
        said = refused("status", "--storage", url)
        assert "the storage" in said or "study 'study'" in said


JOURNAL_LINES = [
    b'{"op_code": 4}\n', b"[]\n", b"3\n", b'{"op_code": 99, "worker_id": "a"}\n', b"\xff\xfe\n", b'{"op_code": "x"}\n',
    b'{"op_code": 0, "worker_id": "a", "study_name": 3, "directions": [7]}\n',
    b'{"op_code": 5, "worker_id": "a", "study_id": 0, "distributions": {"x": "{}"}, "params": {"x": 1}}\n',
    b'{"op_code": 2, "worker_id": "a", "study_id": 99, "user_attr": {}}\n',
]  # fmt: skip


@pytest.mark.parametrize("line", JOURNAL_LINES, ids=ascii)
@pytest.mark.parametrize("action", ["status", "retry"])
def test_lines_that_optuna_does_not_write_are_one_message(tmp_path, capsys, line, action):
    made_studies.mixed(tmp_path, size=3)
    with (tmp_path / "study.journal").open("ab") as journal:
        journal.write(line)
    try:
        command.start([action, str(tmp_path)])
    except SystemExit as stopped:
        assert "study.journal" in str(stopped.code) or str(tmp_path) in str(stopped.code), stopped.code


def test_a_bomb_takes_little_memory(tmp_path):
    made_studies.new_study(tmp_path)
    (tmp_path / "multirun.yaml").write_text(LAUGHS)

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))

    arguments = [sys.executable, "-m", "hydra_slots", "status", str(tmp_path)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, preexec_fn=limited)
    assert done.returncode == 1 and "an alias" in done.stderr


def test_the_status_names_the_sweep_to_retry_as_it_was_typed(tmp_path, capsys):
    url = f"sqlite:///{tmp_path / 'my trials.db'}"
    study = optuna.create_study(study_name="a study", storage=url)
    study.tell(study.ask(), state=optuna.trial.TrialState.FAIL)
    command.start(["status", "--storage", url, "--study", "a study"])
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "try failed trials again" in line]
    words = shlex.split(line.partition("hydra-slots ")[2].partition(", then")[0])
    assert words == ["retry", "--storage", url, "--study", "a study"]
