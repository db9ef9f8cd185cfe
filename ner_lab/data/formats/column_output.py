"""Sentences as a column file can hold them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ner_lab.data.formats import column
from ner_lab.data.formats.base import all_or_none_tagged
from ner_lab.data.formats.layout import DOCUMENT_START
from ner_lab.data.formats.rows import BLANK_WORD
from ner_lab.types import Sentence

_BREAK = re.compile(r"[\t\n]")


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes a column file (see `ner_lab.data.formats.column.write`) and counts what had to change.

    What a column file cannot hold, and how it is written instead: tabs and line feeds within words (blanks, or `_` if
    nothing else is left); words that begin with `-DOCSTART-` (`DOCSTART`); white space at the ends of a document id,
    tabs and line feeds within (a blank each).

    Raises:
        UserError: sentences with and without tags; see `column.write`.
    """
    all_or_none_tagged(path, sentences)
    lost: Counter[str] = Counter()
    column.write(path, [_fitted(sentence, lost) for sentence in sentences])
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
