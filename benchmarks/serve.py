"""A service under load: 64 clients at once against one request at a time, each answer compared with the model's own.

    python benchmarks/serve.py [--requests 10000] [--clients 64]

A MiniLM tagger is trained for a moment and served by `ner-lab serve` with its defaults; the clients are coroutines of
this process, which share its cores with the service, keep a connection each, and ask for the next sentence of the
generated corpus as soon as they have the answer. An answer is wrong if its text is not the one that was sent, or its
entities are not those that `ner_lab.load` finds in that text in float32; in bfloat16, where `ner-lab doctor` says
that it is chosen, the rounding may tip a tag that is nearly undecided, so `wrong` counts a service in float32 and
`tipped` one with its defaults. A last part kills the model's process under load: `lost` are the requests that got a 503
for it, and every other one must be answered rightly.

`ratio` is requests a second of 64 clients over those of one client, before and after in one run; the bar is 2.0, and
`p99_over_p50` should be at most 3.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from machine import machine

import ner_lab
from ner_lab import newswire

TRAINING = ["data.size=300", "data.batch_size=8", "trainer.max_epochs=1", "optimizer.lr=5e-4", "logger=none"]
ALONE = 300  # requests of one client
Found = list[tuple[str, int, int]]


@contextmanager
def service(run: Path, *settings: str) -> Iterator[int]:
    """The port of a service of the run."""
    command = [sys.executable, "-m", "ner_lab", "serve", f"run={run}", "port=0", *settings]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    assert process.stderr
    said = process.stderr.readline()
    if not (found := re.search(r":(\d+);", said)):
        sys.exit(said + process.stderr.read())
    try:
        yield int(found[1])
    finally:
        process.terminate()
        process.communicate()


class Client:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self.port, self.streams = port, None

    async def post(self, text: str) -> tuple[int, Any]:
        body = json.dumps({"text": text}).encode()
        return await self._exchange(
            b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )

    async def get(self, path: str) -> Any:
        return (await self._exchange(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()))[1]

    async def _exchange(self, request: bytes) -> tuple[int, Any]:
        if self.streams is None:
            self.streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = re.search(r"content-length: (\d+)", head)
        assert length
        return int(head.split()[1]), json.loads(await reader.readexactly(int(length[1])))


class Load:
    """Requests of some clients, and what came of them."""

    def __init__(self, texts: Sequence[str], expected: Callable[[str], Found]) -> None:
        self.texts, self.expected = texts, expected
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        self.mixed = self.wrong = 0
        self.took = 0.0

    async def run(self, port: int, clients: int) -> None:
        texts = iter(self.texts)
        begin = time.perf_counter()
        await asyncio.gather(*(self._client(Client(port), texts) for _ in range(clients)))
        self.took += time.perf_counter() - begin

    async def _client(self, client: Client, texts: Iterator[str]) -> None:
        for text in texts:
            begin = time.perf_counter()
            status, answer = await client.post(text)
            self.seconds.append(time.perf_counter() - begin)
            self.statuses[status] += 1
            if status == 200:
                found = [(e["type"], e["start"], e["end"]) for e in answer["entities"]]
                self.mixed += answer["text"] != text
                self.wrong += found != self.expected(text)

    def row(self) -> dict[str, Any]:
        cuts = statistics.quantiles(self.seconds, n=100)
        return {
            "requests": len(self.seconds),
            "per_s": round(len(self.seconds) / self.took, 1),
            "p50_ms": round(1000 * cuts[49], 1),
            "p99_ms": round(1000 * cuts[98], 1),
            "p99_over_p50": round(cuts[98] / cuts[49], 2),
            "statuses": dict(self.statuses),
            "mixed": self.mixed,
            "wrong": self.wrong,
        }


async def measured(port: int, texts: Sequence[str], clients: int, expected: Callable[[str], Found]) -> dict[str, Any]:
    """One client, many, and one again."""
    warm, alone, many = (Load(some, expected) for some in (texts[:100], texts[:ALONE], texts))
    await warm.run(port, clients)
    await alone.run(port, 1)
    await many.run(port, clients)
    await alone.run(port, 1)
    alone_row = {**alone.row(), "per_s": round(2 * ALONE / alone.took, 1)}
    return {"one client": alone_row, f"{clients} clients": many.row(), "batches": await _batches(port)}


async def _batches(port: int) -> float:
    """Texts of a batch, on the average of all."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    text = (await reader.read(-1)).decode()
    texts, batches = (
        float(re.search(rf"ner_lab_{name}_total\{{.*\}} (\S+)", text)[1]) for name in ("texts", "batches")
    )
    return round(texts / batches, 1)


async def killed(port: int, texts: Sequence[str], clients: int, expected: Callable[[str], Found]) -> dict[str, Any]:
    """The process of the model is killed in the middle of the load."""
    load = Load(texts, expected)
    running = asyncio.create_task(load.run(port, clients))
    while sum(load.statuses.values()) < len(texts) // 3:
        await asyncio.sleep(0.01)
    (health,) = (await Client(port).get("/health"))["runs"].values()
    os.kill(health["process"], signal.SIGKILL)
    await running
    return {**load.row(), "lost": load.statuses[503], "unanswered": len(texts) - sum(load.statuses.values())}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=64)
    arguments = parser.parse_args()
    sentences = newswire.generate(size=arguments.requests, seed=1)["train"]
    texts = [" ".join(sentence.words) for sentence in sentences]
    with tempfile.TemporaryDirectory() as name:
        run = Path(name) / "run"
        command = [sys.executable, "-m", "ner_lab", "train", *TRAINING, f"hydra.run.dir={run}"]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        tagger = ner_lab.load(run, precision="float32")
        found = zip(texts, tagger(texts), strict=True)
        known = {text: [(e.type, e.begin, e.end) for e in entities] for text, entities in found}
        rows: dict[str, Any] = {"entities": sum(map(len, known.values()))}
        for precision, settings in (("defaults", ()), ("float32", ("precision=float32",))):
            with service(run, *settings) as port:
                some = texts if precision == "defaults" else texts[: len(texts) // 4]
                rows[precision] = asyncio.run(measured(port, some, arguments.clients, known.__getitem__))
                print(precision, rows[precision], flush=True)
        with service(run, "precision=float32") as port:
            some = texts[: min(len(texts), 2000)]
            rows["killed"] = asyncio.run(killed(port, some, arguments.clients, known.__getitem__))
            print("killed", rows["killed"], flush=True)
    alone, many = rows["defaults"]["one client"], rows["defaults"][f"{arguments.clients} clients"]
    summary = {
        "ratio": round(many["per_s"] / alone["per_s"], 2),
        "bar": 2.0,
        "p99_over_p50": many["p99_over_p50"],
        "wrong": rows["float32"][f"{arguments.clients} clients"]["wrong"],
        "tipped": many["wrong"],
        "mixed": many["mixed"],
        "lost": rows["killed"]["lost"],
    }
    print(json.dumps({**summary, "machine": machine(), "rows": rows}))


if __name__ == "__main__":
    main()
