"""Sentences in file order, which may share documents that nobody named."""

from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.signal import lfilter

from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.significance import difference, mean_interval, over_documents
from ner_lab.report.compare.variance_components import effective_blocks


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
