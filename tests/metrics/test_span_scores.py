"""Span scores against seqeval's own functions and against counting sets of spans by hand."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from seqeval.metrics import accuracy_score, classification_report, f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

from ner_lab.metrics.spans import report, scores

Tags = list[list[str]]
# A type with a hyphen, and one that is nowhere in most samples.
TAGS = ["O", "O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-GPE-CITY", "I-GPE-CITY"]


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Tags, Tags]:
    """Gold and predicted tags of the same words; the prediction often agrees, and neither need obey the scheme."""
    gold = draw(st.lists(st.lists(st.sampled_from(TAGS), max_size=8), max_size=5))
    predicted = [[draw(st.sampled_from([tag, tag, *TAGS])) for tag in row] for row in gold]
    return gold, predicted


def lenient(tags: list[str]) -> set[tuple[int, int, str]]:
    """Entities as conlleval reads them: any B- begins one, and any I- that does not continue one of its type."""
    begins = [
        i
        for i, (before, tag) in enumerate(pairwise(["O", *tags]))
        if tag != "O" and (tag[0] == "B" or before[2:] != tag[2:])
    ]
    return {(i, end_of(tags, i), tags[i][2:]) for i in begins}


def strict(tags: list[str]) -> set[tuple[int, int, str]]:
    """Entities that begin with B- and go on with I- of their type; whatever else there is belongs to none."""
    return {(i, end_of(tags, i), tag[2:]) for i, tag in enumerate(tags) if tag[0] == "B"}


def end_of(tags: list[str], begin: int) -> int:
    end = begin + 1
    while end < len(tags) and tags[end] == f"I-{tags[begin][2:]}":
        end += 1
    return end


def counted(gold: Tags, predicted: Tags, read: Callable[[list[str]], set[tuple[int, int, str]]]) -> dict[str, float]:
    """Micro-averages from sets of (sentence, span)."""
    wanted = {(s, *span) for s, tags in enumerate(gold) for span in read(tags)}
    found = {(s, *span) for s, tags in enumerate(predicted) for span in read(tags)}
    right = len(wanted & found)
    return {
        "precision": right / len(found) if found else 0.0,
        "recall": right / len(wanted) if wanted else 0.0,
        "f1": 2 * right / (len(found) + len(wanted)) if found or wanted else 0.0,
    }


@given(pairs())
@settings(max_examples=150, deadline=None)
@example(([["B-PER", "I-LOC", "I-LOC", "O", "I-PER"]], [["B-PER", "B-LOC", "I-LOC", "O", "B-PER"]]))
def test_scores_are_those_of_a_count_by_hand(case: tuple[Tags, Tags]) -> None:
    gold, predicted = case
    ours = scores(gold, predicted)
    for name, value in counted(gold, predicted, lenient).items():
        assert ours[name] == pytest.approx(value), name
    assert ours["f1_strict"] == pytest.approx(counted(gold, predicted, strict)["f1"])
    words = [(a, b) for g, p in zip(gold, predicted, strict=True) for a, b in zip(g, p, strict=True)]
    assert ours["accuracy"] == pytest.approx(sum(a == b for a, b in words) / len(words) if words else 0.0)
    types = {tag[2:] for rows in case for row in rows for tag in row if tag != "O"}
    assert ours["per_type"].keys() == types
    for type_, row in ours["per_type"].items():
        only = [[[tag if tag[2:] == type_ else "O" for tag in tags] for tags in rows] for rows in case]
        support = sum(len(lenient(tags)) for tags in only[0])
        assert row == {**{k: pytest.approx(v) for k, v in counted(*only, lenient).items()}, "support": support}


@given(pairs())
@settings(max_examples=60, deadline=None)
def test_scores_are_seqevals(case: tuple[Tags, Tags]) -> None:
    gold, predicted = case
    if not any(tag[0] == "B" for rows in case for row in rows for tag in row):
        return  # seqeval's own functions fail on tags without an entity; the count by hand covers those
    ours = scores(gold, predicted)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert ours["f1"] == f1_score(gold, predicted)
        assert ours["precision"] == precision_score(gold, predicted)
        assert ours["recall"] == recall_score(gold, predicted)
        assert ours["f1_strict"] == f1_score(gold, predicted, mode="strict", scheme=IOB2)
        assert ours["accuracy"] == accuracy_score(gold, predicted)
        assert report(gold, predicted) == classification_report(gold, predicted, digits=4)


def test_default_and_strict_mode_differ_where_the_field_was_bitten() -> None:
    found = scores([["B-ORG", "I-ORG"]], [["I-ORG", "I-ORG"]])
    assert found["f1"] == 1.0 and found["f1_strict"] == 0.0 and found["accuracy"] == 0.5


@pytest.mark.parametrize("tags", [[], [[]], [["O", "O"]], [["O"], []]])
def test_without_entities_scores_are_zero_and_not_an_error(tags: Tags) -> None:
    found = scores(tags, tags)
    assert {found[name] for name in ("f1", "f1_strict", "precision", "recall")} == {0.0} and found["per_type"] == {}
    assert found["accuracy"] == (1.0 if any(tags) else 0.0)
    assert report(tags, tags) == "no entities, neither gold nor predicted\n"


def test_a_type_that_was_never_predicted_or_never_gold_has_a_row() -> None:
    found = scores([["B-PER", "O", "B-LOC"]], [["B-PER", "B-ORG", "O"]])["per_type"]
    zero = {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert found["LOC"] == {**zero, "support": 1} and found["ORG"] == {**zero, "support": 0}


def test_scores_are_plain_numbers_for_json() -> None:
    found = scores([["B-PER", "O"]], [["B-PER", "B-PER"]])
    flat = [*(v for v in found.values() if not isinstance(v, dict)), *found["per_type"]["PER"].values()]
    assert {type(value) for value in flat} == {float, int}
