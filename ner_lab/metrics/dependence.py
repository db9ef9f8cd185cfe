"""What sentences in file order tell about a mean where they may share documents that nobody named.

The cosine coefficients of a series are nearly independent, each with the spectrum at its frequency for a variance, and
the variance of the mean of S values is the spectrum at zero over S (Müller 2007; Lazarus et al. 2018). Here the
spectrum is that of sentences which are independent but for what they share with their document: flat, plus `strength`
times a curve that falls off where periods get shorter than documents of a mean `length`. Fejér's curve is that of
documents of one length, Lorentz's that of documents which may end after any sentence.

Strength and length are not known, and low frequencies are few, so none of them is picked: all on a grid count by their
likelihood (Whittle 1953), and that the sentences are independent counts one half beforehand. The logarithm of the
variance then has a mean and a variance over all of them, and the scaled chi-square with these two gives an estimate and
its degrees of freedom. RESEARCH_NOTES.md has the error rates.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import dct
from scipy.special import digamma, polygamma

FREQUENCIES = 512  # the lowest: they tell documents of S / 512 sentences and more from independent sentences
STRENGTHS = 2.0 ** np.arange(-2, 10)  # variance of the mean due to documents, over that due to sentences alone
LENGTHS = 10  # steps from the shortest documents to a quarter of all sentences
INDEPENDENT = 0.5  # prior probability that no sentences depend on each other
ENDING_ANYWHERE = 0.2  # that documents end after any sentence, if they do: most corpora have more even ones
_CONVERGED = 1e-9


@dataclass(frozen=True)
class _Spectra:
    """M models of the spectrum at J frequencies, up to its scale."""

    values_MJ: NDArray[np.floating]
    at_zero_M: NDArray[np.floating]
    log_prior_M: NDArray[np.floating]


def long_run_variance(rows_KS: NDArray[np.floating], free: int) -> tuple[float, float]:
    """S times the variance of the mean over S sentences in file order, and the degrees of freedom of this estimate.

    Args:
        rows_KS: at least two sentences; series of the same spectrum with a mean of 0, whose squares are summed.
        free: how many of the rows are free: one less than there are where they are deviations from their mean.
    """
    s = rows_KS.shape[1]
    models = _spectra(s)
    j = models.values_MJ.shape[1]
    squares_J = (dct(rows_KS, type=2, norm="ortho", axis=1)[:, 1 : j + 1] ** 2).sum(0)
    total = float(squares_J.sum())
    if total <= 0:
        return 0.0, float(free * (s - 1))
    scales_M = (squares_J / total / models.values_MJ).sum(1)
    fit_M = models.log_prior_M - 0.5 * free * (np.log(models.values_MJ).sum(1) + j * np.log(scales_M))
    weights_M = np.exp(fit_M - fit_M.max())
    weights_M /= weights_M.sum()
    # Given a model, the variance at 0 is scale x squares / chi-square: its logarithm has a known mean and variance.
    logs_M = np.log(models.at_zero_M * scales_M * total / 2) - digamma(free * j / 2)
    mean = float(weights_M @ logs_M)
    half_df = _inverse_trigamma(float(weights_M @ (logs_M - mean) ** 2 + polygamma(1, free * j / 2)))
    return float(np.exp(mean + digamma(half_df)) / half_df), 2 * half_df


@lru_cache(maxsize=8)
def _spectra(sentences: int) -> _Spectra:
    j = min(sentences - 1, FREQUENCIES)
    frequencies_J = np.arange(1, j + 1) / (2 * sentences)  # periods a sentence
    shortest, longest = max(2.0, sentences / j), sentences / 4
    values, at_zero, prior = [np.ones(j)], [1.0], [INDEPENDENT]
    for length in np.geomspace(shortest, longest, LENGTHS) if longest > shortest else ():
        fejer_J = np.sinc(length * frequencies_J) ** 2
        lorentz_J = 1 / (1 + (np.pi * length * frequencies_J) ** 2)
        for curve_J, share in ((fejer_J, 1 - ENDING_ANYWHERE), (lorentz_J, ENDING_ANYWHERE)):
            values += [1 + strength * curve_J for strength in STRENGTHS]
            at_zero += [1 + strength for strength in STRENGTHS]
            prior += [(1 - INDEPENDENT) * share / (LENGTHS * len(STRENGTHS))] * len(STRENGTHS)
    return _Spectra(np.array(values), np.array(at_zero), np.log(prior))


def _inverse_trigamma(value: float) -> float:
    """The x with trigamma(x) = value > 0, by Newton's method on 1 / trigamma (Smyth 2004), which is nearly linear."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(polygamma(2, x))
        x += step
        if abs(step) < _CONVERGED * x:
            break
    return x
