"""Bootstrap intervals: the resamples are sums over whole units, and the intervals hold what they should."""

from __future__ import annotations

import numpy as np
import pytest

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
