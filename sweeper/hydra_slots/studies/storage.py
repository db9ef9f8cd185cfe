"""Where a study is kept: a journal file by default, a database, or a server that speaks for one."""

from __future__ import annotations

import os
import re
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from optuna.storages import BaseStorage, JournalStorage, RDBStorage, get_storage
from optuna.storages.journal import JournalFileBackend

from hydra_slots.bounded import check_journal
from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted, scrubbed
from hydra_slots.studies.journal import open_journal
from hydra_slots.studies.patience import patient
from hydra_slots.studies.sweep_folder import JOURNAL

PROXY_WAIT = 10.0  # seconds for Optuna's proxy to answer
SQLITE_WAIT = 60.0  # seconds for other processes to finish what they write
VARIABLE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
VERSIONS = ("version_info", "alembic_version")  # tables of Optuna's that are not empty


def open_storage(setting: str | None, folder: Path | None, make: bool = True, looking: bool = False) -> BaseStorage:
    """Opens `env:NAME` (a variable that holds one of the others, the only place for a password), a URL of a database
    (`postgresql://user@host/db`, `sqlite:///file.db`), `grpc://host:port` of Optuna's proxy, or a journal file; without
    a setting the journal of the sweep folder.

    Args:
        setting: one of these, or None.
        folder: of the sweep.
        make: whether a file, or a table, that is not there is to be made.
        looking: whether nothing is to be written, not even to mend a journal.

    Raises:
        SweepError: the setting holds a password, or nothing can be opened there.
        FileNotFoundError: the file is not there, and not to be made.
    """
    if setting is None:
        if folder is None:
            raise SweepError("storage: neither a storage nor a sweep folder was given")
        return _journal(folder / JOURNAL, looking)
    if setting.startswith("env:"):
        name = setting.removeprefix("env:")
        if not VARIABLE.fullmatch(name):
            raise SweepError("storage=env:...: what follows env: is no name of a variable; give storage=env:NAME")
        if not os.environ.get(name):
            raise SweepError(
                f"storage={setting}: the environment variable {name} is not set; before the start, "
                f"export {name}=postgresql://USER:PASSWORD@HOST/DATABASE"
            )
        if not _is_place(os.environ[name]):
            raise SweepError(
                f"storage={setting}: what {name} holds is neither a URL (postgresql://USER:PASSWORD@HOST/DATABASE), "
                "nor a journal file that is there or ends in .journal; it is not shown, since it may be a password"
            )
        return _open(os.environ[name], setting, make, looking)
    if redacted(setting) != setting:
        raise SweepError(
            f"storage={redacted(setting)}: Hydra writes overrides into files, so a password may not stand there; "
            "put the URL into an environment variable and give storage=env:NAME, or the password into ~/.pgpass"
        )
    return _open(setting, setting, make, looking)


def _is_place(value: str) -> bool:
    """Whether a variable holds something that can be opened, rather than a password or a connection string."""
    return "://" in value or (value.endswith(".journal") and redacted(value) == value) or Path(value).is_file()


def _journal(path: Path, looking: bool) -> BaseStorage:
    check_journal(path)
    return JournalStorage(JournalFileBackend(str(path))) if looking else open_journal(path)


def _open(url: str, shown: str, make: bool, looking: bool) -> BaseStorage:
    """`shown` is what may be said of the URL."""
    if url.startswith("grpc://"):
        if find_spec("grpc") is None:
            raise SweepError(f"storage={shown}: grpcio is not installed; pip install 'hydra-slots[grpc]' has it")
        from optuna.storages import GrpcStorageProxy

        host, _, port = url.removeprefix("grpc://").rstrip("/").partition(":")
        if not host or not (port or "13000").isdigit():
            raise SweepError(f"storage={shown}: a proxy is given as grpc://HOST:PORT, such as grpc://localhost:13000")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is experimental
            proxy = GrpcStorageProxy(host=host, port=int(port or 13000))
        try:
            proxy.wait_server_ready(timeout=PROXY_WAIT)
        except Exception:
            raise SweepError(
                f"storage={shown}: no proxy answers at {host}:{port or 13000}; start one with "
                "optuna.storages.run_grpc_proxy_server"
            ) from None
        return patient(proxy)
    file = file_of(url)
    if file is not None and not make and not file.is_file():
        raise FileNotFoundError(file)
    if "://" not in url:
        return _journal(Path(url), looking)
    if url.startswith("postgres") and find_spec("psycopg") is None:
        raise SweepError(f"storage={shown}: psycopg is not installed; pip install 'hydra-slots[postgres]' has it")
    try:
        # The driver that this project installs; SQLAlchemy's default one is another package.
        url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url)
        if looking and file is not None:
            url = _read_only(file)
        if file is not None and file.is_file():
            _refuse_programs(url, shown)
        if not make and not _holds_studies(url):
            raise SweepError(f"storage={shown}: it holds no study of Optuna's, and none is made by looking for one")
        if looking:
            return RDBStorage(url, skip_table_creation=True)
        storage = _sqlite(url, make) if url.startswith("sqlite") else RDBStorage(url, skip_table_creation=not make)
        return patient(get_storage(storage))
    except SweepError:
        raise
    except Exception as error:
        reason = f"{type(error).__name__}: {scrubbed(error, url)}"
        raise SweepError(f"storage={shown}: cannot open it ({reason})") from None


def _read_only(file: Path) -> str:
    """The URL of an SQLite file that nothing is written to, nor beside it."""
    with file.open("rb") as opened:
        logged = (
            opened.read(20)[18:20] == b"\x02\x02"
        )  # its write-ahead log is a file, made by whoever only reads as well
    still = logged and not Path(f"{file}-wal").exists()
    return f"sqlite:///file:{quote(str(file.absolute()))}?mode=ro{'&immutable=1' if still else ''}&uri=true"


def _refuse_programs(url: str, shown: str) -> None:
    """Views and triggers of an SQLite file run whenever it is read or written, for as long as whoever made it likes.

    Raises:
        SweepError: it has one; Optuna makes none.
    """
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            query = (
                "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL%'"
            )
            if found := connection.execute(text(query)).first():
                raise SweepError(
                    f"storage={shown}: the database holds the {found[0]} {str(found[1])[:80]!r}, and Optuna makes "
                    "tables alone; it is not opened"
                )
    finally:
        engine.dispose()


def _holds_studies(url: str) -> bool:
    """Whether there are Optuna's tables, with what it writes into them when it makes them."""
    from sqlalchemy import create_engine, inspect, text

    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            if not {"studies", *VERSIONS} <= tables:
                return False
            return all(connection.execute(text(f"SELECT 1 FROM {table}")).first() for table in VERSIONS)
    finally:
        engine.dispose()


def file_of(url: str) -> Path | None:
    """The file of a journal or of SQLite."""
    if "://" not in url:
        return Path(url)
    path = url.partition("?")[0].partition(":///")[2]
    return Path(path) if url.startswith("sqlite") and path else None


def _sqlite(url: str, make: bool) -> RDBStorage:
    """A database in which each transaction waits for its turn.

    Optuna takes a trial off its queue by a SELECT FOR UPDATE, which SQLite does not know: of two processes that read
    before either has written, both would take the same trial. So a transaction locks the file when it begins.
    """
    from sqlalchemy import event

    waiting = {"connect_args": {"timeout": SQLITE_WAIT}}
    storage = RDBStorage(url, engine_kwargs=waiting, skip_table_creation=not make)
    storage.engine.dispose()  # connections that were opened without the following

    @event.listens_for(storage.engine, "connect")
    def begins_nothing_itself(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(storage.engine, "begin")
    def locks_at_once(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return storage
