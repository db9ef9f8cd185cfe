"""Prediction speed side by side with transformers' pipeline on the same weights: words per second.

    python benchmarks/prediction.py [--sentences 3000] [--repeats 2]

A MiniLM tagger is trained for a moment, exported, and tags generated sentences in the order of the corpus:
`pipeline("ner", batch_size=32)` the exported folder on the texts (words joined by blanks), ours the run on the words.
Both start from text with nothing encoded yet, on the CPU with all threads, in one process and taking turns. Loading is
not timed, and Python's garbage collector leaves alone what was loaded (`gc.freeze`), as it does in `ner-lab predict`;
otherwise a third of a second of some turns, of either side, is its. Words count the same on both sides. Ours runs with
its defaults, in bfloat16 where the probe of this machine found that faster (`ner-lab doctor`). `same_tags` is the share
of words with equal tags, the pipeline's being that of the first subword; `same_tags_float32` that of ours in float32,
and `f1`, `f1_float32` are their scores. Of two corpora, one has the length spread of newswire text (as in
`benchmarks/training.py`), the other the sentences of `data=newswire` as they are, whose lengths are much alike, so that
there is little to gain. `ratio` is the median over the repeats on the first; the bar is 3.0.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from machine import machine
from training import spread
from transformers import pipeline
from transformers.utils import logging

from ner_lab import newswire
from ner_lab.data.encode import SubwordEncoder
from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.training import inference
from ner_lab.training.assembly import load_run
from ner_lab.training.precision import set_up_reading
from ner_lab.types import Sentence

# Enough steps to tag more than `O`: where everything is `O`, equal tags say nothing.
TRAINING = ["data.size=300", "data.batch_size=8", "trainer.max_epochs=1", "optimizer.lr=5e-4", "logger=none"]
GREEDY = "model.head.decode=greedy"  # as the pipeline decodes, so that tags can be compared


def ner_lab(*arguments: object) -> None:
    done = subprocess.run([sys.executable, "-m", "ner_lab", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)


class Ours:
    """A run as `predict` reads it, which on a CPU is without transformers, and in float32."""

    def __init__(self, run: Path, device: str = "cpu") -> None:
        only_read = device == "cpu"
        (tagger, encoder, _), (exact, _, _) = (load_run(RunFolder(run), only_read=only_read) for _ in range(2))
        self.precision = set_up_reading(tagger.to(device), "auto", torch.device(device))
        self.taggers = {torch.float32: exact.to(device), self.precision: tagger}
        self.tokenizer, self.max_subwords = encoder.tokenizer, tagger.encoder.max_subwords

    def __call__(self, sentences: Sequence[Sentence], precision: torch.dtype | None = None) -> list[tuple[str, ...]]:
        encoder = SubwordEncoder(self.tokenizer, self.max_subwords)  # which remembers no word of an earlier turn
        tagger = self.taggers[precision or self.precision]
        found = inference.annotate(
            tagger,
            encoder,
            sentences,
            tagger.labels,
            batch_size=None,  # as many as the memory allows, the default of `predict`
            details=False,
            precision=precision or self.precision,
        )
        return [prediction.tags for prediction in found]


class Peer:
    def __init__(self, folder: Path, device: str = "cpu") -> None:
        self.pipeline: Any = pipeline("ner", model=str(folder), device=device)

    def __call__(self, sentences: Sequence[Sentence]) -> list[Any]:
        return self.pipeline([" ".join(sentence.words) for sentence in sentences], batch_size=32)


def word_tags(sentence: Sentence, entities: list[dict[str, Any]]) -> tuple[str, ...]:
    """The pipeline's tag of each word: of the subword that begins where the word does; it leaves `O` out."""
    at_begin = {entity["start"]: entity["entity"] for entity in entities}
    tags, begin = [], 0
    for word in sentence.words:
        tags.append(at_begin.get(begin, "O"))
        begin += len(word) + 1
    return tuple(tags)


def timed(side: Any, sentences: Sequence[Sentence]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = side(sentences)
    return time.perf_counter() - start, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=2)
    arguments = parser.parse_args()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with tempfile.TemporaryDirectory() as name:
        run, folder = Path(name) / "run", Path(name) / "exported"
        ner_lab("train", *TRAINING, GREEDY, f"hydra.run.dir={run}")
        ner_lab("export", f"run={run}", f"output={folder}")
        ours, peer = Ours(run), Peer(folder)
    # Another seed than the training's; without tags, as text comes.
    alike = newswire.generate(size=arguments.sentences, seed=1)["train"]
    rows = {
        name: compare(some, ours, peer, arguments.repeats)
        for name, some in (("newswire lengths", spread(arguments.sentences)), ("data=newswire", alike))
    }
    ratio = statistics.median(row["ratio"] for row in rows["newswire lengths"])
    print(json.dumps({"ratio": round(ratio, 2), "bar": 3.0, "machine": machine(), "rows": rows}))


def same(tags: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> int:
    """Words with equal tags."""
    return sum(a == b for pair in zip(tags, others, strict=True) for a, b in zip(*pair, strict=True))


def compare(corpus: Sequence[Sentence], ours: Ours, peer: Peer, repeats: int) -> list[dict[str, float]]:
    """Both sides on one corpus, taking turns."""
    sentences = [Sentence(sentence.words) for sentence in corpus]
    words = sum(len(sentence.words) for sentence in sentences)
    lengths = [len(sentence.words) for sentence in sentences]
    print(f"{len(sentences)} sentences, mean {statistics.mean(lengths):.1f}, longest {max(lengths)} words", flush=True)
    for side in (ours, peer):
        side(sentences[:256])  # the first calls set up threads and buffers
    gc.collect()
    gc.freeze()
    rows = []
    exact = ours(sentences, torch.float32)
    gold = [list(sentence.tags or ()) for sentence in corpus]
    for repeat in range(repeats):
        sides = {"ours": ours, "pipeline": peer}
        results = {side: timed(sides[side], sentences) for side in sorted(sides, reverse=bool(repeat % 2))}
        (own, tags), (theirs, entities) = results["ours"], results["pipeline"]
        pairs = [
            pair
            for s, mine, found in zip(sentences, tags, entities, strict=True)
            for pair in zip(mine, word_tags(s, found), strict=True)
        ]
        row = {
            "ours_words_per_s": round(words / own, 1),
            "pipeline_words_per_s": round(words / theirs, 1),
            "ratio": round(theirs / own, 3),
            "same_tags": sum(a == b for a, b in pairs) / words,
            "same_tags_float32": same(tags, exact) / words,
            "f1": round(spans.scores(gold, [list(one) for one in tags])["f1"], 4),
            "f1_float32": round(spans.scores(gold, [list(one) for one in exact])["f1"], 4),
            "tagged": round(sum(a != "O" for a, _ in pairs) / words, 3),
        }
        rows.append(row)
        print(
            f"  ours {row['ours_words_per_s']:.0f}, pipeline {row['pipeline_words_per_s']:.0f} words/s: "
            f"{row['ratio']:.2f}x; {100 * row['same_tags']:.3f} % of words have the same tag, "
            f"{100 * row['tagged']:.0f} % another than O; {str(ours.precision).removeprefix('torch.')}: "
            f"{100 * row['same_tags_float32']:.3f} % as in float32, F1 {row['f1']} against {row['f1_float32']}",
            flush=True,
        )
    return rows


if __name__ == "__main__":
    main()
