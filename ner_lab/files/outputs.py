"""Where results may be written: over nothing, and into nothing that is another thing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ner_lab.files.run_folder import RunFolder
from ner_lab.types import UserError


def output_path(
    key: str, path: str | Path, *, holds: Sequence[str] = (), overwrite: object = False, sources: Iterable[Path] = ()
) -> Path:
    """Where a user wants a result written, if that harms nothing else: the one rule of all commands.

    Args:
        key: what the user calls it, for errors: `output`, `json`.
        path: a file; or, with `holds`, a folder of which everything is written at once.
        holds: patterns of the names that such a folder has. One that holds anything else is never written over.
        overwrite: whether an earlier result may be replaced.
        sources: files and folders that the command reads; a result is none of them, and in none of the folders.

    >>> output_path("json", ".")
    Traceback (most recent call last):
    ner_lab.types.UserError: json=.: is a folder, where a file is wanted

    Raises:
        UserError: no path, a folder above it is missing, a file where a folder is meant or the reverse, something is
            there already, or it would land in what is read.
    """
    if not isinstance(overwrite, bool):
        raise UserError(f"overwrite={overwrite}: must be true or false")
    if not isinstance(path, str | Path) or not str(path):
        raise UserError(f"{key}={path!r}: must be the path of a {'folder' if holds else 'file'}")
    target = Path(path)
    above = [place for place in reversed(target.absolute().parents) if not place.is_dir()]
    if above:
        raise UserError(f"{key}={path}: {no_folder(above[0])}")
    for source in (Path(source).resolve() for source in sources):
        if source in (target.resolve(), *target.resolve().parents):
            raise UserError(f"{key}={path}: lies in what is read, {source}; choose another place")
    if not target.exists():
        return target
    if target.is_dir() != bool(holds) or not (target.is_file() or target.is_dir()):
        found = "a folder" if target.is_dir() else "a file" if target.is_file() else "neither a file nor a folder"
        raise UserError(f"{key}={path}: is {found}, where a {'folder' if holds else 'file'} is wanted")
    if holds:
        _refuse_taken(f"{key}={path}", sorted(file.name for file in target.iterdir()), holds, overwrite)
    elif not overwrite:
        raise UserError(f"{key}={path} is there already; nothing is overwritten, choose another or say overwrite=true")
    elif RunFolder(target.parent).config.is_file() and target.resolve() in RunFolder(target.parent.resolve()).own:
        raise UserError(f"{key}={path}: belongs to the run {target.parent}, and is never overwritten; choose another")
    return target


def cache_folder() -> Path:
    """Where what can be made again is kept for all runs of a user: the variable NER_LAB_CACHE, or a folder of theirs.

    >>> cache_folder().is_absolute()
    True
    """
    return Path(os.environ.get("NER_LAB_CACHE") or "~/.cache/ner-lab").expanduser().absolute()


def no_folder(path: Path) -> str:
    """What is wrong with a path that should be a folder, and what to do.

    >>> no_folder(Path("nowhere"))
    'there is no folder nowhere; make it first (mkdir -p), or mend the path'
    """
    if path.exists():
        return f"{path} is a file, where a folder is meant; mend the path"
    return f"there is no folder {path}; make it first (mkdir -p), or mend the path"


def sources(data: Mapping[Any, Any]) -> list[Path]:
    """What the settings of a data set read: its `dir`, if it has one.

    >>> [path.name for path in sources({"dir": "corpora/wnut"})]
    ['wnut']
    """
    return [Path(str(data["dir"]))] if data.get("dir") else []


def _refuse_taken(place: str, names: Sequence[str], holds: Sequence[str], overwrite: bool) -> None:
    foreign = [name for name in names if not any(fnmatch(name, pattern) for pattern in holds)]
    if foreign or (names and not overwrite):
        listed = ", ".join((foreign or names)[:5]) + (" and more" if len(foreign or names) > 5 else "")
        way = "choose a new folder" if foreign else "choose another folder or say overwrite=true"
        raise UserError(f"{place} already holds {listed}; nothing is overwritten, {way}")
