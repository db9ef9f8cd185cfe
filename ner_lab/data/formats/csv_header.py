"""Where the columns of a table are: by the names in its first row, or by numbers where it names none."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ner_lab.data.formats.text import lines
from ner_lab.types import UserError, listed

# What the columns are called, where nobody says so; compared in lower case.
COLUMNS: dict[str, tuple[str, ...]] = {
    "word": ("word", "words", "token", "tokens", "form"),
    "tag": ("tag", "tags", "ner", "ner_tag", "ner_tags", "label", "labels", "iob"),
    "sentence": ("sentence", "sentence #", "sentence_id", "sentence id", "sent_id", "sentence_idx"),
    "document": ("document", "document_id", "doc_id", "doc"),
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_UNNAMED: dict[str, int | None] = {"word": 0, "tag": -1, "sentence": None, "document": None}  # without a header


@dataclass(frozen=True)
class Header:
    """Where the columns are: indices, None for those that are not there; `line` is the header's, 0 without one."""

    delimiter: str
    width: int
    word: int
    tag: int | None
    sentence: int | None
    document: int | None
    line: int = 1

    @property
    def of(self) -> str:
        """What gave the number of columns, for messages."""
        return "header" if self.line else "first row"


def find_header(
    path: Path, encoding: str, delimiter: str, columns: Mapping[str, str | int | None], named: bool = True
) -> Header:
    """The columns of a table by the names in its first row (`named`), or by their numbers.

    Raises:
        UserError: no column of a name or number, or none (or several) of the usual names; with the names there are.
    """
    rows = lines(path, encoding)
    first = next(rows if named else (line for line in rows if line.strip()), "")
    marks = DELIMITERS.values() if delimiter == "auto" else [DELIMITERS[delimiter]]
    mark = max(marks, key=lambda mark: len(cells_of(first, mark)))
    cells = cells_of(first, mark)
    found = {role: _column(path, role, wanted, cells, named) for role, wanted in columns.items()}
    word = found["word"]
    assert word is not None
    if found["tag"] == word:
        raise UserError(
            f"{path}:1: column {word} is to hold the words and the tags; the first row has {len(cells)} columns "
            f"({listed(cells)}); data.delimiter names what separates them, "
            "data.tag_column=null reads words without tags"
        )
    return Header(mark, len(cells), word, found["tag"], found["sentence"], found["document"], int(named))


def _column(path: Path, role: str, wanted: str | int | None, cells: list[str], named: bool) -> int | None:
    if wanted == "auto" and not named:
        wanted = _UNNAMED[role]
    if isinstance(wanted, int):
        if not -len(cells) <= wanted < len(cells):
            raise UserError(
                f"{path}: data.{role}_column={wanted} is outside of the {len(cells)} columns; it counts from 0, or "
                "back from -1; data.delimiter names what separates them"
            )
        return wanted % len(cells)
    if wanted is not None and not named:
        raise UserError(
            f"{path}: data.{role}_column={wanted} is a name, but data.header=false says that no row names the columns; "
            "give its number from 0, or back from -1"
        )
    names = [cell.strip().lower() for cell in cells]
    candidates = COLUMNS[role] if wanted == "auto" else () if wanted is None else (wanted.strip().lower(),)
    at = [index for index, name in enumerate(names) if name in candidates]
    if len(at) > 1 or (not at and wanted is not None and (wanted != "auto" or role in ("word", "tag"))):
        problem = f"{len(at)} columns may be" if at else "no column is"
        usual = f"one called {' or '.join(candidates)}" if candidates else ""
        raise UserError(
            f"{path}:1: {problem} the {role} column ({usual}); the header has {listed(names) or 'nothing'}; "
            f"data.{role}_column=NAME says which it is"
            + (", data.tag_column=null reads words without tags" if role == "tag" else "")
            + (
                "; a table without a header is read with data=csv data.header=false (words in data.word_column=0, tags "
                "in data.tag_column=-1), a file with blanks or tabs between columns also with data=column"
                if role == "word"
                else ""
            )
        )
    return at[0] if at else None


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line, none where it is no CSV."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a stray carriage return; whoever asks reports that the header lacks its columns
        return []
