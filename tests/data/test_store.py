"""Stored sentences and growing arrays are what went in, also when they no longer fit into memory."""

from __future__ import annotations

from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data import store
from ner_lab.data.encoded_split import begins
from ner_lab.data.store import GrowingArray, StoredSentences
from ner_lab.tags import label_set, to_spans
from ner_lab.types import Sentence

TEXT = st.text(max_size=4)


@st.composite
def sentences(draw: st.DrawFn) -> Sentence:
    words = tuple(draw(st.lists(TEXT, max_size=5)))
    tags = st.lists(st.sampled_from(["O", "B-X", "I-X"]), min_size=len(words), max_size=len(words)).map(tuple)
    origin = draw(st.sampled_from(["", "a.conll:7", "a.conll:07", "a:b:12", ":3", "record", "a:" + "9" * 30]))
    return Sentence(words, draw(st.none() | tags), draw(TEXT), origin)


@given(st.lists(sentences(), max_size=12), st.integers(1, 9))
def test_sentences_come_back(written: list[Sentence], held: int) -> None:
    whole, store.IN_MEMORY = store.IN_MEMORY, held
    try:
        stored = StoredSentences(iter(written))
    finally:
        store.IN_MEMORY = whole
    assert stored == written and list(stored) == written and len(stored) == len(written)
    assert stored[1:3] == written[1:3] and [stored[i - len(written)] for i in range(len(written))] == written
    assert stored != [*written, Sentence(())] and (not written or stored != [Sentence(("other",)), *written[1:]])
    with pytest.raises(IndexError):
        stored[len(written)]


@pytest.mark.parametrize("code", store.TYPES)
def test_large_arrays_lie_on_disk(code: str, monkeypatch) -> None:
    monkeypatch.setattr(store, "IN_MEMORY", 100)
    growing = GrowingArray(code, [0])
    for begin in range(0, 120, 7):
        numbers = range(begin, min(begin + 7, 120))
        growing.extend(np.array(numbers) if begin % 2 else numbers)
    found = growing.finish()
    assert isinstance(found, np.memmap) and found.dtype.itemsize == array(code).itemsize
    assert found.tolist() == [0, *range(120)]


@given(st.lists(st.lists(st.integers(0, 4), max_size=6), min_size=1, max_size=6))
def test_entities_begin_where_spans_do(sentences_SW: list[list[int]]) -> None:
    labels = label_set(["X", "Y"])
    start_S1 = np.cumsum([0, *map(len, sentences_SW)])
    begins_N = begins(np.array([k for row in sentences_SW for k in row], dtype=np.int16), start_S1, labels)
    expected = [
        start + span.begin
        for start, row in zip(start_S1.tolist(), sentences_SW, strict=False)
        for span in to_spans([labels[k] for k in row])
    ]
    assert np.flatnonzero(begins_N).tolist() == expected
