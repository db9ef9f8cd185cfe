"""How many seeds it would take to see a difference, or that no number of them can on this test set."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri, nctdtr, stdtrit

from ner_lab.report.compare.significance import LEVEL, Difference

POWER = 0.8
FEWEST, MOST = 3, 1000  # seeds: verdicts begin at the one, and nobody trains more than the other
LOW, HIGH = 0.1, 0.9  # of what the variances may be
_STEPS = 12  # quantiles of each variance


def seeds_to_see(found: Difference, effect: float) -> int | None:
    """The number of seeds of each system with which four of five studies would find a difference of this size.

    The test is two-sided at 0.05, without correction for further comparisons, and has as many documents as this one
    had. The variances are estimates, from few seeds rough ones: see `seeds_range`.

    Args:
        found: the comparison that the variances come from.
        effect: on the scale of the scores, above 0.

    Returns:
        At least 3; None if no number of seeds on this test set is enough.
    """
    (needed,) = _needed(np.array([found.seed_variance]), np.array([found.document_variance]), found, effect)
    return _number(needed)


def seeds_range(found: Difference, effect: float) -> tuple[int | None, int | None]:
    """The numbers of seeds that `seeds_to_see` may really be: from 10 to 90 % of what the variances may be.

    A variance that was estimated with so many degrees of freedom may be df / chi-square times as large (a fiducial
    distribution); those of seeds and of documents vary independently.

    Returns:
        As `seeds_to_see`, for the one end and for the other.
    """
    quantiles = (np.arange(_STEPS) + 0.5) / _STEPS
    seed_Q, document_Q = (df / chdtri(df, quantiles) for df in (found.seed_df, found.document_df))
    documents_Q = (found.document_variance + found.run_document_variance) * document_Q - found.run_document_variance
    per_seed, documents = np.meshgrid(found.seed_variance * seed_Q, documents_Q.clip(0))
    needed = np.sort(_needed(per_seed.ravel(), documents.ravel(), found, effect))
    low, high = (_number(needed[round(share * (len(needed) - 1))]) for share in (LOW, HIGH))
    return low, high


def _number(needed: float) -> int | None:
    return int(needed) if np.isfinite(needed) else None


def _needed(
    per_seed_V: NDArray[np.floating], documents_V: NDArray[np.floating], found: Difference, effect: float
) -> NDArray[np.floating]:
    """The first number of seeds with enough power for each pair of variances, infinite where there is none."""
    low_V, high_V = np.full(per_seed_V.shape, FEWEST), np.full(per_seed_V.shape, MOST)
    enough_V = _power(high_V, per_seed_V, documents_V, found, effect) >= POWER
    while (low_V < high_V).any():  # power grows with the number of seeds
        middle_V = (low_V + high_V) // 2
        seen_V = _power(middle_V, per_seed_V, documents_V, found, effect) >= POWER
        low_V, high_V = np.where(seen_V, low_V, middle_V + 1), np.where(seen_V, middle_V, high_V)
        low_V = np.minimum(low_V, high_V)
    return np.where(enough_V, low_V, np.inf)


def _power(
    seeds_V: NDArray[np.integer],
    per_seed_V: NDArray[np.floating],
    documents_V: NDArray[np.floating],
    found: Difference,
    effect: float,
) -> NDArray[np.floating]:
    """Chance that so many seeds show the effect; 1 where nothing varies."""
    variance_V = per_seed_V / seeds_V + documents_V
    certain_V = variance_V <= 0
    variance_V = np.where(certain_V, 1.0, variance_V)
    seed_df_V = (seeds_V - 1) * (1 if found.paired else 2)
    squares_V = (per_seed_V / seeds_V) ** 2 / seed_df_V + documents_V**2 / found.document_df
    df_V = variance_V**2 / np.where(certain_V, 1.0, squares_V)
    seen_V = 1 - nctdtr(df_V, effect / np.sqrt(variance_V), stdtrit(df_V, (1 + LEVEL) / 2))
    return np.where(certain_V, 1.0, seen_V)
