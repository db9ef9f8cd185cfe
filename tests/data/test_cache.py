"""The cache of encoded splits: found again, never wrong, shared, and made again when damaged."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest

from ner_lab.data import ColumnData, cache
from ner_lab.data.context import with_context
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.models.encoder import tiny_tokenizer
from ner_lab.types import Sentence

TOKENIZER = tiny_tokenizer()
SENTENCES = [Sentence((f"word{i}", "in", "Paris"), ("O", "O", "B-LOC"), f"d{i // 3}") for i in range(9)]


def cached(folder, key, make):
    return cache.cached(folder, key, make, EncodedSplit.from_arrays)


def encode(sentences=SENTENCES) -> EncodedSplit:
    return SubwordEncoder(TOKENIZER, 60).encode(sentences, ("O", "B-LOC", "I-LOC"))


def never() -> EncodedSplit:
    raise AssertionError("encoded again")


def same(a: EncodedSplit, b: EncodedSplit) -> bool:
    mine, theirs = a.arrays(), b.arrays()
    return mine.keys() == theirs.keys() and all(np.array_equal(mine[name], theirs[name]) for name in mine)


def without_tags() -> list[Sentence]:
    return [Sentence(sentence.words) for sentence in SENTENCES]


@pytest.mark.parametrize("sentences", [SENTENCES, list(with_context(SENTENCES, 2)), without_tags(), []])
def test_an_entry_is_found_again(sentences: list[Sentence], tmp_path: Path) -> None:
    made = cached(tmp_path, "k", lambda: encode(sentences))
    assert same(made, encode(sentences)) and same(cached(tmp_path, "k", never), made)
    assert [entry.name for entry in tmp_path.iterdir()] == ["k"]


def test_a_large_entry_is_memory_mapped(tmp_path: Path) -> None:
    made = cached(tmp_path, "k", lambda: encode(SENTENCES * 2000))
    assert isinstance(made.subwords_P, np.memmap) and not made.subwords_P.flags.writeable


@pytest.mark.parametrize("damage", ["cut", "flip", "no array", "no manifest", "manifest", "other arrays"])
def test_a_damaged_entry_is_made_again(damage: str, tmp_path: Path) -> None:
    cached(tmp_path, "k", encode)
    array, manifest = tmp_path / "k" / "subwords_P.npy", tmp_path / "k" / "manifest.json"
    content = array.read_bytes()
    if damage == "cut":
        array.write_bytes(content[:-4])
    elif damage == "flip":
        array.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    elif damage == "manifest":
        manifest.write_text("{")
    elif damage == "other arrays":
        manifest.write_text("{}")
    else:
        (array if damage == "no array" else manifest).unlink()
    calls = []
    assert same(cached(tmp_path, "k", lambda: calls.append(1) or encode()), encode()) and calls
    assert same(cached(tmp_path, "k", never), encode())


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert same(cached(tmp_path / "file", "k", encode), encode())
    assert same(cached(None, "k", encode), encode())


def test_what_nobody_used_for_a_month_is_deleted(tmp_path: Path) -> None:
    old, used, new = map(cache.cache_key, ("old", "used", "new"))
    for key in ("somebody's project", old, used):  # which has a manifest, too, as many have
        cached(tmp_path, key, encode)
        long_ago = time.time() - (cache.KEPT_DAYS + 1) * 86400
        os.utime(tmp_path / key, (long_ago, long_ago))
    cached(tmp_path, used, never)
    cached(tmp_path, new, encode)
    assert {entry.name for entry in tmp_path.iterdir()} == {used, new, "somebody's project"}


def test_what_a_killed_process_left_is_deleted_after_a_month(tmp_path: Path) -> None:
    key = cache.cache_key("one")
    for name in (f"{key}.partial-7", f"{cache.cache_key('other')}.partial-8", "somebody's folder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "subwords_P.npy").write_bytes(b"half")
    (tmp_path / f"{key}.lock").touch()
    for place in list(tmp_path.iterdir()):
        days = 1 if place.name.endswith("8") else cache.KEPT_DAYS + 1
        os.utime(place, (time.time() - days * 86400,) * 2)
    cached(tmp_path, cache.cache_key("new"), encode)
    left = {f"{cache.cache_key('other')}.partial-8", "somebody's folder", cache.cache_key("new")}
    assert {entry.name for entry in tmp_path.iterdir()} == left


def _share(folder: Path) -> bool:
    return all(same(cached(folder, f"k{i}", encode), encode()) for i in range(20))


def test_processes_share_a_folder(tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(3) as pool:
        assert all(pool.map(_share, [tmp_path] * 3))
    assert {entry.name for entry in tmp_path.iterdir()} == {f"k{i}" for i in range(20)}


def write(folder: Path, text: str) -> Path:
    for split in ("train", "dev"):
        (folder / f"{split}.conll").write_text(text)
    return folder


def keys(folder: Path, length: int = 60, **settings) -> set[str]:
    """The names of the entries that a corpus leaves in an empty cache."""
    cache_folder = Path(tempfile.mkdtemp(dir=folder))
    ColumnData(dir=str(folder), cache=str(cache_folder), **settings).encode(TOKENIZER, length, 0)
    return {entry.name for entry in cache_folder.iterdir()}


def test_the_key_follows_contents_tokenizer_and_settings(tmp_path: Path) -> None:
    text = "# newdoc id = 1\nIn O\nParis B-LOC\n\nAnn B-PER\nmet O\n"
    folder = write(tmp_path, text)
    plain = keys(folder)
    assert len(plain) == 1  # the splits hold the same sentences
    assert plain == keys(folder, batch_size=3)
    others = [keys(folder, length=50), keys(folder, document_context=1), keys(folder, size=1)]
    others += [keys(folder, type_noise=0.5), keys(write(tmp_path, text.replace("met", "saw")))]
    others.append(keys(write(tmp_path, text.replace("PER", "ORG"))))
    assert all(other - plain for other in others)
    assert len(set.union(plain, *others)) >= 7
