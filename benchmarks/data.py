"""Time and memory of the way from a file to batches.

    python benchmarks/data.py [--sentences 2000000]

First, 14,000 generated news sentences are encoded for all-MiniLM-L6-v2 with an empty cache and then again: at most 5 s
and 0.3 s. Then a column file of two million sentences (12 words on average) is trained on for 200 steps of 32,
once as it is and once with one sentence in a hundred of it: the most resident memory of either process, whose
difference is what the size of the corpus costs. The model is the tiny one, so that the data are what is measured; the
small run's memory is that of the libraries and the model. The bar is 2 GB more. `ratio` is the bar over the worst of
the three, in shares of its own bar: above 1, all are kept.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from ner_lab.models.encoder import load
from ner_lab.newswire.datamodule import NewswireData

BARS = {"first_s": 5.0, "again_s": 0.3, "memory_gb": 2.0}


def encoding(cache: Path) -> tuple[float, float]:
    """Seconds to encode 14,000 sentences, without and with an entry in the cache."""
    model, tokenizer = load("minilm")
    seconds = []
    for _ in range(2):
        data = NewswireData(size=14_000, cache=str(cache))
        data.setup()
        data.sentences = {"train": data.sentences["train"]}
        start = time.perf_counter()
        data.encode(tokenizer, model.config.max_position_embeddings, 0)
        seconds.append(time.perf_counter() - start)
    return seconds[0], seconds[1]


def write(path: Path, sentences: int) -> None:
    """Sentences of invented words, of 100,000 different ones, in a column file."""
    draw = random.Random(0)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(100_000)]
    with path.open("w", encoding="utf-8") as file:
        for _ in range(sentences):
            rows = [f"{word} O" for word in draw.choices(words, k=draw.randint(4, 20))]
            rows[draw.randrange(len(rows))] = f"{draw.choice(words)} B-{draw.choice(['PER', 'LOC'])}"
            file.write("\n".join(rows) + "\n\n")


def trained(folder: Path, cache: Path) -> tuple[float, float]:
    """Seconds and GB of resident memory of 200 steps on a folder's corpus."""
    settings = ["data=column", f"data.dir={folder}", "model=tiny", "logger=none", f"data.cache={cache}"]
    settings += ["trainer.max_steps=200", "callbacks.checkpoint.keep=none", f"hydra.run.dir={folder}/run"]
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "ner_lab", "train", *settings], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"training on {folder} failed")
    return time.perf_counter() - start, usage.ru_maxrss * 1024 / 1e9  # Linux counts it in KiB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=2_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name) / "cache"
        first, again = encoding(cache)
        print(f"14,000 sentences: encoded in {first:.2f} s, from the cache in {again:.2f} s", flush=True)
        rows = []
        for sentences in (arguments.sentences // 100, arguments.sentences):
            folder = Path(name) / str(sentences)
            folder.mkdir()
            write(folder / "train.conll", sentences)
            write(folder / "dev.conll", 1000)
            seconds, memory = trained(folder, cache)
            rows.append({"sentences": sentences, "seconds": round(seconds, 1), "resident_gb": round(memory, 3)})
            print(f"{sentences} sentences, 200 steps: {seconds:.0f} s, {memory:.2f} GB resident", flush=True)
    measured = {"first_s": first, "again_s": again, "memory_gb": rows[1]["resident_gb"] - rows[0]["resident_gb"]}
    ratio = min(BARS[name] / max(value, 1e-6) for name, value in measured.items())
    print(json.dumps({"ratio": round(ratio, 2), "bar": 1.0, "rows": rows, **measured}))


if __name__ == "__main__":
    main()
