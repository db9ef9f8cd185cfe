"""Schemes against two oracles: seqeval's reading of tags, and each scheme's own transition table, by enumeration."""

import itertools
import warnings
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics.sequence_labeling import get_entities

from ner_lab.tags import (
    PREFIXES,
    SCHEMES,
    Span,
    allows,
    continuations,
    convert,
    detect,
    from_spans,
    repair,
    split_tag,
    to_spans,
    transitions,
    violations,
)


def sequences(alphabet, longest):
    for length in range(longest + 1):
        yield from itertools.product(alphabet, repeat=length)


def alphabet(scheme, types="XY"):
    prefixes = sorted(set(SCHEMES[scheme][1:]) - {""})
    return ["O", *(f"{prefix}-{type_}" for prefix in prefixes for type_ in types)]


def seqeval_spans(tags):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # seqeval warns of prefixes it does not know
        return [Span(begin, last + 1, type_) for type_, begin, last in get_entities(list(tags))]


@st.composite
def spans_and_length(draw):
    """Non-overlapping spans, neighbours of the same type among them."""
    spans, at = [], 0
    for gap, width in draw(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 4)), max_size=6)):
        spans.append(Span(at + gap, at + gap + width, draw(st.sampled_from(["X", "Y", "GPE-CITY"]))))
        at += gap + width
    return spans, at + draw(st.integers(0, 2))


@pytest.mark.parametrize(
    "tags",
    [
        ["O", *(f"{prefix}-{type_}" for prefix in "BI" for type_ in ("PER", "LOC", "ORG", "GPE-CITY"))],
        ["O", *(f"{prefix}-{type_}" for prefix in "BIES" for type_ in "XY")],
    ],
    ids=["iob", "iobes"],
)
def test_every_short_sequence_gives_the_spans_of_seqeval(tags):
    assert len(tags) == 9
    for sequence in sequences(tags, 3):
        assert to_spans(sequence) == seqeval_spans(sequence), sequence


@pytest.mark.parametrize(("scheme", "names"), [("bilou", "LU"), ("bmewo", "EW"), ("bmes", "ES")])
def test_other_alphabets_read_like_their_iobes_names(scheme, names):
    # seqeval's default mode does not know L, U, M and W, so the oracle reads the same sequence in IOBES letters.
    end, single = names
    letters = {end: "E", single: "S", "M": "I"}
    for sequence in sequences(alphabet(scheme), 3):
        assert to_spans(sequence) == seqeval_spans([letters.get(tag[0], tag[0]) + tag[1:] for tag in sequence])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_violations_are_what_the_transition_table_forbids(scheme):
    for sequence in sequences(alphabet(scheme), 4):
        allowed = all(allows(before, after, scheme) for before, after in transitions(sequence))
        assert allowed == (not violations(sequence, scheme)), sequence


@pytest.mark.parametrize("scheme", SCHEMES)
@given(case=spans_and_length())
def test_spans_survive_every_scheme(scheme, case):
    spans, length = case
    tags = from_spans(spans, length, scheme)
    assert len(tags) == length
    assert violations(tags, scheme) == []
    if scheme != "io":
        assert to_spans(tags) == spans
        assert convert(tags, "iob2") == from_spans(spans, length)


def test_io_merges_neighbours_of_one_type_only():
    tags = from_spans([(0, 1, "X"), (1, 3, "X"), (3, 4, "Y")], 4, "io")
    assert to_spans(tags) == [(0, 3, "X"), (3, 4, "Y")]


@pytest.mark.parametrize(
    ("scheme", "tags"),
    [
        ("iob2", "B-X B-X I-X I-X O B-Y"),
        ("iob1", "I-X B-X I-X I-X O I-Y"),
        ("io", "I-X I-X I-X I-X O I-Y"),
        ("iobes", "S-X B-X I-X E-X O S-Y"),
        ("bilou", "U-X B-X I-X L-X O U-Y"),
        ("bmewo", "W-X B-X M-X E-X O W-Y"),
        ("bmes", "S-X B-X M-X E-X O S-Y"),
    ],
)
def test_each_scheme_by_example(scheme, tags):
    assert from_spans([(0, 1, "X"), (1, 4, "X"), (5, 6, "Y")], 6, scheme) == tags.split()


@pytest.mark.parametrize("spans", [[(0, 0, "X")], [(2, 4, "X")], [(0, 2, "X"), (1, 3, "Y")], [(-1, 1, "X")]])
def test_impossible_spans_are_refused(spans):
    with pytest.raises(ValueError, match="half-open"):
        from_spans(spans, 3)


@pytest.mark.parametrize("tag", ["", "X", "OLOC", "I_ORG", "B", "B-", "Q-X", "b-X"])
def test_what_is_no_tag_is_refused(tag):
    with pytest.raises(ValueError, match="hyphen and a type"):
        split_tag(tag)


def test_types_keep_their_hyphens():
    assert split_tag("B-GPE-CITY") == ("B", "GPE-CITY")


@given(st.lists(st.sampled_from(alphabet("iob2") + alphabet("iobes")), max_size=8), st.sampled_from(sorted(SCHEMES)))
def test_repair_keeps_what_conlleval_reads_and_drops_what_is_broken(tags, scheme):
    broken = {index for index, _ in violations(tags, scheme)}
    kept, count = repair(tags, scheme, "conlleval")
    assert count == len(broken)
    assert kept == convert(tags, scheme)
    dropped, _ = repair(tags, scheme, "drop")
    assert violations(dropped, scheme) == []
    intact = [span for span in to_spans(tags) if broken.isdisjoint(range(span.begin, span.end))]
    assert dropped == from_spans(intact, len(tags), scheme)
    if broken:
        with pytest.raises(ValueError, match=f"word {min(broken)}"):
            repair(tags, scheme, "strict")
    else:
        assert list(tags) == kept == dropped == repair(tags, scheme, "strict")[0]


@pytest.mark.parametrize("policy", ["conlleval", "drop"])
def test_repair_counts_every_violation(policy):
    assert repair(["I-A", "O", "I-B", "I-C", "I-C"], "iob2", policy)[1] == 3


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="strict, conlleval, drop"):
        repair(["O"], "iob2", "guess")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_corpus_in_a_scheme_is_detected_as_that_scheme(scheme):
    spans = [(0, 1, "X"), (1, 4, "X"), (4, 5, "Y"), (6, 9, "Y")]
    counts = Counter(transitions(from_spans(spans, 10, scheme)))
    assert detect(counts)[0] == scheme


@pytest.mark.parametrize(
    ("corpus", "scheme"),
    [
        (["O O"], "iob2"),
        (["B-X O B-X"], "iob2"),
        (["I-X I-X O I-Y"], "io"),
        (["I-X O", "I-X B-X O"], "iob1"),
        (["B-X I-X O"] * 9 + ["I-X O"], "iob2"),  # one slip does not make it IOB1
        (["B-X I-X O"] * 9 + ["B-X E-X"], "iob2"),  # nor one foreign prefix IOBES
        (["S-X O"], "iobes"),
        (["B-X E-X"], "iobes"),
        (["U-X O"], "bilou"),
        (["B-X M-X E-X"], "bmewo"),
    ],
)
def test_detection_takes_the_scheme_that_forbids_least(corpus, scheme):
    counts = Counter(pair for line in corpus for pair in transitions(line.split()))
    found, reason = detect(counts)
    assert found == scheme
    assert "prefixes" in reason


def test_prefixes_are_those_of_the_schemes():
    assert set(PREFIXES) == {prefix for row in SCHEMES.values() for prefix in "".join(row[1:])}


def test_an_entity_goes_on_with_the_inside_label_of_its_type():
    labels = ["O", "B-PER", "I-PER", "B-LOC"]  # no I-LOC, as a small training set may have it
    assert continuations(labels) == [None, 2, 2, None]
