"""Sentences in file order, which may share documents that nobody named."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.special import polygamma

from ner_lab.report.compare.dependence import _inverse_trigamma, long_run_variance
from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.significance import difference, mean_interval, over_documents
from ner_lab.report.compare.variance_components import effective_blocks


def series(rng, documents: int, sentences: int, strength: float) -> np.ndarray:
    """Variance 1 of a sentence, and of a document so much that the mean has `1 + strength` times its variance."""
    shared = np.repeat(rng.normal(size=documents) * (strength / sentences) ** 0.5, sentences)
    made = shared + rng.normal(size=documents * sentences)
    return made - made.mean()


def drawn(rng, seeds=5, documents=40, sentences=20, system=0.2) -> DocumentScores:
    gold_S = 1 + rng.poisson(1, documents * sentences)
    share_S = np.repeat(np.clip(0.7 + system * rng.normal(size=documents), 0.05, 0.95), sentences)
    right_NS = rng.binomial(gold_S, share_S, (seeds, len(gold_S)))
    return DocumentScores(2.0 * right_NS, right_NS + gold_S.astype(float), in_order=True)


def test_where_documents_are_named_nothing_has_changed_to_the_last_digit():
    rng = np.random.default_rng(3)

    def made(shift=0.0):
        gold = 1 + rng.poisson(4, 30)
        share = np.clip(0.7 + shift + 0.05 * rng.normal(size=(5, 1)) + 0.15 * rng.normal(size=30), 0.05, 0.95)
        right, wrong = rng.binomial(gold, share), rng.binomial(gold, 0.3, (5, 30))
        return DocumentScores(2.0 * right, (right + wrong + gold).astype(float))

    a, b = made(), made(0.1)
    value, document_df = -0.04145919686718946, 25.781403331531386
    assert astuple(difference(a, b, paired=True))[:10] == (
        value, -0.10920051586287846, 0.026282122128499535, 0.21363860722322944, 0.032068771065280936,
        16.733661298516083, 0.0017644034145731318, 0.0006755253947227736, document_df, True,
    )  # fmt: skip
    assert astuple(difference(a, b, paired=False))[:10] == (
        value, -0.11270792442915634, 0.02978953069477741, 0.23868530301694582, 0.03411645099712597,
        19.642785857795612, 0.002387156786760527, 0.0006865008712871924, document_df, False,
    )  # fmt: skip
    assert mean_interval(a) == (0.6855402479522766, 0.7600747664481023)
    assert over_documents(a, b) == (-0.10322675283647761, 0.02030835910209869)


@pytest.mark.parametrize(("documents", "sentences", "strength"), [(60, 20, 4.0), (200, 10, 1.0), (30, 1, 0.0)])
def test_the_variance_of_the_mean_is_that_of_the_documents_on_average(documents, sentences, strength):
    rng = np.random.default_rng(documents)
    found = [long_run_variance(series(rng, documents, sentences, strength)[None], 1)[0] for _ in range(300)]
    assert np.mean(found) == pytest.approx(1 + strength, rel=0.2)


def test_independent_sentences_are_found_to_be_so():
    rng = np.random.default_rng(0)
    found = np.array([long_run_variance(rng.normal(size=(1, 1000)), 1) for _ in range(200)])
    assert 0.95 < np.median(found[:, 0]) < 1.1 and np.median(found[:, 1]) > 25


def test_few_documents_are_few_degrees_of_freedom():
    rng = np.random.default_rng(1)
    few, many = (
        np.median([long_run_variance(series(rng, d, 8000 // d, 10.0)[None], 1)[1] for _ in range(50)])
        for d in (20, 400)
    )
    assert 5 < few < 20 < 40 < many < 400


def test_rows_add_up_their_degrees_of_freedom():
    rng = np.random.default_rng(2)
    rows = np.stack([series(rng, 50, 10, 3.0) for _ in range(8)])
    one, eight = long_run_variance(rows[:1], 1), long_run_variance(rows, 8)
    assert eight[1] > 4 * one[1] and eight[0] == pytest.approx(4.0, rel=0.35)


def test_turning_the_file_round_changes_nothing():
    rng = np.random.default_rng(4)
    a, b = drawn(rng), drawn(rng)
    there = difference(a, b, paired=True)
    turned = [DocumentScores(o.numerators_ND[:, ::-1], o.denominators_ND[:, ::-1], in_order=True) for o in (a, b)]
    assert astuple(difference(*turned, paired=True)) == pytest.approx(astuple(there))
    back = difference(b, a, paired=True)
    assert (back.value, back.p, back.df) == pytest.approx((-there.value, there.p, there.df))


def test_a_shuffled_file_hides_what_depends():
    rng = np.random.default_rng(5)
    a, b = drawn(rng, system=0.3), drawn(rng, system=0.3)
    order = rng.permutation(a.numerators_ND.shape[1])
    shuffled = [DocumentScores(o.numerators_ND[:, order], o.denominators_ND[:, order], in_order=True) for o in (a, b)]
    found, blind = difference(a, b, True), difference(*shuffled, True)
    assert found.standard_error > 1.5 * blind.standard_error
    assert effective_blocks(a, b) == found.document_df + 1


def test_a_mean_is_known_less_well_where_sentences_share_documents():
    one = drawn(np.random.default_rng(6), system=0.3)
    low, high = mean_interval(one)
    named = DocumentScores(*(x.reshape(5, 40, 20).sum(2) for x in (one.numerators_ND, one.denominators_ND)))
    alone = DocumentScores(one.numerators_ND, one.denominators_ND)
    widths = [ends[1] - ends[0] for ends in (mean_interval(alone), (low, high), mean_interval(named))]
    assert widths[1] > 1.4 * widths[0] and widths[1] == pytest.approx(widths[2], rel=0.5)


@pytest.mark.parametrize("sentences", [2, 3, 9, 700])
def test_no_number_of_sentences_is_too_small_and_no_difference_is_p_1(sentences):
    rng = np.random.default_rng(7)
    a, b = (drawn(rng, documents=1, sentences=sentences) for _ in range(2))
    found = difference(a, b, paired=True)
    assert found.low < found.value < found.high and 1 / 2 <= found.document_df <= sentences - 1
    same = difference(a, a, paired=True)
    assert (same.value, same.low, same.high, same.p) == (0, 0, 0, 1)


@pytest.mark.parametrize("x", [0.01, 0.3, 1.0, 7.5, 1e4])
def test_the_inverse_of_trigamma(x):
    assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x)


@pytest.mark.slow
def test_influences_that_drift_are_no_documents_and_still_counted():
    """First-order autoregressive differences between two systems: false positives as they should be."""
    rng = np.random.default_rng(9)
    found = []
    for _ in range(500):
        drift = lfilter([0.3], [1, -0.95], rng.normal(size=(2, 2500)), axis=1)[:, 500:]
        y = drift[:, None] + rng.normal(size=(2, 5, 2000))
        a, b = (DocumentScores(0.5 + 0.1 * one, np.ones(one.shape), in_order=True) for one in y)
        found.append(difference(a, b, paired=True).p < 0.05)
    assert 0.025 <= np.mean(found) <= 0.08
