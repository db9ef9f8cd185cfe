"""How many trials of `search=screen` finish in two minutes on crossner-politics, the start of the sweep included.

    python benchmarks/screen.py [--seconds 120]

As a user starts it, with an empty cache, on all cores; the sweep is stopped when the time is up. `ratio` is the number
of finished trials over the 100 that are asked for; the bar is 1. NER_LAB_DATA is the folder of corpora, ../shared/data
beside the repository without it.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from machine import machine

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("NER_LAB_DATA", ROOT.parent / "shared" / "data"))
WANTED = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=120)
    seconds = parser.parse_args().seconds
    corpus = DATA / "crossner-politics"
    if not corpus.is_dir():
        sys.exit(f"{corpus} is missing; set NER_LAB_DATA to the folder of corpora")
    print(json.dumps(machine()), flush=True)
    ner_lab = [sys.executable, "-m", "ner_lab"]
    with tempfile.TemporaryDirectory() as folder:
        sweep = [*ner_lab, "train", "-m", "search=screen", "data=column", f"data.dir={corpus}"]
        sweep += [f"data.cache={folder}/cache", f"hydra.sweep.dir={folder}/sweep", "hydra.sweeper.n_trials=1000"]
        running = subprocess.Popen(sweep, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        with suppress(subprocess.TimeoutExpired):
            sys.exit(f"the sweep ended by itself ({running.wait(seconds)})")
        os.killpg(running.pid, signal.SIGINT)
        running.wait()
        listed = subprocess.run(
            [*ner_lab, "sweep", "list", f"{folder}/sweep", "--json"], capture_output=True, text=True
        )
    trials = json.loads(listed.stdout)
    finished = [trial for trial in trials if trial["state"] == "COMPLETE"]
    print(f"{len(finished)} trials finished in {seconds} s, best dev F1 {max(t['value'] for t in finished):.4f}")
    ratio = round(len(finished) / WANTED, 2)
    print(json.dumps({"ratio": ratio, "bar": 1.0, "rows": [{"finished": len(finished), "seconds": seconds}]}))
    sys.exit(ratio < 1)


if __name__ == "__main__":
    main()
