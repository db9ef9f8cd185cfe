"""Parquet and Arrow: names of tags from the features, shards, folders that datasets saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ner_lab.data.formats.arrow import ArrowData
from ner_lab.types import UserError

datasets = pytest.importorskip("datasets", reason="the extra hub is not installed")
pyarrow = pytest.importorskip("pyarrow")
ipc, parquet = pytest.importorskip("pyarrow.ipc"), pytest.importorskip("pyarrow.parquet")
NAMES = ["O", "B-PER", "I-PER"]
ROWS = {"tokens": [["Ann", "Lee", "left"], ["No"]], "ner_tags": [[1, 2, 0], [0]], "id": ["0", "1"]}
EXPECTED = [("Ann Lee left", "B-PER I-PER O"), ("No", "O")]


def table(names=NAMES, rows=ROWS, **more):
    tag = datasets.ClassLabel(names=names) if names else datasets.Value("int64")
    features = {"tokens": datasets.List(datasets.Value("string")), "ner_tags": datasets.List(tag)}
    features["id"] = datasets.Value("string")
    return datasets.Dataset.from_dict(rows, features=datasets.Features(features))


def read(folder, **options):
    found = ArrowData(str(folder), **options).read()
    return {split: [(" ".join(s.words), " ".join(s.tags)) for s in rows] for split, rows in found.items()}


def test_parquet_files_with_the_names_in_their_features(tmp_path):
    table().to_parquet(str(tmp_path / "train.parquet"))
    table().to_parquet(str(tmp_path / "validation.parquet"))
    assert read(tmp_path) == {"train": EXPECTED, "dev": EXPECTED}
    (first, second) = ArrowData(str(tmp_path)).read()["dev"]
    assert (first.origin, second.origin) == tuple(f"{tmp_path}/validation.parquet:row {n}" for n in (0, 1))
    assert read(tmp_path / "train.parquet") == {"all": EXPECTED}


def test_shards_in_a_folder_of_their_own(tmp_path):
    (tmp_path / "data").mkdir()
    for number in (0, 1):
        table().to_parquet(str(tmp_path / "data" / f"train-0000{number}-of-00002.parquet"))
    table().to_parquet(str(tmp_path / "data" / "test-00000-of-00001.parquet"))
    assert read(tmp_path) == {"train": EXPECTED * 2, "test": EXPECTED}


def test_folders_that_datasets_saved(tmp_path):
    datasets.DatasetDict(train=table(), test=table()).save_to_disk(str(tmp_path / "splits"))
    table().save_to_disk(str(tmp_path / "one"))
    assert read(tmp_path / "splits") == {"train": EXPECTED, "test": EXPECTED}
    assert read(tmp_path / "one") == {"all": EXPECTED}


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_arrow_files(tmp_path, kind):
    import pyarrow as pa

    data = table().data.table
    make = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with make(str(tmp_path / "train.arrow"), data.schema) as writer:
        writer.write_table(data)
    assert read(tmp_path) == {"train": EXPECTED}


def test_numbers_without_names(tmp_path):
    table(names=None).to_parquet(str(tmp_path / "train.parquet"))
    with pytest.raises(UserError, match=r"train\.parquet:row 0: field 'ner_tags' holds numbers.*data\.names="):
        read(tmp_path)
    assert read(tmp_path, names=NAMES) == {"train": EXPECTED}


def test_numbers_behind_the_names(tmp_path):
    rows = {**ROWS, "ner_tags": [[1, 2, 0], [7]]}
    table(names=None, rows=rows).to_parquet(str(tmp_path / "train.parquet"))
    with pytest.raises(UserError, match=r"train\.parquet:row 1: .*holds the tag 7, but the labels are 0 to 2"):
        read(tmp_path, names=NAMES)


def test_text_and_spans_in_a_table(tmp_path):
    rows = {"text": ["Ann left"], "spans": [[{"start": 0, "end": 3, "label": "PER"}]]}
    datasets.Dataset.from_dict(rows).to_parquet(str(tmp_path / "test.parquet"))
    assert read(tmp_path) == {"test": [("Ann left", "B-PER O")]}


def test_what_is_no_table_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"no such folder, or no \.parquet or \.arrow file"):
        read(tmp_path)
    for suffix in ("parquet", "arrow"):
        (tmp_path / f"train.{suffix}").write_text("a O\n")
        with pytest.raises(UserError, match=rf"train\.{suffix}: is no \.{suffix} file that can be read"):
            read(tmp_path)
        (tmp_path / f"train.{suffix}").unlink()
    for name in ("one", "two"):
        table().to_parquet(str(tmp_path / f"{name}.parquet"))
    with pytest.raises(UserError, match=r"no table is called train.*one, two"):
        read(tmp_path)
    (tmp_path / "dataset_info.json").write_text("{}")
    with pytest.raises(UserError, match="cannot be read as what datasets saved"):
        read(tmp_path)


def _files(folder: Path, row: dict[str, list[object]]) -> Iterator[Path]:
    """The row in every kind of file that packs it."""
    table = pyarrow.table(row)
    parquet.write_table(table, folder / "train.parquet", compression="zstd")
    yield folder / "train.parquet"
    options = ipc.IpcWriteOptions(compression="zstd")
    for opener in (ipc.new_file, ipc.new_stream):
        with opener(str(folder / "train.arrow"), table.schema, options=options) as writer:
            writer.write_table(table)
        yield folder / "train.arrow"


@pytest.mark.seconds
def test_what_unpacks_to_more_than_a_corpus_is_refused_before_it_does(tmp_path):
    for file in _files(tmp_path, {"tokens": [["x" * 100_000_000]], "tags": [["O"]]}):
        before = pyarrow.default_memory_pool().max_memory()
        with pytest.raises(UserError, match=rf"{file.name}: [\d,]+ bytes unpack to 100,0\d\d,\d+ bytes"):
            read(tmp_path)
        assert pyarrow.default_memory_pool().max_memory() == before
        file.unlink()
    with ipc.new_file(str(tmp_path / "train.arrow"), pyarrow.schema({"tokens": pyarrow.null()})) as writer:
        writer.write_table(pyarrow.table({"tokens": pyarrow.nulls(2_000_000_000)}))
    with pytest.raises(UserError, match="and 2,000,000,000 values"):
        read(tmp_path)


@pytest.mark.seconds
def test_packed_files_of_words_are_read(tmp_path):
    rows = [["Ann", "left"]] * 5_000
    for file in _files(tmp_path, {"tokens": rows, "tags": [["B-PER", "O"]] * len(rows)}):
        assert len(read(tmp_path)["train"]) == len(rows)
        file.unlink()
