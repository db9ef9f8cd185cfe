"""`data=csv`: tables with one word a row, as CSV or TSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from ner_lab.data.formats.base import FileData
from ner_lab.data.formats.csv_header import COLUMNS, DELIMITERS, Header, cells_of, find_header
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.repair import read_tag
from ner_lab.data.formats.text import lines
from ner_lab.data.formats.writing import all_or_none_tagged, writable
from ner_lab.files import write_atomically
from ner_lab.types import Sentence, UserError, shortened

csv.field_size_limit(1 << 27)


class CsvData(FileData):
    r"""Reads tables whose first row names the columns, or tables without such a row.

    A sentence ends where the sentence or the document column has another id (an empty cell has none, as where only the
    first word of a sentence names it), and at a row without any cell filled. In tables separated by tabs in which
    some line has an odd number of quotation marks these are words and quote nothing.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`, or one file.
        word_column, tag_column, sentence_column, document_column: names in the header, in any case, or numbers from 0
            (back from -1); `auto` takes the usual names (`COLUMNS`), without a header the first column for words and
            the last for tags; no tags are read with `tag_column=None`, and only empty rows and documents end sentences
            with `sentence_column=None`.
        header: whether the first row names the columns.
        delimiter: `auto` (the one that gives the first row most columns), `comma`, `semicolon`, `tab` or `bar`.
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
        word_column: str | int = "auto",
        tag_column: str | int | None = "auto",
        sentence_column: str | int | None = "auto",
        document_column: str | int | None = "auto",
        header: bool = True,
        delimiter: str = "auto",
        **settings: Any,
    ) -> None:
        super().__init__(dir, **settings)
        if delimiter not in ("auto", *DELIMITERS):
            raise UserError(f"data.delimiter is auto, {', '.join(DELIMITERS)}; got {delimiter!r}")
        self.header = header
        self.columns: dict[str, str | int | None] = {
            "word": word_column,
            "tag": tag_column,
            "sentence": sentence_column,
            "document": document_column,
        }
        self.delimiter = delimiter

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        header = find_header(source, self.encoding, self.delimiter, self.columns, self.header)
        words: list[str] = []
        tags: list[str] = []
        place, sentence, document = "", "", ""
        longest = 0

        def ended() -> Sentence:
            return Sentence(tuple(words), tuple(tags) if header.tag is not None else None, document, place)

        for number, row in _rows(source, self.encoding, header, remarks):
            blank = not any(cell.strip() for cell in row)
            identifier, named = _cell_at(row, header.sentence).strip(), _cell_at(row, header.document)
            # Ids may restart in each document, so an equal one is the same sentence in the same document alone.
            if words and (blank or identifier not in ("", sentence) or named not in ("", document)):
                yield ended()
                longest = max(longest, len(words))
                words, tags = [], []
            sentence = identifier or sentence
            if blank:
                continue
            row = self._whole(row, header, f"{source}:{number}", remarks)
            _refuse_rows_in(row, header, f"{source}:{number}")
            if not words:
                place, document = f"{source}:{number}", named
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
        complaint = f"{place}: {len(row)} cells, but the {header.of} has {header.width}, row {shortened(str(row))}"
        if self.repair == "strict" or max(header.word, header.tag or 0) >= len(row):
            raise UserError(
                f"{complaint}; cells that hold the delimiter are quoted in CSV, data.delimiter names another one; "
                "data.repair=conlleval takes word and tag from their columns where the row reaches these, and counts it"
            )
        remarks.add("row of another length", place)
        return (row + [""] * header.width)[: header.width]


def _refuse_rows_in(row: list[str], header: Header, place: str) -> None:
    """A quotation mark that was not doubled makes one cell of the rows up to the next one; words hold no rows."""
    for at, cell in enumerate(row):
        for number, line in enumerate(cell.split("\n") if "\n" in cell else ()):
            skipped = 0 if number else at
            cells = cells_of(line, header.delimiter)
            tag = cells[-1] if header.tag is None else _cell_at(cells, header.tag - skipped)
            if len(cells) > 1 and len(cells) == header.width - skipped and read_tag(tag) is not None:
                raise UserError(
                    f"{place}: a cell runs over several lines and holds rows itself ({shortened(cell)!r}); its "
                    'quotation mark is perhaps a word, which is written """" in CSV (and " in tables separated by tabs)'
                )


def _cell_at(row: list[str], column: int | None) -> str:
    return row[column] if column is not None and 0 <= column < len(row) else ""


def _rows(path: Path, encoding: str, header: Header, remarks: Remarks) -> Iterator[tuple[int, list[str]]]:
    """The rows behind the header with the lines they begin at."""
    delimiter = header.delimiter
    plain = delimiter == "\t" and any(line.count('"') % 2 for line in lines(path, encoding))
    if plain:
        remarks.add("table with unpaired quotation marks, which are read as words", str(path))
    text = (line + "\n" for line in lines(path, encoding))
    quoting: Literal[0, 3] = csv.QUOTE_NONE if plain else csv.QUOTE_MINIMAL
    reader = csv.reader(text, delimiter=delimiter, quoting=quoting, strict=True)
    begin = 1
    try:
        for row in reader:
            if begin > header.line:
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
    last = sample.first_line.split()[-1:] or [""]  # a tag in a column file
    if sample.suffix == ".csv" and any(mark in sample.first_line for mark in ",;|") and read_tag(last[0]) is None:
        return f"{sample.path.name} by its ending"
    return ""


FORMAT = Format(CsvData, write, detect, ".csv", tags=True, untagged={"tag_column": None})
