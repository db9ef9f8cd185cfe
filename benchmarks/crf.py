"""The CRF's loss step and decoding, side by side with pytorch-crf.

    python benchmarks/crf.py                 # about 5 minutes; the last line is JSON
    python benchmarks/crf.py --ways          # our three ways to pass messages against each other

Every cell is timed in interleaved pairs (ours, theirs, ours, ...) in this process, on the same parameter tensors, the
same emissions, gold labels and mask (lengths from T/2 to T), and the medians are compared. Results are checked to be
equal first. `peak` is the most memory that one loss step holds at a time beyond its inputs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # the profiler, which counts memory, talks on stderr

import torch
import torchcrf
from torch import Tensor

from ner_lab.models.crf import potentials
from ner_lab.models.crf.log_messages import LogMessages
from ner_lab.models.crf.potentials import CRFPotentials
from ner_lab.models.crf.probability_messages import ProbabilityMessages
from ner_lab.models.crf.scan_messages import ScanMessages
from ner_lab.models.crf.scheme import allowed_transitions
from ner_lab.tags import label_set

SIZES = [(B, T, K) for K in (5, 9, 37, 133) for T in (16, 32, 128, 512) for B in (8, 32)]
HEADLINE = {"device": "cpu", "threads": 1, "B": 32, "T": 128, "K": 9}
PAIRS = 3, 41  # at least, at most
LIMIT_S = 540  # nothing is measured after this, however slow or busy the machine


class Cell:
    """One batch of random potentials under the tag scheme, ready for both implementations."""

    def __init__(self, B: int, T: int, K: int, device: str) -> None:
        torch.manual_seed(0)
        self.labels = label_set([f"T{i}" for i in range(K // 2)])
        self.library = torchcrf.CRF(K, batch_first=True).to(device)
        start, follow = allowed_transitions(self.labels)
        with torch.no_grad():
            self.library.start_transitions.masked_fill_(~start.to(device), -torch.inf)
            self.library.transitions.masked_fill_(~follow.to(device), -torch.inf)
        self.emissions_BWK = torch.randn(B, T, K, device=device, requires_grad=True)
        lengths_B = torch.randint(T // 2, T + 1, (B,), device=device)
        lengths_B[0] = T
        self.mask_BW = torch.arange(T, device=device) < lengths_B[:, None]
        self.gold_BW = torch.zeros(B, T, dtype=torch.long, device=device)
        self.gold_BW[:, 1::7] = 1
        self.gold_BW[:, 2::7] = 2

    def ours(self) -> CRFPotentials:
        crf = self.library
        links = crf.start_transitions, crf.transitions, crf.end_transitions
        return CRFPotentials(self.emissions_BWK, self.mask_BW, *links, self.labels, mixing_steps=2)

    def our_loss(self) -> Tensor:
        return self.ours().nll_B(self.gold_BW).sum()

    def their_loss(self) -> Tensor:
        return -self.library(self.emissions_BWK, self.gold_BW, self.mask_BW)

    def our_decode(self) -> Tensor:
        return self.ours().decode()

    def their_decode(self) -> list[list[int]]:
        return self.library.decode(self.emissions_BWK, self.mask_BW)

    def our_marginals(self) -> Tensor:
        return self.ours().log_probs_BWK.exp() * self.mask_BW[..., None]

    def their_marginals(self) -> Tensor:
        """The gradients of the log partition, as the library has no others; they can be differentiated."""
        log_partition_B = self.library._compute_normalizer(self.emissions_BWK.transpose(0, 1), self.mask_BW.T)
        return torch.autograd.grad(log_partition_B.sum(), self.emissions_BWK, create_graph=True)[0]

    def check(self) -> None:
        """Losses and gradients agree, and neither's best path is better by more than rounding."""
        results = []
        for loss in (self.our_loss(), self.their_loss()):
            gradients = torch.autograd.grad(loss, [self.emissions_BWK, self.library.end_transitions])
            results.append([loss, *gradients])
        torch.testing.assert_close(*results, rtol=1e-4, atol=1e-3)
        torch.testing.assert_close(self.our_marginals(), self.their_marginals(), rtol=1e-4, atol=1e-4)
        theirs_BW = torch.zeros_like(self.gold_BW)
        theirs_BW[self.mask_BW] = torch.tensor(
            [label for path in self.their_decode() for label in path], device=theirs_BW.device
        )
        p = self.ours()
        torch.testing.assert_close(p.nll_B(self.our_decode()), p.nll_B(theirs_BW), rtol=1e-4, atol=1e-2)


def seconds_of(step: Callable[[], object], device: str) -> float:
    if device == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    step()
    if device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def medians(ours: Callable[[], object], theirs: Callable[[], object], device: str, budget: float) -> tuple:
    """Medians in milliseconds of interleaved pairs, after one pair to warm up, and the number of pairs."""
    seconds_of(ours, device), seconds_of(theirs, device)
    times: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + budget
    while len(times[0]) < PAIRS[0] or (len(times[0]) < PAIRS[1] and time.perf_counter() < end):
        times[0].append(seconds_of(ours, device))
        times[1].append(seconds_of(theirs, device))
    return 1e3 * statistics.median(times[0]), 1e3 * statistics.median(times[1]), len(times[0])


def peak_mib(step: Callable[[], object], device: str) -> float:
    """The largest sum of live allocations of a step, by the allocator's own record."""
    if device == "cuda":
        torch.cuda.synchronize()
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        step()
        return (torch.cuda.max_memory_allocated() - before) / 2**20
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU], profile_memory=True) as profile:
        step()
    live = peak = 0
    records = (event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]")
    for record in sorted(records, key=lambda event: event.start_ns()):
        live += record.nbytes()
        peak = max(peak, live)
    return peak / 2**20


def measure(device: str, threads: int, seconds: float, deadline: float) -> Iterator[dict]:
    torch.set_num_threads(threads)
    budget = seconds / (2 * len(SIZES))
    for B, T, K in SIZES:
        if time.perf_counter() > deadline:
            return
        cell = Cell(B, T, K, device)
        if threads == 1:
            cell.check()
        where = {"device": device, "threads": threads, "B": B, "T": T, "K": K}
        steps = {
            "loss": (lambda c=cell: c.our_loss().backward(), lambda c=cell: c.their_loss().backward()),
            "decode": (cell.our_decode, cell.their_decode),
        }
        for what, (ours, theirs) in steps.items():
            our_ms, their_ms, pairs = medians(ours, theirs, device, budget)
            row = {"what": what, **where, "ours_ms": round(our_ms, 3), "peer_ms": round(their_ms, 3)}
            row |= {"ratio": round(their_ms / our_ms, 2), "pairs": pairs}
            if what == "loss" and threads == 1:
                row |= {
                    "peak_mib": round(peak_mib(ours, device), 2),
                    "peer_peak_mib": round(peak_mib(theirs, device), 2),
                }
            yield row


def show(row: dict) -> None:
    peak = f"   peak {row['peak_mib']:8.2f} / {row['peer_peak_mib']:8.2f} MiB" if "peak_mib" in row else ""
    print(
        f"{row['device']:4} {row['threads']:2} threads  {row['what']:6}  B{row['B']:<3} T{row['T']:<4} K{row['K']:<4}"
        f"{row['ours_ms']:9.3f} ms  pytorch-crf {row['peer_ms']:9.3f} ms  {row['ratio']:6.2f}x{peak}",
        flush=True,
    )


def compare_ways(device: str) -> None:
    """Milliseconds of a loss step by each way to pass messages."""
    torch.set_num_threads(1)
    for B, T, K in SIZES:
        cell, line = Cell(B, T, K, device), f"{device} B{B:<3} T{T:<4} K{K:<4}"
        for way in (ProbabilityMessages, ScanMessages, LogMessages):
            if way is ScanMessages and B * T * K * K > potentials.SCAN_NUMBERS:
                continue
            potentials.choose_messages = lambda chain, steps, way=way: way
            median_ms, _, _ = medians(lambda c=cell: c.our_loss().backward(), lambda: None, device, 0.5)
            line += f"  {way.__name__} {median_ms:8.3f} ms"
        print(line, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=240, help="time to spend on repeats (default 240)")
    parser.add_argument("--ways", action="store_true", help="time our three algorithms instead")
    args = parser.parse_args()
    cuda = torch.cuda.is_available()
    if args.ways:
        compare_ways("cuda" if cuda else "cpu")
        return
    settings = [("cpu", 1), ("cpu", os.cpu_count() or 1)] + ([("cuda", 1)] if cuda else [])
    rows, deadline = [], time.perf_counter() + LIMIT_S
    for device, threads in dict.fromkeys(settings):
        for row in measure(device, threads, args.seconds / len(settings), deadline):
            show(row)
            rows.append(row)

    def at(what: str, **where: object) -> float:
        return next(row["ratio"] for row in rows if {"what": what, **where}.items() <= row.items())

    result = {"ratio": at("loss", **HEADLINE), "bar": 3.0, "decode_ratio": at("decode", **HEADLINE), "decode_bar": 2.0}
    result |= {"worst_ratio": min(row["ratio"] for row in rows), "worst_bar": 0.95}
    result["rows_left_out"] = 2 * len(SIZES) * len(set(settings)) - len(rows)  # only where time ran out
    if cuda:
        gpu = HEADLINE | {"device": "cuda"}
        result |= {"gpu_ratio": at("loss", **gpu), "gpu_decode_ratio": at("decode", **gpu), "gpu_bar": 10.0}
        result["gpu"] = torch.cuda.get_device_name()
    print(json.dumps(result | {"rows": rows}))


if __name__ == "__main__":
    main()
