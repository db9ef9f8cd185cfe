"""How often differences that are none are called significant: `ner-lab compare`, and what papers do instead.

    python benchmarks/error_rates.py [--comparisons 1000]

Models are simulated on test sets that are drawn anew each time: every entity, and every place where a false alarm can
happen, has a difficulty that all models share, another that the seeds of one system share, and its document one more.
Two systems that are alike are compared by the crossed random effects of this project, by a paired t-test over the
scores of the seeds, and by a paired test over documents for the mean of the seeds (what the bootstrap and permutations
over sentences or documents estimate). `rows` has their rates at 0.05 in each world, and how often the 95 % interval of
this project holds a true difference. `ratio` is the mean distance of the better peer's rates from 0.05 over that of
ours; the bar is 3.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, dataclass
from itertools import product

import numpy as np
from scipy import stats

from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.significance import difference

BAR = 3.0
ENTITY, SYSTEM, DOCUMENT, SYSTEM_DOCUMENT, RUN_DOCUMENT = 1.5, 0.8, 0.7, 0.25, 0.2  # sd of log-odds
PER_DOCUMENT = 8  # entities
BETTER = 0.2  # log-odds, where there is a difference


@dataclass(frozen=True)
class World:
    """`uneven` is the standard deviation of the logarithm of a document's length, `seed` that of a run's log-odds."""

    documents: int
    uneven: float
    seed: float
    seeds: int
    mean: float

    def systems(self, rng: np.random.Generator, better: float = 0.0) -> tuple[DocumentScores, DocumentScores]:
        """Two systems on one new test set."""
        d = self.documents
        lengths_D = PER_DOCUMENT * np.exp(rng.normal(size=d) * self.uneven - self.uneven**2 / 2)
        gold_D = rng.poisson(lengths_D)
        alarms_D = rng.poisson(0.8 * gold_D + 0.2)
        hard = [rng.normal(size=n_D.sum()) * ENTITY for n_D in (gold_D, alarms_D)]
        document_D = rng.normal(size=d) * DOCUMENT
        made = []
        for shift in (0.0, better):
            own = [each + rng.normal(size=each.shape) * SYSTEM for each in hard]
            system_D = document_D + rng.normal(size=d) * SYSTEM_DOCUMENT + self.mean + shift
            level_ND = system_D + rng.normal(size=(self.seeds, d)) * RUN_DOCUMENT
            level_ND = level_ND + rng.normal(size=(self.seeds, 1)) * self.seed
            right_ND = _happen(rng, own[0], level_ND, gold_D)
            wrong_ND = _happen(rng, own[1] - 0.3, -level_ND, alarms_D)
            made.append(DocumentScores(2.0 * right_ND, right_ND + wrong_ND + gold_D))
        return made[0], made[1]

    def truth(self) -> float:
        """The difference over very many documents and seeds, of the first less the second."""
        luck = stats.norm.ppf((np.arange(20) + 0.5) / 20)
        many = [World(5000, self.uneven, 0.0, 1, self.mean + self.seed * each) for each in luck]
        pairs = [world.systems(np.random.default_rng(number), BETTER) for number, world in enumerate(many)]
        return float(np.mean([a.scores_N - b.scores_N for a, b in pairs]))


def _happen(rng: np.random.Generator, easy_E: np.ndarray, level_ND: np.ndarray, count_D: np.ndarray) -> np.ndarray:
    """How many of each document's events happen in each run."""
    of_E = np.repeat(np.arange(len(count_D)), count_D)
    odds_NE = easy_E + level_ND[:, of_E]
    happened_NE = rng.random(odds_NE.shape) * (1 + np.exp(-odds_NE)) < 1
    return np.stack([np.bincount(of_E, weights=row, minlength=len(count_D)) for row in happened_NE])


def p_over_seeds(a: DocumentScores, b: DocumentScores) -> float:
    return float(stats.ttest_rel(a.scores_N, b.scores_N).pvalue)


def p_over_documents(a: DocumentScores, b: DocumentScores) -> float:
    return float(
        stats.ttest_1samp((a.influences_ND - b.influences_ND).mean(0) + (a.scores_N - b.scores_N).mean(), 0).pvalue
    )


def measured(world: World, comparisons: int, number: int) -> dict[str, float]:
    rng = np.random.default_rng([7, number])
    rates = {"ours": 0.0, "over_seeds": 0.0, "over_documents": 0.0, "interval_holds": 0.0}
    truth = world.truth()
    for _ in range(comparisons):
        a, b = world.systems(rng)
        rates["ours"] += difference(a, b, paired=True).p < 0.05
        rates["over_seeds"] += p_over_seeds(a, b) < 0.05
        rates["over_documents"] += p_over_documents(a, b) < 0.05
        found = difference(*world.systems(rng, BETTER), paired=True)
        rates["interval_holds"] += found.low <= truth <= found.high
    return {name: round(count / comparisons, 4) for name, count in rates.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=1000, help="of each world (default: 1000)")
    chosen = parser.parse_args()
    worlds = [World(*each) for each in product((20, 50, 200), (0.0, 0.7, 1.2), (0.0, 0.05, 0.3), (5, 10), (1.1,))]
    worlds += [World(100, 0.7, 0.05, 5, mean) for mean in (-0.85, 3.0)]  # F1 of about 0.4 and 0.9
    rows = []
    for number, world in enumerate(worlds):
        row = asdict(world) | measured(world, chosen.comparisons, number)
        print(", ".join(f"{key} {value}" for key, value in row.items()), flush=True)
        rows.append(row)
    off = {name: np.mean([abs(row[name] - 0.05) for row in rows]) for name in ("ours", "over_seeds", "over_documents")}
    ratio = min(off["over_seeds"], off["over_documents"]) / off["ours"]
    print(json.dumps({"ratio": round(float(ratio), 2), "bar": BAR, "rows": rows}))


if __name__ == "__main__":
    main()
