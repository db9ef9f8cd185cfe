"""Ours against transformers.Trainer: same encoder, corpus, epochs, batch size, learning rate and seeds.

    python experiments/001-peer-parity/run.py [--only peer|ours] [--seeds 0 1 2]

Appends to results.csv beside this file and skips rows that are there, so it can be stopped and repeated. The corpus is
NER_LAB_DATA/wnut17, the peer NER_LAB_PEERS/hf_trainer.py (defaults ../shared/data and ../shared/peers). At the end it
prints the paired differences (ours minus peer's, per seed) with a 90 % t interval.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from scipy import stats

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DATA = Path(os.environ.get("NER_LAB_DATA", ROOT.parent / "shared" / "data")) / "wnut17"
PEER = Path(os.environ.get("NER_LAB_PEERS", ROOT.parent / "shared" / "peers")) / "hf_trainer.py"
COLUMNS = ("who", "seed", "dev_f1", "test_f1", "train_seconds", "commit")


def peer(seed: int) -> dict[str, object]:
    from ner_lab.models.encoder import minilm_folder

    files = [word for split in ("train", "dev", "test") for word in (f"--{split}", str(DATA / f"{split}.conll"))]
    settings = ["--epochs", "3", "--batch-size", "32", "--lr", "2e-4", "--seed", str(seed)]
    row = json.loads(
        _run([sys.executable, str(PEER), "--encoder", minilm_folder(), *files, *settings]).splitlines()[-1]
    )
    return {"dev_f1": row["dev_f1"], "test_f1": row["test_f1"], "train_seconds": row["seconds"]}


def ours(seed: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        settings = [
            "data.batch_size=32",
            "trainer.max_epochs=3",
            "optimizer.lr=2e-4",
            "scheduler.warmup=0",
            f"seed={seed}",
        ]
        data = ["data=column", f"data.dir={DATA}", f"hydra.run.dir={folder}/run", "callbacks.checkpoint.keep=none"]
        _run([sys.executable, "-m", "ner_lab", "train", *data, *settings])
        metrics = json.loads(Path(folder, "run", "metrics.json").read_text())
    scores = {f"{split}_f1": round(metrics[split]["f1"], 4) for split in ("dev", "test")}
    return {**scores, "train_seconds": metrics["train"]["seconds"]}


def _run(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("peer", "ours"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments = parser.parse_args()
    for path in (DATA, PEER):
        if not path.exists():
            sys.exit(f"{path} is missing; set NER_LAB_DATA and NER_LAB_PEERS to the folders of corpora and of peers")
    table = HERE / "results.csv"
    rows = list(csv.DictReader(table.open())) if table.exists() else []
    commit = _run(["git", "rev-parse", "--short", "HEAD"]).strip()
    for seed in arguments.seeds:
        for who, run in (("peer", peer), ("ours", ours)):
            done = any(row["who"] == who and row["seed"] == str(seed) for row in rows)
            if arguments.only in (None, who) and not done:
                row = {"who": who, "seed": str(seed), "commit": commit, **run(seed)}
                rows.append({name: str(row[name]) for name in COLUMNS})
                print(rows[-1], flush=True)
                with table.open("a", newline="") as file:
                    writer = csv.DictWriter(file, COLUMNS)
                    if file.tell() == 0:
                        writer.writeheader()
                    writer.writerow(rows[-1])
    for split in ("dev_f1", "test_f1"):
        by = {(row["who"], row["seed"]): float(row[split]) for row in rows}
        differences = [by["ours", s] - by["peer", s] for w, s in by if w == "ours" and ("peer", s) in by]
        if len(differences) > 1:
            mean, error = statistics.mean(differences), statistics.stdev(differences) / len(differences) ** 0.5
            half = stats.t.ppf(0.95, len(differences) - 1) * error
            print(f"{split}: ours - peer {mean:+.4f}, 90 % interval {mean - half:+.4f} to {mean + half:+.4f}")


if __name__ == "__main__":
    main()
