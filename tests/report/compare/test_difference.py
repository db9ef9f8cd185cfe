"""The statistics of a difference against independent implementations, and against what they promise in simulation."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.power import seeds_range, seeds_to_see
from ner_lab.report.compare.significance import (
    Difference,
    difference,
    holm,
    mean_interval,
    over_documents,
)
from ner_lab.report.compare.variance_components import effective_documents


def drawn(rng, seeds=5, documents=30, shift=0.0) -> DocumentScores:
    gold = 1 + rng.poisson(4, documents)
    p = special.expit(1 + shift + rng.normal(size=(seeds, 1)) * 0.2 + rng.normal(size=documents) * 0.8)
    right = rng.binomial(gold, p)
    wrong = rng.poisson(gold * (1 - p))
    return DocumentScores(2.0 * right, right + wrong + gold.astype(float))


@pytest.fixture
def two():
    rng = np.random.default_rng(3)
    return drawn(rng), drawn(rng, shift=0.3)


def test_influences_are_those_of_leaving_documents_out_one_by_one(two):
    one, _ = two
    seeds, documents = one.numerators_ND.shape
    for n in range(seeds):
        scores = []
        for d in range(documents):
            rest = [i for i in range(documents) if i != d]
            scores.append(one.numerators_ND[n, rest].sum() / one.denominators_ND[n, rest].sum())
        mean = sum(scores) / documents
        expected = [(documents - 1) * (mean - score) for score in scores]
        assert one.influences_ND[n] == pytest.approx(expected)
        jackknife = (documents - 1) / documents * sum((score - mean) ** 2 for score in scores)
        assert one.influences_ND[n].var(ddof=1) / documents == pytest.approx(jackknife)


def test_a_document_without_anything_to_find_has_no_influence_and_divides_by_nothing():
    one = DocumentScores(np.array([[2.0, 0.0, 1.0], [0.0, 0.0, 0.0]]), np.array([[4.0, 0.0, 2.0], [0.0, 0.0, 0.0]]))
    assert one.scores_N.tolist() == [0.5, 0.0]
    assert one.influences_ND.tolist() == [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]


def kish(a: DocumentScores, b: DocumentScores) -> float:
    """D / (1 + cv^2) of the documents' lengths (Kish 1965)."""
    lengths = [sum(column) for column in zip(*a.denominators_ND.tolist(), *b.denominators_ND.tolist(), strict=True)]
    return len(lengths) / (1 + (np.std(lengths) / np.mean(lengths)) ** 2)


def test_documents_count_by_their_length():
    def documents(*lengths):
        return DocumentScores(np.zeros((3, len(lengths))), np.array([lengths] * 3, float))

    assert effective_documents(documents(4, 4, 4, 4), documents(6, 6, 6, 6)) == pytest.approx(4)
    assert effective_documents(documents(5, 5, 5, 0, 0)) == pytest.approx(3)
    assert effective_documents(documents(1000, 1, 1)) == 2  # fewer give no interval at all
    assert effective_documents(documents(0, 0, 0)) == 3
    rng = np.random.default_rng(0)
    a, b = drawn(rng), drawn(rng)
    assert effective_documents(a, b) == pytest.approx(kish(a, b))


def constant_over_documents(scores) -> DocumentScores:
    return DocumentScores(np.repeat(np.array(scores)[:, None], 40, 1), np.ones((len(scores), 40)))


def test_where_only_seeds_matter_it_is_the_t_test_over_seeds():
    a, b = [0.71, 0.74, 0.69, 0.73, 0.75], [0.70, 0.70, 0.71, 0.68, 0.72]
    paired = difference(constant_over_documents(a), constant_over_documents(b), paired=True)
    expected = stats.ttest_rel(a, b)
    interval = expected.confidence_interval()
    assert (paired.p, paired.df) == pytest.approx((expected.pvalue, 4))
    assert (paired.low, paired.high) == pytest.approx((interval.low, interval.high))
    welch = difference(constant_over_documents(a), constant_over_documents(b[:4]), paired=False)
    expected = stats.ttest_ind(a, b[:4], equal_var=False)
    assert (welch.p, welch.df) == pytest.approx((expected.pvalue, expected.df))


def test_where_only_documents_matter_it_is_the_jackknife_over_documents():
    rng = np.random.default_rng(1)
    a, b = (drawn(rng, seeds=1) for _ in range(2))
    same = [DocumentScores(np.repeat(one.numerators_ND, 6, 0), np.repeat(one.denominators_ND, 6, 0)) for one in (a, b)]
    influence = (a.influences_ND - b.influences_ND)[0]
    error = stats.sem(influence)
    found = difference(*same, paired=True)
    assert found.standard_error == pytest.approx(error)
    df = kish(a, b) - 1
    assert 15 < df < 29
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value) / error, df))
    assert over_documents(a, b) == pytest.approx(stats.t.interval(0.95, df, found.value, error))


def test_mean_squares_are_those_of_a_linear_model_with_seeds_and_documents(two):
    a, b = two
    seeds, documents = a.numerators_ND.shape
    y_ND = a.influences_ND - b.influences_ND + (a.scores_N - b.scores_N)[:, None]

    def residual_squares(*factors):
        columns = [np.ones(seeds * documents)]
        for factor in factors:
            columns += [(factor == level).astype(float) for level in np.unique(factor)]
        x = np.stack(columns, 1)
        return float(((y_ND.ravel() - x @ np.linalg.lstsq(x, y_ND.ravel(), rcond=None)[0]) ** 2).sum())

    n, d = (axis.ravel() for axis in np.indices((seeds, documents)))
    both = residual_squares(n, d)
    ms_both = both / ((seeds - 1) * (documents - 1))
    ms_seeds = (residual_squares(d) - both) / (seeds - 1)
    ms_documents = (residual_squares(n) - both) / (documents - 1)
    found = difference(a, b, paired=True)
    assert found.seed_variance == pytest.approx(ms_seeds / documents)
    assert found.document_variance == pytest.approx(max(0, ms_documents - ms_both) / (seeds * documents))
    expected = (ms_seeds + ms_documents - ms_both) / (seeds * documents)
    assert ms_seeds > ms_both
    assert found.standard_error**2 == pytest.approx(expected)
    document_df = kish(a, b) - 1
    parts = [(ms_seeds, seeds - 1), (ms_documents, document_df), (ms_both, (seeds - 1) * document_df)]
    satterthwaite = (ms_seeds + ms_documents - ms_both) ** 2 / sum(ms**2 / df for ms, df in parts)
    assert found.df == pytest.approx(satterthwaite)


@pytest.mark.parametrize("paired", [True, False])
def test_exchanging_the_two_turns_the_sign_and_order_does_not_matter(two, paired):
    a, b = two
    there, back = difference(a, b, paired), difference(b, a, paired)
    assert (there.value, there.low, there.high, there.p) == pytest.approx((-back.value, -back.high, -back.low, back.p))
    order, seeds = np.random.default_rng(0).permutation(30), [4, 2, 0, 1, 3]
    shuffled = [DocumentScores(o.numerators_ND[seeds][:, order], o.denominators_ND[seeds][:, order]) for o in two]
    assert difference(*shuffled, paired).p == pytest.approx(there.p)


@pytest.mark.parametrize("paired", [True, False])
def test_identical_scores_differ_by_nothing_with_p_1(two, paired):
    a, _ = two
    found = difference(a, a, paired)
    assert (found.value, found.p) == (0, 1)
    if paired:
        assert (found.low, found.high) == (0, 0)


def test_all_right_against_all_wrong_is_certain():
    right, wrong = constant_over_documents([1.0] * 5), constant_over_documents([0.0] * 5)
    found = difference(right, wrong, paired=True)
    assert (found.value, found.low, found.high, found.p) == (1, 1, 1, 0)


def test_no_interval_goes_beyond_what_two_scores_can_differ_by():
    one, other = (DocumentScores(np.array([scores, scores]), np.ones((2, 2))) for scores in ([1.0, 0.0], [0.0, 0.0]))
    assert over_documents(one, other) == (-1, 1)
    found = difference(one, other, paired=True)
    assert (found.low, found.high) == (-1, 1)


@pytest.mark.parametrize(
    ("shapes", "paired", "named"),
    [
        (((5, 30), (5, 29)), True, "same documents, got 30 and 29"),
        (((1, 30), (5, 30)), False, "got 1 and 5 runs"),
        (((5, 1), (5, 1)), False, "two documents"),
        (((5, 30), (4, 30)), True, "pairs"),
    ],
)
def test_what_cannot_be_compared_is_refused(shapes, paired, named):
    with pytest.raises(ValueError, match=named):
        difference(*(DocumentScores(np.ones(shape), np.ones(shape)) for shape in shapes), paired)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6))
def test_holm_is_the_closed_test_by_bonferroni(p_values):
    """Marcus, Peritz and Gabriel 1976: an adjusted p-value is the largest over all families that hold the test."""
    indices = range(len(p_values))
    families = [f for size in range(1, len(p_values) + 1) for f in combinations(indices, size)]
    for i, adjusted in zip(indices, holm(p_values), strict=True):
        expected = max(min(1.0, len(f) * min(p_values[j] for j in f)) for f in families if i in f)
        assert adjusted == pytest.approx(expected)


def test_the_interval_of_a_mean_holds_it_and_is_wider_than_over_seeds_alone(two):
    one, _ = two
    low, high = mean_interval(one)
    over_seeds = stats.t.interval(0.95, 4, one.scores_N.mean(), stats.sem(one.scores_N))
    assert low < over_seeds[0] < one.scores_N.mean() < over_seeds[1] < high


def test_seeds_to_see_give_the_power_that_they_promise():
    """Comparisons drawn from the model with the variances of one found, with the number of seeds it asks for."""
    rng = np.random.default_rng(5)
    seed, document, both, documents, effect = 0.01, 0.02, 0.1, 100, 0.02

    def draw(seeds):
        y = rng.normal(size=(seeds, 1)) * seed + rng.normal(size=documents) * document
        y = 0.5 + effect + y + rng.normal(size=(seeds, documents)) * both
        return DocumentScores(y, np.ones(y.shape)), DocumentScores(np.full(y.shape, 0.5), np.ones(y.shape))

    many = difference(*draw(400), paired=True)
    needed = seeds_to_see(many, effect)
    assert needed is not None and 4 <= needed <= 12
    found = [difference(*draw(needed), paired=True).p < 0.05 for _ in range(600)]
    assert 0.74 < np.mean(found) < 0.88


@pytest.mark.parametrize(
    ("seeds", "documents", "deviations", "effect", "paired"),
    [
        (5, 100, (0.01, 0.02, 0.1), 0.01, True),
        (3, 100, (0.01, 0.01, 0.1), 0.01, True),
        (10, 60, (0.02, 0.01, 0.05), 0.015, True),
        (5, 40, (0.02, 0.01, 0.05), 0.02, False),
    ],
)
def test_the_range_of_seeds_holds_the_true_number_four_times_in_five(seeds, documents, deviations, effect, paired):
    rng = np.random.default_rng(5)
    seed, document, both = deviations
    systems = 1 if paired else 2

    def draw():
        y = rng.normal(size=(seeds, 1)) * seed + rng.normal(size=documents) * document
        y = 0.5 + y + rng.normal(size=(seeds, documents)) * both
        return DocumentScores(y, np.ones(y.shape))

    variances = [systems * each for each in (seed**2 + both**2 / documents, document**2 / documents)]
    true = seeds_to_see(Difference(0.0, 0.0, 0.0, 1.0, 1.0, 1.0, *variances, documents - 1.0, paired), effect)
    assert true is not None and 10 < true < 40
    below = above = 0
    for _ in range(200):
        flat = DocumentScores(np.full((seeds, documents), 0.5), np.ones((seeds, documents)))
        low, high = seeds_range(difference(draw(), flat if paired else draw(), paired), effect)
        below += low is None or low > true
        above += high is not None and high < true
    assert 0.08 <= (below + above) / 200 <= 0.28
    assert below < 50 and above < 40


def test_the_range_of_seeds_is_that_of_their_variances():
    found = Difference(0.0, 0.0, 0.0, 1.0, 1.0, 9.0, 2e-4, 0.0, 20.0, True, seed_df=4)
    low, high = seeds_range(found, 0.01)
    ends = [seeds_to_see(replace(found, seed_variance=2e-4 * 4 / stats.chi2.ppf(q, 4)), 0.01) for q in (0.9, 0.1)]
    assert low == pytest.approx(ends[0], rel=0.15) and high == pytest.approx(ends[1], rel=0.15)
    sure = seeds_range(replace(found, seed_df=1e9), 0.01)
    assert sure == (seeds_to_see(found, 0.01),) * 2
    assert seeds_range(replace(found, seed_variance=0.0), 0.01) == (3, 3)
    assert seeds_range(replace(found, document_variance=1e-3), 0.01) == (None, None)


def test_no_number_of_seeds_makes_up_for_few_documents(two):
    a, b = two
    found = difference(a, b, paired=True)
    assert seeds_to_see(found, 0.0001) is None
    assert seeds_to_see(found, 0.9) == 3
    numbers = [seeds_to_see(found, effect) or 10**6 for effect in (0.05, 0.1, 0.2, 0.4)]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("paired", [True, False])
@pytest.mark.parametrize(("documents", "document_df"), [(0.0, 20.0), (4e-6, 3.0), (4e-6, 20.0)])
def test_seeds_to_see_are_the_first_number_with_a_power_of_four_fifths(paired, documents, document_df):
    """The power of a two-sided t test with Satterthwaite's degrees of freedom, by the noncentral t of scipy.stats."""
    effect, per_seed = 0.01, 2e-4
    found = Difference(0.0, 0.0, 0.0, 1.0, 1.0, 9.0, per_seed, documents, document_df, paired)
    for n in range(3, 200):
        variance = per_seed / n + documents
        squares = (per_seed / n) ** 2 / ((n - 1) * (1 if paired else 2)) + documents**2 / document_df
        df = variance**2 / squares
        if stats.nct.sf(stats.t.ppf(0.975, df), df, effect / variance**0.5) >= 0.8:
            break
    assert 5 < n < 199
    assert seeds_to_see(found, effect) == n


def test_without_an_end_to_the_seeds_power_is_that_of_the_normal_test_over_documents():
    least = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)  # standard errors of the documents
    found = Difference(0.0, 0.0, 0.0, 1.0, 1.0, 9.0, 1e-12, 1e-6, 1e9, True)
    assert seeds_to_see(found, 0.998 * least * 1e-3) is None
    assert seeds_to_see(found, 1.002 * least * 1e-3) == 3
    assert seeds_to_see(replace(found, document_variance=0.0, seed_variance=0.0), 1e-9) == 3


def test_the_interval_of_a_mean_counts_documents_by_their_length():
    rng = np.random.default_rng(6)
    gold = np.array([1.0, 1, 2, 2, 3, 3, 40, 60])
    one = DocumentScores(np.repeat([rng.uniform(0, 1, 8) * gold], 4, 0), np.repeat([gold], 4, 0))
    df = gold.sum() ** 2 / (gold**2).sum() - 1
    assert 1 < df < 2  # of 7 if all documents counted alike
    expected = stats.t.interval(0.95, df, one.scores_N.mean(), stats.sem(one.influences_ND[0]))
    assert mean_interval(one) == pytest.approx(expected)
