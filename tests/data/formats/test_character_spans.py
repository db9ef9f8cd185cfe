"""Character spans meet words by the stated rule; what does not fit is widened, removed or refused, never silently."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.data.formats.character_spans import CharacterSpan, SpanPolicy, annotate, check_span
from ner_lab.data.formats.remarks import EXAMPLES, Remarks
from ner_lab.data.words import split_words
from ner_lab.types import UserError

TEXT = "Ann Lee-Smith met\nBob in New York.\n\n"


def read(text, *spans, cut_words="widen", overlaps="error", **options):
    remarks = Remarks()
    found = [CharacterSpan(*span) for span in spans]
    rows = list(annotate(text, found, "f:1", "", SpanPolicy(cut_words, overlaps), remarks, **options))
    return [" ".join(row.tags) for row in rows], remarks


def test_lines_are_sentences_with_document_and_offsets():
    rows = list(annotate(TEXT, None, "f:7", "d", SpanPolicy(), Remarks()))
    assert [(row.words, row.tags, row.document, row.origin) for row in rows] == [
        (("Ann", "Lee-Smith", "met"), None, "d", "f:7 (characters 0-17)"),
        (("Bob", "in", "New", "York", "."), None, "d", "f:7 (characters 18-34)"),
    ]
    (row,) = annotate("one line", None, "f:7", "", SpanPolicy(), Remarks())
    assert (row.document, row.origin) == ("", "f:7")
    rows = annotate("\n\n" + TEXT, None, "a.txt", "", SpanPolicy(), Remarks(), whole_file=True)
    assert [row.origin for row in rows] == ["a.txt:3 (characters 2-19)", "a.txt:4 (characters 20-36)"]


def test_white_space_at_the_ends_of_a_span_does_not_count():
    tags, remarks = read("in  Oslo now", (2, 9, "LOC"))
    assert tags == ["O B-LOC O"] and not remarks.counts


def test_a_span_that_cuts_words_by_policy():
    cut = (6, 12, "PER")  # "e-Smit" of "Lee-Smith"
    tags, remarks = read(TEXT, cut)
    assert tags == ["O B-PER O", "O O O O O"]
    assert remarks.lines() == ["span that cuts a word, widened to it: 1, such as 'e-Smit' (PER, f:1) in 'Lee-Smith'"]
    tags, remarks = read(TEXT, cut, cut_words="drop")
    assert tags == ["O O O", "O O O O O"]
    assert "cuts a word, removed: 1, such as 'e-Smit'" in remarks.lines()[0]
    with pytest.raises(UserError, match=r"f:1: the span 'e-Smit' .*'Lee-Smith'; data\.cut_words=widen"):
        read(TEXT, cut, cut_words="error")


def test_a_span_of_white_space_is_counted_or_refused():
    tags, remarks = read("a  b", (1, 3, "X"))
    assert tags == ["O O"] and remarks.counts == {"span that covers no word, removed": 1}
    with pytest.raises(UserError, match="covers no word"):
        read("a  b", (1, 3, "X"), cut_words="error")


def test_an_entity_across_lines_joins_them():
    tags, remarks = read("He saw New\nYork and\nleft", (7, 15, "LOC"))
    assert tags == ["O O B-LOC I-LOC O", "O"]
    assert remarks.counts == {"entity across a line end, its lines are one sentence": 1}


def test_overlaps_by_policy():
    nested = [(0, 22, "ORG"), (14, 22, "LOC")]
    text = "University of New York"
    with pytest.raises(UserError, match=r"'New York' \(LOC, 14:22\) and 'University of New York' \(ORG.*outermost"):
        read(text, *nested)
    tags, remarks = read(text, *nested, overlaps="outermost")
    assert tags == ["B-ORG I-ORG I-ORG I-ORG"]
    assert remarks.counts == {"span that overlaps a longer one, removed": 1}
    assert "'New York' (LOC, 14:22) beside 'University of New York'" in remarks.lines()[0]
    tags, remarks = read(text, nested[0], nested[0])
    assert tags == ["B-ORG I-ORG I-ORG I-ORG"] and remarks.counts == {"span that is there twice, counted once": 1}


def test_two_spans_that_cut_one_word_overlap():
    spans = [(0, 5, "LOC"), (6, 10, "LOC")]
    with pytest.raises(UserError, match=r"'Oslo' .*'Paris' .* share a word|'Paris' .*'Oslo' .* share a word"):
        read("Paris-Oslo", *spans)
    tags, remarks = read("Paris-Oslo", *spans, overlaps="outermost")
    assert tags == ["B-LOC"]
    assert remarks.counts.total() == 3  # two widened, one of them removed


def test_unknown_policies_are_refused():
    for options in ({"cut_words": "cut"}, {"overlaps": "innermost"}):
        with pytest.raises(UserError, match=r"data\.(cut_words|overlaps) is one of"):
            SpanPolicy(**options)


@pytest.mark.parametrize("offsets", [(0, 99), (-1, 2), (2, 2), (3, 1), (0.0, 1), (True, 2), ("0", 1), (None, 1)])
def test_offsets_that_are_not_in_the_text(offsets):
    with pytest.raises(UserError, match="f:1: a span has whole numbers 0 <= start < end <= 3"):
        check_span("abc", *offsets, "X", "f:1")


@pytest.mark.parametrize("type_", ["", " ", None, 7])
def test_a_span_without_a_label(type_):
    with pytest.raises(UserError, match="f:1: a span has a label"):
        check_span("abc", 0, 1, type_, "f:1")


@pytest.mark.seconds
@given(st.text("aB-'. \n😀é", max_size=30), st.data())
def test_words_are_those_of_raw_text_and_every_span_is_kept_or_counted(text, data):
    spans = []
    if text.strip():
        at = data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted))
        spans = [(*at, "X")]
    remarks = Remarks()
    rows = list(annotate(text, [CharacterSpan(*span) for span in spans], "f", "", SpanPolicy(), remarks))
    assert [word for row in rows for word in row.words] == [word.text for word in split_words(text)]
    entities = sum(tag.startswith("B-") for row in rows for tag in row.tags)
    assert entities + remarks.counts["span that covers no word, removed"] == len(spans)


def test_remarks_keep_few_examples_and_count_all():
    remarks = Remarks()
    for number in range(100):
        remarks.add("seen", f"<{number}>")
    (line,) = remarks.lines()
    assert line.startswith("seen: 100, such as <0>; <1>") and line.count("<") == EXAMPLES
