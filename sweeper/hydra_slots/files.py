"""Files that are whole or not there, whenever their writer dies."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Writes a file beside it under a name of this process's own, and then puts it into its place."""
    beside = path.with_name(f".{path.name.removeprefix('.')}.{os.getpid()}")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
