"""The Bayesian signed-rank test with a region of practical equivalence (Benavoli et al. 2014; 2017).

What baycomp computes, with the same prior and the same draws, so that its numbers are met to the last digit; that
package would bring matplotlib along for these lines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

DRAWS, SEED = 50_000, 0
PRIOR = 0.5  # the weight of one more corpus without a difference
ROPE = 0.01  # half the width of the region where nobody asked for another one: one point, as in Benavoli et al. 2017


@dataclass(frozen=True)
class Posterior:
    """The probabilities that the first system is better, that the two are practically the same, and that the second
    is better, on corpora like these."""

    first: float
    same: float
    second: float


def signed_rank(differences_C: NDArray[np.floating], rope: float = ROPE) -> Posterior:
    """Of the differences between two systems, one a corpus.

    Args:
        differences_C: first minus second.
        rope: differences up to this size do not matter; above 0.
    """
    values = np.concatenate([[0.0], differences_C])
    sums = values[:, None] + values
    weights = np.ones(len(values))
    weights[0] = PRIOR
    drawn = np.random.RandomState(SEED).dirichlet(weights, DRAWS)
    above, below = (
        np.einsum("di,ij,dj->d", drawn, _over(side, 2 * rope), drawn, optimize=True) for side in (sums, -sums)
    )
    winners = np.argmax(np.stack([below, 1 - below - above, above]), axis=0)
    second, same, first = np.bincount(winners, minlength=3) / DRAWS
    return Posterior(float(first), float(same), float(second))


def _over(sums: NDArray[np.floating], threshold: float) -> NDArray[np.floating]:
    return (sums > threshold) + 0.5 * (sums == threshold)
