"""Suspicious annotations: their probabilities by hand, and what the model would have instead."""

from __future__ import annotations

from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.metrics.label_errors import suspects
from ner_lab.tags import Span, label_set, to_spans

LABELS = label_set(["LOC", "PER"])  # O B-LOC I-LOC B-PER I-PER


def row(**probabilities: float) -> list[float]:
    """Log-probabilities of a word; what is not named shares the rest."""
    named = {name.replace("_", "-"): p for name, p in probabilities.items()}
    rest = (1 - sum(named.values())) / (len(LABELS) - len(named))
    return [log(named.get(label, rest)) for label in LABELS]


def test_the_worst_word_decides_the_word_behind_included() -> None:
    rows = [row(B_PER=0.9), row(I_PER=0.8), row(I_PER=0.7), row(O=0.96)]
    (found,) = suspects(LABELS, ["B-PER", "I-PER", "O", "O"], ["B-PER", "I-PER", "I-PER", "O"], rows)
    assert found.gold == Span(0, 2, "PER") and found.model == (Span(0, 3, "PER"),)
    assert found.probability == pytest.approx(0.3) and found.kind == "boundary"
    (found,) = suspects(LABELS, ["B-PER", "I-PER"], ["B-PER", "I-PER"], rows[:2])
    assert found.probability == pytest.approx(0.8) and found.kind == "none"


@pytest.mark.parametrize(
    ("gold", "predicted", "kinds"),
    [
        ("B-PER O", "B-LOC O", ["type"]),
        ("B-PER I-PER", "B-PER O", ["boundary"]),
        ("B-PER I-PER", "B-LOC O", ["both"]),
        ("B-PER I-PER", "B-PER B-LOC", ["both"]),
        ("B-PER O", "O O", ["no entity"]),
        ("O O", "O B-LOC", ["missing"]),
        ("B-PER O", "O B-LOC", ["no entity", "missing"]),
        ("O O", "O O", []),
    ],
)
def test_kinds(gold: str, predicted: str, kinds: list[str]) -> None:
    found = suspects(LABELS, gold.split(), predicted.split(), [row(O=0.5)] * 2)
    assert [suspect.kind for suspect in found] == kinds


def test_what_the_model_sees_alone_is_as_improbable_as_its_least_outside_word() -> None:
    (found,) = suspects(LABELS, ["O", "O"], ["B-LOC", "I-LOC"], [row(O=0.2), row(O=0.05)])
    assert found.gold is None and found.probability == pytest.approx(0.05)


def test_types_that_the_model_does_not_know_are_left_out() -> None:
    found = suspects(LABELS, ["B-WORK", "B-PER"], ["O", "B-PER"], [row(O=0.9), row(B_PER=0.9)])
    assert [suspect.gold for suspect in found] == [Span(1, 2, "PER")]


@given(st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS), st.integers(0, 4)), max_size=8))
def test_every_gold_entity_is_judged_once(words: list[tuple[str, str, int]]) -> None:
    gold, predicted = [g for g, _, _ in words], [p for _, p, _ in words]
    rows = [row(**{LABELS[k].replace("-", "_"): 0.6}) for _, _, k in words]
    found = suspects(LABELS, gold, predicted, rows)
    assert [s.gold for s in found if s.gold] == to_spans(gold)
    assert all(0 <= s.probability <= 1 for s in found)
    seen = {span for s in found for span in s.model}
    assert seen == set(to_spans(predicted))
