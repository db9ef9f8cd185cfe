"""What a run found in each test sentence, as counts: all that comparisons need, kept in the run folder."""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.formats.column.predicted import read_predicted
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder, replacing
from ner_lab.files.plain import open_file
from ner_lab.metrics.counts import of_spans
from ner_lab.tags import Span, to_spans
from ner_lab.types import Prediction, UserError

VERSION = 2  # of the cache: a file of another one is made anew (1 had predicted before gold)

LARGEST = 2**29  # bytes of a cache; that of a million sentences has a tenth


@dataclass(frozen=True)
class SentenceCounts:
    """S sentences, T entity types; X is correct, gold and predicted, as in `Counts`.

    Attributes:
        types: of gold and predicted entities, sorted.
        entities_STX: entities as seqeval's default mode reads the tags.
        strict_SX: entities as its strict mode does (an entity begins with `B-`), over all types.
        words_SX: words whose tag is right, words, words again.
        documents: of each sentence, "" where it has none.
        words_digest, gold_digest: of all words, and of all gold tags, in order: what a test set is known by.
    """

    types: tuple[str, ...]
    entities_STX: NDArray[np.int32]
    strict_SX: NDArray[np.int32]
    words_SX: NDArray[np.int32]
    documents: tuple[str, ...]
    words_digest: str
    gold_digest: str

    @property
    def test_set(self) -> str:
        """Equal for two runs exactly when they were scored on the same sentences with the same gold tags."""
        return self.words_digest + self.gold_digest


def of_run(folder: RunFolder, split: str) -> SentenceCounts:
    """Counts of a run's saved predictions, from the cache beside them where that is of this very file.

    Raises:
        UserError: no predictions, damaged ones, or sentences without gold tags.
    """
    source = folder.predictions(split)
    cache = source.with_suffix(".counts.npz")
    if (kept := _load(cache, source)) is not None:
        return kept
    counted = count(read_run(folder, split, marginals=False))
    _save(cache, source, counted)
    return counted


def of_columns(path: Path) -> SentenceCounts:
    """Counts of a column file with word, gold and predicted tag; see `read_predicted`."""
    return count(read_predicted(path))


def count(predictions: Iterable[Prediction]) -> SentenceCounts:
    """Counts of predictions in any order of types.

    Raises:
        UserError: no sentence, or one without gold tags, with its place.
    """
    words, gold_tags = hashlib.sha256(), hashlib.sha256()
    rows: list[tuple[int, str, int]] = []  # sentence, type, place on axis X
    strict: list[tuple[float, ...]] = []
    right: list[tuple[int, ...]] = []
    documents = []
    for sentence, prediction in enumerate(predictions):
        of, predicted = prediction.sentence, prediction.tags
        if of.tags is None:
            raise UserError(f"{of.origin}: a sentence without gold tags, which nothing can be compared with")
        words.update("\t".join(of.words).encode("utf-8", "surrogatepass") + b"\n")
        gold_tags.update("\t".join(of.tags).encode("utf-8", "surrogatepass") + b"\n")
        documents.append(of.document)
        if of.tags == predicted:  # most sentences
            spans = to_spans(predicted)
            rows += [(sentence, span.type, x) for span in spans for x in range(3)]
            strict.append((len(spans),) * 3)
            right.append((len(predicted),) * 3)
            continue
        gold, found = set(to_spans(of.tags)), set(to_spans(predicted))
        for x, some in enumerate((gold & found, gold, found)):
            rows += [(sentence, span.type, x) for span in some]
        strict_gold, strict_found = strict_spans(of.tags), strict_spans(predicted)
        strict.append(of_spans(strict_gold, strict_found))
        hits = sum(a == b for a, b in zip(of.tags, predicted, strict=True))
        right.append((hits, len(predicted), len(predicted)))
    if not documents:
        raise UserError("no sentences in the predictions")
    types = tuple(sorted({type_ for _, type_, _ in rows}))
    number = {type_: t for t, type_ in enumerate(types)}
    entities = np.zeros((len(documents), len(types), 3), np.int32)
    if rows:
        at = np.array([(sentence, number[type_], x) for sentence, type_, x in rows])
        np.add.at(entities, (at[:, 0], at[:, 1], at[:, 2]), 1)
    return SentenceCounts(
        types,
        entities,
        np.array(strict, np.int32),
        np.array(right, np.int32),
        tuple(documents),
        words.hexdigest(),
        gold_tags.hexdigest(),
    )


def strict_spans(tags: Sequence[str]) -> set[Span]:
    """The entities of IOB2 tags in seqeval's strict mode: `B-X` and the `I-X` that follow; any other `I-` is none."""
    spans = set()
    begin, type_ = 0, ""
    for index, tag in enumerate((*tags, "O")):
        if tag[0] == "I" and tag[2:] == type_:
            continue
        if type_:
            spans.add(Span(begin, index, type_))
        begin, type_ = (index, tag[2:]) if tag[0] == "B" else (0, "")
    return spans


def _stamp(source: Path) -> str:
    stat = source.stat()
    return f"{VERSION} {stat.st_size} {stat.st_mtime_ns}"


def _load(cache: Path, source: Path) -> SentenceCounts | None:
    try:
        with open_file(cache) as opened:
            with zipfile.ZipFile(opened) as archive:
                if sum(part.file_size for part in archive.infolist()) > LARGEST:
                    return None
            opened.seek(0)
            with np.load(opened, allow_pickle=False) as file:
                if str(file["stamp"]) != _stamp(source):
                    return None
                held = {field.name: file[field.name] for field in fields(SentenceCounts)}
    except (OSError, KeyError, ValueError, EOFError, MemoryError, zlib.error, zipfile.BadZipFile):  # none, or damaged
        return None
    return SentenceCounts(
        types=tuple(held["types"].tolist()),
        entities_STX=held["entities_STX"],
        strict_SX=held["strict_SX"],
        words_SX=held["words_SX"],
        documents=tuple(held["documents"].tolist()),
        words_digest=str(held["words_digest"]),
        gold_digest=str(held["gold_digest"]),
    )


def _save(cache: Path, source: Path, counted: SentenceCounts) -> None:
    if cache.parent.is_symlink():  # to a folder that nobody named
        return
    arrays = {field.name: np.array(getattr(counted, field.name)) for field in fields(counted)}
    # A folder that cannot be written to is read all the same.
    with suppress(OSError), replacing(cache) as partial, partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, stamp=np.array(_stamp(source)), **arrays)
