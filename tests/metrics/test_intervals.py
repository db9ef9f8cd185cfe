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


def written(seed: int, sentences: int, length: int, strength: float) -> np.ndarray:
    """`counts_SX` of sentences in the order of documents that are not named: each has a share of its own that is found,
    0.8 on average, and a number of entities of its own."""
    rng = np.random.default_rng(seed)
    document_S = np.repeat(np.arange(sentences), np.maximum(1, rng.normal(length, length / 4, sentences)).astype(int))
    document_S = document_S[:sentences]
    found_D = rng.beta(0.8 * strength, 0.2 * strength, sentences) if strength else np.full(sentences, 0.8)
    gold_S = rng.poisson(rng.gamma(4, 0.4, sentences)[document_S])
    correct_S = rng.binomial(gold_S, found_D[document_S])
    return np.stack([correct_S, gold_S, correct_S + rng.poisson(0.4 * (1 - found_D[document_S]))], axis=-1)


@pytest.mark.seconds
@pytest.mark.parametrize(("sentences", "length", "strength"), [(1000, 10, 0), (1000, 10, 3), (3000, 30, 3)])
def test_documents_that_nobody_named_are_counted_all_the_same(sentences: int, length: int, strength: float) -> None:
    many = written(99, 500_000, length, strength).sum(0)
    f1 = 2 * many[0] / (many[1] + many[2])
    held = {"blocks": 0, "sentences": 0}
    for seed in range(100):
        counts_SX = written(seed, sentences, length, strength)
        of = intervals.units([""] * sentences, counts_SX)
        blocks_UGX = np.stack([counts_SX[members].sum(0) for members in of.sentences])[:, None]
        for name, (low_G, high_G) in {
            "blocks": intervals.of_scores(blocks_UGX, of.blocks)["f1"],
            "sentences": intervals.of_scores(counts_SX[:, None])["f1"],
        }.items():
            held[name] += low_G[0] <= f1 <= high_G[0]
    assert held["blocks"] >= 89
    assert (held["sentences"] < 75) == (strength > 0)


@pytest.mark.seconds
@pytest.mark.parametrize(("sentences", "length", "strength"), [(1000, 10, 0), (1000, 20, 3), (200, 10, 3)])
def test_a_difference_counts_them_too(sentences: int, length: int, strength: float) -> None:
    """Of two systems that are equally good, each with documents of its own that suit it."""
    held = {"in order": 0, "alone": 0}
    for seed in range(100):
        rng = np.random.default_rng(seed)
        document_S = np.arange(sentences) // length
        gold_S = 1 + rng.poisson(1, sentences)
        both = []
        for _ in range(2):
            share_D = rng.beta(0.8 * strength, 0.2 * strength, sentences) if strength else np.full(sentences, 0.8)
            correct_S = rng.binomial(gold_S, share_D[document_S])
            both.append(np.stack([correct_S, gold_S, correct_S + rng.binomial(gold_S, 0.2)], axis=-1))
        low, high = intervals.of_difference([""] * sentences, *both)
        held["in order"] += low <= 0 <= high
        low, high = intervals.of_difference([str(i) for i in range(sentences)], *both)
        held["alone"] += low <= 0 <= high
    assert held["in order"] >= 88
    assert (held["alone"] < 80) == (strength > 0)


def test_a_difference_is_that_of_the_scores_and_paired() -> None:
    one, two = written(0, 400, 10, 3), written(1, 400, 10, 3)
    f1 = [Counts(*some.sum(0)).f1 for some in (one, two)]
    for documents in ([""] * 400, [f"d{i // 10}" for i in range(400)]):
        low, high = intervals.of_difference(documents, one, two)
        assert low < f1[1] - f1[0] < high
        assert intervals.of_difference(documents, two, one) == pytest.approx((-high, -low), abs=0.01)
        assert intervals.of_difference(documents, one, one) == (0, 0)


def test_blocks_are_all_sentences_in_order() -> None:
    counts_SX = written(0, 501, 20, 3)
    of = intervals.units([""] * 501, counts_SX)
    assert [one for part in of.sentences for one in part] == list(range(501)) and of.blocks
    assert {len(part) for part in of.sentences} <= {501 // len(of.sentences), 501 // len(of.sentences) + 1}
    assert str(of) == f"{len(of.sentences)} blocks of about {round(501 / len(of.sentences))} consecutive sentences"
    few, some = [f"d{i // 100}" for i in range(501)], ["", *(f"d{i % 50}" for i in range(500))]
    for documents in (["one"] * 501, few, some):
        assert intervals.units(documents, counts_SX).sentences == of.sentences
    named = intervals.units([f"d{i % 50}" for i in range(501)], counts_SX)
    assert str(named) == "50 documents" and not named.blocks


@pytest.mark.parametrize("sentences", [0, 1, 2, 3])
def test_few_sentences_are_units_of_their_own(sentences: int) -> None:
    of = intervals.units([""] * sentences, np.ones((sentences, 3)))
    assert of.sentences == [[i] for i in range(sentences)] and not of.blocks
    assert str(of) == f"{sentences} sentence{'s' * (sentences != 1)}"
