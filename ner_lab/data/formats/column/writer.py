"""Sentences to column files: exactly as they are, or as a column file can hold them, with what had to change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ner_lab.data.formats.column.layout import DOCUMENT_START
from ner_lab.data.formats.repair import read_tag
from ner_lab.data.formats.text import BLANK_WORD, encodable
from ner_lab.data.formats.writing import all_or_none_tagged
from ner_lab.files import write_atomically
from ner_lab.types import Sentence, UserError

_BREAK = re.compile(r"[\t\n]")


def write(path: str | Path, sentences: Iterable[Sentence], predicted: Iterable[Sequence[str]] | None = None) -> None:
    """Writes words, IOB2 tags where there are any, and `predicted` tags as a further column, separated by tabs.

    Documents become `# newdoc id = ...` lines. `read` gives back equal sentences, up to `origin` (words without tags
    with `tag_column=None, separator="tab"`). The file appears only when it is complete.

    Raises:
        UserError: what the format cannot hold: a sentence without words; a word that is blank, begins with `-DOCSTART-`
            or holds a tab or a line feed; a tag in another notation; a document id with white space around it, a tab
            or a line feed; sentences with and without tags in one file.
    """
    write_atomically(Path(path), _rows(Path(path), sentences, predicted))


def _rows(path: Path, sentences: Iterable[Sentence], predicted: Iterable[Sequence[str]] | None) -> Iterator[str]:
    document, tagged = "", None
    pairs = (
        ((sentence, None) for sentence in sentences) if predicted is None else zip(sentences, predicted, strict=True)
    )
    yield "\n"  # behind it, a first word that begins with U+FEFF is no byte order mark
    for sentence, prediction in pairs:
        tagged = sentence.tags is not None if tagged is None else tagged
        tags = [column for column in (sentence.tags, prediction) if column is not None]
        if complaint := _cannot_hold(sentence, tags, tagged):
            raise UserError(
                f"{path}: a column file cannot hold {complaint} (sentence from {sentence.origin or 'memory'})"
            )
        if sentence.document != document:
            document = sentence.document
            yield f"# newdoc id = {document}\n"
        yield from ("\t".join(cells) + "\n" for cells in zip(sentence.words, *tags, strict=True))
        yield "\n"


def _cannot_hold(sentence: Sentence, tags: Sequence[Sequence[str]], tagged: bool) -> str:
    """What of a sentence would not come back as it was; empty if all would."""
    if not sentence.words:
        return "a sentence without words"
    if (sentence.tags is not None) != tagged:
        return "sentences with and without tags"
    if any(len(column) != len(sentence.words) for column in tags):
        return f"{' and '.join(str(len(column)) for column in tags)} tags for {len(sentence.words)} words"
    for word in sentence.words:
        blank = not word.strip(" ") if tags else not word.strip() or word.startswith("# ")
        if blank or "\t" in word or "\n" in word or word.split(" ")[0] == DOCUMENT_START or not encodable(word):
            return f"the word {word!r}"
        if not tags and word.endswith("\r"):
            return f"the word {word!r}"
    for tag in (tag for column in tags for tag in column):
        if read_tag(tag) != (tag, "") or "\t" in tag or "\n" in tag or not encodable(tag):
            return f"the tag {tag!r}"
    name = sentence.document
    if name != name.strip() or "\t" in name or "\n" in name or not encodable(name):
        return f"the document id {name!r}"
    return ""


def write_fitted(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes a column file (see `write`) and counts what had to change.

    What a column file cannot hold, and how it is written instead: tabs and line feeds within words (blanks, or `_` if
    nothing else is left); words that begin with `-DOCSTART-` (`DOCSTART`); white space at the ends of a document id,
    tabs and line feeds within (a blank each).

    Raises:
        UserError: sentences with and without tags; see `write`.
    """
    all_or_none_tagged(path, sentences)
    lost: Counter[str] = Counter()
    write(path, [_fitted(sentence, lost) for sentence in sentences])
    return lost


def _fitted(sentence: Sentence, lost: Counter[str]) -> Sentence:
    words = tuple(_word(word, lost) for word in sentence.words)
    document = _BREAK.sub(" ", sentence.document).strip()
    if document != sentence.document:
        lost["white space in document ids"] += 1
    return replace(sentence, words=words, document=document)


def _word(word: str, lost: Counter[str]) -> str:
    if _BREAK.search(word):
        lost["tabs and line feeds within words, written as blanks"] += 1
        word = _BREAK.sub(" ", word)
        word = word if word.strip(" ") else BLANK_WORD
    if word.split(" ")[0] == DOCUMENT_START:
        lost[f"words {DOCUMENT_START}, written as {DOCUMENT_START.strip('-')}"] += 1
        word = word.replace(DOCUMENT_START, DOCUMENT_START.strip("-"), 1)
    return word
