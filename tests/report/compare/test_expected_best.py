"""The expected best of k trials: all choices counted, no bias, intervals as wide as said."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ner_lab.report.compare.expected_best import Trials, weights


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_it_is_the_mean_over_all_choices_of_trials(n: int) -> None:
    rng = np.random.default_rng(n)
    dev_N, test_N = rng.random(n), rng.random(n)
    for k in range(1, n + 1):
        choices = [list(some) for some in combinations(range(n), k)]
        assert Trials(dev_N, test_N).best(k).value == pytest.approx(np.mean([dev_N[some].max() for some in choices]))
        chosen = [test_N[some][dev_N[some].argmax()] for some in choices]
        assert Trials(dev_N, test_N).test_of_best(k).value == pytest.approx(np.mean(chosen))
        assert weights(n, k).sum() == pytest.approx(1)


def test_it_has_no_bias_where_the_estimate_of_dodge_et_al_has_one() -> None:
    rng = np.random.default_rng(0)
    truth = 10 / 11  # the expected maximum of ten uniform numbers
    drawn = [np.sort(rng.random(12)) for _ in range(4000)]
    ours = np.mean([Trials(x, x).best(10).value for x in drawn])
    cumulative = (np.arange(1, 13) / 12) ** 10
    theirs = np.mean([np.diff(cumulative, prepend=0) @ x for x in drawn])
    assert abs(ours - truth) < 0.003 and truth - theirs > 0.03


def test_intervals_cover_as_the_docstring_says_and_end_at_half_of_the_trials() -> None:
    rng = np.random.default_rng(0)
    truth = {5: 5 / 6, 10: 10 / 11}
    covered = dict.fromkeys(truth, 0)
    for _ in range(500):
        found = Trials(dev_N=(x := rng.random(20)), test_N=x)
        for k in truth:
            low, high = found.best(k).interval or (0, 0)
            covered[k] += low <= truth[k] <= high
    assert covered[5] / 500 > 0.86 and covered[10] / 500 > 0.8
    assert found.best(11).interval is None and found.best(10).interval is not None


def test_a_pruned_trial_is_spent_and_never_chosen() -> None:
    found = Trials(np.array([0.8, 0.6, 0.1]), np.array([0.7, 0.9, np.nan]))
    assert found.best(1).value == pytest.approx(0.5) and found.best(3).value == pytest.approx(0.8)
    assert found.test_of_best(1).value == pytest.approx(0.8)  # of the two that have a model
    assert found.test_of_best(2).value == pytest.approx((2 * 0.7 + 0.9) / 3)


def test_trials_that_are_equal_on_dev_are_as_likely_to_be_chosen() -> None:
    found = Trials(np.array([0.5, 0.5, 0.5]), np.array([0.1, 0.2, 0.6]))
    assert [found.test_of_best(k).value for k in (1, 2, 3)] == pytest.approx([0.3] * 3)
    assert Trials(np.zeros(4), np.full(4, np.nan)).test_of_best(2).value == 0
