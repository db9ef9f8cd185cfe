"""One value of a setting less another for each corpus and seed, with a 90 % interval of Student's t, and a table of the
runs.

python experiments/paired.py outputs/007 trainer.precision bf16-mixed 32-true results.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from statistics import mean, stdev

from omegaconf import OmegaConf
from scipy.stats import t as student

from ner_lab.report.runs import find

folder, setting, value, other, table = sys.argv[1:]
FIELDS = ("corpus", "seed", setting.rpartition(".")[2], "dev_f1", "test_f1", "train_seconds")

rows = []
for run in find([folder]):
    scores = (round(run.metrics["dev"]["f1"], 4), round(run.metrics["test"]["f1"], 4))
    level = str(OmegaConf.select(OmegaConf.create(run.config), setting))
    found = (Path(run.config["data"]["dir"]).name, run.config["seed"], level)
    rows.append((*found, *scores, round(run.metrics["train"]["seconds"])))
rows.sort()
with Path(table).open("w", newline="", encoding="utf-8") as file:
    csv.writer(file, lineterminator="\n").writerows([FIELDS, *rows])

for corpus in sorted({row[0] for row in rows}):
    for column in (3, 4):
        of: dict[str, dict[int, float]] = {}
        for row in rows:
            if row[0] == corpus:
                of.setdefault(row[2], {})[row[1]] = 100 * float(row[column])
        less = [of[value][seed] - of[other][seed] for seed in sorted(of[value])]
        wide = float(student.ppf(0.95, len(less) - 1)) * stdev(less) / len(less) ** 0.5
        print(
            f"{corpus} {FIELDS[column]}: {mean(of[other].values()):.2f}, {mean(of[value].values()):.2f}: "
            f"{mean(less):+.2f} ({mean(less) - wide:+.2f} to {mean(less) + wide:+.2f}), "
            f"by seed {', '.join(f'{one:+.2f}' for one in less)}"
        )
