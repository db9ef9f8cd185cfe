"""`data=brat`: standoff annotation, a `.txt` and an `.ann` file for each document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ner_lab.data.formats.base import SpanFileData
from ner_lab.data.formats.brat_offsets import Counted, find_counting
from ner_lab.data.formats.brat_writing import write
from ner_lab.data.formats.character_spans import CharacterSpan, check_span, choose
from ner_lab.data.formats.folder import NAMES, visible
from ner_lab.data.formats.format import Format, Sample
from ner_lab.data.formats.remarks import Remarks
from ner_lab.data.formats.text import lines, whole
from ner_lab.types import Sentence, UserError, shortened

DISCONTINUOUS = ("error", "whole", "parts", "drop")
_OTHER = re.compile(r"[REAMN*#]\S*\t")
_ENTITY = re.compile(r"(T\S+)\t(\S+) (\d{1,15} \d{1,15}(?:;\d{1,15} \d{1,15})*)(?:\t(.*))?")


class BratData(SpanFileData):
    r"""Reads a folder of documents as split `all`, or its folders `train`, `dev` (`valid`), `test`.

    Each line of a document is a sentence; the document id is the file's path without `.txt`. A `.txt` without `.ann`
    is text without tags; hidden files and a README are no documents. Offsets count characters; where these do not fit,
    they are read as their tool counted (see `brat_offsets`), which is said. Relations, events, attributes and notes are
    not read, but counted.

    Args:
        dir: the folder.
        discontinuous: of an entity in several parts: `error`, `whole` (from its first to its last character), `parts`
            (each an entity) or `drop`; counted, with its text. Parts with nothing but white space between are one.
        cut_words, overlaps, settings: see `SpanFileData`.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(folder, "doc-1.txt").write_text("Ada wrote\n")
        ...     _ = Path(folder, "doc-1.ann").write_text("T1\tPER 0 3\tAda\n")
        ...     sentence = BratData(folder).read()["all"][0]
        ...     sentence.document, sentence.words, sentence.tags
        ('doc-1', ('Ada', 'wrote'), ('B-PER', 'O'))
    """

    def __init__(
        self,
        dir: str,
        discontinuous: str = "error",
        cut_words: str = "widen",
        overlaps: str = "error",
        **settings: Any,
    ) -> None:
        super().__init__(dir, cut_words, overlaps, **settings)
        choose("discontinuous", discontinuous, DISCONTINUOUS)
        self.discontinuous = discontinuous

    def sources(self) -> dict[str, Path]:
        return find_document_folders(Path(self.dir))

    def written(self, source: Path, remarks: Remarks) -> Iterator[Sentence]:
        texts = _files(source, ".txt")
        for path in _files(source, ".ann"):
            if path.with_suffix(".txt") not in texts:
                lost = sum(line.startswith("T") for line in lines(path, self.encoding))
                remarks.add("entities of an .ann file without .txt file, not read", f"{lost} of {path}")
        for path in texts:
            document = unquote(path.relative_to(source).as_posix().removesuffix(".txt"))
            (text, marked), spans = whole(path, self.encoding), None
            if "\n" not in text:
                text = text.replace("\r", "\n")
            annotations = path.with_suffix(".ann")
            if annotations.is_file():
                spans = list(self._spans(text, marked, annotations, remarks))
            else:
                remarks.add("text without .ann file, read without tags", str(path))
            yield from self.annotated(text, spans, str(path), remarks, document, whole_file=True)

    def _spans(self, text: str, marked: bool, path: Path, remarks: Remarks) -> Iterator[CharacterSpan]:
        found = list(self._entities(path, remarks))
        counted = [Counted(tuple(_pairs(match)), match[4]) for match, _ in found]
        counting, places = find_counting(text, marked, counted)
        if counting:
            remarks.add(f"document whose offsets count {counting}; read as such", str(path))
        for match, place in found:
            yield from self._parts(text, places, match, place, remarks)

    def _entities(self, path: Path, remarks: Remarks) -> Iterator[tuple[re.Match[str], str]]:
        for number, line in enumerate(lines(path, self.encoding), 1):
            place = f"{path}:{number}"
            if not line.strip():
                continue
            if line[0] != "T":
                if not _OTHER.match(line):
                    raise UserError(f"{place}: not a line of brat's standoff format, {shortened(line)!r}")
                remarks.add("relations, events, attributes and notes, not read")
                continue
            match = _ENTITY.fullmatch(line)
            if match is None:
                raise UserError(
                    f"{place}: an entity is T1, a tab, its type, start and end (and ';' start end ...), a tab, its "
                    f"text; got {shortened(line)!r}"
                )
            yield match, place

    def _parts(
        self, text: str, places: Sequence[int] | None, match: re.Match[str], place: str, remarks: Remarks
    ) -> Iterator[CharacterSpan]:
        pairs = _pairs(match)
        if places is not None and all(begin < end < len(places) for begin, end in pairs):
            pairs = [(places[begin], places[end]) for begin, end in pairs]
        parts = [check_span(text, begin, end, match[2], place) for begin, end in pairs]
        own = " ".join(text[part.begin : part.end] for part in parts)
        if match[4] is not None and match[4].split() != own.split():
            raise UserError(
                f"{place}: the entity {match[1]} is to cover {match[4]!r}, but the text has {own!r} there; "
                "the .txt file was changed after it was annotated, or its line ends were"
            )
        merged = parts[:1]
        for part in parts[1:]:
            if text[merged[-1].end : part.begin].strip() or part.begin < merged[-1].end:
                merged.append(part)
            else:
                merged[-1] = merged[-1]._replace(end=part.end)
        if len(merged) == 1 or self.discontinuous == "parts":
            if len(merged) > 1:
                remarks.add("discontinuous entity, each part read as an entity", f"{own!r} ({place})")
            yield from merged
            return
        if self.discontinuous == "error":
            raise UserError(
                f"{place}: the entity {match[1]} ({own!r}) has {len(merged)} parts; data.discontinuous=whole reads it "
                "from its first to its last character, =parts each part as an entity, =drop not at all; all count it"
            )
        did = "removed" if self.discontinuous == "drop" else "read from its first to its last character"
        remarks.add(f"discontinuous entity, {did}", f"{own!r} ({place})")
        if self.discontinuous == "whole":
            yield CharacterSpan(min(p.begin for p in merged), max(p.end for p in merged), merged[0].type)


def find_document_folders(folder: Path) -> dict[str, Path]:
    """The folders of a corpus by split, or the folder itself as `all`.

    Raises:
        UserError: no such folder, two folders for one split, or no `.txt` file in it.
    """
    if not folder.is_dir():
        raise UserError(f"data.dir={folder}: no such folder; brat has a .txt and an .ann file for each document")
    found: dict[str, Path] = {}
    for child in sorted(path for path in folder.iterdir() if path.is_dir()):
        for split, names in NAMES.items():
            if child.name.lower() in names:
                if split in found:
                    both = f"{found[split].name}, {child.name}"
                    raise UserError(f"data.dir={folder}: two folders for split {split!r} ({both}); keep one there")
                found[split] = child
    found = {split: found[split] for split in NAMES if split in found} or {"all": folder}
    for path in found.values():
        if not _files(path, ".txt"):
            raise UserError(f"{path}: no .txt file in it; brat has a .txt and an .ann file for each document")
    return found


def _files(folder: Path, ending: str) -> list[Path]:
    """The files of a folder and of those in it, without what systems and editors leave there."""
    return [
        path
        for path in sorted(folder.rglob(f"*{ending}"))
        if all(map(visible, (path, *(part for part in path.relative_to(folder).parents if part.name))))
        and (path.with_suffix(".ann").is_file() or not path.name.lower().startswith(("readme", "license", "licence")))
    ]


def _pairs(match: re.Match[str]) -> list[tuple[int, int]]:
    """The offsets of an entity's parts, as its line has them."""
    return [(int(begin), int(end)) for begin, end in (part.split(" ") for part in match[3].split(";"))]


def detect(sample: Sample) -> str:
    annotation = next(iter(_files(sample.folder, ".ann")), None) if sample.folder.is_dir() else None
    return f"{annotation.relative_to(sample.folder)} is standoff annotation" if annotation else ""


FORMAT = Format(BratData, write, detect, "", tags=False)
