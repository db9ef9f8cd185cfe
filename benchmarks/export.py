"""An export side by side with the run in torch and with transformers' pipeline: words per second and latency.

    python benchmarks/export.py [--sentences 300] [--repeats 3] [--head linear]

A MiniLM tagger is trained for a moment and exported for transformers, in ONNX, and in ONNX with int8 (whatever that
costs: `int8_f1` and `float32_f1` say it, on the sentences of the benchmark). All read generated sentences of newswire
lengths on the CPU with all threads, in one process and taking turns: one sentence after the other (batch 1, as a
service without a queue does), and in batches of 32. Loading is not timed. `torch` is the run with its defaults, in
bfloat16 where the probe of this machine found that faster; `torch_float32` is the like of the export. A CRF has no
pipeline. `ratio` is the median over the repeats of ONNX in float32 over `torch` at batch 1, bar 2.0; `int8_to_pipeline`
that of int8 over the pipeline at batch 32, bar 8.0. Where ONNX is slower, that is what it prints.
On a machine that others use, too, say `OMP_NUM_THREADS=1`: threads that wait for each other measure the others.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from machine import machine
from prediction import TRAINING, ner_lab
from training import spread
from transformers import pipeline
from transformers.utils import logging

from ner_lab.metrics import spans
from ner_lab.training.reading import open_reader
from ner_lab.types import Sentence

BATCHES = (1, 32)
Side = Callable[[Sequence[Sentence]], Any]


def sides_of(folder: Path, head: str, batch: int) -> dict[str, Side]:
    """What reads sentences, by name."""
    settings = {
        "torch": ("run", "auto"),
        "torch_float32": ("run", "float32"),
        "onnx": ("onnx", "auto"),
        "int8": ("int8", "auto"),
    }
    found: dict[str, Side] = {
        name: open_reader(folder / place, "cpu", batch, precision).annotate
        for name, (place, precision) in settings.items()
    }
    if head == "linear":
        peer: Any = pipeline("ner", model=str(folder / "transformers"), device="cpu")
        found["pipeline"] = lambda some: peer([" ".join(s.words) for s in some], batch_size=batch)
    return found


def timed(side: Side, sentences: Sequence[Sentence], batch: int) -> dict[str, float]:
    """Words per second; at batch 1 also the median and the 95th percentile of a sentence, in milliseconds."""
    words = sum(len(sentence.words) for sentence in sentences)
    if batch > 1:
        begin = time.perf_counter()
        side(sentences)
        return {"words_per_s": round(words / (time.perf_counter() - begin), 1)}
    taken = []
    for sentence in sentences:
        begin = time.perf_counter()
        side([sentence])
        taken.append(1000 * (time.perf_counter() - begin))
    return {
        "words_per_s": round(1000 * words / sum(taken), 1),
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(statistics.quantiles(taken, n=20)[-1], 2),
    }


def median_ratio(rows: Sequence[dict[str, Any]], batch: int, fast: str, slow: str) -> float | None:
    pairs = [(row[fast], row[slow]) for row in rows if row["batch"] == batch and slow in row]
    return round(statistics.median(a["words_per_s"] / b["words_per_s"] for a, b in pairs), 2) if pairs else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--head", choices=("linear", "crf"), default="linear")
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    gold = spread(arguments.sentences)
    sentences = [Sentence(sentence.words) for sentence in gold]
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ner_lab("train", *TRAINING, f"model/head={arguments.head}", f"hydra.run.dir={folder / 'run'}")
        exports = {"onnx": ["format=onnx"], "int8": ["format=onnx", "precision=int8", "tolerance=100"]}
        if arguments.head == "linear":
            exports["transformers"] = []
        for export, settings in exports.items():
            ner_lab("export", f"run={folder / 'run'}", f"output={folder / export}", *settings)
        measured = json.loads((folder / "int8" / "export.json").read_text())["measured"]["int8"]
        sizes = {one: round((folder / one / "model.onnx").stat().st_size / 1e6, 1) for one in ("onnx", "int8")}
        for batch in BATCHES:
            sides = sides_of(folder, arguments.head, batch)
            for side in sides.values():
                timed(side, sentences[:32], batch)  # the first calls set up threads and buffers
            for repeat in range(arguments.repeats):
                order = sorted(sides, reverse=bool(repeat % 2))
                row = {"batch": batch, **{one: timed(sides[one], sentences, batch) for one in order}}
                rows.append(row)
                said = ", ".join(f"{one} {row[one]['words_per_s']:,.0f}" for one in sorted(sides))
                print(f"batch {batch}: {said} words/s", flush=True)
        scores = {
            f"{one}_f1": round(
                spans.scores([list(s.tags or ()) for s in gold], [list(p.tags) for p in sides[side](sentences)])["f1"],
                4,
            )
            for one, side in (("float32", "onnx"), ("int8", "int8"))
        }
    result = {
        "ratio": median_ratio(rows, 1, "onnx", "torch"),
        "bar": 2.0,
        "int8_to_pipeline": median_ratio(rows, 32, "int8", "pipeline"),
        "head": arguments.head,
        "ratios": {
            f"{fast}_to_{slow}_at_{batch}": median_ratio(rows, batch, fast, slow)
            for batch in BATCHES
            for fast in ("onnx", "int8")
            for slow in ("torch", "torch_float32", "pipeline")
        },
        **scores,
        "megabytes": sizes,
        "left_in_float32": measured["left_in_float32"],
        "machine": machine(),
        "rows": rows,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
