"""Calibration against counting by hand, against scikit-learn, and against data of which the answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ner_lab.metrics import calibration
from ner_lab.metrics.counts import Counts, total

ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


@given(ANSWERS)
def test_the_calibration_error_is_the_mean_gap_of_ten_bins(answers: list[tuple[float, bool]]) -> None:
    found = calibration.reliability([c for c, _ in answers], [r for _, r in answers])
    gap = 0.0
    for b in range(10):
        inside = [(c, r) for c, r in answers if int(c * 10) == b or (b == 9 and c == 1)]
        gap += abs(sum(c for c, _ in inside) - sum(r for _, r in inside))
    assert found["ece"] == pytest.approx(gap / max(1, len(answers)))
    assert sum(row["number"] for row in found["bins"]) == len(answers)
    assert all(row["from"] - 1e-9 <= row["confidence"] <= row["to"] + 1e-9 for row in found["bins"])


def test_the_bins_are_those_of_scikit_learn() -> None:
    curve = pytest.importorskip("sklearn.calibration", reason="scikit-learn is not installed").calibration_curve
    rng = np.random.default_rng(0)
    confidence = rng.random(500)
    right = rng.random(500) < confidence**2
    share, mean = curve(right, confidence, n_bins=10)
    bins = calibration.reliability(confidence.tolist(), right.tolist())["bins"]
    assert [row["right"] for row in bins] == pytest.approx(share)
    assert [row["confidence"] for row in bins] == pytest.approx(mean)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_temperature_of_entities_is_found_again(temperature: float) -> None:
    rng = np.random.default_rng(1)
    true = rng.beta(4, 2, 40_000)
    right = rng.random(len(true)) < true
    stated = calibration.sharpened(true, 1 / temperature)  # a model too sure of itself by this factor
    found = calibration.span_temperature(stated.tolist(), right.tolist())
    assert found == pytest.approx(temperature, rel=0.03)
    before = calibration.reliability(stated.tolist(), right.tolist())["ece"]
    after = calibration.reliability(calibration.sharpened(stated, found).tolist(), right.tolist())["ece"]
    assert after < 0.01 and (temperature == 1.0 or after < before / 3)


def test_where_no_temperature_makes_a_loss_finite_it_is_one() -> None:
    assert calibration.word_temperature(np.array([[0.0, -np.inf]]), np.array([1])) == 1.0


def test_sharpening_keeps_order_and_temperature_one_changes_nothing() -> None:
    confidence = np.linspace(0.001, 0.999, 99)
    assert calibration.sharpened(confidence, 1.0) == pytest.approx(confidence)
    assert (np.diff(calibration.sharpened(confidence, 3.0)) > 0).all()
    assert calibration.sharpened([0.0, 1.0], 0.05) == pytest.approx([0, 1], abs=1e-9)


def test_the_temperature_of_words_has_the_least_loss_of_a_grid() -> None:
    rng = np.random.default_rng(2)
    logits_NK = rng.normal(size=(3000, 5)) * 3
    probs_NK = np.exp(logits_NK / 1.7) / np.exp(logits_NK / 1.7).sum(1, keepdims=True)
    labels_N = np.array([rng.choice(5, p=p) for p in probs_NK])
    log_probs_NK = logits_NK - np.log(np.exp(logits_NK).sum(1, keepdims=True))
    found = calibration.word_temperature(log_probs_NK, labels_N)
    grid = np.exp(np.linspace(np.log(0.2), np.log(5), 400))
    losses = [calibration.word_nll(log_probs_NK, labels_N, t) for t in grid]
    assert found == pytest.approx(grid[int(np.argmin(losses))], rel=0.01)
    assert found == pytest.approx(1.7, rel=0.1)
    by_hand = -np.log(np.exp(log_probs_NK)[np.arange(3000), labels_N]).mean()
    assert calibration.word_nll(log_probs_NK, labels_N) == pytest.approx(by_hand)


@pytest.mark.parametrize(("right", "border"), [(True, 0.05), (False, 20)])
def test_what_is_all_right_or_all_wrong_ends_at_a_border(right: bool, border: float) -> None:
    assert calibration.span_temperature([0.6] * 4, [right] * 4) == pytest.approx(border, rel=1e-3)
    log_probs_NK = np.log([[0.6, 0.4]] * 4)
    assert calibration.word_temperature(log_probs_NK, np.array([int(not right)] * 4)) == pytest.approx(border, rel=1e-3)


def test_floors_of_the_written_log_probabilities_do_not_break_the_fit() -> None:
    log_probs_NK = np.array([[0.0, -100.0], [-100.0, 0.0], [0.0, -100.0]])
    assert np.isfinite(calibration.word_temperature(log_probs_NK, np.array([0, 1, 1])))
    assert calibration.word_nll(np.zeros((0, 2)), np.zeros(0, dtype=int)) == 0.0
    assert calibration.span_temperature([], []) > 0


@given(ANSWERS, st.integers(0, 40))
def test_a_threshold_keeps_what_is_at_least_as_sure(answers: list[tuple[float, bool]], missed: int) -> None:
    gold = sum(r for _, r in answers) + missed
    for row in calibration.thresholds([c for c, _ in answers], [r for _, r in answers], gold):
        kept = [r for c, r in answers if c >= row["threshold"]]
        assert (row["kept"], row["correct"], row["gold"]) == (len(kept), sum(kept), gold)
        assert row["f1"] == Counts(sum(kept), gold, len(kept)).f1


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.integers(0, 2), st.integers(0, 2)), max_size=30))
def test_coverage_scores_the_most_certain_sentences(rows: list[tuple[float, int, int]]) -> None:
    counts = [Counts(min(g, p), g, p) for _, g, p in rows]
    certainty = [c for c, _, _ in rows]
    order = sorted(range(len(rows)), key=lambda i: -certainty[i])  # stable
    found = calibration.coverage(certainty, counts)
    for row in found:
        kept = [counts[i] for i in order[: round(len(rows) * row["coverage"])]]
        assert row["sentences"] == len(kept) and row["f1"] == total(kept).f1
    if any(g + p for _, g, p in rows):
        assert found[-1]["coverage"] == 1 and found[-1]["f1"] == total(counts).f1
