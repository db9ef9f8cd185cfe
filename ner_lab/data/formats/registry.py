"""The formats by name: how each is read and written, and which one a folder holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats import arrow, brat, csv_table, doccano, jsonl, label_studio, spacy_docbin
from ner_lab.data.formats.column.column_data import ColumnData
from ner_lab.data.formats.column.writer import write_fitted
from ner_lab.data.formats.csv_table import COLUMNS, DELIMITERS
from ner_lab.data.formats.folder import find_splits
from ner_lab.data.formats.json_objects import json_objects
from ner_lab.data.formats.text import lines
from ner_lab.types import Sentence, UserError


class Format(NamedTuple):
    """A format that can be read and written.

    `reader` makes the data set from `dir` and settings; `write(path, sentences)` returns what the format could not
    hold, counted by reason; a split is the file (or folder) `SPLIT + suffix`; `tags` says whether the format holds tags
    of any scheme, or spans.
    """

    reader: Callable[..., DataModule]
    write: Callable[[Path, Sequence[Sentence]], Counter[str]]
    suffix: str
    tags: bool


FORMATS = {
    "column": Format(ColumnData, write_fitted, ".conll", True),
    "jsonl": Format(jsonl.JsonlData, jsonl.write, ".jsonl", True),
    "csv": Format(csv_table.CsvData, csv_table.write, ".csv", True),
    "parquet": Format(arrow.ArrowData, arrow.write, ".parquet", True),
    "brat": Format(brat.BratData, brat.write, "", False),
    "label_studio": Format(label_studio.LabelStudioData, label_studio.write, ".json", False),
    "doccano": Format(doccano.DoccanoData, doccano.write, ".jsonl", False),
    "spacy": Format(spacy_docbin.SpacyData, spacy_docbin.write, ".spacy", False),
}


class AutoData(DataModule):
    """Reads the format that `detect` finds in a folder, and says why.

    Args:
        dir: the folder, or one file.
        scheme, repair, encoding: see `FileData`; `scheme` is for formats with tags.
        settings: of every data set, see `DataModule`. A setting of one format alone needs `data=FORMAT`.
    """

    def __init__(
        self, dir: str, scheme: str = "auto", repair: str = "strict", encoding: str = "utf-8", **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.dir, self.scheme, self.reading = dir, scheme, {"repair": repair, "encoding": encoding}

    def read(self) -> dict[str, list[Sentence]]:
        name, reason = detect(Path(self.dir), self.reading["encoding"])
        self.notes.append(f"read as data={name}: {reason}")
        scheme = {"scheme": self.scheme} if FORMATS[name].tags else {}
        reader = FORMATS[name].reader(dir=self.dir, **self.reading, **scheme)
        try:
            splits = reader.read()
        except UserError as error:
            raise UserError(f"{error} (read as data={name}: {reason}; its own settings need data={name})") from error
        self.notes += reader.notes
        self.tagging = reader.tagging
        return {split: list(sentences) for split, sentences in splits.items()}


def detect(folder: Path, encoding: str = "utf-8") -> tuple[str, str]:
    """The format of a folder (or file) and the reason.

    Raises:
        UserError: no such folder, or no file that is a split.
    """
    if any((folder / name).is_file() for name in arrow.SAVED):
        return "parquet", f"{folder} was saved by datasets"
    if arrow.find_tables(folder):
        return "parquet", f"{arrow.find_tables(folder)[0].name} is a table"
    if folder.is_dir() and (annotation := next(folder.rglob("*.ann"), None)):
        return "brat", f"{annotation.relative_to(folder)} is standoff annotation"
    path = next(iter(find_splits(folder, needed=()).values()))
    suffix = path.suffix.lower()
    if suffix == ".spacy":
        return "spacy", f"{path.name} by its ending"
    if suffix in arrow.SUFFIXES:
        return "parquet", f"{path.name} by its ending"
    first = next((line for line in lines(path, encoding) if line.strip()), "")
    if suffix in (".json", ".jsonl", ".ndjson") or first.lstrip().startswith(('{"', "[{")):
        return _detect_json(path, encoding)
    if names := _header(first):
        return "csv", f"the first line of {path.name} names columns ({', '.join(names)})"
    return "column", f"{path.name} is text, and neither JSON nor a table with a header"


def _detect_json(path: Path, encoding: str) -> tuple[str, str]:
    place, record = next(json_objects(path, encoding))
    fields = ", ".join(record)
    minimal = record.get("label")
    if "annotations" in record and isinstance(record.get("data"), dict):
        return "label_studio", f"{place} has data and annotations"
    if isinstance(minimal, list) and minimal and isinstance(minimal[0], dict) and "labels" in minimal[0]:
        return "label_studio", f"{place} has labels as in JSON-MIN"
    if isinstance(record.get("text"), str) and ({"label", "entities"} & set(record)) and "id" in record:
        return "doccano", f"{place} has an id, a text and its spans"
    return "jsonl", f"{place} is a JSON object with {fields}"


def _header(line: str) -> list[str]:
    """The names in a line that names a column of words and one of tags, none if it does not."""
    for mark in DELIMITERS.values():
        names = [cell.strip().strip('"').lower() for cell in line.split(mark)]
        if len(names) > 1 and set(names) & set(COLUMNS["word"]) and set(names) & set(COLUMNS["tag"]):
            return names
    return []
