"""What all writers refuse: sentences that no reader would return."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ner_lab.data.formats.repair import read_tag
from ner_lab.data.formats.text import encodable
from ner_lab.types import Sentence, UserError


def writable(path: Path, sentences: Iterable[Sentence]) -> Iterator[Sentence]:
    """The sentences, one by one, as long as they are such as a reader returns.

    Raises:
        UserError: a sentence without words; a word of blanks alone or with half of a surrogate pair; not one tag a
            word; a tag in another notation.
    """
    for sentence in sentences:
        if complaint := _complaint(sentence):
            raise UserError(f"{path}: cannot be given {complaint} (sentence from {sentence.origin or 'memory'})")
        yield sentence


def _complaint(sentence: Sentence) -> str:
    if not sentence.words:
        return "a sentence without words"
    if sentence.tags is not None and len(sentence.tags) != len(sentence.words):
        return f"{len(sentence.tags)} tags for {len(sentence.words)} words"
    for word in sentence.words:
        if not word.strip(" ") or not encodable(word):
            return f"the word {word!r}"
    for tag in sentence.tags or ():
        if read_tag(tag) != (tag, "") or not encodable(tag):
            return f"the tag {tag!r}"
    return f"the document id {sentence.document!r}" if not encodable(sentence.document) else ""


def all_or_none_tagged(path: Path, sentences: Iterable[Sentence]) -> bool:
    """Whether the sentences have tags, for formats that have them for all or for none.

    Raises:
        UserError: some have, some have not.
    """
    kinds = {sentence.tags is not None for sentence in sentences}
    if len(kinds) > 1:
        raise UserError(f"{path}: cannot be given sentences with and sentences without tags; jsonl holds both")
    return kinds != {False}
