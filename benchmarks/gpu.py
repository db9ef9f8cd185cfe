"""Everything about GPUs, side by side with what users have otherwise; at most six minutes on a machine with one.

    python benchmarks/gpu.py [--seconds 360] [--small] [--parts sweeps prediction]

- CRF: loss, marginals and decoding against pytorch-crf, in interleaved pairs; medians. Loss and marginals with their
  gradients; its marginals are those of autograd.
- Training: three epochs on generated text in bfloat16 against NER_LAB_PEERS/hf_trainer.py (`transformers.Trainer`,
  ACCELERATE_MIXED_PRECISION=bf16), taking turns in processes of their own: MiniLM with a linear head and a CRF, and a
  BERT of base size with random weights. Seconds of training alone on both sides, F1 of dev beside them.
- Prediction: words per second against `pipeline("ner")` on the same weights, with the share of equal tags.
- Device: the share of time in which the GPU computes, in the training with a CRF.
- Sweep: trials an hour of 16 short trials, 4, 1, 8 and 2 at a time (`per_gpu`); of fewer where the time is short.
- Tests: those of tests/test_gpu.py, where there is pytest.

The last line is JSON with the card's name. What does not fit into `--seconds` is left out and named, the most telling
parts come first; what fell back to plain PyTorch in a training is in `fell_back`. `--small` runs every part once with
tiny sizes, on any machine, to see that all of it works; `--parts` takes those that are named. For a bare machine
without a registry

    python benchmarks/gpu.py --pack carried

puts what it needs beside PyTorch, Lightning and transformers into the folder `carried` (53 MB, most of it MiniLM in
float16) and prints the command to run there, in the root of a copy of the working tree.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch
from carried import copied, pack
from crf import Cell, medians
from prediction import GREEDY, Ours, Peer, compare
from training import spread
from transformers import AutoTokenizer, BertConfig, BertModel

from ner_lab import newswire
from ner_lab.data.formats import column
from ner_lab.models.encoder import minilm_folder

ROOT = Path(__file__).resolve().parent.parent
PEER = Path(os.environ.get("NER_LAB_PEERS", ROOT.parent / "shared" / "peers")) / "hf_trainer.py"
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
CELLS = ((32, 32, 9), (32, 128, 9), (32, 128, 37))
TRAINER = "gpu" if DEVICE == "cuda" else "cpu"
TRIALS = 16
PARTS = ("crf", "training", "prediction", "sweeps", "tests")
END = [float("inf")]  # on the clock of time.perf_counter; a process that hangs costs no more than that


def crf(small: bool) -> list[dict[str, Any]]:
    rows = []
    for B, T, K in CELLS[: 1 if small else None]:
        cell = Cell(B, T, K, DEVICE)
        cell.check()
        weight_BWK = torch.rand_like(cell.emissions_BWK)
        steps: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "loss": (lambda c=cell: c.our_loss().backward(), lambda c=cell: c.their_loss().backward()),
            "marginals": (
                lambda c=cell, w=weight_BWK: (c.our_marginals() * w).sum().backward(),
                lambda c=cell, w=weight_BWK: (c.their_marginals() * w).sum().backward(),
            ),
            "decode": (cell.our_decode, cell.their_decode),
        }
        for what, (ours, theirs) in steps.items():
            own, other, pairs = medians(ours, theirs, DEVICE, 1.0)
            rows.append({"what": what, "B": B, "T": T, "K": K, "ours_ms": own, "peer_ms": other, "pairs": pairs})
    for row in rows:
        row["ratio"] = round(row["peer_ms"] / row["ours_ms"], 1)
        print("crf", row, flush=True)
    return rows


def minilm(folder: Path) -> Path:
    """The package's folder; or, where NER_LAB_MINILM names one that was carried here, that in float32."""
    carried = os.environ.get("NER_LAB_MINILM")
    return copied(Path(carried), folder, torch.float32) if carried else Path(minilm_folder())


def bert_base(folder: Path, tokenizer_of: Path) -> Path:
    """A BERT of base size with random weights and MiniLM's tokenizer."""
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_of)
    torch.manual_seed(0)
    BertModel(BertConfig(vocab_size=len(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def run(command: list[object], **environment: str) -> str:
    words = [str(word) for word in command]
    seconds = None if END[0] == float("inf") else max(1.0, END[0] - time.perf_counter())
    try:
        done = subprocess.run(words, capture_output=True, text=True, env=os.environ | environment, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise RuntimeError(
            f"{' '.join(words)}\nwas stopped after {error.timeout:.0f} s, when the time was over"
        ) from error
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}\n{done.stderr[-2000:]}")
    return done.stdout


def ours(corpus: Path, run_folder: Path, epochs: int, *overrides: str) -> dict[str, Any]:
    settings = [
        f"data.dir={corpus}",
        f"trainer={TRAINER}",
        f"trainer.max_epochs={epochs}",
        f"hydra.run.dir={run_folder}",
    ]
    quick = ["trainer.limit_val_batches=0", "logger=none", "data.cache=null", "optimizer.lr=5e-5"]
    run([sys.executable, "-m", "ner_lab", "train", "data=column", *settings, *quick, *overrides])
    metrics = json.loads((run_folder / "metrics.json").read_text())
    environment = json.loads((run_folder / "environment.json").read_text())
    log = (run_folder / "train.log").read_text().splitlines()
    chosen = {"precision": environment["precision"], "kernels": environment["kernels"]}
    fell_back = [line for line in log if "without CUDA graphs" in line or "without kernels" in line]
    seconds, dev_f1 = metrics["train"]["seconds"], round(metrics["dev"]["f1"], 4)
    return {"seconds": seconds, "dev_f1": dev_f1, **chosen, "fell_back": fell_back}


def peer(corpus: Path, encoder: object, epochs: int) -> dict[str, float] | None:
    """None where it cannot be had, which is said."""
    if not PEER.is_file():
        print(f"training: {PEER} is not there, so there is no ratio; NER_LAB_PEERS names its folder", flush=True)
        return None
    files = ["--train", corpus / "train.conll", "--dev", corpus / "dev.conll"]
    settings = ["--encoder", encoder, "--epochs", epochs, "--batch-size", "32", "--lr", "5e-5"]
    precision = {"ACCELERATE_MIXED_PRECISION": "bf16"} if DEVICE == "cuda" else {}
    try:
        row = json.loads(run([sys.executable, PEER, *files, *settings], **precision).splitlines()[-1])
    except RuntimeError as error:
        print(f"training: the peer failed, so there is no ratio: {error}", flush=True)
        return None
    return {"seconds": row["seconds"], "dev_f1": row["dev_f1"]}


def corpus_in(folder: Path, size: int) -> Path:
    corpus = folder / "corpus"
    if not corpus.is_dir():
        column.write(corpus / "train.conll", spread(size))
        column.write(corpus / "dev.conll", newswire.generate(size=64, seed=2)["train"])
    return corpus


def training(folder: Path, encoder: Path, small: bool, left: Callable[[], float]) -> list[dict[str, Any]]:
    size, epochs = (60, 1) if small else (3000, 3)
    corpus = corpus_in(folder, size)
    encoders = {"MiniLM": encoder, "BERT base, random": bert_base(folder / "base", encoder)}
    heads = {"MiniLM": ("linear", "crf"), "BERT base, random": ("linear",)}
    rows = []
    for name, source in encoders.items():
        if small and name != "MiniLM":
            continue
        theirs = peer(corpus, source, epochs)
        for head in heads[name]:
            if left() < 40:
                return rows
            settings = [f"model.encoder.name={source}", f"model/head={head}", *[GREEDY] * (head == "linear")]
            with watched(head == "crf") as used:
                own = ours(corpus, folder / f"{name[:4]}-{head}", epochs, *settings)
            ratio = round(theirs["seconds"] / own["seconds"], 2) if theirs else None
            rows.append({"encoder": name, "head": head, "ours": own, "peer": theirs, "ratio": ratio})
            if used:  # imports and data take most of a short run: the busiest part of it is training
                rows[-1]["busy"] = round(statistics.mean(sorted(used)[-max(1, int(own["seconds"] * 10)) :]) / 100, 3)
            print("training", rows[-1], flush=True)
    return rows


def prediction(folder: Path, encoder: Path, small: bool) -> dict[str, Any]:
    run_folder, exported = folder / "Mini-linear", folder / "exported"
    if not run_folder.is_dir():  # that of the training, else one that was trained for a moment
        ours(corpus_in(folder, 60 if small else 3000), run_folder, 1, f"model.encoder.name={encoder}", GREEDY)
    run([sys.executable, "-m", "ner_lab", "export", f"run={run_folder}", f"output={exported}"])
    own, other = Ours(run_folder, DEVICE), Peer(exported, DEVICE)
    # The first turn of each shape loads what later ones have, on both sides.
    rows = compare(spread(60 if small else 1500), own, other, repeats=1 if small else 9)
    return {"ratio": statistics.median(row["ratio"] for row in rows), "rows": rows}


@contextlib.contextmanager
def watched(really: bool) -> Iterator[list[int]]:
    """Per cent of time in which the GPU computes, ten times a second, once it is over; nothing without a GPU."""
    used: list[int] = []
    if not really or DEVICE != "cuda":
        yield used
        return
    command = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "-lms", "100"]
    watch = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield used
    finally:
        watch.terminate()
        used += [int(line) for line in watch.communicate()[0].split() if line.isdigit()]


def sweeps(folder: Path, encoder: Path, small: bool, left: Callable[[], float]) -> list[dict[str, Any]]:
    """Of fewer trials where the first sweep says that all of them would take too long."""
    rows: list[dict[str, Any]] = []
    for per_gpu in (4, 1) if small else (4, 1, 8, 2):
        trials = 2 if small else TRIALS
        if rows and not small:
            one = rows[0]["seconds"] / rows[0]["trials"]  # of the four at a time
            trials = min(TRIALS, int(left() / (1.2 * one * max(1, 4 / per_gpu))))
        if not small and (trials < min(per_gpu, 4) or left() < 20):
            rows.append({"per_gpu": per_gpu, "left_out": "no time"})
            continue
        rows.append(sweep(folder, encoder, per_gpu, trials, small))
        print("sweep", rows[-1], flush=True)
    return rows


def sweep(folder: Path, encoder: Path, per_gpu: int, trials: int, small: bool) -> dict[str, Any]:
    slots = f"{{gpus: auto, per_gpu: {per_gpu}}}" if DEVICE == "cuda" else per_gpu
    settings = [
        "search=quick",
        f"hydra.sweeper.n_trials={trials}",
        f"hydra.sweeper.slots={slots}",
        f"trainer={TRAINER}",
    ]
    small_runs = [
        "data.size=400",
        "trainer.max_epochs=1",
        "logger=none",
        f"hydra.sweep.dir={folder / f'sweep-{per_gpu}'}",
    ]
    model = "model=tiny" if small else f"model.encoder.name={encoder}"
    begin = time.perf_counter()
    run([sys.executable, "-m", "ner_lab", "train", "-m", *settings, *small_runs, model])
    seconds = time.perf_counter() - begin
    per_hour = round(3600 * trials / seconds, 1)
    return {"per_gpu": per_gpu, "trials": trials, "seconds": round(seconds, 1), "trials_per_hour": per_hour}


def tests(seconds: float) -> str:
    """What pytest says of those that only a GPU can pass."""
    file = ROOT / "tests" / "test_gpu.py"
    if importlib.util.find_spec("pytest") is None or not file.is_file():
        return "left out: no pytest, or no tests, here"
    command = [sys.executable, "-m", "pytest", str(file), "--no-header", "-p", "no:cacheprovider"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=max(1.0, seconds), cwd=ROOT)
    except subprocess.TimeoutExpired:
        return "left out: no time"
    failed = [line for line in done.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return "; ".join([*failed, done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-200:]])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=360)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--pack", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.pack:
        print(pack(arguments.pack, PEER))
        return
    begin = time.perf_counter()
    if DEVICE != "cuda" and not arguments.small:
        print(json.dumps({"card": "no GPU", "left_out": "everything; --small shows that it works"}))
        return

    def left() -> float:
        return arguments.seconds - (time.perf_counter() - begin)

    if not arguments.small:
        END[0] = begin + arguments.seconds
    card = torch.cuda.get_device_name() if DEVICE == "cuda" else "no GPU"
    found: dict[str, Any] = {"card": card, "torch": torch.__version__}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        encoder = minilm(folder / "minilm")
        parts: dict[str, tuple[float, Callable[[], Any]]] = {
            "crf": (20, lambda: crf(arguments.small)),
            "training": (60, lambda: training(folder, encoder, arguments.small, left)),
            "prediction": (30, lambda: prediction(folder, encoder, arguments.small)),
            "sweeps": (40, lambda: sweeps(folder, encoder, arguments.small, left)),
            "tests": (30, lambda: tests(left())),
        }
        for part, (needs, measure) in parts.items():
            if part not in arguments.parts:
                continue
            try:
                found[part] = measure() if left() > needs else "left out: no time"
            except Exception as error:  # the other parts still say something
                found[part] = f"failed: {' '.join(str(error).split())[-400:]}"
            print(part, found[part], flush=True)
    found["seconds"] = round(time.perf_counter() - begin, 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
