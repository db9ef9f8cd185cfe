"""A split as flat arrays, and what the arrays hold, counted from them and not from what was encoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.ledger import Count
from ner_lab.tags import to_spans
from ner_lab.types import Sentence


@dataclass(frozen=True)
class EncodedSplit:
    """A split of S sentences, N words and P subwords, without padding and without special tokens.

    `subwords_P` holds the ids; the subwords of word n are `subwords_P[word_start_N1[n]:word_start_N1[n + 1]]`, and the
    words of sentence s are `sentence_start_S1[s]:sentence_start_S1[s + 1]`. `labels_N` holds label indices,
    -1 where the model does not know the label; it is None for text without tags. `context` is what the encoder reads
    beside the sentences, None where it reads them alone.
    """

    subwords_P: NDArray[np.int32]
    word_start_N1: NDArray[np.int64]
    sentence_start_S1: NDArray[np.int64]
    labels_N: NDArray[np.int16] | NDArray[np.int32] | None
    context: Context | None = None

    def __len__(self) -> int:
        return len(self.sentence_start_S1) - 1

    @property
    def words_S(self) -> NDArray[np.int64]:
        """Words of each sentence."""
        return np.diff(self.sentence_start_S1)

    @property
    def subwords_S(self) -> NDArray[np.int64]:
        """Subwords of each sentence."""
        return np.diff(self.word_start_N1[self.sentence_start_S1])

    @property
    def read_S(self) -> NDArray[np.int64]:
        """Subwords the encoder reads for each sentence: its own and those of its context."""
        own_S = self.subwords_S
        return own_S if self.context is None else own_S + self.context.left_S + self.context.right_S

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that the split holds, by name."""
        own: dict[str, NDArray[Any]] = {
            "subwords_P": self.subwords_P,
            "word_start_N1": self.word_start_N1,
            "sentence_start_S1": self.sentence_start_S1,
        }
        if self.labels_N is not None:
            own["labels_N"] = self.labels_N
        if self.context is not None:
            own |= {f"context.{name}": values for name, values in self.context.arrays().items()}
        return own

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]]) -> EncodedSplit:
        """The split whose `arrays` these are."""
        context = {name.removeprefix("context."): a for name, a in arrays.items() if name.startswith("context.")}
        text = {name.removeprefix("text."): a for name, a in context.items() if name.startswith("text.")}
        rest = {name: a for name, a in context.items() if not name.startswith("text.")}
        return EncodedSplit(
            subwords_P=arrays["subwords_P"],
            word_start_N1=arrays["word_start_N1"],
            sentence_start_S1=arrays["sentence_start_S1"],
            labels_N=arrays.get("labels_N"),
            context=Context(EncodedSplit.from_arrays(text), **rest) if context else None,
        )


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
        for first, last in word_ranges(self.text, positions_C):
            parts.append(self.text.subwords_P[self.text.word_start_N1[first] : self.text.word_start_N1[last]])
        return np.concatenate(parts)


def word_ranges(text: EncodedSplit, positions_C: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """The words of some sentences, as half-open ranges; -1 is none."""
    for position in positions_C[positions_C >= 0]:
        yield text.sentence_start_S1[position], text.sentence_start_S1[position + 1]


def count_encoded(split: EncodedSplit, labels: Sequence[str], sentences: Sequence[Sentence]) -> Count:
    """Sentences, words and entities; where the model does not know a label, `sentences` say which it is."""
    if split.labels_N is None:
        return Count(len(split), int(split.words_S.sum()), 0)
    begins_N = begins(split.labels_N, split.sentence_start_S1, labels)
    entities, names = int(begins_N.sum()), (*labels, "")
    unknown_N = np.flatnonzero(split.labels_N < 0)
    for s in np.unique(np.searchsorted(split.sentence_start_S1, unknown_N, side="right") - 1).tolist():
        first, last = int(split.sentence_start_S1[s]), int(split.sentence_start_S1[s + 1])
        gold = zip(split.labels_N[first:last].tolist(), sentences[s].tags or (), strict=True)
        entities += len(to_spans([names[k] or tag for k, tag in gold])) - int(begins_N[first:last].sum())
    return Count(len(split), int(split.words_S.sum()), entities)


def begins(labels_N: NDArray[Any], start_S1: NDArray[Any], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Where entities begin, as conlleval reads IOB2: at `B-`, and at an `I-` that continues no entity of its type."""
    types = {"": 0} | {label[2:]: k for k, label in enumerate(labels, 1) if label[2:]}
    type_K = np.array([types[label[2:]] for label in labels] + [-1])  # 0 is O, and labels the model does not know
    first_K = np.array([label.startswith("B-") for label in labels] + [False])
    type_N = np.where(labels_N < 0, 0, type_K[labels_N])
    follows_N = np.zeros(len(labels_N), dtype=bool)
    follows_N[1:] = type_N[1:] == type_N[:-1]
    follows_N[start_S1[:-1][start_S1[:-1] < len(labels_N)]] = False
    return (type_N != 0) & (first_K[labels_N] | ~follows_N)
