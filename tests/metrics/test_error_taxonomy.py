"""Every entity is in exactly one class of error, and the classes mean what they say."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.metrics.counts import Counts, of_spans, total
from ner_lab.metrics.error_taxonomy import ERRORS, NOTHING, Match, align, confusion, mended
from ner_lab.tags import Span

TYPES = ("PER", "LOC", "GPE-CITY")


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Entities of one sentence, in order and without overlaps."""
    edges = sorted(draw(st.lists(st.integers(0, 12), max_size=10)))
    pairs = [(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False) if a < b]
    return [Span(a, b, draw(st.sampled_from(TYPES))) for a, b in pairs]


def overlap(a: Span, b: Span) -> bool:
    return bool(set(range(a.begin, a.end)) & set(range(b.begin, b.end)))


@given(spans(), spans())
def test_the_classes_are_a_partition_of_both_sides(gold: list[Span], predicted: list[Span]) -> None:
    matches = align(gold, predicted)
    assert sorted(m.gold for m in matches if m.gold) == sorted(gold)
    assert sorted(m.predicted for m in matches if m.predicted) == sorted(predicted)
    assert {m.kind for m in matches} <= {"correct", *ERRORS}
    correct = Counter(m.kind for m in matches)["correct"]
    assert Counts(correct, len(gold), len(predicted)) == of_spans(gold, predicted)


@given(spans(), spans())
def test_every_class_says_what_is_wrong(gold: list[Span], predicted: list[Span]) -> None:
    for kind, g, p in align(gold, predicted):
        if g is None or p is None:
            assert kind == ("missed" if p is None else "spurious") and (g or p)
            continue
        same_words, same_type = g[:2] == p[:2], g.type == p.type
        assert overlap(g, p)
        assert kind == {(1, 1): "correct", (1, 0): "type", (0, 1): "boundary", (0, 0): "both"}[same_words, same_type]


@given(spans(), spans())
def test_what_stays_alone_touches_nothing_that_stays_alone(gold: list[Span], predicted: list[Span]) -> None:
    matches = align(gold, predicted)
    missed = [m.gold for m in matches if m.kind == "missed" and m.gold]
    spurious = [m.predicted for m in matches if m.kind == "spurious" and m.predicted]
    assert not any(overlap(g, p) for g in missed for p in spurious)


@given(spans(), spans())
def test_nothing_depends_on_the_order_in_which_entities_come(gold: list[Span], predicted: list[Span]) -> None:
    assert align(gold, predicted) == align(gold[::-1], predicted[::-1])


def test_an_equal_entity_wins_over_one_that_overlaps_more() -> None:
    # The long prediction shares three words with the first gold entity, the exact one only two.
    gold = [Span(0, 4, "PER"), Span(4, 6, "LOC")]
    predicted = [Span(1, 4, "LOC"), Span(4, 6, "LOC")]
    assert align(gold, predicted) == [
        Match("both", gold[0], predicted[0]),
        Match("correct", gold[1], predicted[1]),
    ]


def test_the_longer_overlap_wins_and_the_other_is_spurious() -> None:
    gold, left, right = Span(0, 5, "PER"), Span(0, 2, "PER"), Span(2, 5, "PER")
    assert align([gold], [left, right]) == [
        Match("spurious", None, left),
        Match("boundary", gold, right),
    ] or align([gold], [left, right]) == [Match("boundary", gold, right), Match("spurious", None, left)]


def test_confusions_have_a_row_for_spurious_and_a_column_for_missed() -> None:
    matches = align([Span(0, 1, "PER"), Span(2, 3, "LOC")], [Span(0, 1, "LOC"), Span(5, 6, "PER")])
    assert confusion(matches) == {("PER", "LOC"): 1, ("LOC", NOTHING): 1, (NOTHING, "PER"): 1}


@pytest.mark.parametrize("kind", ERRORS)
@given(spans(), spans())
def test_without_a_kind_of_error_the_score_is_that_of_mended_predictions(
    kind: str, gold: list[Span], predicted: list[Span]
) -> None:
    matches = align(gold, predicted)
    kept = {m.predicted for m in matches if m.predicted and m.kind != kind}
    kept |= {m.gold for m in matches if m.kind == kind and m.gold}
    counts = of_spans(gold, predicted)
    number = sum(m.kind == kind for m in matches)
    assert mended(counts, kind, number) == of_spans(gold, kept)
    assert mended(counts, kind, number).f1 >= counts.f1


def test_scores_of_nothing_are_zero_and_totals_add_up() -> None:
    assert (Counts().precision, Counts().recall, Counts().f1) == (0, 0, 0) and total([]) == Counts()
    assert total([Counts(1, 2, 3), Counts(0.5, 1, 1)]) == Counts(1.5, 3, 4)
    assert Counts(1, 2, 4).f1 == pytest.approx(2 * 0.25 * 0.5 / 0.75)
