"""Sentences as rows of subwords for the encoder, and how a long one becomes several (windows). Without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.types import Sentence


@dataclass(frozen=True)
class Rows:
    """Some sentences as padded rows: what a `Batch` says of them, as arrays of numpy, and which words of the split
    those of `mask_BW` are (`number_N`)."""

    input_ids_RS: NDArray[np.int64]
    attention_mask_RS: NDArray[np.int64]
    begin_BW: NDArray[np.int64]
    end_BW: NDArray[np.int64]
    mask_BW: NDArray[np.bool_]
    number_N: NDArray[np.int64]


def padded_rows(split: EncodedSplit, sentences: NDArray[np.int64], encoder: SubwordEncoder) -> Rows:
    """The rows of some sentences of a split, and where in them each word has its subwords; see `Batch`."""
    mask_BW, number_N = words_of(split, sentences)
    subwords_P, length_R, row_N, offset_N = _read(split, sentences, number_N, encoder)
    before, after = len(encoder.prefix), len(encoder.suffix)
    length_R = length_R + before + after
    longest = int(length_R.max())
    at_S = np.arange(longest)
    attention_RS = at_S < length_R[:, None]
    ids_RS = np.full(attention_RS.shape, encoder.pad_id, dtype=np.int64)
    ids_RS[:, :before] = encoder.prefix
    ids_RS[(at_S >= before) & (at_S < length_R[:, None] - after)] = subwords_P
    ids_RS[np.arange(len(length_R))[:, None], length_R[:, None] - after + np.arange(after)] = encoder.suffix
    begin_BW = np.zeros(mask_BW.shape, dtype=np.int64)
    begin_BW[mask_BW] = row_N * longest + offset_N + before
    end_BW = begin_BW.copy()
    end_BW[mask_BW] += split.word_start_N1[number_N + 1] - split.word_start_N1[number_N]
    return Rows(ids_RS, attention_RS.astype(np.int64), begin_BW, end_BW, mask_BW, number_N)


def _read(
    split: EncodedSplit, sentences: NDArray[np.int64], number_N: NDArray[np.int64], encoder: SubwordEncoder
) -> tuple[NDArray[Any], ...]:
    """What the rows of some sentences read, without special tokens: `subwords_P` of one after the other, `length_R`,
    and of each word the row and where it begins there, `row_N` and `offset_N`."""
    first_B = split.word_start_N1[split.sentence_start_S1[sentences]]
    length_B = split.word_start_N1[split.sentence_start_S1[sentences + 1]] - first_B
    if split.context is None and length_B.max(initial=0) <= encoder.capacity:  # each sentence is a row
        words_B = split.sentence_start_S1[sentences + 1] - split.sentence_start_S1[sentences]
        row_N = np.repeat(np.arange(len(sentences)), words_B)
        at_P = np.arange(length_B.sum()) + np.repeat(first_B - np.cumsum(length_B) + length_B, length_B)
        return split.subwords_P[at_P], length_B, row_N, split.word_start_N1[number_N] - first_B[row_N]
    rows: list[NDArray[np.int32]] = []
    row_of: list[NDArray[np.int64]] = []
    offsets: list[NDArray[np.int64]] = []
    for s in sentences:
        for subwords, own, owned, offset_W in rows_of(split, s, encoder):
            row_of.append(np.full(owned - own, len(rows), dtype=np.int64))
            offsets.append(offset_W)
            rows.append(subwords)
    return np.concatenate(rows), np.array([len(row) for row in rows]), np.concatenate(row_of), np.concatenate(offsets)


def words_of(split: EncodedSplit, sentences: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """`mask_BW`, where some sentences have words, and `number_N`, which words of the split those are."""
    first_B = split.sentence_start_S1[sentences]
    words_B = split.sentence_start_S1[sentences + 1] - first_B
    at_W = np.arange(max(1, words_B.max(initial=0)))
    mask_BW = at_W < words_B[:, None]
    return mask_BW, (first_B[:, None] + at_W)[mask_BW]


def rows_of(
    split: EncodedSplit, s: np.int64 | int, encoder: SubwordEncoder
) -> Iterator[tuple[NDArray[np.int32], int, int, NDArray[np.int64]]]:
    """The rows of a sentence, without special tokens: `(subwords, first, last, offset_W)` each, where the words
    `first:last` of the sentence are read in this row, and begin at `offset_W`.

    Context stands before and after the words, and no word points at it.
    """
    first, last = split.sentence_start_S1[s], split.sentence_start_S1[s + 1]
    start_W1 = split.word_start_N1[first : last + 1]
    nothing = split.subwords_P[:0]
    before, after = split.context.beside(int(s)) if split.context is not None else (nothing, nothing)
    for begin, end, own, owned in windows(start_W1, encoder.capacity):
        subwords = np.concatenate([before, split.subwords_P[start_W1[begin] : start_W1[end]], after])
        yield subwords, own, owned, start_W1[own:owned] - start_W1[begin] + len(before)


def windows_read(encoder: SubwordEncoder, sentences: Sequence[Sentence]) -> list[int]:
    """Rows of the encoder that each sentence takes: one, or more where it is too long for a row."""
    encoded = encoder.encode(sentences, ())
    bounds = zip(encoded.sentence_start_S1[:-1], encoded.sentence_start_S1[1:], strict=True)
    starts = (encoded.word_start_N1[first : last + 1] for first, last in bounds)
    return [len(windows(start_W1, encoder.capacity)) for start_W1 in starts]


def windows(word_start_W1: NDArray[np.int64], capacity: int) -> list[tuple[int, int, int, int]]:
    """Cuts a sentence of W words into overlapping windows of at most `capacity` subwords, at word boundaries.

    Neighbouring windows share about a quarter of their subwords; each word belongs to the one window where the nearer
    window edge is farthest away, so it is read with the most context.

    Args:
        word_start_W1: subword offsets of the words, the sentence's length last; no word exceeds `capacity`.
        capacity: subwords a window may hold.

    Returns:
        `(begin, end, first, last)` per window: the words it reads, `begin:end`, and those it owns, `first:last`.
        The owned ranges partition 0..W.
    """
    words = len(word_start_W1) - 1
    if word_start_W1[-1] - word_start_W1[0] <= capacity:
        return [(0, words, 0, words)]
    reads = []
    begin = 0
    while True:
        end = int(np.searchsorted(word_start_W1, word_start_W1[begin] + capacity, side="right")) - 1
        reads.append((begin, end))
        if end == words:
            break
        shared = word_start_W1[end] - capacity // 4
        # Fewer where the next word is so long that this window would end where the last one did.
        room = word_start_W1[end + 1] - capacity
        begin = int(np.searchsorted(word_start_W1, max(shared, room)))
    center_W = (word_start_W1[:-1] + word_start_W1[1:]) / 2
    middles = [(word_start_W1[after] + word_start_W1[end]) / 2 for (_, end), (after, _) in pairwise(reads)]
    cuts = [0, *np.searchsorted(center_W, middles).tolist(), words]
    return [(*read, *owned) for read, owned in zip(reads, pairwise(cuts), strict=True)]
