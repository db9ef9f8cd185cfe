"""Systems over corpora by their ranks (Demsar 2006; Benavoli, Corani and Mangili 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

LEVEL = 0.05


@dataclass(frozen=True)
class Friedman:
    """Of the hypothesis that all systems rank alike."""

    statistic: float
    p: float


def ranks(scores_CS: NDArray[np.floating]) -> NDArray[np.floating]:
    """`ranks_CS`: of each system on each corpus, 1 for the best; equal scores share the mean of their ranks.

    >>> ranks(np.array([[0.9, 0.8, 0.8], [0.5, 0.7, 0.6]])).tolist()
    [[1.0, 2.5, 2.5], [3.0, 1.0, 2.0]]
    """
    return np.asarray(stats.rankdata(-_rounded(scores_CS), axis=1))


def friedman(scores_CS: NDArray[np.floating]) -> Friedman | None:
    """The Friedman test; None of fewer than three systems, which Wilcoxon's test is for."""
    if scores_CS.shape[1] < 3:
        return None
    if (np.ptp(_rounded(scores_CS), axis=1) == 0).all():  # the statistic is 0 / 0
        return Friedman(0.0, 1.0)
    found = stats.friedmanchisquare(*_rounded(scores_CS).T)
    return Friedman(float(found.statistic), float(found.pvalue))


def wilcoxon(a_C: NDArray[np.floating], b_C: NDArray[np.floating]) -> float:
    """p of Wilcoxon's signed-rank test, two-sided; corpora without a difference are left out (1 if that is all).

    Exact given the ranks, ties included, for which SciPy's choice of a method differs between its versions.
    """
    difference_C = _rounded(a_C) - _rounded(b_C)
    difference_C = _rounded(difference_C[difference_C != 0])
    if not len(difference_C):
        return 1.0
    doubled_C = np.rint(2 * stats.rankdata(abs(difference_C))).astype(int)  # means of tied ranks end in a half at most
    chances = np.zeros(int(doubled_C.sum()) + 1)  # of each sum of the ranks of one sign
    chances[0] = 1.0
    for rank in doubled_C:
        chances[rank:] = (chances[rank:] + chances[:-rank]) / 2
        chances[:rank] /= 2
    least = min(int(doubled_C[difference_C > 0].sum()), int(doubled_C[difference_C < 0].sum()))
    return min(1.0, 2 * float(chances[: least + 1].sum()))


def nemenyi(systems: int, corpora: int) -> float:
    """The critical difference of Nemenyi's test: mean ranks that lie further apart differ, all pairs taken together.

    >>> round(nemenyi(4, 14), 2)  # the example of Demsar (2006) has 1.25
    1.25
    """
    spread = float(stats.studentized_range.isf(LEVEL, systems, np.inf)) / 2**0.5
    return spread * (systems * (systems + 1) / (6 * corpora)) ** 0.5


def groups(mean_ranks: Sequence[float], different: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
    """The bars of a critical-difference diagram: first and last of systems, in the order of their ranks, of which no
    two differ. Bars within longer ones, and those of one system, are left out.

    Args:
        mean_ranks: ascending.
        different: whether system i differs from system j.
    """
    bars: list[tuple[int, int]] = []
    for first in range(len(mean_ranks)):
        last = first
        while last + 1 < len(mean_ranks) and not different[first : last + 1, last + 1].any():
            last += 1
        if last > first and (not bars or last > bars[-1][1]):
            bars.append((first, last))
    return tuple(bars)


def _rounded(scores: NDArray[np.floating]) -> NDArray[np.floating]:
    """Without the last bits, in which means of the same scores differ by the order of their sums."""
    return np.round(scores, 12)
