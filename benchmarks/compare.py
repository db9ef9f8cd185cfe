"""Time of `ner-lab compare` on 200 runs of 3,000 test sentences.

    python benchmarks/compare.py [--runs 200] [--sentences 3000]

The runs are made up (20 losses with 10 seeds each, log-probabilities of nine labels as training writes them), then
compared twice by the command line, in processes of their own: without counts in the run folders, and again with them.
Each of the two has to stay below 20 s, with all 190 pairs, the page and the figures written. `ratio` is that bar over
the slower of the two.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from ner_lab.data import predictions
from ner_lab.files import RunFolder, write_atomically, write_json
from ner_lab.types import Prediction, Sentence

BAR = 20.0
LOSSES, WORDS, LABELS = 20, 20, 9


def corpus(sentences: int, rng: np.random.Generator) -> list[Sentence]:
    """Sentences of 20 words with two entities, ten a document."""
    made = []
    for index in range(sentences):
        tags = ["O"] * WORDS
        for begin in (2, 11):
            type_ = ("PER", "LOC", "ORG", "MISC")[rng.integers(4)]
            tags[begin : begin + 2] = [f"B-{type_}", f"I-{type_}"]
        words = tuple(f"word{rng.integers(10_000)}" for _ in tags)
        made.append(Sentence(words, tuple(tags), f"d{index // 10}", f"made:{index}"))
    return made


def write_runs(folder: Path, runs: int, sentences: int) -> None:
    rng = np.random.default_rng(0)
    gold = corpus(sentences, rng)
    log_probs = np.log(rng.dirichlet(np.full(LABELS, 0.1), size=(100, WORDS)) + 1e-9).tolist()
    for number in range(runs):
        run, loss, seed = RunFolder(folder / str(number)), number % LOSSES, number // LOSSES
        found = []
        for index, sentence in enumerate(gold):
            tags = list(sentence.tags or ())
            for begin in (2, 11):
                if rng.random() < 0.15 + 0.002 * loss:
                    tags[begin : begin + 2] = ["O", "O"]
            found.append(Prediction(sentence, tuple(tags), (), log_probs[index % 100], 1.0))
        # Not predictions.write, which would score every run with seqeval before it is timed.
        rows = (predictions._row("test", index, prediction) for index, prediction in enumerate(found))
        write_atomically(run.predictions("test"), rows)
        write_atomically(run.config, f"seed: {seed}\nloss: {{_target_: losses.loss{loss}.Loss}}\n")
        write_atomically(run.overrides, f"- loss=loss{loss}\n- seed={seed}\n")
        write_json(run.environment, {"git": {"commit": "a" * 40, "dirty": False}, "data": {}})
        write_json(run.metrics, {"objective": 0.9, "train": {"seconds": 60.0, "words_per_s": 1000.0}})


def compared(folder: Path) -> float:
    """Seconds of the command, with all that it writes."""
    files = [f"{kind}={folder}/out.{kind}" for kind in ("csv", "json", "markdown", "latex", "html", "svg")]
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "ner_lab", "compare", str(folder), *files], check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--sentences", type=int, default=3000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write_runs(Path(name), chosen.runs, chosen.sentences)
        rows = [{"counts": counts, "seconds": round(compared(Path(name)), 2)} for counts in ("none yet", "cached")]
    for row in rows:
        print(f"{chosen.runs} runs of {chosen.sentences} sentences, counts {row['counts']}: {row['seconds']} s")
    print(json.dumps({"ratio": round(BAR / max(row["seconds"] for row in rows), 2), "bar": 1.0, "rows": rows}))


if __name__ == "__main__":
    main()
