"""bfloat16 less float32 for each seed, with a 90 % interval of Student's t; writes a table of the runs beside itself.

python experiments/007-bfloat16-training/paired.py outputs/007 results.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from statistics import mean, stdev

from scipy.stats import t as student

from ner_lab.report.runs import find

FIELDS = ("corpus", "seed", "precision", "dev_f1", "test_f1", "train_seconds")

rows = []
for run in find([sys.argv[1]]):
    metrics = run.metrics
    scores = (round(metrics["dev"]["f1"], 4), round(metrics["test"]["f1"], 4))
    found = (Path(run.config["data"]["dir"]).name, run.config["seed"], run.config["trainer"]["precision"])
    rows.append((*found, *scores, round(metrics["train"]["seconds"])))
rows.sort()
with (Path(__file__).parent / sys.argv[2]).open("w", newline="", encoding="utf-8") as file:
    csv.writer(file, lineterminator="\n").writerows([FIELDS, *rows])

for corpus in sorted({row[0] for row in rows}):
    for column in (3, 4):
        by_precision: dict[str, list[float]] = {}
        for row in rows:
            if row[0] == corpus:
                by_precision.setdefault(str(row[2]), []).append(100 * float(row[column]))
        pairs = zip(by_precision["bf16-mixed"], by_precision["32-true"], strict=True)
        less = [half - full for half, full in pairs]
        wide = float(student.ppf(0.95, len(less) - 1)) * stdev(less) / len(less) ** 0.5
        print(
            f"{corpus} {FIELDS[column]}: {mean(less):+.2f} ({mean(less) - wide:+.2f} to {mean(less) + wide:+.2f}), "
            f"by seed {', '.join(f'{one:+.2f}' for one in less)}"
        )
