"""What is faster on this machine: a layer of an encoder, on one thread, with and without each kernel.

Processors differ: what gains two thirds on one loses a tenth on the next.
"""

from __future__ import annotations

import copy
import os
import platform
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import nn

from ner_lab.models.encoder.kernels.rewrites import ON_CPU, missing, read_rows, rewrite

VERSION = 5  # of the probe; another number where it measures otherwise
WORTH = 1.02  # times as fast: what gains less may as well be noise
WORTH_ROUNDING = 1.1  # times as fast: what bfloat16 must gain
SECONDS = 1.3  # of a processor's time for the comparisons; what they start with takes some tenths more
FEWEST = 3  # turns of a comparison, however slow the machine is
CLEAR = 1.1  # times as fast, or as slow, in each of two turns or more: no need to look more closely
HOPELESS = 3  # times as slow in the first turn: bfloat16 where the processor has it and its libraries do not
# A layer of MiniLM, on rows with the padding of a batch of newswire text: half. Few, so that there are many turns: a
# processor's pace changes from second to second.
LAYER: dict[str, Any] = {
    "vocab_size": 64, "hidden_size": 384, "num_hidden_layers": 1, "num_attention_heads": 12, "intermediate_size": 1536,
}  # fmt: skip
LENGTHS = (10, 15, 21, 42)
# bfloat16 and what is for it are asked about on nearly a batch: each product casts its weights first and puts them into
# the order that AMX wants, which costs as much for few rows. Four rows said 1.1 where these said 1.5.
BATCH = (8, 10, 12, 13, 15, 17, 19, 21, 24, 27, 33, 52)


@dataclass(frozen=True)
class Probe:
    """What a machine is, and what is faster on it.

    Attributes:
        machine: processor, instruction sets and versions.
        gains: how many times as fast a training step is with a kernel as without it, on top of those before it; with
            `attention` and `dropout` in the precision that trainings take here; with `embedding` how many times as
            fast the gradient of a large vocabulary is by itself, with `rounded` reading in bfloat16.
        kernels: those worth their place.
        bfloat16: how many times as fast `training` and `reading` are in bfloat16 as in float32; 0 where the processor
            has no instructions for it.
        seconds: that the probe took, but for importing transformers.
    """

    machine: dict[str, Any]
    gains: dict[str, float]
    kernels: tuple[str, ...]
    bfloat16: dict[str, float]
    seconds: float


def machine() -> dict[str, Any]:
    """What decides which kernels are faster."""
    processor, flags = _processor()
    return {
        "probe": VERSION,
        "processor": processor,
        "instructions": [name for name in ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "bf16") if name in flags],
        "cores": os.cpu_count(),
        "torch": torch.__version__,
        "transformers": version("transformers"),
    }


def measure() -> Probe:
    """Measures this machine, in under two seconds on two cores."""
    here = machine()
    import_module("transformers.models.bert.modeling_bert")  # seconds in a fresh process, and not of the probe
    begin = time.perf_counter()
    random, threads = torch.random.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(1)
    rounds = bool({"avx512_bf16", "amx_bf16", "bf16"} & set(here["instructions"]))
    there, step = (
        [name for name in ON_CPU if name not in missing() and (rounds or name != "rounded")],
        cache(partial(_step, _layer())),
    )
    end, comparisons = time.thread_time() + SECONDS, len(there) + 2 * rounds
    kernels: tuple[str, ...] = ()
    gains: dict[str, float] = {}
    bfloat16 = {"training": 0.0, "reading": 0.0}
    dtype: torch.dtype | None = None  # that trainings compute in

    def compared(before: Callable[[], None], after: Callable[[], None]) -> float:
        nonlocal comparisons
        now = time.thread_time()
        until, comparisons = now + (end - now) / max(1, comparisons), comparisons - 1
        return round(faster(before, after, until), 3)

    def judge(name: str, before: Callable[[], None], after: Callable[[], None]) -> None:
        nonlocal kernels
        gains[name] = compared(before, after)
        if gains[name] >= WORTH:
            kernels = (*kernels, name)

    def try_kernels(*names: str) -> None:
        nonlocal comparisons
        for name in names:
            if name not in there:
                continue
            if name == "attention" and "packing" not in kernels:
                comparisons -= 1
                continue
            if name == "embedding":
                judge(name, _looked_up(()), _looked_up((name,)))
                continue
            training, of = (False, torch.bfloat16) if name == "rounded" else (True, dtype)
            lengths = LENGTHS if of is None else BATCH
            judge(name, step(kernels, training, of, lengths), step((*kernels, name), training, of, lengths))

    def try_bfloat16(what: str) -> None:
        of_float32, of_bfloat16 = (step(kernels, what == "training", of, BATCH) for of in (None, torch.bfloat16))
        bfloat16[what] = compared(of_float32, of_bfloat16)

    try:
        try_kernels("packing", "linear")  # the latter is for float32 alone
        if rounds:
            try_bfloat16("training")
            dtype = torch.bfloat16 if bfloat16["training"] >= WORTH_ROUNDING else None
        try_kernels("embedding")
        if rounds:
            try_kernels("rounded")
            try_bfloat16("reading")
        try_kernels("attention", "dropout")
    finally:
        torch.random.set_rng_state(random)
        torch.set_num_threads(threads)
    seconds = time.perf_counter() - begin
    return Probe(here, gains, kernels, bfloat16, round(seconds, 3))


def faster(before: Callable[[], Any], after: Callable[[], Any], until: float) -> float:
    """How many times as fast the second is: the median of turns, in each of which one follows the other, so that both
    see the same pace of the processor. The best of four turns each called a gain of 3 % one of 20 % on one day of a
    rented machine, and a loss of 10 % the next second.

    A thread's own time: on a machine that is busy with other things, clocks on the wall measure those.

    Args:
        before, after: what is compared, each called once before, which sets up its memory.
        until: no more turns from then on, on the thread's own clock; less where it is clear before.
    """
    ratios = [_seconds(before) / _seconds(after)]
    while ratios[0] > 1 / HOPELESS and (len(ratios) < FEWEST or time.thread_time() < until):
        ratios.append(_seconds(before) / _seconds(after))
        if min(ratios) >= CLEAR or max(ratios) <= 1 / CLEAR:
            break
    return statistics.median(ratios)


def _seconds(call: Callable[[], Any]) -> float:
    begin = time.thread_time()
    call()
    return time.thread_time() - begin


def _step(
    layer: nn.Module,
    kernels: tuple[str, ...],
    training: bool = True,
    dtype: torch.dtype | None = None,
    lengths: tuple[int, ...] = LENGTHS,
) -> Callable[[], None]:
    """A step of a layer with these kernels on rows of these lengths: forward, and in training backward."""
    model = copy.deepcopy(layer).train(training)
    rewrite(model, kernels)
    if not training and dtype is not None:
        from ner_lab.models.encoder.kernels.rounded_linear import round_linear

        round_linear(model, "rounded" in kernels)
    mask_RS = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    ids_RS = mask_RS.clone()

    def step() -> None:
        with torch.set_grad_enabled(training):  # whatever its caller has set
            with torch.autocast("cpu", dtype or torch.bfloat16, dtype is not None):
                hidden_RSD = read_rows(model, ids_RS, mask_RS, kernels)
            if training:
                hidden_RSD.float().sum().backward()
                model.zero_grad()

    step()
    return step


def _layer() -> nn.Module:
    """For all steps: to draw its weights takes as long as one."""
    torch.manual_seed(0)
    from transformers import BertConfig, BertModel

    return BertModel(BertConfig(**LAYER), add_pooling_layer=False)


def _looked_up(kernels: tuple[str, ...]) -> Callable[[], None]:
    """Looking up a batch's subwords in a vocabulary large enough for `embedding`, and the gradient of its vectors."""
    from ner_lab.models.encoder.kernels.embedding import LARGE

    width = LAYER["hidden_size"]
    vectors_VE = torch.zeros(LARGE // (4 * width) + 1, width)
    table = nn.Sequential(nn.Embedding.from_pretrained(vectors_VE, freeze=False))
    rewrite(table, kernels)
    ids_P = torch.arange(sum(BATCH)) * (len(vectors_VE) // sum(BATCH))

    def step() -> None:
        with torch.enable_grad():
            table(ids_P).sum().backward()
        table.zero_grad()

    step()
    return step


def _processor() -> tuple[str, set[str]]:
    """Its name and its instruction sets, as Linux tells them; elsewhere the name alone."""
    name, flags = platform.processor() or platform.machine(), set()
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                name = value.strip()
            elif key.strip() in ("flags", "Features"):
                flags = set(value.split())
                break
    return name, flags
