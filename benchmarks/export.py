"""An export side by side with the run in torch and with transformers' pipeline: words per second and latency.

    python benchmarks/export.py [--sentences 300] [--repeats 3] [--head linear]
    python benchmarks/export.py --runs RUN... --csv FILE      # of trained runs, on sentences of their own dev

A MiniLM tagger is trained for a moment and exported for transformers, in ONNX, and in ONNX with int8 (whatever that
costs: `int8_f1` and `float32_f1` say it, on the sentences of the benchmark). All read generated sentences of newswire
lengths on the CPU with all threads, in one process and taking turns: one sentence after the other (batch 1, as a
service without a queue does), and in batches of 32. Loading is not timed. `torch` is the run with its defaults, in
bfloat16 where the probe of this machine found that faster; `torch_float32` is the like of the export. A CRF has no
pipeline. `ratio` is the median over the repeats of ONNX in float32 over `torch` at batch 1, bar 2.0; `int8_to_pipeline`
that of int8 over the pipeline at batch 32, bar 8.0. Where ONNX is slower, that is what it prints.
With `--runs` int8 is exported as users do, with `tolerance` at its default, and the CSV also says what it costs on dev.
On a machine that others use, too, say `OMP_NUM_THREADS=1`: threads that wait for each other measure the others.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from machine import machine
from omegaconf import OmegaConf
from prediction import TRAINING, ner_lab
from training import spread
from transformers import pipeline
from transformers.utils import logging

from ner_lab.metrics import spans
from ner_lab.training.reading import open_reader
from ner_lab.types import Sentence

BATCHES = (1, 32)
Side = Callable[[Sequence[Sentence]], Any]


def sides_of(run: Path, folder: Path, head: str, batch: int) -> dict[str, Side]:
    """What reads sentences, by name."""
    settings = {
        "torch": (run, "auto"),
        "torch_float32": (run, "float32"),
        "onnx": (folder / "onnx", "auto"),
        "int8": (folder / "int8", "auto"),
    }
    found: dict[str, Side] = {
        name: open_reader(place, "cpu", batch, precision).annotate for name, (place, precision) in settings.items()
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


def exported(run: Path, folder: Path, head: str, tolerance: float | None) -> dict[str, Any]:
    """Writes the exports of a run into a folder; what was measured of int8, and how large they are."""
    folder.mkdir(exist_ok=True)
    exports = {"onnx": ["format=onnx"], "int8": ["format=onnx", "precision=int8"]}
    if tolerance is not None:
        exports["int8"].append(f"tolerance={tolerance}")
    if head == "linear":
        exports["transformers"] = []
    for export, settings in exports.items():
        ner_lab("export", f"run={run}", f"output={folder / export}", *settings)
    measured = json.loads((folder / "int8" / "export.json").read_text())["measured"]["int8"]
    sizes = {one: round((folder / one / "model.onnx").stat().st_size / 1e6, 1) for one in ("onnx", "int8")}
    return {**measured, "megabytes": sizes}


def in_turns(
    run: Path, folder: Path, head: str, sentences: Sequence[Sentence], repeats: int
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """The rows of every batch and repeat, and by name the median of each export's words per second over the others'."""
    rows: list[dict[str, Any]] = []
    for batch in BATCHES:
        sides = sides_of(run, folder, head, batch)
        for side in sides.values():
            timed(side, sentences[:32], batch)  # the first calls set up threads and buffers
        for repeat in range(repeats):
            order = sorted(sides, reverse=bool(repeat % 2))
            row = {"batch": batch, **{one: timed(sides[one], sentences, batch) for one in order}}
            rows.append(row)
            said = ", ".join(f"{one} {row[one]['words_per_s']:,.0f}" for one in sorted(sides))
            print(f"batch {batch}: {said} words/s", flush=True)
    ratios = {
        f"{fast}_to_{slow}_at_{batch}": ratio
        for batch in BATCHES
        for fast in ("onnx", "int8")
        for slow in ("torch", "torch_float32", "pipeline")
        if (ratio := median_ratio(rows, batch, fast, slow)) is not None
    }
    return rows, ratios


def of_runs(runs: Sequence[Path], file: Path, count: int, repeats: int) -> None:
    """A row of a CSV for each run."""
    found = []
    for path in runs:
        config: Any = OmegaConf.load(path / "config.yaml")
        head = "crf" if config.model.head._target_.endswith("CRFHead") else "linear"
        lines = (path / "predictions" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
        dev = [Sentence(tuple(one["words"])) for one in map(json.loads, lines)]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "as_users_get_it"
            try:
                int8 = exported(path, folder, head, None)
            except SystemExit as refusal:  # then what it would be, whatever it costs
                print(f"{path}: {refusal}", flush=True)
                folder = Path(name) / "tolerated"
                int8 = exported(path, folder, head, 100)
            _, ratios = in_turns(path, folder, head, dev[:: max(1, len(dev) // count)][:count], repeats)
        low, high = int8["interval"]
        row = {
            "corpus": Path(str(config.data.dir)).name,
            "head": head,
            "tolerance": int8["tolerance"],
            "dev_sentences": int8["sentences"],
            "float32_f1": round(int8["f1"] - int8["difference"], 2),
            "int8_f1": round(int8["f1"], 2),
            "difference": round(int8["difference"], 2),
            "low": round(low, 2),
            "high": round(high, 2),
            "layers_in_float32": len(int8["left_in_float32"]),
            **{f"{one}_mb": size for one, size in int8["megabytes"].items()},
            **ratios,
        }
        print(json.dumps(row), flush=True)
        found.append(row)
        with file.open("w", newline="", encoding="utf-8") as to:  # after each, since all take long
            writer = csv.DictWriter(to, list(dict.fromkeys(key for one in found for key in one)))
            writer.writeheader()
            writer.writerows(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=300)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--head", choices=("linear", "crf"), default="linear")
    parser.add_argument("--runs", type=Path, nargs="+")
    parser.add_argument("--csv", type=Path)
    arguments = parser.parse_args()
    if bool(arguments.runs) != bool(arguments.csv):
        parser.error("--runs and --csv belong together")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    if arguments.runs:
        of_runs(arguments.runs, arguments.csv, arguments.sentences, arguments.repeats)
        return
    gold = spread(arguments.sentences)
    sentences = [Sentence(sentence.words) for sentence in gold]
    with tempfile.TemporaryDirectory() as name:
        folder, run = Path(name), Path(name) / "run"
        ner_lab("train", *TRAINING, f"model/head={arguments.head}", f"hydra.run.dir={run}")
        int8 = exported(run, folder, arguments.head, 100)
        rows, ratios = in_turns(run, folder, arguments.head, sentences, arguments.repeats)
        scores = {
            f"{one}_f1": round(
                spans.scores(
                    [list(s.tags or ()) for s in gold],
                    [list(p.tags) for p in open_reader(folder / side, "cpu", 32).annotate(sentences)],
                )["f1"],
                4,
            )
            for one, side in (("float32", "onnx"), ("int8", "int8"))
        }
    result = {
        "ratio": ratios["onnx_to_torch_at_1"],
        "bar": 2.0,
        "int8_to_pipeline": ratios.get("int8_to_pipeline_at_32"),
        "head": arguments.head,
        "ratios": ratios,
        **scores,
        "megabytes": int8["megabytes"],
        "left_in_float32": int8["left_in_float32"],
        "machine": machine(),
        "rows": rows,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    sys.exit(main())
