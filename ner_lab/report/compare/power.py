"""How many seeds it would take to see a difference, or that no number of them can on this test set."""

from __future__ import annotations

import numpy as np
from scipy.special import nctdtr, stdtrit

from ner_lab.report.compare.significance import LEVEL, Difference

POWER = 0.8
FEWEST, MOST = 3, 1000  # seeds: verdicts begin at the one, and nobody trains more than the other


def seeds_to_see(found: Difference, effect: float) -> int | None:
    """The number of seeds of each system with which four of five studies would find a difference of this size.

    The test is two-sided at 0.05, without correction for further comparisons, and has as many documents as this one
    had. The variances are estimates, from few seeds rough ones.

    Args:
        found: the comparison that the variances come from.
        effect: on the scale of the scores, above 0.

    Returns:
        At least 3; None if no number of seeds on this test set is enough.
    """
    documents, per_seed = found.document_variance, found.seed_variance
    if not documents + per_seed:
        return FEWEST
    seeds = np.arange(FEWEST, MOST + 1)
    variance = per_seed / seeds + documents
    seed_df = (seeds - 1) * (1 if found.paired else 2)
    df = variance**2 / ((per_seed / seeds) ** 2 / seed_df + documents**2 / found.document_df)
    seen = 1 - nctdtr(df, effect / np.sqrt(variance), stdtrit(df, (1 + LEVEL) / 2))
    enough = seeds[seen >= POWER]
    return int(enough[0]) if len(enough) else None
