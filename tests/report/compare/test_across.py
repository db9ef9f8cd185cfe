"""What a comparison over corpora makes of its parts: folds, gaps, Friedman's gate, Welch's degrees of freedom."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ner_lab.report.compare.across import over
from ner_lab.report.compare.corpora import Corpus, Table, _without_holes
from ner_lab.report.compare.expected_best import Trials
from ner_lab.report.compare.significance import Difference
from ner_lab.report.compare.tuned import _pair


def couple(value: float, error: float) -> Any:
    a, b = SimpleNamespace(label="a"), SimpleNamespace(label="b")
    return SimpleNamespace(a=a, b=b, found=Difference(value, 0, 0, 1, error, 1, 0, 0, 1, True))


def test_the_variance_on_folds_is_that_of_their_mean() -> None:
    corpus = Corpus("c", {"a": 0.6, "b": 0.5}, (0, 2))
    compared = [[couple(0.08, 0.03)], [couple(0.9, 0.9)], [couple(0.12, 0.04)]]
    value, variance = corpus.difference("b", "a", compared)
    assert value == pytest.approx(-0.1) and variance == pytest.approx((0.03**2 + 0.04**2) / 4)


def test_a_system_on_half_of_the_corpora_stays_and_costs_the_other_half() -> None:
    whole = [Corpus(f"c{n}", {"a": 0.6, "b": 0.5} | ({"c": 0.4} if n < 2 else {}), ()) for n in range(4)]
    table = _without_holes(whole)
    assert table.systems == ("a", "b", "c") and [corpus.name for corpus in table.corpora] == ["c0", "c1"]


@pytest.mark.seconds
def test_bars_join_all_systems_where_friedman_shows_nothing() -> None:
    rng = np.random.default_rng(3)
    labels = [f"s{n}" for n in range(12)]
    scores = rng.normal(0.5, 0.01, (30, 12))
    scores[:, 1] = scores[:, 0] + 1e-4  # always ahead, by next to nothing
    corpora = tuple(Corpus(f"c{n}", dict(zip(labels, row.tolist(), strict=True)), ()) for n, row in enumerate(scores))
    found = over(Table(corpora, tuple(labels), ()), [], None, None)
    assert found.critical_difference is None and "Wilcoxon" in found.told_apart_by
    pair = next(pair for pair in found.pairs if {pair.a, pair.b} == {"s0", "s1"})
    assert pair.wilcoxon_holm is not None and pair.wilcoxon_holm < 0.05
    assert found.friedman is not None and found.friedman.p > 0.05
    assert found.bars == ((0, 11),)


def test_where_wilcoxon_cannot_tell_so_many_pairs_apart_bars_are_those_of_nemenyi() -> None:
    labels = [f"s{n}" for n in range(10)]
    corpora = tuple(Corpus(f"c{n}", {label: 0.9 - at / 100 for at, label in enumerate(labels)}, ()) for n in range(8))
    found = over(Table(corpora, tuple(labels), ()), [], None, None)
    assert found.critical_difference == pytest.approx(3.164 * (10 * 11 / 48) ** 0.5, abs=1e-3)  # Demsar's table 5
    assert found.bars == tuple((first, first + 4) for first in range(6))
    assert found.told_apart_by == "Nemenyi's test (critical difference 4.79)"
    assert not over(Table(corpora[:4], tuple(labels), ()), [], None, None).bars
    two = over(Table(corpora[:5], tuple(labels[:2]), ()), [], None, None)  # p = 0.0625 at the least
    assert two.critical_difference is None and two.bars == ((0, 1),)


def test_two_searches_of_one_trial_each_are_compared_by_welch() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.random(12), rng.random(9) / 3
    systems: list[Any] = [SimpleNamespace(label=name, trials_made=Trials(x, x)) for name, x in (("a", a), ("b", b))]
    found = _pair(*systems, 1)  # the mean of all trials
    expected = stats.ttest_ind(a, b, equal_var=False)
    assert [found.p, found.df] == pytest.approx([expected.pvalue, expected.df])
