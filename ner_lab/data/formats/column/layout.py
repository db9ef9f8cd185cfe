"""How a column file is laid out: its separator, how many columns it has, and which of them are words and tags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from ner_lab.data.formats.column.documents import MARKS, DocumentRule, document_rule
from ner_lab.data.formats.repair import read_tag
from ner_lab.data.formats.text import lines
from ner_lab.types import UserError, listed, shortened

_SAMPLED = 5000
DOCUMENT_START = "-DOCSTART-"
_ID = re.compile(r"\d+(?:[-.]\d+)?")  # of a word in CoNLL-U, of a range of words, of an empty node
# Types of chunks, which are no entities.
_PHRASES = frozenset(("NP", "VP", "PP", "ADVP", "ADJP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP"))
_JSON = re.compile(r"\s*(?:\[?\s*\{\s*\".*\"\s*:.*|[\[{]+\s*\n\s*[\"{].*)")  # in the first row, or in the first two
_TABLE = "a table of commas, semicolons or bars is read with data=csv, one without a header with data.header=false; "
_BRACKETS = re.compile(r"[(*].*")  # `(PER*`, `*`, `*)`, `(LOC)`: how CoNLL-2005 and CoNLL-2012 write spans
_WEBANNO = "#FORMAT=WebAnno TSV"
_GLOBAL_COLUMNS = "# global.columns ="


@dataclass(frozen=True)
class Layout:
    """`word` and `tag` are indices (the tag's may be negative: from the right), `header` is the line that names them;
    `tags` are the tags of the first rows, `ids` says that column 0 numbers the words as CoNLL-U does, and `layers` are
    the indices of other columns with entity tags; `documents` says where they begin."""

    separator: str
    width: int
    word: int
    tag: int | None
    header: int = 0
    tags: frozenset[str] = frozenset()
    ids: bool = False
    layers: tuple[int, ...] = ()
    documents: DocumentRule = MARKS

    @property
    def cells(self) -> Callable[[str], list[str]]:
        return SPLIT[self.separator]

    def is_tag(self, cell: str) -> bool:
        """Whether a cell reads as a tag or is one of the bare types that the first rows have."""
        return cell in self.tags or read_tag(cell) is not None

    def no_word(self, cells: list[str]) -> bool:
        """Whether a row is CoNLL-U's range of words (`1-2`), which have rows of their own, or empty node (`2.1`)."""
        return self.ids and not cells[0].isdecimal() and _ID.fullmatch(cells[0]) is not None

    def __str__(self) -> str:
        tag = "no tags" if self.tag is None else f"tags in column {self.tag % self.width}"
        return f"{self.width} columns ({self.separator}), words in column {self.word}, {tag}"


def split_space(line: str) -> list[str]:
    # str.split() would also cut at U+0085, U+00A0 and other characters that belong to a token.
    return [cell for cell in line.replace("\t", " ").split(" ") if cell]


SPLIT: dict[str, Callable[[str], list[str]]] = {"tab": lambda line: line.split("\t"), "space": split_space}


def find_layout(
    path: Path,
    encoding: str = "utf-8",
    separator: str = "auto",
    word_column: int | str = 0,
    tag_column: int | str | None = -1,
    columns: Sequence[str] | None = None,
    document: int | str | None = "auto",
) -> Layout:
    """The layout of a file, from its first rows and from what is known.

    `auto` takes tabs where at least half of the rows have one, else spaces; the usual number of cells is the number
    of columns. A column name is looked up in `columns`, in a `# global.columns =` line, or in the first row, which is
    then no data.

    Raises:
        UserError: no rows, a single column where tags are expected, no such column, numbers in place of words, or spans
            in place of tags.
    """
    if separator not in ("auto", *SPLIT):
        raise UserError(f"data.separator is auto, tab or space; got {separator!r}")
    sample = [(n, line) for n, line in enumerate(islice(lines(path, encoding), _SAMPLED), 1) if line.strip()]
    rows = [(n, line) for n, line in sample if line[0] != "#" and DOCUMENT_START not in line]
    # Only `#` lines: words if they cannot be comments.
    rows = rows or [(n, line) for n, line in sample if "\t" in line or not line.startswith(("# ", DOCUMENT_START))]
    if not rows:
        what = "has no rows" if sample else "is empty"
        raise UserError(f"{path}: {what}; a column file has one word a line and an empty line between sentences")
    first, row = rows[0]
    if _JSON.fullmatch(row) or (len(rows) > 1 and _JSON.fullmatch(f"{row}\n{rows[1][1]}")):
        raise UserError(
            f"{path}:{first}: is JSON and no column file (row {shortened(row)!r}); JSON Lines and JSON are read with "
            "data=jsonl, label_studio or doccano, and data=auto finds out which"
        )
    if sample[0][1].startswith(_WEBANNO):
        raise UserError(
            f"{path}:{sample[0][0]}: is WebAnno TSV, which has spans and no tags ({shortened(sample[0][1])!r}); "
            "INCEpTION and WebAnno export CoNLL 2002 as well, which data=column reads"
        )
    if separator == "auto":
        separator = "tab" if sum("\t" in line for _, line in rows) * 2 >= len(rows) else "space"
    split = SPLIT[separator]
    widths = Counter(len(split(line)) for _, line in rows)
    width = max(widths, key=lambda w: (widths[w], w))
    if width == 1 and tag_column is not None:
        raise UserError(
            f"{path}:{first}: rows have one column, so there are no tags (row {shortened(row)!r}, separator "
            f"{separator}); "
            f"{_TABLE if any(mark in row for mark in ',;|') else ''}"
            "data.tag_column=null reads words without tags, data.separator chooses tab or space"
        )
    names, header = _column_names(sample, rows, split, columns)
    rule = document_rule(document)
    uses_header = header and any(
        isinstance(column, str) for column in (word_column, tag_column, document if rule is None else None)
    )
    word = _index(path, "word_column", word_column, names, width)
    tag = None if tag_column is None else _index(path, "tag_column", tag_column, names, width)
    if rule is None and document is not None:
        rule = DocumentRule("column", _index(path, "document", document, names, width) % width)
    table = [cells for _, line in rows if len(cells := split(line)) == width]
    numbered = width > 2 and all(_ID.fullmatch(cells[0]) for cells in table)
    if numbered and word % width == 0 and any(cells[0].isdecimal() for cells in table):
        raise UserError(
            f"{path}:{first}: column 0 holds numbers alone, which count words but are none (row {shortened(row)!r}); "
            "data.word_column=1 takes the next column"
        )
    written = [cells[tag] for cells in table] if tag is not None else []
    if any("(" in cell for cell in written) and all(map(_BRACKETS.fullmatch, written)):
        raise UserError(
            f"{path}:{first}: column {(tag or 0) % width} has spans in brackets and no tags, as CoNLL-2012 writes them "
            f"({shortened(' '.join(written))!r}); write B-TYPE at '(TYPE', I-TYPE up to ')', and O outside"
        )
    tags = frozenset(cell for cell in written if cell.strip())
    ids = numbered and any(cells[0] == "1" for cells in table)
    layers = _layers(table, {word % width, tag % width}) if tag is not None else ()
    return Layout(separator, width, word % width, tag, header if uses_header else 0, tags, ids, layers, rule or MARKS)


def _layers(table: Sequence[Sequence[str]], known: set[int]) -> tuple[int, ...]:
    """Other columns in which every cell is a tag, and some an entity's: a second layer, as of nested entities."""
    found = []
    for column in sorted(set(range(len(table[0]) if table else 0)) - known):
        cells = {row[column] for row in table}
        types = {cell[2:] for cell in cells - {"O"}}
        if types and not types <= _PHRASES and all(read_tag(cell) == (cell, "") for cell in cells):
            found.append(column)
    return tuple(found)


def _column_names(
    sample: list[tuple[int, str]],
    rows: list[tuple[int, str]],
    split: Callable[[str], list[str]],
    columns: Sequence[str] | None,
) -> tuple[list[str], int]:
    """The names and the line they take up, 0 if they are no row."""
    if columns is not None:
        return list(columns), 0
    for _, line in sample:
        if line.startswith(_GLOBAL_COLUMNS):
            return split_space(line.removeprefix(_GLOBAL_COLUMNS)), 0
    number, line = rows[0]
    return [cell.strip() for cell in split(line)], number


def _index(path: Path, option: str, column: int | str, names: Sequence[str], width: int) -> int:
    if isinstance(column, str):
        if column not in names:
            raise UserError(
                f"{path}: data.{option}={column} is none of the columns {listed(names)}; an index from 0 works too"
            )
        column = list(names).index(column)
    if not -width <= column < width:
        raise UserError(
            f"{path}: data.{option}={column} is outside of the {width} columns; it counts from 0, or back from -1"
        )
    return column
