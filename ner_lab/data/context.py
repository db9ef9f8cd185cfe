"""Document context: neighbouring sentences that the encoder reads beside a sentence, and nobody scores."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.types import Sentence

if TYPE_CHECKING:
    from ner_lab.data.encode import EncodedSplit


def with_context(sentences: Iterable[Sentence], neighbours: int) -> Iterator[Sentence]:
    """The same sentences, each with the words of up to `neighbours` sentences of its document on either side.

    A document is a run of consecutive sentences with the same id; a sentence without an id stands alone. This streams:
    it reads `neighbours` sentences ahead, or to the first one of the next document, and holds no more than that.
    """
    if not neighbours:
        yield from sentences
        return
    for document, run in groupby(sentences, key=lambda sentence: sentence.document):
        yield from _neighbours(run, neighbours if document else 0)


def _neighbours(document: Iterable[Sentence], neighbours: int) -> Iterator[Sentence]:
    before: deque[tuple[str, ...]] = deque(maxlen=neighbours)
    waiting: deque[Sentence] = deque()

    def ready() -> Sentence:
        sentence = waiting.popleft()
        after = tuple(other.words for other in islice(waiting, neighbours))
        known = replace(sentence, before=tuple(before), after=after)
        before.append(sentence.words)
        return known

    for sentence in document:
        waiting.append(sentence)
        if len(waiting) > neighbours:
            yield ready()
    while waiting:
        yield ready()


@dataclass(frozen=True)
class Context:
    """What the encoder reads beside the S sentences of a split.

    `text` holds each neighbouring sentence once; `before_SC` and `after_SC` are positions in it, in the order of the
    text, -1 where a document ends. `left_S` and `right_S` are the subwords that fit into a row beside the sentence.
    """

    text: EncodedSplit
    before_SC: NDArray[np.int64]
    after_SC: NDArray[np.int64]
    left_S: NDArray[np.int64]
    right_S: NDArray[np.int64]

    def beside(self, sentence: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """The subwords before and after one sentence."""
        before, after = self._subwords(self.before_SC[sentence]), self._subwords(self.after_SC[sentence])
        return before[len(before) - self.left_S[sentence] :], after[: self.right_S[sentence]]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the context holds, by name."""
        own = {"before_SC": self.before_SC, "after_SC": self.after_SC, "left_S": self.left_S, "right_S": self.right_S}
        return own | {f"text.{name}": values for name, values in self.text.arrays().items()}

    def _subwords(self, positions_C: NDArray[np.int64]) -> NDArray[np.int32]:
        parts = [self.text.subwords_P[:0]]
        for first, last in _word_ranges(self.text, positions_C):
            parts.append(self.text.subwords_P[self.text.word_start_N1[first] : self.text.word_start_N1[last]])
        return np.concatenate(parts)


def encode_context(
    sentences: Sequence[Sentence],
    subwords_S: NDArray[np.int64],
    capacity: int,
    encode: Callable[[Sequence[Sentence]], EncodedSplit],
) -> Context | None:
    """The context of sentences as arrays; None if none of them has any.

    Whole words are kept, the nearest ones, as many as a row of `capacity` subwords holds beside the sentence: half of
    the room on either side, and what one side leaves goes to the other. A sentence that needs windows has no room.

    Args:
        sentences: with `before` and `after`.
        subwords_S: how many subwords each has itself.
        capacity: subwords of a row.
        encode: sentences without tags to arrays.
    """
    number: dict[tuple[str, ...], int] = {}
    for sentence in sentences:
        for words in (*sentence.before, *sentence.after):
            number.setdefault(words, len(number))
    if not number:
        return None
    text = encode([Sentence(words) for words in number])
    before_SC = _table([[number[words] for words in sentence.before] for sentence in sentences])
    after_SC = _table([[number[words] for words in sentence.after] for sentence in sentences])
    left_S, right_S = np.zeros_like(subwords_S), np.zeros_like(subwords_S)
    for s, own in enumerate(subwords_S):
        nearest_before = np.cumsum(_word_lengths(text, before_SC[s])[::-1])
        nearest_after = np.cumsum(_word_lengths(text, after_SC[s]))
        free = max(0, capacity - int(own))
        left_S[s] = _fitting(nearest_before, max(free // 2, free - int(nearest_after[-1:].sum())))
        right_S[s] = _fitting(nearest_after, free - int(left_S[s]))
    return Context(text, before_SC, after_SC, left_S, right_S)


def _table(rows: list[list[int]]) -> NDArray[np.int64]:
    table = np.full((len(rows), max(map(len, rows))), -1, dtype=np.int64)
    for row, positions in zip(table, rows, strict=True):
        row[: len(positions)] = positions
    return table


def _word_ranges(text: EncodedSplit, positions_C: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    for position in positions_C[positions_C >= 0]:
        yield text.sentence_start_S1[position], text.sentence_start_S1[position + 1]


def _word_lengths(text: EncodedSplit, positions_C: NDArray[np.int64]) -> NDArray[np.int64]:
    """Subwords of each word of some sentences."""
    parts = [np.diff(text.word_start_N1[first : last + 1]) for first, last in _word_ranges(text, positions_C)]
    return np.concatenate([np.zeros(0, dtype=np.int64), *parts])


def _fitting(reach_W: NDArray[np.int64], room: int) -> int:
    """The most subwords up to `room` that end at a word; `reach_W` counts them up to the end of each."""
    words = int(np.searchsorted(reach_W, room, side="right"))
    return int(reach_W[words - 1]) if words else 0
