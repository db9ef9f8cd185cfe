"""Macro F1 by document: its value, its jackknife, and types that few documents have."""

from __future__ import annotations

import numpy as np
import pytest
from made_runs import gold, predicted

from ner_lab.report.compare import metric
from ner_lab.report.compare.significance import difference
from ner_lab.report.sentence_counts import count


def macro(some) -> float:
    """As a reader would: F1 of each type that gold has, and their mean."""
    counts = count(some)
    tables = [counts.entities_STX[:, t].sum(0) for t in range(len(counts.types))]
    return float(np.mean([2 * c / (g + p) for c, g, p in tables if g]))


def test_influences_are_the_delete_one_jackknife_of_the_score_itself() -> None:
    sentences = gold(24, documents=8)
    found = predicted(sentences, 0.7, 1)
    unit_S = np.arange(24) % 8
    scores = metric.by_document([count(found)], unit_S, "f1_macro")
    assert scores.scores_N[0] == pytest.approx(macro(found))
    without = np.array([macro([one for i, one in enumerate(found) if i % 8 != d]) for d in range(8)])
    assert scores.influences_ND[0] == pytest.approx(7 * (without.mean() - without))


def test_a_type_that_only_predictions_have_does_not_count_and_one_that_a_document_has_alone_does() -> None:
    a, b = np.zeros((2, 3, 3)), np.zeros((2, 3, 3))
    a[:, :, 0], b[:, :, 0] = 2, 4  # F1 0.5 of a type in every document
    b[:, :, 1] = 5  # predicted, never gold
    a[:, 0, 2], b[:, 0, 2] = 2, 2  # F1 1 of a type in the first document alone
    gold_DT = np.array([[1, 0, 1], [1, 0, 0], [1, 0, 0]])
    scores = metric.MacroScores.of(a, b, gold_DT)
    assert scores.scores_N == pytest.approx([0.75, 0.75])
    without = np.array([0.5, 0.75, 0.75])
    assert scores.influences_ND[0] == pytest.approx(2 * (without.mean() - without))


def test_gold_without_entities_is_zero_and_differs_by_nothing() -> None:
    nothing = metric.MacroScores.of(np.zeros((3, 2, 1)), np.ones((3, 2, 1)), np.zeros((2, 1)))
    assert nothing.scores_N.tolist() == [0, 0, 0]
    assert difference(nothing, nothing, True).p == 1
