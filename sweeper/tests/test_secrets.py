"""A password in any form that a storage takes is shown nowhere, written nowhere, and is no file's name."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
import toy_sweep

from hydra_slots import command
from hydra_slots.redaction import redacted, scrubbed

SECRET = "hunter2"
URL = "postgresql://me:{}@127.0.0.1:1/db"
ODBC = "Driver={SQL Server};Server=127.0.0.1,1;Uid=me;Pwd=hunter2;"
FORMS = {
    "url": URL.format(SECRET),
    "no user": f"postgresql://:{SECRET}@127.0.0.1:1/db",
    "driver": f"postgresql+psycopg://me:{SECRET}@127.0.0.1:1/db",
    "mysql": f"mysql+pymysql://me:{SECRET}@127.0.0.1:1/db",
    "at sign": URL.format(f"p@{SECRET}"),
    "several at signs": URL.format(f"@{SECRET}@@x"),
    "slash": URL.format(f"p/{SECRET}/x"),
    "blank": URL.format(f"p {SECRET} x"),
    "hash": URL.format(f"p#{SECRET}?x"),
    "colon": URL.format(f"p:{SECRET}"),
    "quotes": URL.format(f"p'{SECRET}\""),
    "encoded": URL.format(quote(f"p@{SECRET} /", safe="")),
    "no slashes": f"postgresql:me:{SECRET}@127.0.0.1:1/db",
    "no scheme": f"me:{SECRET}@127.0.0.1:1/db",
    "two slashes alone": f"//me:{SECRET}@127.0.0.1:1/db",
    "one slash": f"postgresql:/me:{SECRET}@127.0.0.1:1/db",
    "dsn": f"host=127.0.0.1 port=1 user=me password={SECRET} dbname=db",
    "quoted dsn": f"host=127.0.0.1 port=1 password='p {SECRET}' dbname=db",
    "spaced dsn": f"host=127.0.0.1 port=1 password = {SECRET}",
    "ado": f"Server=127.0.0.1;Database=db;Uid=me;Pwd={SECRET};",
    "braces": f"Server=127.0.0.1;PWD={{p;{SECRET}}}",
    "option": f"postgresql://me@127.0.0.1:1/db?password={SECRET}",
    "passwd": f"mysql+pymysql://me@127.0.0.1:1/db?passwd={SECRET}",
    "sslpassword": f"postgresql://127.0.0.1:1/db?sslmode=require&sslpassword={SECRET}",
    "token": f"postgresql://127.0.0.1:1/db?token={SECRET}",
    "access token": f"postgresql://127.0.0.1:1/db?access_token={SECRET}&x=1",
    "secret": f"postgresql://127.0.0.1:1/db?client_secret={SECRET}",
    "upper case": f"postgresql://127.0.0.1:1/db?PASSWORD={SECRET}",
    "encoded option": f"postgresql://127.0.0.1:1/db?pass%77ord={SECRET}",
    "encoded value": f"postgresql://127.0.0.1:1/db?password=p%40{SECRET}",
    "odbc": f"mssql+pyodbc:///?odbc_connect={quote(ODBC, safe='')}",
    "plain odbc": f"mssql+pyodbc:///?odbc_connect={ODBC}",
    "proxy": f"grpc://me:{SECRET}@127.0.0.1:1",
    "sqlite": f"sqlite:///x.db?password={SECRET}",
}
NO_PLACE = {**FORMS, "bare": SECRET, "bare with a slash": f"a/{SECRET}", "bare with a blank": f"a {SECRET}"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("hydra_slots.studies.storage.PROXY_WAIT", 0.2)


def nothing_kept(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert SECRET not in path.name, path
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


@pytest.mark.parametrize("form", FORMS)
def test_a_text_is_shown_without_it(form):
    assert SECRET not in redacted(FORMS[form])
    assert SECRET not in redacted(f"the storage failed at {FORMS[form]}")
    assert SECRET not in scrubbed(ValueError(f"cannot parse {FORMS[form]}"), FORMS[form])


@pytest.mark.parametrize("form", NO_PLACE)
@pytest.mark.parametrize("action", ["status", "retry"])
def test_looking_says_nothing_of_a_variable(tmp_path, monkeypatch, form, action):
    monkeypatch.setenv("PGPASSWORD", SECRET)
    monkeypatch.setenv("DATABASE", NO_PLACE[form])
    for storage in ("env:DATABASE", *([FORMS[form]] if form in FORMS else []), f"env:{NO_PLACE[form]}"):
        with pytest.raises(SystemExit) as refused:
            command.start([action, "--storage", storage, "--study", "s"])
        assert SECRET not in str(refused.value.code) or storage == f"env:{SECRET}", refused.value.code
    nothing_kept(tmp_path)


@pytest.mark.seconds
@pytest.mark.parametrize("form", NO_PLACE)
def test_a_sweep_writes_nothing_of_a_variable(tmp_path, form):
    told = ("-m", f"hydra.sweep.dir={tmp_path / 's'}", "hydra.sweeper.study_name=s", "hydra.sweeper.n_trials=1")
    told += ("x=interval(0,1)", "hydra.sweeper.storage=env:DATABASE")
    database = NO_PLACE[form].replace("x.db", f"{tmp_path}/x.db")  # the one that is made
    code, said = toy_sweep.run(*told, DATABASE=database, HYDRA_FULL_ERROR="1")
    assert (code == 0) == (form == "sqlite") and SECRET not in said, said
    nothing_kept(tmp_path)


@pytest.mark.seconds
@pytest.mark.parametrize("form", ["url", "blank", "at sign", "dsn", "encoded option", "plain odbc", "sslpassword"])
@pytest.mark.parametrize("role", ["sweep", "worker"])
def test_a_password_on_the_command_line_is_written_nowhere(tmp_path, form, role):
    escaped = FORMS[form].replace("'", "\\'")
    told = ("-m", f"hydra.sweep.dir={tmp_path / 's'}", "hydra.sweeper.study_name=s", "hydra.sweeper.n_trials=1")
    told += ("x=interval(0,1)",) if role == "sweep" else ("hydra.sweeper.worker=true",)
    code, said = toy_sweep.run(*told, f"hydra.sweeper.storage='{escaped}'")
    assert code == 1 and "env:NAME" in said and SECRET not in said, said
    nothing_kept(tmp_path)


@pytest.mark.parametrize(
    "plain",
    [
        "postgresql://me@host:5432/db?sslmode=require&connect_timeout=3",
        "sqlite:////data/runs/study.db",
        "sweeps/tune/study.journal",
        "grpc://localhost:13000",
        "mysql+pymysql://host/db?charset=utf8",
        "runs/compass=3/study.journal",
    ],
)
def test_what_has_no_password_stays(plain):
    assert redacted(plain) == plain
