"""What the data sets that read files share: splits, tags to IOB2, remarks; and what their writers refuse."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats.folder import find_splits
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.repair import TagReader, read_tag
from ner_lab.data.formats.text import BLANK_WORD, encodable
from ner_lab.data.store import StoredSentences
from ner_lab.types import Sentence, UserError


class Written(NamedTuple):
    """A sentence as its file has it: `tags` in the file's own scheme and notation, or None where nobody annotated."""

    words: list[str]
    tags: list[str] | None
    document: str
    origin: str


class FileData(DataModule):
    """Reads a corpus from files. Subclasses implement `written`; one that finds its splits otherwise, also `sources`.

    A word that is empty or nothing but blanks becomes `_`, and half of a surrogate pair (which no encoder takes) an
    error under `repair=strict`, else U+FFFD; both are counted. Sentences without words are left out and counted.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`, or one file, which is split `all`.
        scheme: of the tags: `auto` or a name of `ner_lab.tags.SCHEMES`; entities of formats with spans are IOB2.
        repair: `strict`, `conlleval` or `drop`; see `TagReader`.
        encoding: of text files without a byte order mark.
        settings: of every data set, see `DataModule`.
    """

    has_tags = True  # False where the format has spans, from which IOB2 tags are made

    def __init__(
        self, dir: str, scheme: str = "auto", repair: str = "strict", encoding: str = "utf-8", **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.dir, self.scheme, self.repair, self.encoding = dir, scheme, repair, encoding

    @abstractmethod
    def written(self, source: Any, remarks: Remarks) -> Iterator[Written]:
        """The sentences of one split, in order."""

    def sources(self) -> dict[str, Any]:
        """What each split is read from; `written` is given the values."""
        return find_splits(self.dir, needed=())

    def read(self) -> dict[str, Sequence[Sentence]]:
        # As written first, the scheme then, and the sentences last; neither pass holds the corpus in memory.
        tag_reader = TagReader(self.scheme, self.repair)
        found: dict[str, tuple[StoredSentences, Remarks]] = {}
        for split, source in self.sources().items():
            remarks = Remarks()
            found[split] = StoredSentences(self._observed(source, tag_reader, remarks)), remarks
        tag_reader.settle()
        splits: dict[str, Sequence[Sentence]] = {
            split: StoredSentences(self._sentence(row, tag_reader, remarks) for row in rows)
            for split, (rows, remarks) in found.items()
        }
        for split, (rows, remarks) in found.items():
            if any(row.tags is not None for row in rows):
                reason = tag_reader.reason if self.has_tags else "made from spans"
                self.tagging[split] = {"scheme": tag_reader.scheme, "reason": reason, "repaired": dict(remarks.counts)}
                self.notes.append(f"{split}: {tag_reader.scheme} tags ({reason})")
            self.notes += [f"{split}: {line}" for line in remarks.lines()]
        return splits

    def _observed(self, source: Any, tag_reader: TagReader, remarks: Remarks) -> Iterator[Sentence]:
        for row in self.written(source, remarks):
            if not row.words:
                remarks.add("sentence without words, left out", row.origin)
                continue
            if row.tags is not None:
                tag_reader.observe(row.tags)
            yield Sentence(tuple(row.words), None if row.tags is None else tuple(row.tags), row.document, row.origin)

    def _sentence(self, row: Sentence, tag_reader: TagReader, remarks: Remarks) -> Sentence:
        words = tuple(
            word if word.strip(" ") and encodable(word) else self._mend(word, row, remarks) for word in row.words
        )
        tags = row.tags
        if tags is not None:
            tags = tag_reader.read(
                tags, lambda index: f"{row.origin} (word {index}, {row.words[index]!r})", remarks.counts
            )
        return Sentence(words, tags, row.document, row.origin)

    def _mend(self, word: str, row: Sentence, remarks: Remarks) -> str:
        if not word.strip(" "):
            remarks.add(f"word of no characters or of blanks, read as {BLANK_WORD}", row.origin)
            return BLANK_WORD
        if self.repair == "strict":
            raise UserError(
                f"{row.origin}: the word {word!r} holds half of a surrogate pair, which is no character; "
                "data.repair=conlleval reads it as U+FFFD and counts it"
            )
        remarks.add("half of a surrogate pair, read as U+FFFD", row.origin)
        return word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
