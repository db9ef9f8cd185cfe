"""What is frozen computed once, against computed in every step: a trial of 160 steps on crossner-politics.

    python benchmarks/frozen.py [--repeats 1]

MiniLM with all six layers frozen, and with the lowest three, batch 32, linear head, no dropout before it (as in
`search=screen`; over frozen states that would be half of a step); once with
`model.encoder.cache_frozen=true` and its states in the cache, once without, in turns, each in a process of its own.
Imports are not counted, since trials of a sweep are forks of a process that has them. `seconds` of the steps are those
of `metrics.json` (evaluation excluded), those of the trial go from the config to `metrics.json`: reading, loading,
evaluations at steps 80 and 160, scoring, writing. What filling the cache cost stands beside it. `ratio` is that of the
steps with all layers frozen; the bar is 20. Scores of the arms are printed, which differ only in rounding where
trainer.precision=32-true; the arm without is measured at its default, which may be bfloat16. NER_LAB_DATA is the folder
of corpora, ../shared/data beside the repository without it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from machine import machine

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("NER_LAB_DATA", ROOT.parent / "shared" / "data"))
BAR = 20.0
TRIAL = """
import json, sys, time
import ner_lab, ner_lab.training.experiment, ner_lab.models.encoder.encoder, ner_lab.metrics.spans
begin = time.perf_counter()
result = ner_lab.train(*sys.argv[1:])
print(json.dumps({"trial": time.perf_counter() - begin, "steps": result.metrics["train"]["seconds"],
                  "f1": result.metrics["dev"]["f1"]}))
"""


def trial(*settings: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        base = [
            "data=column",
            f"data.dir={DATA / 'crossner-politics'}",
            "trainer.max_epochs=1000",
            "trainer.max_steps=160",
            "trainer.val_check_interval=80",
            "trainer.check_val_every_n_epoch=null",
            "optimizer.lr=1e-3",
            "optimizer.head_lr=3e-3",
            "model.dropout=0.0",
            "logger=none",
            "callbacks.checkpoint.keep=none",
            "callbacks.checkpoint.rest=60",
            f"hydra.run.dir={folder}/run",
        ]
        done = subprocess.run([sys.executable, "-c", TRIAL, *base, *settings], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=1)
    repeats = parser.parse_args().repeats
    if not (DATA / "crossner-politics").is_dir():
        sys.exit(f"{DATA / 'crossner-politics'} is missing; set NER_LAB_DATA to the folder of corpora")
    print(json.dumps(machine()), flush=True)
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as cache:
        for frozen in (-1, 3):
            settings = [f"model.encoder.freeze_layers={frozen}", f"data.cache={cache}"]
            kept = [*settings, "model.encoder.cache_frozen=true"]
            first = trial(*kept)
            size = sum(file.stat().st_size for file in Path(cache).glob("*/states_QE.npy")) / 2**20
            turns = [(trial(*kept), trial(*settings)) for _ in range(repeats)]
            row: dict[str, Any] = {"frozen": "all" if frozen == -1 else f"{frozen} of 6", "cache_mib": round(size)}
            for what in ("steps", "trial"):
                cached, without = (statistics.median(turn[arm][what] for turn in turns) for arm in (0, 1))
                row[what] = {"cached": round(cached, 2), "without": round(without, 2)}
                row[what]["ratio"] = round(without / cached, 2)
            row["first_trial"] = round(first["trial"], 2)
            row["dev_f1"] = [round(turn["f1"], 4) for turn in turns[0]]
            rows.append(row)
            print(
                f"{row['frozen']:>6} frozen: 160 steps {row['steps']['cached']:.2f} s cached, "
                f"{row['steps']['without']:.2f} s without ({row['steps']['ratio']:.1f}x); the whole trial "
                f"{row['trial']['cached']:.2f} and {row['trial']['without']:.2f} s ({row['trial']['ratio']:.1f}x); "
                f"the first trial, which fills {size:.0f} MiB of cache, {row['first_trial']:.1f} s; "
                f"dev F1 {row['dev_f1']}",
                flush=True,
            )
    ratio = rows[0]["steps"]["ratio"]
    print(json.dumps({"ratio": ratio, "bar": BAR, "rows": rows}))
    sys.exit(ratio < BAR)


if __name__ == "__main__":
    main()
