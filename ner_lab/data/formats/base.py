"""What a new format subclasses: `FileData` reads words and tags, `SpanFileData` texts with character spans."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ner_lab.data.contract import check_written
from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats.character_spans import CharacterSpan, SpanPolicy, annotate
from ner_lab.data.formats.folder import document_of, find_splits, note_on, passed_over
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.repair import TagReader
from ner_lab.data.formats.text import BLANK_WORD, encodable
from ner_lab.data.store import StoredSentences
from ner_lab.data.words import Word
from ner_lab.types import Sentence, UserError, shortened


class FileData(DataModule):
    """Reads a corpus from files. Subclasses implement `written`; one that finds its splits otherwise, also `sources`.

    A word that is empty or nothing but blanks becomes `_`, and half of a surrogate pair (which no encoder takes) an
    error under `repair=strict`, else U+FFFD; both are counted. Sentences without words are left out and counted.

    Args:
        dir: a folder with `{train,dev|valid,test}.*`; or one file, or a folder with a file for each document, which are
            split `all`.
        scheme: of the tags: `auto` or a name of `ner_lab.tags.SCHEMES`; entities of formats with spans are IOB2.
        repair: `strict`, `conlleval`, `outside` or `drop`; see `TagReader`.
        encoding: of text files without a byte order mark.
        settings: of every data set, see `DataModule`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> class Slashed(FileData):
        ...     def written(self, source, remarks):
        ...         for line in source.read_text().splitlines():
        ...             words, tags = zip(*(pair.split("/") for pair in line.split()))
        ...             yield Sentence(words, tags, origin=str(source))
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.txt").write_text("Ada/B-PER Lovelace/E-PER wrote/O")
        ...     Slashed(folder).read()["train"][0].tags
        ('B-PER', 'I-PER', 'O')
    """

    has_tags = True  # False where the format has spans, from which IOB2 tags are made

    def __init__(
        self, dir: str, scheme: str = "auto", repair: str = "strict", encoding: str = "utf-8", **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.dir, self.scheme, self.repair, self.encoding = dir, scheme, repair, encoding

    @abstractmethod
    def written(self, source: Any, remarks: Remarks) -> Iterator[Sentence]:
        """The sentences of one split, in order, with tags as the file has them: in any scheme and notation.

        Args:
            source: what `sources` has for the split: the path of its file, or of one of its files.
            remarks: is told what was changed or left out.
        """

    def sources(self) -> dict[str, Any]:
        """What each split is read from: what `written` takes, or a list of it, each of which is a document."""
        return find_splits(self.dir, needed=())

    def _written(self, source: Any, remarks: Remarks) -> Iterator[Sentence]:
        """The sentences of a split, of one source or of a list of files that are documents."""
        if not isinstance(source, list):
            yield from check_written(self.written(source, remarks), type(self).__name__)
            return
        for path in source:
            for row in check_written(self.written(path, remarks), type(self).__name__):
                yield row if len(source) == 1 else replace(row, document=document_of(path, source, row.document))

    def read(self) -> dict[str, Sequence[Sentence]]:
        # As written first, the scheme then, and the sentences last; neither pass holds the corpus in memory.
        tag_reader = TagReader(self.scheme, self.repair)
        found: dict[str, tuple[StoredSentences, Remarks]] = {}
        sources = self.sources()
        for split, source in sources.items():
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
            if isinstance(source := sources[split], list):
                self.notes += [f"{split}: {line}" for line in note_on(source)]
        read = [path for own in sources.values() for path in (own if isinstance(own, list) else [own])]
        self.notes += passed_over(self.dir, (path for path in read if isinstance(path, Path)))
        return splits

    def _observed(self, source: Any, tag_reader: TagReader, remarks: Remarks) -> Iterator[Sentence]:
        for row in self._written(source, remarks):
            if not row.words:
                remarks.add("sentence without words, left out", row.origin)
                continue
            if row.tags is not None:
                if len(row.tags) != len(row.words):
                    raise UserError(f"{row.origin}: {len(row.tags)} tags for {len(row.words)} words; each has one")
                tag_reader.observe(row.tags)
            yield row

    def _sentence(self, row: Sentence, tag_reader: TagReader, remarks: Remarks) -> Sentence:
        words = tuple(
            word if word.strip(" ") and encodable(word) else self._mend(word, row, remarks) for word in row.words
        )
        tags = row.tags
        if tags is not None:
            tags = tag_reader.read(
                tags, lambda index: f"{row.origin} (word {index}, {row.words[index]!r})", remarks.counts
            )
            tags = tuple(tag if encodable(tag) else self._mend(tag, row, remarks) for tag in tags)
        document = row.document if encodable(row.document) else self._mend(row.document, row, remarks)
        return Sentence(words, tags, document, row.origin)

    def _mend(self, word: str, row: Sentence, remarks: Remarks) -> str:
        if not word.strip(" "):
            remarks.add(f"word of no characters or of blanks, read as {BLANK_WORD}", row.origin)
            return BLANK_WORD
        if self.repair == "strict":
            raise UserError(
                f"{row.origin}: {shortened(word)!r} holds half of a surrogate pair, which is no character; "
                "data.repair=conlleval reads it as U+FFFD and counts it"
            )
        remarks.add("half of a surrogate pair, read as U+FFFD", row.origin)
        return word.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class SpanFileData(FileData):
    """Reads texts in which entities are character spans. Subclasses implement `written`, by way of `annotated`.

    Args:
        dir: see `FileData`.
        cut_words: of spans that begin or end inside a word: `widen` takes the whole word, `drop`, `error`.
        overlaps: of spans that share a word: `error`, or `outermost` keeps the longest. What either does is counted.
        settings: of every data set that reads files, see `FileData`; there are no schemes.

    Examples:
        >>> import re
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> class Bracketed(SpanFileData):
        ...     def written(self, source, remarks):
        ...         before, name, after = re.split(r"[][]", source.read_text().strip())
        ...         span = CharacterSpan(len(before), len(before + name), "PER")
        ...         yield from self.annotated(before + name + after, [span], str(source), remarks)
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "train.txt").write_text("Here [Ada Lovelace] wrote.")
        ...     Bracketed(folder).read()["train"][0].tags
        ('O', 'B-PER', 'I-PER', 'O', 'O')
    """

    has_tags = False

    def __init__(self, dir: str, cut_words: str = "widen", overlaps: str = "error", **settings: Any) -> None:
        super().__init__(dir, scheme="iob2", **settings)
        self.policy = SpanPolicy(cut_words, overlaps)

    def annotated(
        self,
        text: str,
        spans: Sequence[CharacterSpan] | None,
        place: str,
        remarks: Remarks,
        document: str = "",
        words: Sequence[Word] | None = None,
        whole_file: bool = False,
    ) -> Iterator[Sentence]:
        """The sentences of a text, see `annotate`."""
        return annotate(text, spans, place, document, self.policy, remarks, words, whole_file)
