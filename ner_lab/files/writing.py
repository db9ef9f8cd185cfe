"""Files that are written whole or not at all, and a disk that refuses them."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ner_lab.types import UserError

_FAULTS = ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO")
DISK_FAULTS = {getattr(errno, name) for name in _FAULTS if hasattr(errno, name)}


@contextmanager
def disk_faults(folder: Path | str, advice: Callable[[], str] = str) -> Iterator[None]:
    """What a disk refuses within the block (it is full, read-only, or not ours) as one message.

    Args:
        folder: what is written to, where the error does not know its file.
        advice: what to do, asked for when it has happened.

    Raises:
        UserError: the disk refused something.
    """
    report, threading.excepthook = threading.excepthook, _quiet_thread
    try:
        yield
    except Exception as error:
        if (number := fault_number(error)) not in DISK_FAULTS:
            raise
        place = getattr(error, "filename", None) or folder
        raise UserError(f"{place}: cannot be written ({os.strerror(number)}){advice()}") from error
    finally:
        threading.excepthook = report


def fault_number(error: BaseException) -> int:
    """The system's number of an error, 0 for none; tokenizers and safetensors have it in the text of their own."""
    if isinstance(error, OSError):
        return error.errno or 0
    found = re.search(r"\(os error (\d+)\)", str(error))
    return int(found[1]) if found else 0


def _quiet_thread(arguments: threading.ExceptHookArgs) -> None:
    """A thread that writes (TensorBoard's) hands its error to the main one, which says it."""
    if arguments.exc_value is None or fault_number(arguments.exc_value) not in DISK_FAULTS:
        threading.__excepthook__(arguments)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path beside `path` for a file or folder to be written, which takes its place at the end of the block.

    A reader sees the old one or the new one, never a half; after an error the old one is still there. The folders above
    are made. A folder that is replaced was looked at by `output_path`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    try:
        yield partial
        if partial.is_file():
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        if partial.is_dir() and path.is_dir() and any(path.iterdir()):
            os.replace(path, before := path.with_name(f"{path.name}.before-{os.getpid()}"))
            os.replace(partial, path)
            shutil.rmtree(before, ignore_errors=True)
        else:
            os.replace(partial, path)
    except Exception as error:
        if isinstance(error, OSError):
            named = str(error.filename or "")  # a write knows no name, and a move has that of a temporary file
            ours = error.errno not in DISK_FAULTS or partial.name in named
            error.filename = (named if named and ours else str(path)).replace(partial.name, path.name)
        elif number := fault_number(error):
            raise OSError(number, os.strerror(number), str(path)) from error
        raise
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            with suppress(OSError):  # a disk that is read-only says so of what is not there, too
                partial.unlink()


def write_atomically(path: Path, text: str | Iterable[str]) -> None:
    """Writes a text file, given whole or in pieces, and the folders above it."""
    with replacing(path) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines([text] if isinstance(text, str) else text)


def write_json(path: Path, value: Any) -> None:
    """Writes a value as a JSON file for people and programs, and the folders above it."""
    write_atomically(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
