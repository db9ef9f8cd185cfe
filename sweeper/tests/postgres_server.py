"""A real PostgreSQL server for a test: in a folder of its own, on a free port, run by an ordinary user."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "a/secret@of:ours"


def binaries() -> Path | None:
    """The newest server that is installed, as Debian and Ubuntu lay it out, or the one in the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    by_path = shutil.which("initdb")
    return found[-1].parent if found else Path(by_path).parent if by_path else None


def needed() -> None:
    """Skips the test where no server is installed; fails it where SLOTS_NEEDS_POSTGRES says that there must be."""
    if binaries() is None:
        if os.environ.get("SLOTS_NEEDS_POSTGRES"):
            pytest.fail("SLOTS_NEEDS_POSTGRES is set, but there is no initdb: apt-get install postgresql")
        pytest.skip("no PostgreSQL server is installed: apt-get install postgresql")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def server() -> Iterator[int]:
    """Runs a server that wants `PASSWORD` of the user `sweeper`, and yields its port on 127.0.0.1."""
    with restartable() as (port, _):
        yield port


@contextmanager
def restartable() -> Iterator[tuple[int, Callable[[float], None]]]:
    """The same with what stops it at once, and starts it again after so many seconds."""
    where = binaries()
    assert where is not None
    root = os.geteuid() == 0
    nobody = pwd.getpwnam("nobody")
    # PostgreSQL refuses to run as root, and `nobody` cannot reach into root's temporary folders.
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir="/tmp"))

    def run(*command: object) -> None:
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []} if root else {}
        done = subprocess.run([str(c) for c in command], cwd=folder, capture_output=True, text=True, timeout=60, **who)
        assert done.returncode == 0, done.stderr

    data, log, port = folder / "data", folder / "log", free_port()
    (folder / "password").write_text(PASSWORD)
    if root:
        for path in (folder, folder / "password"):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    try:
        options = ["--auth=scram-sha-256", "--username=sweeper", f"--pwfile={folder / 'password'}", "--no-sync"]
        run(where / "initdb", "-D", data, *options)
        settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories='' -c fsync=off"
        start = (where / "pg_ctl", "-D", data, "-l", log, "-w", "-o", settings, "start")
        run(*start)

        def restart(away: float) -> None:
            run(where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
            time.sleep(away)
            run(*start)

        try:
            yield port, restart
        finally:
            run(where / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder)
