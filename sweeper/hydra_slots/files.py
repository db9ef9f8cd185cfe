"""Files that are whole or not there, whenever their writer dies; and folders in which nothing can be written."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path

# The disk's or the folder's fault, not that of whoever writes.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
NO_ACCESS = (errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE)
GO_ON = "what was done so far is kept; make room (or the folder writable), then the same command goes on"
PROBE = 1 << 16  # bytes, about what a trial's own small files take


def write_whole(path: Path, text: str) -> None:
    """Writes a file beside it under a name of this process's own, and then puts it into its place.

    Raises:
        OSError: as in writing; or a device or a pipe has this name, whose place no file may take.
    """
    if not path.is_symlink() and path.exists() and not path.is_file():
        raise OSError(errno.EEXIST, "a folder, a device or a pipe is there")
    beside = path.with_name(f".{path.name.removeprefix('.')}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise


def unwritable(folder: Path) -> str:
    """Why nothing can be written in a folder; empty if something can."""
    probe = folder / f".probe.{os.getpid()}"
    try:
        probe.write_bytes(b"x" * PROBE)
    except OSError as error:
        return error.strerror or str(error)
    finally:
        with suppress(OSError):
            probe.unlink()
    return ""
