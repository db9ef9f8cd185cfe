"""Training speed side by side with transformers.Trainer: real (unpadded) subwords per second.

    python benchmarks/training.py [--sentences 2000] [--repeats 1] [--precision auto]

One epoch on the same sentences, same encoder (all-MiniLM-L6-v2), batch 32, all threads, evaluation excluded on both
sides, one after the other in processes of their own. Special tokens count on both sides, padding on neither. Two
corpora: wnut17 (NER_LAB_DATA), and generated text with the length spread of newswire (mean 20, at most 160 subwords),
where random batches pad to 2.6 times the real subwords. `ratio` is that of the second; the bar is 2.6. Ours runs with
its defaults: the kernels and the precision that the probe of this machine found faster (`ner-lab doctor`);
`--precision 32-true` is float32. Beside it stands where our time goes, from steps in this process in float32. The peer
is NER_LAB_PEERS/hf_trainer.py; the defaults are ../shared/data and ../shared/peers beside the repository.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from machine import machine

from ner_lab import newswire
from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.formats import column
from ner_lab.data.plans import training_plan
from ner_lab.losses import NLL
from ner_lab.models import Encoder, LinearHead
from ner_lab.models.encoder import load, minilm_folder
from ner_lab.tags import label_set
from ner_lab.types import Sentence

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("NER_LAB_DATA", ROOT.parent / "shared" / "data"))
PEER = Path(os.environ.get("NER_LAB_PEERS", ROOT.parent / "shared" / "peers")) / "hf_trainer.py"

PARTS = ("data", "encoder, forward", "head and loss", "encoder, backward", "clipping and optimizer")


def spread(count: int) -> list[Sentence]:
    """Generated text cut to log-normal lengths, and a few long ones: mean about 20 subwords, at most about 160."""
    source = newswire.generate(size=4 * count, seed=1)["train"]
    words = [pair for sentence in source for pair in zip(sentence.words, sentence.tags or (), strict=True)]
    lengths, made, at = random.Random(0), [], 0
    while len(made) < count:
        long = lengths.random() < 0.002
        length = lengths.randint(60, 138) if long else max(2, min(125, round(lengths.lognormvariate(2.68, 0.42))))
        some = words[at : at + length]
        at = (at + length) % (len(words) - 200)
        tags = [f"B{tag[1:]}" if tag.startswith("I-") and not i else tag for i, (_, tag) in enumerate(some)]
        made.append(Sentence(tuple(word for word, _ in some), tuple(tags)))
    return made


def padding(subwords: list[int], batch: int = 32) -> float:
    """Padded over real subwords in random batches."""
    order = random.Random(0).sample(subwords, len(subwords))
    batches = [order[i : i + batch] for i in range(0, len(order), batch)]
    return sum(max(some) * len(some) for some in batches) / sum(subwords)


def peer(folder: Path) -> float:
    files = ["--train", folder / "train.conll", "--dev", folder / "dev.conll"]
    settings = ["--encoder", minilm_folder(), "--epochs", "1", "--batch-size", "32", "--lr", "2e-4"]
    return json.loads(_run([sys.executable, PEER, *files, *settings]).splitlines()[-1])["subwords_per_s"]


def ours(folder: Path, subwords: int, precision: str) -> float:
    run = Path(tempfile.mkdtemp()) / "run"
    settings = [
        "data=column",
        f"data.dir={folder}",
        "trainer.max_epochs=1",
        "trainer.limit_val_batches=0",
        "logger=none",
    ]
    settings += [
        f"trainer.precision={precision}",
        "data.batch_size=32",
        "optimizer.lr=2e-4",
        "callbacks.checkpoint.keep=none",
        f"hydra.run.dir={run}",
    ]
    _run([sys.executable, "-m", "ner_lab", "train", *settings])
    return subwords / json.loads((run / "metrics.json").read_text())["train"]["seconds"]


def where(sentences: list[Sentence], steps: int = 20) -> dict[str, float]:
    """The share of a training step that each part takes: batches of 32 at random, linear head, AdamW, clipping."""
    labels = label_set(sorted({tag[2:] for sentence in sentences for tag in sentence.tags or () if tag != "O"}))
    model, loss = Encoder("minilm"), NLL()
    head = LinearHead(model.width, labels)
    encoder, parameters = SubwordEncoder(model.tokenizer, model.max_subwords), [*model.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=1e-5, fused=True)
    split = encoder.encode(sentences, labels)
    seconds, clock = dict.fromkeys(PARTS, 0.0), time.perf_counter()

    def passed(part: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[part] += now - clock
        clock = now

    for step, positions in enumerate(training_plan(split, 32, 0, 0, bucketed=False).batches[: steps + 2]):
        if step == 2:  # the first ones set up threads and memory
            seconds, clock = dict.fromkeys(PARTS, 0.0), time.perf_counter()
        batch = collate(split, positions, encoder)
        passed("data")
        hidden_BWD = model(batch)
        passed("encoder, forward")
        read_BWD = hidden_BWD.detach().requires_grad_()
        loss(head(read_BWD, batch.mask_BW), batch.labels_BW).backward()
        passed("head and loss")
        hidden_BWD.backward(read_BWD.grad)
        passed("encoder, backward")
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        passed("clipping and optimizer")
    return {part: round(value / sum(seconds.values()), 3) for part, value in seconds.items()}


def _run(command: list[object]) -> str:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--precision", default="auto", help="ours, as trainer.precision: auto (default) or 32-true")
    arguments = parser.parse_args()
    for path in (DATA / "wnut17", PEER):
        if not path.exists():
            sys.exit(f"{path} is missing; set NER_LAB_DATA and NER_LAB_PEERS to the folders of corpora and of peers")
    model, tokenizer = load("minilm")
    encoder = SubwordEncoder(tokenizer, model.config.max_position_embeddings)
    wnut17 = column.read(DATA / "wnut17" / "train.conll").sentences[: arguments.sentences]
    rows, ratios = [], {}
    print(json.dumps(machine()), flush=True)
    for name, sentences in {"wnut17": wnut17, "newswire lengths": spread(arguments.sentences)}.items():
        folder = Path(tempfile.mkdtemp())
        column.write(folder / "train.conll", sentences)
        column.write(folder / "dev.conll", sentences[:8])
        lengths = (encoder.encode(sentences, ["O"]).subwords_S + 2).tolist()
        print(
            f"{name}: {len(sentences)} sentences, mean {statistics.mean(lengths):.1f}, longest {max(lengths)} "
            f"subwords; random batches of 32 pad {padding(lengths):.2f}x"
        )
        pairs = []
        for _ in range(arguments.repeats):
            theirs, own = peer(folder), ours(folder, sum(lengths), arguments.precision)
            pairs.append(own / theirs)
            rows.append({"corpus": name, "peer_subwords_per_s": theirs, "ours_subwords_per_s": round(own, 1)})
            print(f"  Trainer {theirs:.0f}, ours {own:.0f} real subwords/s: {own / theirs:.2f}x", flush=True)
        ratios[name] = statistics.median(pairs)
        shares = where(sentences)
        print("  our time: " + ", ".join(f"{part} {100 * share:.1f} %" for part, share in shares.items()), flush=True)
    print(
        json.dumps(
            {
                "ratio": round(ratios["newswire lengths"], 2),
                "bar": 2.6,
                "machine": machine(),
                "rows": rows,
                "shares": shares,
            }
        )
    )


if __name__ == "__main__":
    main()
