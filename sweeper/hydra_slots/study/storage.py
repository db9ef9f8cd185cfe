"""Where a study is kept: a journal file by default, a database, or a server that speaks for one."""

from __future__ import annotations

import os
import re
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from optuna.storages import BaseStorage, RDBStorage, get_storage

from hydra_slots.errors import SweepError
from hydra_slots.settings import redacted
from hydra_slots.study.journal import open_journal
from hydra_slots.study.patience import patient
from hydra_slots.study.sweep_folder import JOURNAL

PROXY_WAIT = 10.0  # seconds for Optuna's proxy to answer
SQLITE_WAIT = 60.0  # seconds for other processes to finish what they write


def open_storage(setting: str | None, folder: Path | None, make: bool = True) -> BaseStorage:
    """Opens `env:NAME` (a variable that holds one of the others, the only place for a password), a URL of a database
    (`postgresql://user@host/db`, `sqlite:///file.db`), `grpc://host:port` of Optuna's proxy, or a journal file; without
    a setting the journal of the sweep folder.

    Args:
        setting: one of these, or None.
        folder: of the sweep.
        make: whether a file that is not there is to be made.

    Raises:
        SweepError: the setting holds a password, or nothing can be opened there.
        FileNotFoundError: the file is not there, and not to be made.
    """
    if setting is None:
        if folder is None:
            raise SweepError("storage: neither a storage nor a sweep folder was given")
        return open_journal(folder / JOURNAL)
    if setting.startswith("env:"):
        name = setting.removeprefix("env:")
        if not os.environ.get(name):
            raise SweepError(
                f"storage={setting}: the environment variable {name} is not set; before the start, "
                f"export {name}=postgresql://USER:PASSWORD@HOST/DATABASE"
            )
        return _open(os.environ[name], setting, make)
    if redacted(setting) != setting:
        raise SweepError(
            f"storage={redacted(setting)}: Hydra writes overrides into files, so a password may not stand there; "
            "put the URL into an environment variable and give storage=env:NAME, or the password into ~/.pgpass"
        )
    return _open(setting, setting, make)


def _open(url: str, shown: str, make: bool) -> BaseStorage:
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
    file = _file(url)
    if file is not None and not make and not file.is_file():
        raise FileNotFoundError(file)
    if "://" not in url:
        return open_journal(Path(url))
    if url.startswith("postgres") and find_spec("psycopg") is None:
        raise SweepError(f"storage={shown}: psycopg is not installed; pip install 'hydra-slots[postgres]' has it")
    try:
        if url.startswith("sqlite"):
            return patient(get_storage(_sqlite(url)))
        # The driver that this project installs; SQLAlchemy's default one is another package.
        return patient(get_storage(RDBStorage(re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", url))))
    except Exception as error:
        reason = redacted(str(error).strip().splitlines()[0])
        raise SweepError(f"storage={shown}: cannot open it ({type(error).__name__}: {reason})") from None


def _file(url: str) -> Path | None:
    """The file of a journal or of SQLite."""
    if "://" not in url:
        return Path(url)
    path = url.partition("?")[0].partition(":///")[2]
    return Path(path) if url.startswith("sqlite") and path else None


def _sqlite(url: str) -> RDBStorage:
    """A database in which each transaction waits for its turn.

    Optuna takes a trial off its queue by a SELECT FOR UPDATE, which SQLite does not know: of two processes that read
    before either has written, both would take the same trial. So a transaction locks the file when it begins.
    """
    from sqlalchemy import event

    storage = RDBStorage(url, engine_kwargs={"connect_args": {"timeout": SQLITE_WAIT}})
    storage.engine.dispose()  # connections that were opened without the following

    @event.listens_for(storage.engine, "connect")
    def begins_nothing_itself(connection: Any, _: Any) -> None:
        connection.isolation_level = None

    @event.listens_for(storage.engine, "begin")
    def locks_at_once(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return storage
