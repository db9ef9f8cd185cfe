"""From column files to sentences with IOB2 tags, file by file or all splits of a corpus together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ner_lab.data.formats.column.layout import Layout, find_layout
from ner_lab.data.formats.column.rows import RowCounts, blocks
from ner_lab.data.formats.folder import document_of, find_splits, note_on
from ner_lab.data.formats.repair import TagReader
from ner_lab.data.formats.text import line_at
from ner_lab.data.store import StoredSentences
from ner_lab.types import Sentence, listed


@dataclass
class ReadResult:
    """The sentences of one split, with IOB2 tags (None without a tag column), and what was counted on the way.

    Attributes:
        scheme, reason: of the tags as they stood in the file, and why it was taken for that.
        path: of its first file.
        layout: columns and separator, in words.
        entities: gold entities.
        counts: word rows (which is the number of words), comments, documents, and repairs by reason.
        notes: what a reader of the file should know.
    """

    path: Path
    sentences: Sequence[Sentence] = ()
    scheme: str = ""
    reason: str = ""
    layout: str = ""
    entities: int = 0
    counts: RowCounts = field(default_factory=RowCounts)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ColumnReader:
    """Reads column files; `blocks` says what is a word, a comment, a document and a broken row.

    Args:
        word_column, tag_column: index from 0, or back from -1, or name; no tags are read with `tag_column=None`.
        columns: the names of the columns, where the file does not have them in its first row.
        separator: `auto`, `tab` or `space` (any number of blanks and tabs).
        scheme: of the tags: `auto` or a name of `ner_lab.tags.SCHEMES`.
        repair: `strict`, `conlleval`, `outside` or `drop`; see `TagReader` for tags and `blocks` for rows.
        encoding: of files without a byte order mark.
        document: where documents begin: `auto` at marks, `comments` at any comment, `blank:2` after two empty lines;
            index or name of the column that names them; None reads none.
    """

    word_column: int | str = 0
    tag_column: int | str | None = -1
    columns: Sequence[str] | None = None
    separator: str = "auto"
    scheme: str = "auto"
    repair: str = "strict"
    encoding: str = "utf-8"
    document: int | str | None = "auto"

    def read(self, path: str | Path) -> ReadResult:
        """The sentences of one file, in order."""
        return self.read_splits({"file": [Path(path)]})["file"]

    def read_splits(self, paths: Mapping[str, Sequence[Path]]) -> dict[str, ReadResult]:
        """The splits of one corpus, each of one file or of a file for each document, with one tagging scheme for all.

        Raises:
            UserError: a file that cannot be read, is empty, or holds what the policy does not allow; with `file:line`.
        """
        # Twice through the files, so that memory does not grow with them: first the scheme, then the sentences.
        tag_reader = TagReader(self.scheme, self.repair)
        layouts: dict[Path, Layout] = {}
        for path in (path for own in paths.values() for path in own):
            layouts[path] = find_layout(
                path, self.encoding, self.separator, self.word_column, self.tag_column, self.columns, self.document
            )
            for block in blocks(path, layouts[path], self.encoding, self.repair, RowCounts()):
                tag_reader.observe(block.tags)
        tag_reader.settle()
        return {split: self._read(own, layouts, tag_reader) for split, own in paths.items()}

    def _read(self, paths: Sequence[Path], layouts: Mapping[Path, Layout], tag_reader: TagReader) -> ReadResult:
        usual, number = Counter(str(layouts[path]) for path in paths).most_common(1)[0]
        result = ReadResult(paths[0], layout=usual, notes=note_on(paths))
        if number < len(paths):
            odd = [path.name for path in paths if str(layouts[path]) != usual]
            result.notes.append(f"{paths[0].parent}: files that are laid out otherwise: {listed(odd)}")
        if layouts[paths[0]].tag is not None:
            result.scheme, result.reason = tag_reader.scheme, tag_reader.reason
        for column, files in Counter(column for path in paths for column in layouts[path].layers).items():
            place = paths[0] if len(paths) == 1 else f"{files} of {len(paths)} files"
            result.notes.append(f"{place}: column {column} holds entity tags, too; data.tag_column={column} reads them")
        result.sentences = StoredSentences(
            sentence for path in paths for sentence in self._sentences(path, paths, result, layouts[path], tag_reader)
        )
        if len(result.sentences) == 1 and result.counts.rows > 200:
            result.notes.append(f"{paths[0]}: no empty line, so its {result.counts.rows} words are one sentence")
        return result

    def _sentences(
        self, path: Path, paths: Sequence[Path], result: ReadResult, layout: Layout, tag_reader: TagReader
    ) -> Iterator[Sentence]:
        for block in blocks(path, layout, self.encoding, self.repair, result.counts):
            tags = None
            if layout.tag is not None:

                def where(index: int, numbers: list[int] = block.numbers) -> str:
                    return f"{path}:{numbers[index]} (row {line_at(path, numbers[index], self.encoding)!r})"

                tags = tag_reader.read(block.tags, where, result.counts.repaired)
                result.entities += sum(tag[0] == "B" for tag in tags)
            document = document_of(path, paths, block.document)
            yield Sentence(tuple(block.words), tags, document, f"{path}:{block.numbers[0]}")


def read(path: str | Path, **options: Any) -> ReadResult:
    """The sentences of one file; `options` are those of `ColumnReader`."""
    return ColumnReader(**options).read(path)


def read_folder(folder: str | Path, needed: Sequence[str] = ("train",), **options: Any) -> dict[str, ReadResult]:
    """All splits of a folder (see `find_splits`), with one tagging scheme; `options` are those of `ColumnReader`."""
    return ColumnReader(**options).read_splits(find_splits(folder, needed))
