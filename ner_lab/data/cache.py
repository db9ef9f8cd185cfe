"""Encoded splits on disk: memory-mapped, shared by parallel runs, made again when damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.files import replacing
from ner_lab.types import Sentence

FORMAT = "1"  # another number where the same input is encoded otherwise than before
KEPT_DAYS = 30  # since an entry was used last


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


def cached(folder: Path | None, key: str, make: Callable[[], EncodedSplit]) -> EncodedSplit:
    """The entry `key` of a cache folder, or what `make` makes, which is then kept there.

    Entries appear whole or not at all, so that any number of processes may share the folder. One that is not what its
    manifest says (sizes and CRC-32 of every array) is made again. Entries that nobody used for 30 days are deleted.

    Args:
        folder: of the cache; None keeps nothing. Where it cannot be written, the split is made and not kept.
        key: hexadecimal digest of all that the split depends on.
        make: encodes the split.
    """
    if folder is None:
        return make()
    entry = folder.expanduser() / key
    if (split := _load(entry)) is not None:
        return split
    made = make()
    try:
        _keep(entry, made)
        _forget_old(entry.parent)
    except OSError:
        return made  # a cache that is full or read-only costs time and nothing else
    return _load(entry) or made


def _load(entry: Path) -> EncodedSplit | None:
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
        return EncodedSplit.from_arrays(arrays)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:  # read, not mapped: a mapped file would count as memory
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def _keep(entry: Path, split: EncodedSplit) -> None:
    with replacing(entry) as unfinished:  # fails if another process was faster: theirs is as good
        unfinished.mkdir()
        manifest = {}
        for name, values in split.arrays().items():
            np.save(unfinished / f"{name}.npy", values)
            manifest[name] = _checksum(unfinished / f"{name}.npy")
        (unfinished / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        shutil.rmtree(entry, ignore_errors=True)  # of a damaged entry; a map of it that is in use stays valid


def _forget_old(folder: Path) -> None:
    for entry in folder.iterdir():
        if (entry / "manifest.json").is_file() and time.time() - entry.stat().st_mtime > KEPT_DAYS * 86400:
            shutil.rmtree(entry, ignore_errors=True)
