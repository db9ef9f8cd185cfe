"""A corpus that is larger than the memory: sentences and arrays as numbers in temporary files."""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from ner_lab.types import Sentence

IN_MEMORY = 1 << 20  # numbers of an array that are held before they go to the disk
TYPES: dict[str, Any] = {"b": np.int8, "h": np.int16, "i": np.int32, "q": np.int64}


class GrowingArray:
    """Numbers of unknown count: `extend` them, then take them as one array, which is memory-mapped if it is large.

    Args:
        code: `b`, `h`, `i` or `q`: 8, 16, 32 or 64 bits.
    """

    def __init__(self, code: str, first: Iterable[int] = ()) -> None:
        self.code = code
        self._recent = array(code, first)
        self._file: Any = None

    def extend(self, numbers: Iterable[int] | NDArray[Any]) -> None:
        if isinstance(numbers, np.ndarray):
            self._recent.frombytes(numbers.astype(TYPES[self.code]).tobytes())
        else:
            self._recent.extend(numbers)
        if len(self._recent) > IN_MEMORY:
            self._flush()

    def _flush(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="ner-lab-")  # noqa: SIM115 - lives as long as its map
        self._recent.tofile(self._file)
        self._recent = array(self.code)

    def finish(self) -> NDArray[Any]:
        if self._file is None:
            return np.array(self._recent, dtype=TYPES[self.code])
        self._flush()
        self._file.flush()
        return np.memmap(self._file, dtype=TYPES[self.code], mode="r")


class _Numbers:
    """Numbers for texts, in the order in which they come."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._number: dict[str, int] = {}

    def __getitem__(self, text: str) -> int:
        number = self._number.get(text)
        if number is None:
            number = self._number[text] = len(self.texts)
            self.texts.append(text)
        return number

    def finish(self) -> list[str]:
        self._number = {}
        return self.texts


class StoredSentences(Sequence[Sentence]):
    """Sentences (without context) as a sequence that holds each distinct word once and makes a `Sentence` on demand.

    Word and tag numbers lie in memory-mapped temporary files where there are many; in memory stay the distinct words,
    tags and document ids. Equal to any sequence of equal sentences.
    """

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        words, tags, documents, files = _Numbers(), _Numbers(), _Numbers(), _Numbers()
        # Tags as wide as words: in a file whose tag column is another one they are as many.
        word_N, tag_N, start_S1 = GrowingArray("i"), GrowingArray("i"), GrowingArray("q", [0])
        tagged_S, document_S, file_S, line_S = (GrowingArray(code) for code in "biiq")
        end = 0
        for sentence in sentences:
            assert not sentence.before and not sentence.after
            word_N.extend([words[word] for word in sentence.words])
            tag_N.extend([tags[tag] for tag in sentence.tags or [""] * len(sentence.words)])
            end += len(sentence.words)
            start_S1.extend([end])
            tagged_S.extend([sentence.tags is not None])
            document_S.extend([documents[sentence.document]])
            file, line = _split_origin(sentence.origin)
            file_S.extend([files[file]])
            line_S.extend([line])
        self._words, self._tags = words.finish(), tags.finish()
        self._documents, self._files = documents.finish(), files.finish()
        self._word_N, self._tag_N, self._start_S1 = word_N.finish(), tag_N.finish(), start_S1.finish()
        self._tagged_S, self._document_S = tagged_S.finish(), document_S.finish()
        self._file_S, self._line_S = file_S.finish(), line_S.finish()

    def __len__(self) -> int:
        return len(self._start_S1) - 1

    @overload
    def __getitem__(self, index: int) -> Sentence: ...
    @overload
    def __getitem__(self, index: slice) -> list[Sentence]: ...
    def __getitem__(self, index: int | slice) -> Sentence | list[Sentence]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(f"sentence {index} of {len(self)}")
        s = index % len(self)
        first, last = int(self._start_S1[s]), int(self._start_S1[s + 1])
        words, tags, line = self._words, self._tags, int(self._line_S[s])
        file = self._files[self._file_S[s]]
        return Sentence(
            words=tuple([words[n] for n in self._word_N[first:last].tolist()]),
            tags=tuple([tags[n] for n in self._tag_N[first:last].tolist()]) if self._tagged_S[s] else None,
            document=self._documents[self._document_S[s]],
            origin=file if line < 0 else f"{file}:{line}",
        )

    def __iter__(self) -> Iterator[Sentence]:
        return (self[i] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence) or len(other) != len(self):
            return False
        return all(own == theirs for own, theirs in zip(self, other, strict=True))


def _split_origin(origin: str) -> tuple[str, int]:
    """`file:7` as its file and line, so that each file name is held once; -1 where that is not how it is written."""
    file, _, line = origin.rpartition(":")
    if line.isascii() and line.isdigit() and len(line) < 16 and str(int(line)) == line:
        return file, int(line)
    return origin, -1
