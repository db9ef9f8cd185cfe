"""Every scoring scheme against the library that defines it."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from ner_lab.metrics.counts import total
from ner_lab.metrics.scoring_schemes import SCHEMES, conlleval_chunks
from ner_lab.tags import Span, to_spans

TAGS = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-GPE-CITY", "I-GPE-CITY"]
Tags = list[list[str]]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tags, Tags]:
    """Gold and predicted tags of the same words; the prediction often agrees, and neither need obey the scheme."""
    gold = draw(st.lists(st.lists(st.sampled_from(TAGS), min_size=1, max_size=9), min_size=1, max_size=5))
    return gold, [[draw(st.sampled_from([tag, tag, *TAGS])) for tag in row] for row in gold]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("nervaluate strict", "strict"),
        ("nervaluate exact", "exact"),
        ("nervaluate partial", "partial"),
        ("nervaluate type", "ent_type"),
    ],
)
@settings(max_examples=100)
@given(pairs())
def test_the_semeval_schemes_are_those_of_nervaluate(ours: str, theirs: str, tags: tuple[Tags, Tags]) -> None:
    nervaluate = pytest.importorskip("nervaluate", reason="the extra test is not installed")
    gold, predicted = tags
    found = nervaluate.Evaluator(gold, predicted, tags=["PER", "LOC", "GPE-CITY"], loader="list").evaluate()
    right = found["overall"][theirs]
    counts = total(map(SCHEMES[ours][0], gold, predicted))
    assert (counts.gold, counts.predicted) == (right.possible, right.actual)
    assert counts.correct == right.correct + (0.5 * right.partial if theirs == "partial" else 0)
    assert (counts.precision, counts.recall) == pytest.approx((right.precision, right.recall))
    assert counts.f1 == pytest.approx(right.f1)


@given(pairs())
def test_the_modes_of_seqeval_are_those_of_seqeval(tags: tuple[Tags, Tags]) -> None:
    gold, predicted = tags
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        default = f1_score(gold, predicted, zero_division=0)
        assert total(map(SCHEMES["seqeval default"][0], gold, predicted)).f1 == pytest.approx(default)
        if any(tag[0] == "B" for rows in (gold, predicted) for row in rows for tag in row):  # else seqeval crashes
            strict = f1_score(gold, predicted, mode="strict", scheme=IOB2, zero_division=0)
            assert total(map(SCHEMES["seqeval strict"][0], gold, predicted)).f1 == pytest.approx(strict)


@given(st.lists(st.sampled_from(TAGS), max_size=12))
def test_conlleval_reads_iob_tags_as_seqeval_does(tags: list[str]) -> None:
    assert conlleval_chunks(tags) == to_spans(tags)


@pytest.mark.parametrize(
    ("tags", "chunks"),
    [
        # By the script of the shared task itself: E- ends nothing before B-, and S- has no rule of its own.
        ("S-PER S-PER O", [Span(0, 2, "PER")]),
        ("B-PER E-PER B-PER O", [Span(0, 3, "PER")]),
        ("B-PER E-PER E-PER", [Span(0, 2, "PER"), Span(2, 3, "PER")]),
        ("E-PER I-PER O I-LOC", [Span(0, 1, "PER"), Span(1, 2, "PER"), Span(3, 4, "LOC")]),
        ("S-PER S-LOC", [Span(0, 1, "PER"), Span(1, 2, "LOC")]),
    ],
)
def test_conlleval_on_tags_that_it_does_not_know(tags: str, chunks: list[Span]) -> None:
    assert conlleval_chunks(tags.split()) == chunks


def test_a_hundredth_of_a_long_entity_is_not_yet_an_overlap() -> None:
    gold = ["B-PER", *["I-PER"] * 149]
    predicted = ["B-LOC", *["O"] * 149]
    assert SCHEMES["nervaluate partial"][0](gold, predicted).correct == 0
    assert SCHEMES["nervaluate partial"][0](gold[:100], predicted[:100]).correct == 0.5
