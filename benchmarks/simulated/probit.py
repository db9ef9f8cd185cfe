"""The second model, which shares nothing with the first: what is easy in a document has a beta distribution, and so has
that of one system in it; whether an entity is found is a probit of it and of what is hard about the entity; lengths are
Pareto's, runs differ by Student's t with two degrees of freedom, and the score may be that of a rare type alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from simulated.text import Text

BETTER = 0.12  # in standard deviations of the probit, where there is a difference
TAIL = 3.0  # of Pareto: the longest of 100 documents is some five times the mean
ALIKE = 0.6  # share of an entity's difficulty that is the same for all models, and for the runs of one system
OWN = 0.2


@dataclass(frozen=True)
class World:
    """`agree` is the concentration of the beta distribution of systems within a document: the lower, the more a
    document favours one of two systems that are alike. `share` is that of the entity type that is scored."""

    documents: int
    entities: int
    seeds: int
    agree: float
    seed: float = 0.03
    share: float = 1.0
    mean: float = 0.72
    spread: float = 12.0  # concentration of documents

    def text(self, rng: np.random.Generator, better: float = 0.0) -> Text:
        d = self.documents
        lengths_D = self.entities * (TAIL - 1) / TAIL * (1 + rng.pareto(TAIL, d))
        sentences_D = np.maximum(1, np.round(lengths_D / 1.1).astype(int))
        document_S = np.repeat(np.arange(d), sentences_D)
        s = len(document_S)
        gold_S = rng.binomial(rng.negative_binomial(1.5, 1.5 / (1.5 + 1.1), s), self.share)
        of_E = np.repeat(np.arange(s), gold_S)
        easy_D = rng.beta(self.mean * self.spread, (1 - self.mean) * self.spread, d)
        hard_E = rng.normal(size=len(of_E)) * ALIKE**0.5
        made = []
        for shift in (0.0, better):
            own_D = rng.beta(easy_D * self.agree, (1 - easy_D) * self.agree).clip(0.005, 0.995)
            level_D = stats.norm.ppf(own_D) + shift
            luck_N = np.clip(rng.standard_t(2, self.seeds), -25, 25) * self.seed
            latent_NE = level_D[document_S][of_E] + luck_N[:, None]
            latent_NE = latent_NE + hard_E + rng.normal(size=len(of_E)) * OWN**0.5
            found_NE = latent_NE + rng.normal(size=latent_NE.shape) * (1 - ALIKE - OWN) ** 0.5 > 0
            right_NS = np.stack([np.bincount(of_E, row, s) for row in found_NE])
            invented_S = self.share * (1 - stats.norm.cdf(level_D))[document_S]
            wrong_NS = rng.poisson(invented_S * stats.norm.cdf(-luck_N)[:, None] * 1.6)
            made.append((2.0 * right_NS, right_NS + wrong_NS + gold_S.astype(float)))
        return Text((made[0], made[1]), document_S)

    def truth(self) -> float:
        """The difference over very many documents and seeds, of the first less the second."""
        many = replace(self, documents=3000, seeds=60)
        pairs = [many.text(np.random.default_rng(number), BETTER).named() for number in range(4)]
        return float(np.mean([a.scores_N.mean() - b.scores_N.mean() for a, b in pairs]))
