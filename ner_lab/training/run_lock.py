"""A run folder has one writer: a lock that the kernel takes back when the process ends, however it ends."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ner_lab.types import UserError

try:
    import fcntl
except ImportError:  # a platform without it has no lock
    fcntl = None  # type: ignore[assignment]

NAME = ".lock"
TRUST = "NER_LAB_TRUST"  # in the environment of a job: `true` where its user said trust=true
# Where one training is several processes, all but the first of them leave the folder to the first.
_RANKS = ("LOCAL_RANK", "RANK", "NODE_RANK", "GROUP_RANK", "SLURM_PROCID")
_held: dict[Path, int] = {}


def first_process() -> bool:
    """Whether this is the process of a training that opens its folder: the only one, or that of the first device."""
    return all(os.environ.get(name, "0") == "0" for name in _RANKS)


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Holds the folder for the block; see `refuse_links` and `hold`."""
    refuse_links(folder, os.environ.get(TRUST) == "true")
    new = hold(folder)
    try:
        yield
    finally:
        if new:
            release(folder)


def hold(folder: Path) -> bool:
    """Makes this process the folder's writer until it ends; False if it was that before, or there are no locks here.

    Raises:
        UserError: another process is, or nothing can be written there.
    """
    key = folder.resolve()
    if fcntl is None or key in _held or not first_process():
        return False
    try:
        descriptor = os.open(folder / NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
    except OSError as error:
        raise UserError(f"{folder}: nothing can be written in this run folder ({error.strerror})") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _holder(descriptor)
        os.close(descriptor)
        raise UserError(
            f"{folder}: {holder} is writing this run folder, and a run has one writer; wait for its end, or choose "
            "another hydra.run.dir"
        ) from error
    except OSError:  # a file system that has none
        os.close(descriptor)
        return False
    _held[key] = descriptor
    said: dict[str, object] = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    said["join"] = "nobody can, choose another hydra.sweep.dir"  # for a sweep, whose lock has this name, too
    try:
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(said).encode(), 0)
    except OSError as error:
        os.close(_held.pop(key))
        raise UserError(f"{folder / NAME}: cannot be written ({error.strerror})") from error
    return True


def writer(folder: Path) -> str:
    """Who writes the folder now, "" for nobody; looking leaves no trace."""
    if fcntl is None:
        return ""
    try:
        descriptor = os.open(folder / NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return ""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return ""
    except BlockingIOError:
        return _holder(descriptor)
    except OSError:  # a file system that has none
        return ""
    finally:
        os.close(descriptor)


def refuse_links(folder: Path, trust: bool) -> None:
    """A run, or a sweep, writes into its own folder, and through a link that leads out of it would write elsewhere.

    Args:
        folder: of the run or the sweep.
        trust: the user's word that the links are theirs.

    Raises:
        UserError: naming the link, and where it leads.
    """
    inside = os.path.realpath(folder)
    for above, folders, files in os.walk(folder if not trust else ""):
        for path in (Path(above, name) for name in (*folders, *files)):
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
                raise UserError(
                    f"{path}: is a link to {os.readlink(path)}, and what writes into {folder} would write there; if "
                    "the link is yours, say trust=true, else delete it"
                )


def release(folder: Path) -> None:
    """Ends `hold`; nothing happens where the folder is not held."""
    if (descriptor := _held.pop(folder.resolve(), None)) is not None:
        os.close(descriptor)


def _holder(descriptor: int) -> str:
    try:
        said = json.loads(os.pread(descriptor, 4096, 0))
        return f"process {said['pid']} on {said['host']} (since {said['since']})"
    except (OSError, ValueError, KeyError, TypeError):  # it has not yet said who it is
        return "another process"


def _forget() -> None:
    """A forked child is no writer: the lock ends with its parent."""
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
