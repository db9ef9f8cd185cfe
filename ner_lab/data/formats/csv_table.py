"""`data=csv`: tables with a header and one word a row, as CSV or TSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ner_lab.data.formats.base import FileData
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.text import lines
from ner_lab.data.formats.writing import all_or_none_tagged, writable
from ner_lab.files import write_atomically
from ner_lab.types import Sentence, UserError

# What the columns are called, where nobody says so; compared in lower case.
COLUMNS: dict[str, tuple[str, ...]] = {
    "word": ("word", "words", "token", "tokens", "form"),
    "tag": ("tag", "tags", "ner", "ner_tag", "ner_tags", "label", "labels", "iob"),
    "sentence": ("sentence", "sentence #", "sentence_id", "sentence id", "sent_id", "sentence_idx"),
    "document": ("document", "document_id", "doc_id", "doc"),
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
csv.field_size_limit(1 << 27)


@dataclass(frozen=True)
class Header:
    """Where the columns are: indices, None for those that are not there."""

    delimiter: str
    width: int
    word: int
    tag: int | None
    sentence: int | None
    document: int | None


class CsvData(FileData):
    r"""Reads tables whose first row names the columns.

    A sentence ends where the sentence column has another id (an empty cell has none, as where only the first word of a
    sentence names it), and at a row without any cell filled. In tables separated by tabs in which some line has an odd
    number of quotation marks these are words and quote nothing.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`, or one file.
        word_column, tag_column, sentence_column, document_column: names in the header, in any case; `auto` takes the
            usual ones (`COLUMNS`); no tags are read with `tag_column=None`, and only empty rows end sentences with
            `sentence_column=None`.
        delimiter: `auto` (the one that gives the header most columns), `comma`, `semicolon`, `tab` or `bar`.
        settings: of every data set that reads files, see `FileData`; rows of another length than the header's are
            an error under `repair=strict`, else word and tag are taken from their columns, and counted.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.csv").write_text("sentence,word,tag\n1,Ada,B-PER\n1,wrote,O\n2,Yes,O\n")
        ...     [sentence.words for sentence in CsvData(folder).read()["train"]]
        [('Ada', 'wrote'), ('Yes',)]
    """

    def __init__(
        self,
        dir: str,
        word_column: str = "auto",
        tag_column: str | None = "auto",
        sentence_column: str | None = "auto",
        document_column: str | None = "auto",
        delimiter: str = "auto",
        **settings: Any,
    ) -> None:
        super().__init__(dir, **settings)
        if delimiter not in ("auto", *DELIMITERS):
            raise UserError(f"data.delimiter is auto, {', '.join(DELIMITERS)}; got {delimiter!r}")
        self.columns = {
            "word": word_column,
            "tag": tag_column,
            "sentence": sentence_column,
            "document": document_column,
        }
        self.delimiter = delimiter

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        header = find_header(source, self.encoding, self.delimiter, self.columns)
        words: list[str] = []
        tags: list[str] = []
        place, sentence, document = "", "", ""
        longest = 0

        def ended() -> Sentence:
            return Sentence(tuple(words), tuple(tags) if header.tag is not None else None, document, place)

        for number, row in _rows(source, self.encoding, header.delimiter, remarks):
            blank = not any(cell.strip() for cell in row)
            identifier = row[header.sentence] if header.sentence is not None and header.sentence < len(row) else ""
            if words and (blank or identifier.strip() not in ("", sentence)):
                yield ended()
                longest = max(longest, len(words))
                words, tags = [], []
            sentence = identifier.strip() or sentence
            if blank:
                continue
            row = self._whole(row, header, f"{source}:{number}", remarks)
            if not words:
                place = f"{source}:{number}"
                document = row[header.document] if header.document is not None else ""
            words.append(row[header.word])
            if header.tag is not None:
                tags.append(row[header.tag])
        if words:
            yield ended()
        if not longest and len(words) > 200:
            remarks.add("table without sentence column and without empty rows, read as one sentence", str(source))

    def _whole(self, row: list[str], header: Header, place: str, remarks: Remarks) -> list[str]:
        if len(row) == header.width:
            return row
        complaint = f"{place}: {len(row)} cells, but the header has {header.width}, row {row}"
        if self.repair == "strict" or max(header.word, header.tag or 0) >= len(row):
            raise UserError(
                f"{complaint}; cells that hold the delimiter are quoted in CSV, data.delimiter names another one; "
                "data.repair=conlleval takes word and tag from their columns where the row reaches these, and counts it"
            )
        remarks.add("row of another length", place)
        return (row + [""] * header.width)[: header.width]


def find_header(path: Path, encoding: str, delimiter: str, columns: dict[str, str | None]) -> Header:
    """The columns of a table by the names in its first row.

    Raises:
        UserError: no column of a name, or none (or several) of the usual names; with the names there are.
    """
    first = next(iter(lines(path, encoding)), "")
    marks = DELIMITERS.values() if delimiter == "auto" else [DELIMITERS[delimiter]]
    mark = max(marks, key=lambda mark: len(_cells(first, mark)))
    names = [cell.strip().lower() for cell in _cells(first, mark)]
    found: dict[str, int | None] = {}
    for role, wanted in columns.items():
        candidates = COLUMNS[role] if wanted == "auto" else () if wanted is None else (wanted.strip().lower(),)
        at = [index for index, name in enumerate(names) if name in candidates]
        if len(at) > 1 or (not at and wanted is not None and (wanted != "auto" or role in ("word", "tag"))):
            problem = f"{len(at)} columns may be" if at else "no column is"
            usual = f"one called {' or '.join(candidates)}" if candidates else ""
            raise UserError(
                f"{path}:1: {problem} the {role} column ({usual}); the header has {', '.join(names) or 'nothing'}; "
                f"data.{role}_column=NAME says which it is"
                + (", data.tag_column=null reads words without tags" if role == "tag" else "")
                + ("; for a table without a header say data=column" if role == "word" else "")
            )
        found[role] = at[0] if at else None
    word = found["word"]
    assert word is not None
    return Header(mark, len(names), word, found["tag"], found["sentence"], found["document"])


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a stray carriage return; whoever asks reports that the header lacks its columns
        return []


def _rows(path: Path, encoding: str, delimiter: str, remarks: Remarks) -> Iterator[tuple[int, list[str]]]:
    """The rows behind the header with the lines they begin at."""
    plain = delimiter == "\t" and any(line.count('"') % 2 for line in lines(path, encoding))
    if plain:
        remarks.add("table with unpaired quotation marks, which are read as words", str(path))
    text = (line + "\n" for line in lines(path, encoding))
    quoting: Literal[0, 3] = csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL
    reader = csv.reader(text, delimiter=delimiter, quoting=quoting, strict=True)
    begin = 1
    try:
        for row in reader:
            if begin > 1:
                yield begin, row
            begin = reader.line_num + 1
    except csv.Error as error:
        raise UserError(
            f"{path}:{begin}: not {'TSV' if delimiter == chr(9) else 'CSV'} ({error}); the row begins on this line, "
            "and a quotation mark in it is perhaps not doubled"
        ) from error


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes columns `sentence` (a number), `document`, `word`, and `tag` if the sentences have tags.

    What CSV cannot hold, and how it is written instead: a carriage return before a line feed within a word (the line
    feed alone).

    Raises:
        UserError: see `writable`; sentences with and without tags; NUL characters.
    """
    tagged, lost = all_or_none_tagged(path, sentences), Counter[str]()

    def pieces() -> Iterator[str]:
        yield _row(["sentence", "document", "word", *(["tag"] if tagged else [])])
        for number, sentence in enumerate(writable(path, sentences), 1):
            document = _cell(sentence.document, path, lost)
            for index, word in enumerate(sentence.words):
                tag = [_cell(sentence.tags[index], path, lost)] if sentence.tags is not None else []
                yield _row([str(number), document, _cell(word, path, lost), *tag])

    write_atomically(path, pieces())
    return lost


def _row(cells: list[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text).writerow(cells)
    return text.getvalue()


def _cell(text: str, path: Path, lost: Counter[str]) -> str:
    if "\0" in text:
        raise UserError(f"{path}: CSV cannot hold {text!r}, which has a NUL character; jsonl can")
    if "\r\n" in text:
        lost["carriage returns before a line feed"] += 1
        while "\r\n" in text:
            text = text.replace("\r\n", "\n")
    return text


def detect(sample: Sample) -> str:
    if sample.record is not None:
        return ""
    for mark in DELIMITERS.values():
        names = [cell.strip().strip('"').lower() for cell in sample.first_line.split(mark)]
        if len(names) > 1 and set(names) & set(COLUMNS["word"]) and set(names) & set(COLUMNS["tag"]):
            return f"the first line of {sample.path.name} names columns ({', '.join(names)})"
    return ""


FORMAT = Format(CsvData, write, detect, ".csv", tags=True, untagged={"tag_column": None})
