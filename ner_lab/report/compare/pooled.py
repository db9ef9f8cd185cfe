"""A difference pooled over corpora: each corpus is a draw of its own, known as well as its seeds and documents allow.

Random effects: the difference on a corpus varies by tau over corpora, and by its own standard error (seeds and test
documents) around that. tau by Paule and Mandel (1982), the standard error by Hartung and Knapp (2001), never smaller
than that of the weights alone (Roever, Knapp and Friede 2015), t with one degree of freedom less than corpora.
Simulated with five to ten corpora whose standard errors differ by up to twelve times, its intervals cover in 93 to
99 %. The library with these formulas is statsmodels, a large one for thirty lines; the tests hold them to its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import stdtr, stdtrit

from ner_lab.report.compare.significance import LEVEL

_LEAST = 1e-10  # of a variance: a thousandth of a point; a corpus on which nothing varied is not known without error


@dataclass(frozen=True)
class Pooled:
    """The mean difference over corpora like these.

    Attributes:
        value, low, high: it, and its 95 % interval.
        p: of the hypothesis that it is zero, two-sided.
        standard_error, df: what they come from.
        tau: the standard deviation of the true differences over corpora.
    """

    value: float
    low: float
    high: float
    p: float
    standard_error: float
    df: float
    tau: float


def pool(differences_C: NDArray[np.floating], variances_C: NDArray[np.floating]) -> Pooled:
    """Of two corpora at the least.

    Args:
        differences_C: on each corpus.
        variances_C: their squared standard errors.
    """
    df = len(differences_C) - 1.0
    if not differences_C.any() and not variances_C.any():
        return Pooled(0.0, 0.0, 0.0, 1.0, 0.0, df, 0.0)
    variances_C = np.maximum(variances_C, _LEAST)
    tau2 = _between(differences_C, variances_C)
    weights_C = 1 / (variances_C + tau2)
    value = float((weights_C * differences_C).sum() / weights_C.sum())
    spread = float((weights_C * (differences_C - value) ** 2).sum()) / df
    error = float((max(1.0, spread) / weights_C.sum()) ** 0.5)
    half = float(stdtrit(df, (1 + LEVEL) / 2)) * error
    p = 2 * float(stdtr(df, -abs(value) / error))
    return Pooled(value, value - half, value + half, p, error, df, float(tau2**0.5))


def _between(differences_C: NDArray[np.floating], variances_C: NDArray[np.floating]) -> float:
    """The variance between corpora with which the weighted squares are as large as expected."""

    def surplus(tau2: float) -> float:
        weights_C = 1 / (variances_C + tau2)
        mean = (weights_C * differences_C).sum() / weights_C.sum()
        return float((weights_C * (differences_C - mean) ** 2).sum()) - (len(differences_C) - 1)

    if surplus(0.0) <= 0:
        return 0.0
    most = float(np.ptp(differences_C) ** 2 + variances_C.max())
    while surplus(most) > 0:
        most *= 2
    return float(brentq(surplus, 0.0, most, xtol=1e-16, rtol=1e-12))
