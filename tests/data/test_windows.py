"""Windows of long sentences: nothing is lost, and every word is read where it has most context."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ner_lab.data.encoded_split import Context, EncodedSplit
from ner_lab.data.windows import padded_rows, windows


@st.composite
def sentences(draw: st.DrawFn) -> tuple[np.ndarray, int]:
    """Subword offsets of a sentence whose words fit a row, and the subwords of a row."""
    capacity = draw(st.integers(1, 40))
    longest = draw(st.integers(1, capacity))
    lengths_W = draw(st.lists(st.integers(1, longest), max_size=80))
    offset = draw(st.integers(0, 5))  # sentences stand anywhere in the arrays of their split
    return np.cumsum([offset, *lengths_W]), capacity


# A word that no window can take beside the end of the window before it.
SHORT_THEN_LONG = (np.cumsum([0, 2, 2, 2, 2, 1, 8, 1]), 8)
# A word that begins before the middle of an overlap and lies behind it.
ACROSS_THE_MIDDLE = (np.cumsum([0, *[1] * 34, 5, *[1] * 30]), 40)


@given(sentences())
@example(SHORT_THEN_LONG)
@example(ACROSS_THE_MIDDLE)
def test_owned_ranges_partition_the_sentence_and_every_window_fits(case: tuple[np.ndarray, int]) -> None:
    start_W1, capacity = case
    words = len(start_W1) - 1
    found = windows(start_W1, capacity)
    assert [first for *_, first, _ in found] == [0, *(last for *_, last in found[:-1])]
    assert found[-1][3] == words
    for begin, end, first, last in found:
        assert 0 <= begin <= first <= last <= end <= words
        assert start_W1[end] - start_W1[begin] <= capacity


def context(window: tuple[int, ...], word: int, start_W1: np.ndarray) -> float:
    """Subwords from a word to the nearer cut of a window; the ends of the sentence are no cuts."""
    begin, end = window[:2]
    left = start_W1[word] - start_W1[begin] if begin else np.inf
    right = start_W1[end] - start_W1[word + 1] if end < len(start_W1) - 1 else np.inf
    return min(left, right)


@given(sentences())
@example(SHORT_THEN_LONG)
@example(ACROSS_THE_MIDDLE)
def test_a_word_belongs_to_the_window_with_most_context(case: tuple[np.ndarray, int]) -> None:
    start_W1, capacity = case
    found = windows(start_W1, capacity)
    for window in found:
        for word in range(*window[2:]):
            readers = [other for other in found if other[0] <= word < other[1]]
            assert context(window, word, start_W1) == max(context(other, word, start_W1) for other in readers)


@given(sentences())
@example(SHORT_THEN_LONG)
@example(ACROSS_THE_MIDDLE)
def test_no_window_repeats_another(case: tuple[np.ndarray, int]) -> None:
    for (begin, end, *_), (later_begin, later_end, *_) in pairwise(windows(*case)):
        assert later_begin > begin and later_end > end


def test_a_sentence_that_fits_is_one_window() -> None:
    assert windows(np.array([3, 5, 9]), 6) == [(0, 2, 0, 2)]
    assert windows(np.array([7]), 6) == [(0, 0, 0, 0)]


@pytest.mark.parametrize("capacity", [40, 126, 510])
def test_neighbours_share_a_quarter_and_no_word_stands_at_a_cut(capacity: int) -> None:
    start_W1 = np.arange(5000)  # one subword a word
    found = windows(start_W1, capacity)
    for before, after in pairwise(found[:-1]):
        assert before[1] - after[0] == capacity // 4
    assert len(found) <= 5000 / (0.75 * capacity) + 1
    nearest = min(context(window, word, start_W1) for window in found for word in range(*window[2:]))
    assert nearest >= capacity // 8 - 1


@given(st.data(), st.integers(1, 30), st.booleans())
def test_every_word_of_padded_rows_finds_its_subwords(data: st.DataObject, capacity: int, in_context: bool) -> None:
    """Of sentences that are read alone and of those in several rows, with and without others beside them."""
    count = data.draw(st.integers(1, 6))
    lengths = [data.draw(st.lists(st.integers(1, min(3, capacity)), max_size=12)) for _ in range(count)]
    split = EncodedSplit(
        np.arange(100, 100 + sum(map(sum, lengths)), dtype=np.int32),
        np.cumsum([0, *(length for some in lengths for length in some)]),
        np.cumsum([0, *map(len, lengths)]),
        None,
    )
    encoder: Any = SimpleNamespace(prefix=[1, 2], suffix=[3], pad_id=0, capacity=capacity)
    chosen = np.array(data.draw(st.permutations(range(count))))
    if in_context:  # with nothing beside any of them, which goes the way of those that have something
        nothing = np.zeros(count, dtype=np.int64)
        table_SC = np.zeros((count, 0), dtype=np.int64)
        split = replace(split, context=Context(split, table_SC, table_SC, nothing, nothing))
    rows = padded_rows(split, chosen, encoder)
    flat_P = rows.input_ids_RS.ravel()
    for b, s in enumerate(chosen):
        words = range(split.sentence_start_S1[s], split.sentence_start_S1[s + 1])
        assert rows.mask_BW[b].tolist() == [w < len(words) for w in range(rows.mask_BW.shape[1])]
        for w, n in enumerate(words):
            expected = split.subwords_P[split.word_start_N1[n] : split.word_start_N1[n + 1]]
            assert flat_P[rows.begin_BW[b, w] : rows.end_BW[b, w]].tolist() == expected.tolist()
    for ids_S, real_S in zip(rows.input_ids_RS, rows.attention_mask_RS, strict=True):
        ids = ids_S[real_S == 1].tolist()
        assert ids[:2] == [1, 2] and ids[-1] == 3 and min([100, *ids[2:-1]]) == 100 and len(ids) <= capacity + 3
        assert ids[2:-1] == list(range(ids[2], ids[2] + len(ids) - 3)) if len(ids) > 3 else True
        assert not ids_S[real_S == 0].any() and real_S.tolist() == sorted(real_S.tolist(), reverse=True)
