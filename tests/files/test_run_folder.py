"""A run folder is read by others while it is written: they see the old file or the new one, never a half."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ner_lab.files import RunFolder, output_path, replacing, write_atomically, write_json
from ner_lab.types import UserError


def test_a_reader_never_sees_a_half(tmp_path: Path) -> None:
    path = tmp_path / "metrics.txt"
    whole = {letter * 200_000 for letter in "ab"}
    write_atomically(path, "a" * 200_000)
    seen, stop = set(), threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(60):
        write_atomically(path, ("ab"[turn % 2] * 1000 for _ in range(200)))
    stop.set()
    reader.join()
    assert seen and seen <= whole


def test_while_the_pieces_come_the_old_file_stands(tmp_path: Path) -> None:
    path = tmp_path / "predictions.jsonl"
    write_atomically(path, "old")

    def pieces() -> Iterator[str]:
        for piece in ("n", "e", "w"):
            assert path.read_text() == "old"
            yield piece

    write_atomically(path, pieces())
    assert path.read_text() == "new"


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    def failing() -> Iterator[str]:
        yield "half"
        raise RuntimeError("the disk is full")

    for name, before in (("old", "whole"), ("never written", None)):
        path = tmp_path / name
        if before:
            path.write_text(before)
        with pytest.raises(RuntimeError, match="the disk is full"):
            write_atomically(path, failing())
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"old": "whole"}


def test_json_is_readable_and_ends_with_a_line(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "er" / "metrics.json"
    write_json(path, {"type": "Ö", "f1": 0.5})
    text = path.read_text(encoding="utf-8")
    assert "Ö" in text and text.endswith("}\n") and json.loads(text) == {"type": "Ö", "f1": 0.5}


def test_a_run_without_metrics_is_unfinished(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    assert not run.finished
    write_json(run.metrics, {})
    assert run.finished


def test_what_is_no_run_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"run={tmp_path}/nowhere: no such folder"):
        RunFolder.existing(tmp_path / "nowhere")
    with pytest.raises(UserError, match=rf"run={tmp_path}: no config\.yaml in it"):
        RunFolder.existing(tmp_path)
    (tmp_path / "config.yaml").write_text("seed: 0")
    assert RunFolder.existing(str(tmp_path)).config == tmp_path / "config.yaml"


def test_every_file_lies_inside_the_folder_and_none_twice(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    files = [value for name, value in vars(run).items() if name != "path"]
    files += [place(split) for place in (run.predictions, run.report) for split in ("dev", "test")]
    assert all(tmp_path in file.parents for file in files) and len(set(files)) == len(files)


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "split"
    with pytest.raises(RuntimeError), replacing(path) as unfinished:
        unfinished.mkdir()
        (unfinished / "half").write_text("")
        raise RuntimeError("the disk is full")
    assert list(path.parent.iterdir()) == []
    with replacing(path) as unfinished:
        unfinished.mkdir()
        (unfinished / "whole").write_text("")
        assert not path.exists() and str(os.getpid()) in unfinished.name
    assert [file.name for file in path.parent.rglob("*")] == ["split", "whole"]


@pytest.mark.parametrize(
    ("output", "holds", "overwrite", "message"),
    [
        ("", (), False, "output='': must be the path of a file"),
        ("nowhere/else/x", (), False, "there is no folder .*/nowhere; make it first"),
        ("file/x", ("*",), False, "file is a file, where a folder is meant"),
        ("file", (), False, "is there already; nothing is overwritten, choose another or say overwrite=true"),
        ("file", ("*",), True, "is a file, where a folder is wanted"),
        ("corpus", (), True, "is a folder, where a file is wanted"),
        ("corpus", ("train.*",), False, "already holds train.conll; nothing is overwritten, .* say overwrite=true"),
        ("corpus", ("*.svg",), True, "already holds train.conll; nothing is overwritten, choose a new folder"),
        ("read", ("train.*",), True, "lies in what is read, .*/read;"),
        ("read/deep", ("train.*",), True, "lies in what is read, .*/read;"),
        ("run/metrics.json", (), True, "belongs to the run .*run, and is never overwritten"),
        ("file", (), "maybe", "overwrite=maybe: must be true or false"),
    ],
)
def test_an_output_lands_on_nothing_else(tmp_path, monkeypatch, output, holds, overwrite, message) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (
        "corpus/train.conll",
        "file",
        "read/train.conll",
        "read/deep/x",
        "run/config.yaml",
        "run/metrics.json",
    ):
        write_atomically(Path(name), "")
    with pytest.raises(UserError, match=message):
        output_path("output", output, holds=holds, overwrite=overwrite, sources=[Path("read")])
    for path, names in {"new": (), "corpus/new": (), "file": (), "corpus": ("train.*",), "run/report.html": ()}.items():
        assert output_path("output", path, holds=names, overwrite=True) == Path(path)
