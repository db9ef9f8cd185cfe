"""Sentences to brat standoff: what it cannot hold is counted, and written otherwise."""

from __future__ import annotations

import errno
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from ner_lab.data.formats.character_spans import joined
from ner_lab.data.formats.writing import writable
from ner_lab.data.words import split_words
from ner_lab.files import replacing
from ner_lab.tags import to_spans
from ner_lab.types import Sentence, UserError

NO_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOENT, errno.ENOTDIR)


def write(path: Path, sentences: Sequence[Sentence]) -> Counter[str]:
    """Writes a folder with a `.txt` (and, with tags, an `.ann`) for each document, a sentence a line.

    What brat cannot hold, and how it is written instead: where the words are (raw text is split again; a line feed
    within a word becomes a blank); words of white space alone; sentences without a document (all of a split in one
    file, `sentences.txt`); sentences of a document that do not follow each other, and documents that are not in the
    order of their names; blanks in types (`_`).

    Raises:
        UserError: see `writable`; NUL characters; some sentences of a document with and some without tags; a document
            id that is too long for a file name; a folder that holds files already.
    """
    if path.is_dir() and any(path.iterdir()):
        raise UserError(f"{path}: holds files already, and nothing is overwritten; choose another folder")
    lost: Counter[str] = Counter()
    documents: dict[str, list[Sentence]] = {}
    for sentence in writable(path, sentences):
        lost["sentences without a document, put into one called 'sentences'"] += not sentence.document
        documents.setdefault(sentence.document or "sentences", []).append(sentence)
    runs = [name for i, s in enumerate(sentences) if (name := s.document) != sentences[i - 1].document or i == 0]
    names = {name: quote(name, safe=" ()[]+=,@'&") + ".txt" for name in documents}
    if len(runs) > len(documents) or list(names.values()) != sorted(names.values()):
        lost["the order of documents"] += 1
    with replacing(path) as unfinished:
        unfinished.mkdir()
        for name, own in documents.items():
            text, entities = _document(own, lost, path)
            file = unfinished / names[name]
            try:
                file.write_text(text, encoding="utf-8", newline="\n")
                if entities is not None:
                    file.with_suffix(".ann").write_text(entities, encoding="utf-8", newline="\n")
            except OSError as error:
                if error.errno not in NO_NAME:
                    raise
                raise UserError(
                    f"{path / names[name]}: the document id is no file name ({error.strerror}); jsonl can hold it"
                ) from error
    return +lost


def _document(sentences: Sequence[Sentence], lost: Counter[str], path: Path) -> tuple[str, str | None]:
    if len({sentence.tags is None for sentence in sentences}) > 1:
        raise UserError(f"{path}: brat cannot hold a document of sentences with and without tags; jsonl can")
    lines_: list[str] = []
    rows: list[str] = []
    at = 0
    if sentences[0].words[0].startswith("\ufeff"):  # at the start of the file it would be a byte order mark
        lines_, at = [""], 1
    for sentence in sentences:
        line, words = joined(sentence)
        if "\0" in line:
            raise UserError(f"{path}: cannot hold a NUL character ({sentence.origin or 'memory'}); jsonl can")
        line = re.sub(r"[\r\n]", " ", line)
        found = [word.text for word in split_words(line)]
        if not found:
            lost["sentences of white space alone"] += 1
        elif found != list(sentence.words):
            lost["sentences whose words raw text splits otherwise"] += 1
        for begin, end, type_ in to_spans(sentence.tags or ()):
            first, last = words[begin].begin, words[end - 1].end
            if not line[first:last].strip():
                lost["entities of white space alone"] += 1
                continue
            name = re.sub(r"\s", "_", type_)
            lost["blanks in types, written as _"] += name != type_
            rows.append(f"T{len(rows) + 1}\t{name} {at + first} {at + last}\t{line[first:last]}\n")
        lines_.append(line)
        at += len(line) + 1
    return "\n".join(lines_) + "\n", None if sentences[0].tags is None else "".join(rows)
