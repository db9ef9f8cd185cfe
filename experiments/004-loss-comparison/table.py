"""The scores of study 004: writes results.csv, a row a run, beside this file, and prints a table a corpus.

python experiments/004-loss-comparison/table.py $(python experiments/004-loss-comparison/decode.py outputs/004 OTHER)
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

from ner_lab.report.runs import Run, find
from ner_lab.training.redecoding import own

SCORES = ("dev_f1", "test_f1", "test_f1_strict")
HEADS = ("greedy", "viterbi", "crf")


def row(run: Run) -> dict[str, object]:
    metrics = json.loads((run.path / "metrics.json").read_text())
    head = own(run.config["model"]["head"]) if run.choices["model/head"] == "linear" else "crf"
    scores = {f"{split}_{name}": metrics[split][name] for split in ("dev", "test") for name in ("f1", "f1_strict")}
    return {
        "corpus": Path(run.config["data"]["dir"]).name,
        "loss": run.choices["loss"],
        "head": head,
        "seed": run.config["seed"],
        **{name: round(scores[name], 4) for name in SCORES},
    }


def main() -> None:
    rows = sorted((row(run) for run in find(sys.argv[1:])), key=lambda one: [str(value) for value in one.values()])
    with (Path(__file__).parent / "results.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    cells: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for one in rows:
        cells[str(one["corpus"]), str(one["loss"]), str(one["head"])].append(100 * float(str(one["test_f1"])))
    losses = sorted({loss for _, loss, _ in cells}, key=lambda loss: (loss != "nll", loss))
    for head in HEADS:
        print(f"\n| {head} | {' | '.join(losses)} |\n|---|{'---|' * len(losses)}")
        for corpus in sorted({corpus for corpus, _, _ in cells}):
            found = [cells[corpus, loss, head] for loss in losses]
            print(
                f"| {corpus} |",
                " | ".join(f"{statistics.mean(f1):.1f} ± {statistics.stdev(f1):.1f}" for f1 in found),
                "|",
            )


if __name__ == "__main__":
    main()
