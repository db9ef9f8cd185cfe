"""Intervals of scores and of differences: they hold what they should, and count documents, not entities."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ner_lab.metrics import intervals
from ner_lab.metrics.counts import Counts


def test_a_resample_is_a_sum_over_units_drawn_with_replacement() -> None:
    counts_UGX = np.random.default_rng(0).integers(0, 9, size=(7, 2, 3))
    sums_RGX = intervals.resampled(counts_UGX, resamples=120, seed=3)
    rng = np.random.default_rng(3)
    by_hand = []
    for start in range(0, 120, 50):
        for drawn in rng.integers(7, size=(min(50, 120 - start), 7)):
            by_hand.append(sum(counts_UGX[u] for u in drawn))
    assert sums_RGX == pytest.approx(np.array(by_hand))
    assert (intervals.resampled(counts_UGX, 120, seed=3) == sums_RGX).all()
    assert (intervals.resampled(counts_UGX, 120, seed=4) != sums_RGX).any()


def test_scores_are_those_of_counts() -> None:
    rows = [(0, 0, 0), (3, 4, 5), (0, 2, 0), (2, 2, 2)]
    found = intervals.scores(np.array(rows, dtype=float))
    for name in ("precision", "recall", "f1"):
        assert found[name] == pytest.approx([getattr(Counts(*row), name) for row in rows])


def test_differences_are_paired() -> None:
    one = np.random.default_rng(1).integers(0, 5, size=(30, 1, 3))
    f1_RG = intervals.scores(intervals.resampled(np.concatenate([one, one], axis=1)))["f1"]
    assert intervals.interval(f1_RG[:, 1] - f1_RG[:, 0]) == (0.0, 0.0)


def test_units_of_one_cluster_widen_the_interval() -> None:
    # 20 documents of 50 equal sentences are 20 observations, not 1,000.
    right = np.random.default_rng(2).random(20) < 0.8
    documents = np.array([[[50 * r, 50, 50]] for r in right], dtype=float)
    sentences = np.repeat([[[r, 1, 1]] for r in right], 50, axis=0).astype(float)

    def width(counts_UGX: np.ndarray) -> float:
        low, high = intervals.interval(intervals.scores(intervals.resampled(counts_UGX))["f1"][:, 0])
        return high - low

    assert width(documents) / width(sentences) == pytest.approx(50**0.5, rel=0.2)


def counts(right_U: np.ndarray, whole_U: np.ndarray) -> np.ndarray:
    """Of one group, all of whose predictions are gold or wrong: precision is recall."""
    return np.stack([right_U, whole_U, whole_U], axis=-1)[:, None].astype(float)


@pytest.mark.parametrize("units", [25, 5, 1])
def test_a_perfect_score_has_an_interval_of_some_width(units: int) -> None:
    whole_U = np.full(units, 25 // units)
    for score, (low_G, high_G) in intervals.of_scores(counts(whole_U, whole_U)).items():
        z2 = 1.959964**2
        low = 25 / (25 + z2)  # Wilson's of 25 in 25
        assert (low_G[0], high_G[0]) == pytest.approx((2 * low / (1 + low) if score == "f1" else low, 1.0), abs=1e-5)
    for low_G, high_G in intervals.of_scores(counts(0 * whole_U, whole_U)).values():
        assert low_G[0] == 0 and 0 < high_G[0] < 0.25


def test_nothing_to_divide_by_is_nothing_known() -> None:
    found = intervals.of_scores(np.array([[[0, 4, 0]], [[0, 2, 0]]]))  # never predicted
    assert found["precision"] == (np.array([0.0]), np.array([1.0])) and found["recall"][1][0] < 0.5
    assert all((low_G[0], high_G[0]) == (0, 1) for low_G, high_G in intervals.of_scores(np.zeros((3, 1, 3))).values())


def test_with_independent_cases_the_interval_is_that_of_wilson() -> None:
    right_U = np.arange(200) < 150
    low_G, high_G = intervals.wilson(right_U[:, None].astype(float), np.ones((200, 1)))
    expected = stats.binomtest(150, 200).proportion_ci(method="wilson")
    assert (low_G[0], high_G[0]) == pytest.approx((expected.low, expected.high), abs=2e-3)


def test_a_type_that_is_all_right_is_as_uncertain_as_its_documents_are_alike() -> None:
    rng = np.random.default_rng(3)
    right_U = rng.binomial(10, rng.beta(1, 0.5, 40))
    every = counts(right_U, np.full(40, 10))
    rare = counts(np.arange(40) // 38 * 12, np.arange(40) // 38 * 12)  # 24 entities in two documents
    alone, beside = intervals.of_scores(rare), intervals.of_scores(np.concatenate([every, rare], axis=1))
    assert beside["recall"][0][1] < alone["recall"][0][0] - 0.15 and beside["recall"][1][1] == 1


def test_intervals_of_rare_types_in_documents_hold_the_truth() -> None:
    rng = np.random.default_rng(0)
    held, trials = {"all": 0, "rare": 0}, 400
    for _ in range(trials):
        whole_UG = np.stack([rng.poisson(6 * rng.gamma(2, 0.5, 30)), rng.poisson(1, 30)], axis=1)
        share_UG = rng.beta(9, 1, (30, 2))
        right_UG = rng.binomial(whole_UG, share_UG)
        low_G, high_G = intervals.wilson(right_UG.astype(float), whole_UG.astype(float))
        for g, name in enumerate(held):
            held[name] += low_G[g] <= 0.9 <= high_G[g]
    assert all(0.92 <= number / trials <= 0.99 for number in held.values()), held


def test_the_interval_of_a_mean_counts_units_and_holds_the_truth() -> None:
    rng, held = np.random.default_rng(1), 0
    for _ in range(400):
        unit_N = np.repeat(np.arange(20), rng.integers(1, 12, 20))
        low, high = intervals.of_mean(rng.normal(0, 1, 20)[unit_N] + rng.normal(0.3, 1, len(unit_N)), unit_N)
        held += low <= 0.3 <= high
    assert 0.91 <= held / 400 <= 0.98
    alone = rng.normal(0, 1, 50)
    expected = stats.ttest_1samp(alone, 0).confidence_interval()
    assert intervals.of_mean(alone, np.arange(50)) == pytest.approx((expected.low, expected.high))
    assert intervals.of_mean(alone, np.zeros(50, int)) == intervals.of_mean(alone[:0], alone[:0]) == (-np.inf, np.inf)


def test_95_percent_intervals_hold_the_truth_in_about_95_percent() -> None:
    rng = np.random.default_rng(5)
    held = 0
    for trial in range(200):
        right = rng.binomial(10, 0.7, size=(60, 1))
        counts_UGX = np.stack([right, np.full_like(right, 10), np.full_like(right, 10)], axis=-1).astype(float)
        f1_R = intervals.scores(intervals.resampled(counts_UGX, resamples=300, seed=trial))["f1"][:, 0]
        low, high = intervals.interval(f1_R)
        held += low <= 0.7 <= high
    assert 0.90 <= held / 200 <= 0.98
