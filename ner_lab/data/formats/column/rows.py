"""From the lines of a column file to sentences as written: words, raw tags, documents, comments, broken rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ner_lab.data.formats.column.layout import DOCUMENT_START, Layout, split_space
from ner_lab.data.formats.repair import LENIENT
from ner_lab.data.formats.text import BLANK_WORD, lines
from ner_lab.types import UserError, shortened

_NAMED_DOCUMENT = re.compile(
    r"#\s*(?:newdoc(?: id)?|doc(?:ument)?(?:[ _]?id)?)\s*[=:](.*)|#\s*id(?:\s*[=:]\s*|\s+)(\S+).*|#begin document(.*)"
)
_NO_NAME = re.compile(r"-DOCSTART-|-X-|[-O_]")


@dataclass
class RowCounts:
    """What stood in a file: word rows, comment lines, document marks, and what had to change, by reason."""

    rows: int = 0
    comments: int = 0
    documents: int = 0
    repaired: Counter[str] = field(default_factory=Counter)


@dataclass
class Block:
    """A sentence as written; `numbers` are the lines of its words, `tags` is empty where no column holds tags."""

    document: str
    words: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)


def blocks(path: Path, layout: Layout, encoding: str, policy: str, counts: RowCounts) -> Iterator[Block]:
    """The sentences of a file, counted into `counts`.

    - A line of nothing but white space ends a sentence.
    - Rows with `-DOCSTART-` in any column and comments such as `# newdoc id = 7` begin a document; it is `""` until the
      first. By another rule of the layout, any comment does, or so many empty lines, or another value in a column,
      where a sentence ends, too; then the marks are passed over.
    - A line that begins with `#` is a comment unless it has as many columns as the others and a tag in the tag column:
      `#hashtag O` is a word.
    - CoNLL-U's ranges of words and empty nodes are left out, and counted, where column 0 numbers the words.
    - A row without a word gets the word `_`, whatever the policy, so that words and tags stay together.
    - A row of a wrong length is an error under `strict`. Otherwise its word and tag are taken from their columns,
      counted from either side; where only the right side has a tag, surplus blanks are inside the word. Without one
      clear tag it is an error under `conlleval`; the other policies give it the empty tag, which `TagReader` reads.

    Raises:
        UserError: a row of a wrong length that the policy does not read, with `file:line` and the row.
    """
    split, width, word, tag = layout.cells, layout.width, layout.word, layout.tag
    kind, least = layout.documents.kind, layout.documents.number
    block = Block("")
    empty, begins_next = 0, kind == "blank"  # empty lines above this one; whether the next row begins a document
    for number, line in enumerate(lines(path, encoding), 1):
        if not line or line.isspace():
            empty += 1
            begins_next |= kind == "blank" and empty >= least
            if block.words:
                yield block
                block = Block(block.document)
            continue
        empty = 0
        if number == layout.header:
            continue
        cells = split(line)
        begins = DOCUMENT_START in line and _document_start(cells) is not None
        if begins or (line[0] == "#" and _is_comment(line, cells, layout)):
            document = _document(line, cells, path, kind, counts)
            if document is None:
                counts.comments += 1
                continue
            if block.words:
                yield block
            block = Block(document)
            continue
        if layout.ids and layout.no_word(cells):
            counts.repaired["range of words or empty node of CoNLL-U, left out"] += 1
            continue
        if len(cells) != width:
            cells = _mend(cells, line, layout, policy, f"{path}:{number}", counts)
        if begins_next:
            counts.documents += 1
            begins_next = False
            block = Block(f"{path.stem}-{counts.documents}")
        elif kind == "column" and (named := _named(cells[least])) != block.document:
            if block.words:
                yield block
            counts.documents += bool(named)
            block = Block(named)
        text = cells[word]
        if not text.strip(" "):
            text = BLANK_WORD
            counts.repaired[f"row without a word, read as {BLANK_WORD}"] += 1
        block.words.append(text)
        block.numbers.append(number)
        if tag is not None:
            block.tags.append(cells[tag])
        counts.rows += 1
    if block.words:
        yield block


def _document_start(cells: list[str]) -> int | None:
    """The first cell that is `-DOCSTART-`, alone or with a name."""
    return next((at for at, cell in enumerate(cells) if cell.split(" ")[0] == DOCUMENT_START), None)


def _named(cell: str) -> str:
    """What a cell says of the document: nothing where it is empty or a mere `-`, `_` or `O`."""
    text = cell.strip()
    return "" if _NO_NAME.fullmatch(text) else text


def _document(line: str, cells: list[str], path: Path, kind: str, counts: RowCounts) -> str | None:
    """The document that begins with this comment, or None if none does; a nameless one is called after the file."""
    if kind not in ("marks", "comments"):
        return None
    if (at := _document_start(cells)) is not None:
        parts = split_space(" ".join(cells[at:]))
        name = " ".join(part for part in parts if not _NO_NAME.fullmatch(part))
    elif match := _NAMED_DOCUMENT.fullmatch(line):
        counts.documents += 1
        return next(group for group in match.groups() if group is not None).strip(" ")
    elif line.rstrip() == "# newdoc":
        name = ""
    elif kind == "comments":
        name = line.lstrip("# \t").rstrip()
    else:
        return None
    counts.documents += 1
    return name or f"{path.stem}-{counts.documents}"


def _is_comment(line: str, cells: list[str], layout: Layout) -> bool:
    if layout.width == 1:
        return line.startswith("# ")
    if len(cells) == layout.width and (layout.tag is None or layout.is_tag(cells[layout.tag])):
        return False
    # Between tabs, `#hashtag` with other cells is a broken row, but `#` or `# ...` with other cells is a remark.
    return layout.separator == "space" or len(cells) == 1 or line.startswith(("#\t", "# "))


def _mend(cells: list[str], line: str, layout: Layout, policy: str, place: str, counts: RowCounts) -> list[str]:
    """The row with as many cells as it should have, as far as the policy goes."""
    width, word = layout.width, layout.word
    if layout.separator == "space" and line[0] in " \t" and len(cells) == width - 1 and word == 0:
        return ["", *cells]  # the word is missing, not a column
    row = shortened(line)
    complaint = f"{place}: columns: {len(cells)}, others have {width} (separator: {layout.separator}), row {row!r}; "
    if policy == "strict":
        raise UserError(
            complaint + "data.repair=conlleval takes word and tag from their columns where they are clear, "
            "data.repair=outside also reads rows without a clear tag, as O; both count it"
        )
    if word >= len(cells):
        raise UserError(complaint + f"there is no word in column {word}")
    mended = [""] * width
    mended[word] = cells[word]
    if layout.tag is None:
        counts.repaired["row of another length"] += 1
        return mended
    from_left, from_right = layout.tag % width, layout.tag % width - width + len(cells)
    places = [at for at in (from_left, from_right) if 0 <= at < len(cells) and at != word and layout.is_tag(cells[at])]
    tags = {cells[at] for at in places}
    if len(tags) != 1 and policy not in LENIENT:
        raise UserError(complaint + "its tag is not clear; data.repair=outside reads such rows as O, and counts them")
    mended[layout.tag] = min(tags) if len(tags) == 1 else ""
    if word == 0 and layout.separator == "space" and places == [from_right] and len(cells) > width:
        mended[0] = " ".join(cells[: len(cells) - width + 1])
        counts.repaired["blanks inside a word"] += 1
    elif len(tags) == 1:
        counts.repaired["row of another length"] += 1
    return mended
