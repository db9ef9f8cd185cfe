"""Whether a search over frozen states ranks losses and heads as fine-tuning does.

python experiments/009-screening/agreement.py outputs/009/frozen outputs/009/tuned

The second folder has the fine-tuned runs of the third corpus; those of the first two are in fine_tuned.csv.
Writes results.csv (every run, frozen and fine-tuned) and agreement.csv. A frozen configuration has its best learning
rate by the mean of dev F1, as a search would find it. Kendall's tau-b; its interval comes from drawing seeds anew on
both sides, 2,000 times, the same for all configurations.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import kendalltau

from ner_lab.report.runs import find

HERE = Path(__file__).resolve().parent
TUNED = HERE / "fine_tuned.csv"
DRAWS = 2000
Config = tuple[str, str]  # loss, head
Scores = dict[Config, dict[str, list[float]]]  # learning rate -> F1 of each seed


def frozen(path: str) -> dict[str, Scores]:
    found: dict[str, Scores] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for run in (run for run in find([path]) if run.state == "finished"):
        config = (run.choices["loss"], run.choices["model/head"])
        corpus = Path(run.config["data"]["dir"]).name
        found[corpus][config][str(run.config["optimizer"]["head_lr"])].append(100 * run.metrics["dev"]["f1"])
    return found


def tuned(path: str) -> dict[str, Scores]:
    found: dict[str, Scores] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    with TUNED.open() as file:
        for row in csv.DictReader(file):
            corpus = row["test_set"].split()[0]
            found[corpus][row["loss"], row["model/head"]]["2e-4"].append(100 * float(row["test_f1"]))
    for run in (run for run in find([path]) if run.state == "finished"):
        corpus = Path(run.config["data"]["dir"]).name
        config = (run.choices["loss"], run.choices["model/head"])
        found[corpus][config]["2e-4"].append(100 * run.metrics["test"]["f1"])
    return found


def best(rates: dict[str, list[float]], seeds: list[int]) -> float:
    """The mean over some seeds at the learning rate where it is highest."""
    return max(float(np.mean([scores[seed] for seed in seeds])) for scores in rates.values())


def agreement(screen: Scores, full: Scores, random: np.random.Generator) -> dict[str, float]:
    """tau, its 90 % interval, how often the screen's first is among the best three, and what it costs to take it."""
    configs = sorted(screen.keys() & full.keys())
    counts = [len(next(iter(side[configs[0]].values()))) for side in (screen, full)]

    def once(seeds: list[list[int]]) -> tuple[float, bool, float]:
        a, b = ([best(side[c], drawn) for c in configs] for side, drawn in zip((screen, full), seeds, strict=True))
        first = int(np.argmax(a))
        return float(kendalltau(a, b).statistic), sum(score > b[first] for score in b) < 3, max(b) - b[first]

    tau, _, cost = once([list(range(count)) for count in counts])
    drawn = [once([random.integers(0, count, count).tolist() for count in counts]) for _ in range(DRAWS)]
    low, high = np.nanquantile([one[0] for one in drawn], [0.05, 0.95])
    return {
        "configurations": len(configs),
        "tau": round(tau, 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "first_among_three": round(float(np.mean([one[1] for one in drawn])), 3),
        "points_lost": round(cost, 2),
    }


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    screens, fulls = frozen(sys.argv[1]), tuned(sys.argv[2])
    with (HERE / "results.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["corpus", "encoder", "loss", "model/head", "rate", "f1_of_seeds"])
        for name, side in (("frozen, dev", screens), ("fine-tuned, test", fulls)):
            for corpus in sorted(side):
                for (loss, head), rates in sorted(side[corpus].items()):
                    for rate, scores in sorted(rates.items()):
                        out.writerow([corpus, name, loss, head, rate, " ".join(f"{score:.2f}" for score in scores)])
    random, rows = np.random.default_rng(0), []
    for corpus in sorted(screens):
        for what, kept in (
            ("losses and heads", lambda config: True),
            ("losses, crf", lambda config: config[1] == "crf"),
            ("losses, linear", lambda config: config[1] == "linear"),
            ("usual losses, crf", lambda config: config[1] == "crf" and config[0] != "weighted_cross_entropy"),
            ("usual losses, linear", lambda config: config[1] == "linear" and config[0] != "weighted_cross_entropy"),
        ):
            parts = [
                {config: side[corpus][config] for config in side[corpus] if kept(config)} for side in (screens, fulls)
            ]
            rows.append({"corpus": corpus, "ranked": what, **agreement(parts[0], parts[1], random)})
    with (HERE / "agreement.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0].keys())
        table.writeheader()
        table.writerows(rows)
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
