"""Tests over corpora, held to autorank, scikit-posthocs, baycomp and statsmodels (see corpora_oracle.py)."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from corpora_numbers import PAIRS, SCORES, VARIANCES
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ner_lab.report.compare import ranks
from ner_lab.report.compare.pooled import pool
from ner_lab.report.compare.signed_rank import signed_rank
from ner_lab.report.compare.significance import holm

MEAN_RANKS = [2.5625, 2.0625, 1.375, 4.0]
FRIEDMAN = [18.037974683544302, 0.00043198821811032007]
WILCOXON = [0.46875, 0.1953125, 0.0078125, 0.1484375, 0.0078125, 0.0078125]
WILCOXON_HOLM = [0.46875, 0.4453125, 0.046875, 0.4453125, 0.046875, 0.046875]
SIGNED_RANK = {
    0.01: [
        [0.53476, 0.43354, 0.0317], [0.90512, 0.09396, 0.00092], [0.0, 4e-05, 0.99996],
        [0.20392, 0.79586, 0.00022], [0.0, 4e-05, 0.99996], [0.0, 4e-05, 0.99996],
    ],
    0.005: [
        [0.77812, 0.05152, 0.17036], [0.97126, 0.01272, 0.01602], [0.0, 4e-05, 0.99996],
        [0.57258, 0.3722, 0.05522], [0.0, 4e-05, 0.99996], [0.0, 4e-05, 0.99996],
    ],
}  # fmt: skip
POOLED = [
    [-0.005703581609594267, 0.0003317622428742937, 0.007142501710058548],
    [-0.012652325058649317, 0.0002113344617152115, 0.00597021973965212],
    [0.07070993333039907, 0.0001072950063001362, 0.00469459801959181],
    [-0.006870250049759956, 0.00022189806054688047, 0.006082909934588318],
    [0.07659601164041624, 0.0003859360993922834, 0.007607746843834487],
    [0.08317190839282317, 8.815358448125621e-05, 0.004410540755218937],
]  # mean, tau squared, standard error
SCORES_CS, VARIANCES_C = np.array(SCORES), np.array(VARIANCES)


def test_ranks_and_friedman_are_those_of_autorank() -> None:
    assert ranks.ranks(SCORES_CS).mean(0) == pytest.approx(MEAN_RANKS, abs=1e-6)
    found = ranks.friedman(SCORES_CS)
    assert found is not None
    assert [found.statistic, found.p] == pytest.approx(FRIEDMAN, abs=1e-6)
    assert ranks.friedman(SCORES_CS[:, :2]) is None


def test_wilcoxon_with_holm_is_that_of_scikit_posthocs() -> None:
    found = [ranks.wilcoxon(SCORES_CS[:, i], SCORES_CS[:, j]) for i, j in PAIRS]
    assert found == pytest.approx(WILCOXON, abs=1e-6)
    assert holm(found) == pytest.approx(WILCOXON_HOLM, abs=1e-6)


@given(st.lists(st.integers(-4, 5), min_size=1, max_size=9))
def test_wilcoxon_is_exact_with_ties_and_without_corpora_that_do_not_differ(differences: list[int]) -> None:
    values = [value for value in differences if value]
    ranked = stats.rankdata(np.abs(values)) if values else np.zeros(0)
    sums = [
        sum(rank for rank, up in zip(ranked, ups, strict=True) if up) for ups in product((0, 1), repeat=len(values))
    ]
    seen = [sum(rank for rank, value in zip(ranked, values, strict=True) if value * sign > 0) for sign in (1, -1)]
    expected = min(1.0, 2 * np.mean([total <= min(seen) for total in sums]))
    a_C = 0.5 + np.array(differences) / 100
    assert ranks.wilcoxon(a_C, np.full(len(a_C), 0.5)) == pytest.approx(expected, abs=1e-12)


def test_wilcoxon_of_many_corpora_is_that_of_scipy() -> None:
    drawn_C = np.random.default_rng(0).normal(0.1, 1, 50)
    assert ranks.wilcoxon(drawn_C, np.zeros(50)) == pytest.approx(stats.wilcoxon(drawn_C, method="exact").pvalue)


@pytest.mark.parametrize(("systems", "critical"), [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (10, 3.164)])
def test_nemenyis_critical_difference_is_that_of_demsars_table(systems: int, critical: float) -> None:
    assert ranks.nemenyi(systems, 10) == pytest.approx(critical * (systems * (systems + 1) / 60) ** 0.5, abs=1e-3)


@pytest.mark.parametrize("rope", SIGNED_RANK)
def test_the_bayesian_signed_rank_test_is_that_of_baycomp(rope: float) -> None:
    for (i, j), expected in zip(PAIRS, SIGNED_RANK[rope], strict=True):
        found = signed_rank(SCORES_CS[:, i] - SCORES_CS[:, j], rope)
        assert [found.second, found.same, found.first] == pytest.approx(expected, abs=1e-6)


def test_the_pooled_difference_is_that_of_statsmodels() -> None:
    for (i, j), (mean, tau2, error) in zip(PAIRS, POOLED, strict=True):
        found = pool(SCORES_CS[:, i] - SCORES_CS[:, j], VARIANCES_C)
        assert [found.value, found.tau**2, found.standard_error] == pytest.approx([mean, tau2, error], abs=1e-6)
        assert found.df == 7 and found.low < found.value < found.high


def test_the_interval_of_the_pooled_difference_covers_corpora_seeds_and_documents() -> None:
    rng = np.random.default_rng(0)
    covered = {(tau, corpora): 0 for tau in (0.0, 0.004, 0.02) for corpora in (5, 8)}
    for tau, corpora in covered:
        for _ in range(400):
            errors_C = rng.uniform(0.003, 0.012, corpora) * rng.choice([1, 3], corpora)
            drawn = 0.01 + rng.normal(0, tau, corpora) + rng.normal(0, errors_C)
            found = pool(drawn, errors_C**2)
            covered[tau, corpora] += found.low <= 0.01 <= found.high
    assert all(times / 400 >= 0.915 for times in covered.values()), covered
    assert 0.915 <= covered[0.02, 8] / 400 <= 0.97


def test_ties_and_corpora_without_variance_are_no_fault() -> None:
    same = np.full((6, 3), 0.5)
    assert ranks.ranks(same).tolist() == [[2, 2, 2]] * 6
    assert ranks.friedman(same) == ranks.Friedman(0.0, 1.0)
    assert ranks.wilcoxon(same[:, 0], same[:, 1]) == 1
    nothing = pool(np.zeros(6), np.zeros(6))
    assert (nothing.value, nothing.low, nothing.high, nothing.p) == (0, 0, 0, 1)
    assert pool(np.full(6, 0.01), np.zeros(6)).p < 1e-6
    assert signed_rank(np.zeros(6)).same > 0.999


def test_corpora_that_agree_by_chance_are_known_no_better_than_their_seeds_and_documents_allow() -> None:
    found = pool(np.array([0.0100, 0.0101, 0.0099, 0.0100, 0.0100]), np.full(5, 1e-4))
    assert found.tau == 0 and found.standard_error == pytest.approx((1e-4 / 5) ** 0.5)


def test_a_corpus_on_which_nothing_varied_does_not_decide_alone() -> None:
    found = pool(np.array([0.05, -0.01, 0.02, 0.03, -0.02]), np.array([0.0, 1e-4, 1e-4, 1e-4, 1e-4]))
    assert found.value < 0.03 and found.p > 0.05


@given(st.lists(st.floats(1, 6), min_size=2, max_size=7), st.integers(0, 2**21 - 1))
def test_bars_are_the_longest_stretches_without_a_difference(means: list[float], bits: int) -> None:
    count = len(means)
    different = np.zeros((count, count), bool)
    for at, (i, j) in enumerate(combinations(range(count), 2)):
        different[i, j] = different[j, i] = bool(bits >> at & 1)
    found = ranks.groups(sorted(means), different)
    alike = [
        (a, b) for a, b in combinations(range(count), 2) if not different[a : b + 1, a : b + 1].any()
    ]  # every stretch
    longest = [(a, b) for a, b in alike if not any((c, d) != (a, b) and c <= a and b <= d for c, d in alike)]
    assert list(found) == longest
