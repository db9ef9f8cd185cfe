"""A trained run for use from Python: texts in, entities out."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple, overload

from ner_lab.data.context import with_context
from ner_lab.data.formats.character_spans import joined
from ner_lab.data.formats.text import encodable
from ner_lab.data.words import Word, split_words
from ner_lab.training import console
from ner_lab.training.reading import Reader, open_reader
from ner_lab.types import Prediction, Sentence, UserError


class FoundEntity(NamedTuple):
    """An entity in a text: `text[begin:end]`, its type, and the probability of exactly it (0 to 1)."""

    text: str
    type: str
    begin: int
    end: int
    confidence: float


class Reading(NamedTuple):
    """What a model says of a text, and how much of it was read: all of it.

    Attributes:
        text: as it was given; of words that were given, the words with blanks between them.
        entities: in order, with their place in the text.
        tags: one a word, in IOB2.
        words: as the text was split into, of all lines.
        sentences: lines with words.
        windows: rows that the encoder read; more than sentences where one was too long for a row.
    """

    text: str
    entities: list[FoundEntity]
    tags: list[str]
    words: int
    sentences: int
    windows: int


class Recognizer:
    """Finds the entities of texts with the best model of a run, or with an export. Made by `load`.

    Each line of a text is a sentence; a run that was trained with `data.document_context` also reads the lines around
    it, up to an empty one. Nothing is truncated.

    Attributes:
        folder: of the run or of the export.
        labels: the IOB2 labels that the model knows.
    """

    def __init__(self, reader: Reader) -> None:
        self.folder, self.labels = reader.folder, reader.labels
        self._reader = reader

    # A text is an iterable of texts, too, and the first signature that fits counts.
    @overload
    def __call__(self, texts: str) -> list[FoundEntity]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, texts: list[str] | tuple[str, ...]) -> list[list[FoundEntity]]: ...  # type: ignore[overload-overlap]
    @overload
    def __call__(self, texts: Iterable[str]) -> Iterator[list[FoundEntity]]: ...
    def __call__(
        self, texts: str | Iterable[str]
    ) -> list[FoundEntity] | list[list[FoundEntity]] | Iterator[list[FoundEntity]]:
        """The entities of a text, in order; of a list of texts a list of them; of anything else that gives texts, such
        as a generator or an open file, an iterator, which reads a few batches ahead.

        Raises:
            UserError: something that is no text, or that holds half of a surrogate pair.
        """
        if isinstance(texts, str):
            (found,) = self._find([texts])
            return found
        if isinstance(texts, list | tuple):
            return self._find(texts)
        if not isinstance(texts, Iterable) or isinstance(texts, Mapping | bytes | bytearray):
            raise UserError(f"a tagger takes a text or several, got {texts!r} ({type(texts).__name__})")
        return self._stream(iter(texts))

    def __repr__(self) -> str:
        types = ", ".join(label[2:] for label in self.labels if label.startswith("B-"))
        return f"<Recognizer of {types}; run {self.folder}>"

    def _stream(self, texts: Iterator[str]) -> Iterator[list[FoundEntity]]:
        while some := list(islice(texts, self._reader.at_once // 4)):
            yield from self._find(some)

    def read(self, texts: Sequence[str | Sequence[str]]) -> list[Reading]:
        """Of each text, or sentence of words that are split already, the entities, the tags and what was read.

        Raises:
            UserError: see `__call__`.
        """
        lines = [line for number, text in enumerate(texts) for line in _lines(text, number)]
        sentences = self._sentences(lines)
        windows = self._reader.windows(sentences)
        readings = [Reading(_source(text), [], [], 0, 0, 0) for text in texts]
        for line, prediction, rows in zip(lines, self._reader.annotate(sentences), windows, strict=True):
            so_far = readings[line.text]
            so_far.entities.extend(entities(so_far.text, line.words, prediction))
            so_far.tags.extend(prediction.tags)
            readings[line.text] = so_far._replace(
                words=so_far.words + len(line.words),
                sentences=so_far.sentences + 1,
                windows=so_far.windows + rows,
            )
        return readings

    def _find(self, texts: Sequence[str | Sequence[str]]) -> list[list[FoundEntity]]:
        lines = [line for number, text in enumerate(texts) for line in _lines(text, number)]
        found: list[list[FoundEntity]] = [[] for _ in texts]
        for line, prediction in zip(lines, self._reader.annotate(self._sentences(lines)), strict=True):
            found[line.text] += entities(_source(texts[line.text]), line.words, prediction)
        return found

    def _sentences(self, lines: Sequence[_Line]) -> list[Sentence]:
        plain = (Sentence(tuple(word.text for word in line.words), document=line.document) for line in lines)
        return list(with_context(plain, self._reader.context))


class _Line(NamedTuple):
    """A line that has words: the number of its text, its words with their place there, and its document."""

    text: int
    words: list[Word]
    document: str


def _source(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else " ".join(text)


def _lines(text: str | Sequence[str], number: int) -> Iterator[_Line]:
    """The lines of a text, which are one document up to an empty line; words that are split already are one line."""
    if isinstance(text, list | tuple) and all(isinstance(word, str) for word in text):
        parts = list(text)
    elif isinstance(text, str):
        parts = [text]
    else:
        raise UserError(f"text {number} is no text: {text!r} ({type(text).__name__})")
    if not all(map(encodable, parts)):
        raise UserError(f"text {number} holds half of a surrogate pair, which is no character: {text[:80]!r}")
    if not isinstance(text, str):
        if parts:
            yield _Line(number, joined(Sentence(tuple(parts)))[1], str(number))
        return
    begin = paragraphs = 0
    for line in text.split("\n"):  # as the readers of files do, which cut at no other character
        if words := split_words(line):
            placed = [Word(word.text, word.begin + begin, word.end + begin) for word in words]
            yield _Line(number, placed, f"{number}.{paragraphs}")
        paragraphs += not words
        begin += len(line) + 1


def entities(text: str, words: Sequence[Word], prediction: Prediction) -> list[FoundEntity]:
    """The entities of a prediction as they stand in the text that the words were taken from."""
    found = []
    for entity in prediction.entities:
        begin, end = words[entity.begin].begin, words[entity.end - 1].end
        found.append(FoundEntity(text[begin:end], entity.type, begin, end, entity.confidence))
    return found


def load(
    folder: str | Path,
    *,
    device: str = "auto",
    batch_size: int | str = "auto",
    precision: str | float = "auto",
    trust: bool = False,
    threshold: float = 0.0,
    calibrated: bool = True,
) -> Recognizer:
    """The best model of a run, ready to find entities.

    Examples:
        >>> tagger = load("outputs/2026-01-31/12-00-00")  # doctest: +SKIP
        >>> tagger("Ada Lovelace was born in London .")  # doctest: +SKIP
        [FoundEntity(text='Ada Lovelace', type='PER', begin=0, end=12, confidence=0.99), ...]
        >>> [len(found) for found in tagger(["Paris", "It rained ."])]  # doctest: +SKIP
        [1, 0]

    Args:
        folder: a run folder, of any version, or an export with format=onnx or safetensors.
        device: `auto` (the first GPU where there is one), `cpu`, `cuda` or `cuda:N`.
        batch_size: sentences at a time; `auto` is what the memory at hand has room for.
        precision: of the encoder: `float32`, `bfloat16`, or `auto`, which is bfloat16 where that is faster. A number,
            such as 0.95, drops entities below the threshold that reaches this precision on dev.
        trust: the run may name classes that are not ner_lab's; they are imported and called.
        threshold: entities of a lower confidence are dropped.
        calibrated: confidences are sharpened or flattened by the temperature that fits the run's dev split, so that of
            those with 0.8 eight in ten are right; False leaves them as the model says them.

    Raises:
        UserError: no run, an unfinished or damaged one, one that wants to be trusted, or no such device.
    """
    with console.silence():
        reader = open_reader(folder, device, batch_size, precision, trust, threshold, calibrated)
    for note in filter(None, (reader.note, reader.remark)):
        warnings.warn(f"{reader.folder}: {note}", stacklevel=2)
    return Recognizer(reader)
