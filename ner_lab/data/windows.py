"""Windows of a sentence that is longer than an encoder row."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray


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
