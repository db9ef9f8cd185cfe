"""The first model: log-odds that add up.

Every entity, and every place where a false alarm can happen, has a difficulty that all models share, another that the
seeds of one system share, and its document one more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from ner_lab.report.compare.document_scores import DocumentScores
from simulated.text import Text

ENTITY, SYSTEM, DOCUMENT = 1.5, 0.8, 0.7  # sd of log-odds
PER_DOCUMENT = 8  # entities
BETTER = 0.2  # log-odds, where there is a difference
EMPTY, MORE = 0.4, 2 / 3  # share of sentences without entities, and mean of further ones in the others: 1 on average


@dataclass(frozen=True)
class World:
    """`uneven` is the standard deviation of the logarithm of a document's length, `seed` that of a run's log-odds,
    `system` and `run` those of a system and of a run on a document."""

    documents: int
    uneven: float
    seed: float
    seeds: int
    mean: float
    entities: int = PER_DOCUMENT  # of a document; with 0 each document of a text is a single sentence
    system: float = 0.25
    run: float = 0.2

    def systems(self, rng: np.random.Generator, better: float = 0.0) -> tuple[DocumentScores, DocumentScores]:
        """Two systems on one new test set."""
        d = self.documents
        gold_D = rng.poisson(self._lengths(rng))
        alarms_D = rng.poisson(0.8 * gold_D + 0.2)
        a, b = self._scored(rng, gold_D, alarms_D, np.arange(d), better)
        return DocumentScores(*a), DocumentScores(*b)

    def text(self, rng: np.random.Generator, better: float = 0.0) -> Text:
        """The same in sentences of an entity each, on average."""
        document_S = np.repeat(np.arange(self.documents), np.maximum(1, rng.poisson(self._lengths(rng))))
        gold_S = np.where(rng.random(len(document_S)) < EMPTY, 0, 1 + rng.poisson(MORE, len(document_S)))
        alarms_S = rng.poisson(0.8 * gold_S + 0.2)
        return Text(self._scored(rng, gold_S, alarms_S, document_S, better), document_S)

    def truth(self) -> float:
        """The difference over very many documents and seeds, of the first less the second."""
        luck = stats.norm.ppf((np.arange(20) + 0.5) / 20)
        many = [replace(self, documents=5000, entities=PER_DOCUMENT, seed=0.0, seeds=1) for _ in luck]
        many = [replace(one, mean=self.mean + self.seed * each) for one, each in zip(many, luck, strict=True)]
        pairs = [world.systems(np.random.default_rng(number), BETTER) for number, world in enumerate(many)]
        return float(np.mean([a.scores_N - b.scores_N for a, b in pairs]))

    def _lengths(self, rng: np.random.Generator) -> np.ndarray:
        return self.entities * np.exp(rng.normal(size=self.documents) * self.uneven - self.uneven**2 / 2)

    def _scored(
        self, rng: np.random.Generator, gold_U: np.ndarray, alarms_U: np.ndarray, document_U: np.ndarray, better: float
    ) -> tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
        """Numerators and denominators of both systems, of units that each lie in a document."""
        d = self.documents
        hard = [rng.normal(size=n_U.sum()) * ENTITY for n_U in (gold_U, alarms_U)]
        document_D = rng.normal(size=d) * DOCUMENT
        made = []
        for shift in (0.0, better):
            own = [each + rng.normal(size=each.shape) * SYSTEM for each in hard]
            system_D = document_D + rng.normal(size=d) * self.system + self.mean + shift
            level_ND = system_D + rng.normal(size=(self.seeds, d)) * self.run
            level_NU = (level_ND + rng.normal(size=(self.seeds, 1)) * self.seed)[:, document_U]
            right_NU = _happen(rng, own[0], level_NU, gold_U)
            wrong_NU = _happen(rng, own[1] - 0.3, -level_NU, alarms_U)
            made.append((2.0 * right_NU, right_NU + wrong_NU + gold_U))
        return made[0], made[1]


def _happen(rng: np.random.Generator, easy_E: np.ndarray, level_NU: np.ndarray, count_U: np.ndarray) -> np.ndarray:
    """How many of each unit's events happen in each run."""
    of_E = np.repeat(np.arange(len(count_U)), count_U)
    odds_NE = easy_E + level_NU[:, of_E]
    happened_NE = rng.random(odds_NE.shape) * (1 + np.exp(-odds_NE)) < 1
    return np.stack([np.bincount(of_E, weights=row, minlength=len(count_U)) for row in happened_NE])
