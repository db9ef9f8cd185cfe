"""What sentences in file order tell about the variance of a mean."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import polygamma

from ner_lab.metrics.dependence import _inverse_trigamma, long_run_variance


def series(rng, documents: int, sentences: int, strength: float) -> np.ndarray:
    """Variance 1 of a sentence, and of a document so much that the mean has `1 + strength` times its variance."""
    shared = np.repeat(rng.normal(size=documents) * (strength / sentences) ** 0.5, sentences)
    made = shared + rng.normal(size=documents * sentences)
    return made - made.mean()


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


@pytest.mark.parametrize("x", [0.01, 0.3, 1.0, 7.5, 1e4])
def test_the_inverse_of_trigamma(x):
    assert _inverse_trigamma(float(polygamma(1, x))) == pytest.approx(x)
