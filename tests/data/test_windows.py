"""Windows of long sentences: nothing is lost, and every word is read where it has most context."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ner_lab.data.windows import windows


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
