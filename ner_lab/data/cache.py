"""Encoded splits and states of frozen layers on disk: memory-mapped, shared by runs, made again when damaged."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from ner_lab.files import replacing
from ner_lab.types import Sentence

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

FORMAT = "1"  # another number where the same input is encoded otherwise than before
KEPT_DAYS = 30  # since an entry was used last
ENTRY = re.compile(r"[0-9a-f]{64}")  # the digest that is its key
LEFT = re.compile(r"[0-9a-f]{64}\.(partial-[0-9]+|before-[0-9]+|lock)")  # of an entry, by a process that was killed


class Arrays(Protocol):
    """What can be kept: it is nothing but named arrays."""

    def arrays(self) -> dict[str, NDArray[Any]]: ...


Kept = TypeVar("Kept", bound=Arrays)


def digest(sentences: Iterable[Sentence]) -> str:
    """SHA-256 of words, tags and context, in order; not of documents and origins."""
    sha = hashlib.sha256()
    for sentence in sentences:
        tags = sentence.tags or [""] * len(sentence.words)
        text = "\n".join([f"{word}\t{tag}" for word, tag in zip(sentence.words, tags, strict=True)])
        if sentence.before or sentence.after:
            text += f"\n\r{sentence.before}\r{sentence.after}"
        sha.update(f"{text}\n\n".encode("utf-8", "surrogatepass"))
    return sha.hexdigest()


def cache_key(*parts: str) -> str:
    """The key of an entry that depends on these texts: contents, tokenizer, labels."""
    return hashlib.sha256("\0".join((FORMAT, *parts)).encode("utf-8", "surrogatepass")).hexdigest()


def cached(
    folder: Path | None, key: str, make: Callable[[], Kept], read: Callable[[Mapping[str, NDArray[Any]]], Kept]
) -> Kept:
    """The entry `key` of a cache folder, or what `make` makes, which is then kept there.

    Entries appear whole or not at all, so that any number of processes may share the folder; of several that want the
    same one, the first makes it and the others wait. One that is not what its manifest says (sizes and CRC-32 of every
    array) is made again. Entries that nobody used for 30 days are deleted, and so is what killed processes left.

    Args:
        folder: of the cache; None keeps nothing. Where it cannot be written, the entry is made and not kept.
        key: hexadecimal digest of all that the entry depends on.
        make: makes it.
        read: makes it of its arrays.
    """
    if folder is None:
        return make()
    entry = folder.expanduser() / key
    if (found := _load(entry, read)) is not None:
        return found
    with _turn(entry):
        if (found := _load(entry, read)) is not None:
            return found
        made = make()
        try:
            _keep(entry, made)
            _forget_old(entry.parent)
        except OSError:
            return made  # a cache that is full or read-only costs time and nothing else
        return _load(entry, read) or made


@contextmanager
def _turn(entry: Path) -> Iterator[None]:
    """One process at a time; a lock dies with its holder."""
    file = None
    with suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        file = entry.with_name(f"{entry.name}.lock").open("wb")
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if file is not None:
            file.close()
            with suppress(OSError):  # who waits for it still gets it
                Path(file.name).unlink()


def _load(entry: Path, read: Callable[[Mapping[str, NDArray[Any]]], Kept]) -> Kept | None:
    try:
        manifest = json.loads((entry / "manifest.json").read_text(encoding="utf-8"))
        arrays = {}
        for name, checksum in manifest.items():
            path = entry / f"{name}.npy"
            if _checksum(path) != checksum:
                return None
            arrays[name] = np.load(path, mmap_mode="r" if path.stat().st_size > 1 << 16 else None)
        with suppress(OSError):  # of a cache that may be read alone
            os.utime(entry)
        return read(arrays)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:  # read, not mapped: a mapped file would count as memory
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def _keep(entry: Path, made: Arrays) -> None:
    with replacing(entry) as unfinished:  # fails if another process was faster: theirs is as good
        unfinished.mkdir()
        manifest = {}
        for name, values in made.arrays().items():
            np.save(unfinished / f"{name}.npy", values)
            manifest[name] = _checksum(unfinished / f"{name}.npy")
        (unfinished / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        shutil.rmtree(entry, ignore_errors=True)  # of a damaged entry; a map of it that is in use stays valid


def _forget_old(folder: Path) -> None:
    for entry in folder.iterdir():
        # The folder is the user's choice: by the name, too, so that nobody else's folder is taken for an entry.
        own = LEFT.fullmatch(entry.name) or (ENTRY.fullmatch(entry.name) and (entry / "manifest.json").is_file())
        if own and time.time() - entry.stat().st_mtime > KEPT_DAYS * 86400:
            if entry.is_dir():
                shutil.rmtree(entry, ignore_errors=True)
            else:
                entry.unlink(missing_ok=True)
