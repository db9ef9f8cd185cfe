"""Which sentences go together, in which order. Without torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.types import UserError


@dataclass(frozen=True)
class BatchPlan:
    """One epoch of one device: `batches[k]` are sentence positions, `step_words[k]` the words of its optimizer step."""

    batches: list[NDArray[np.int64]]
    step_words: list[int]


def training_plan(
    split: EncodedSplit,
    batch_size: int,
    seed: int,
    epoch: int,
    bucketed: bool = True,
    accumulate: int = 1,
    rank: int = 0,
    world: int = 1,
    batch_tokens: int | None = None,
) -> BatchPlan:
    """A plan that is a function of (seed, epoch): sentences of similar length together, batches in random order.

    Every sentence is in exactly one batch of exactly one device, and every device has the same number of batches.

    Args:
        split: the training split.
        batch_size: sentences a batch, at most.
        seed, epoch: decide the order.
        bucketed: False draws batches at random, without regard to length.
        accumulate: batches of one optimizer step on one device.
        rank, world: this device and how many there are.
        batch_tokens: see `_cut`.

    Raises:
        UserError: too few sentences to give every device the same number of batches.
    """
    random = np.random.default_rng([seed, epoch])
    lengths_S = split.read_S
    order = random.permutation(len(split))
    if bucketed:
        # A little noise varies who meets whom from epoch to epoch, at no cost in padding.
        noisy_S = lengths_S[order] * random.uniform(0.95, 1.05, len(order)) + random.uniform(0, 1, len(order))
        order = order[np.argsort(noisy_S, kind="stable")]
    # Neighbours in length are shared out to the devices of one step, so that none waits long for another.
    chunks = _cut(order, lengths_S, batch_size, batch_tokens, world)
    groups = [chunks[i : i + world] for i in range(0, len(chunks), world)]
    groups = [groups[i] for i in random.permutation(len(groups))]
    words_S = split.words_S
    batches, step_words = [], []
    for start in range(0, len(groups), accumulate):
        step = groups[start : start + accumulate]
        words = int(sum(words_S[chunk].sum() for group in step for chunk in group))
        batches += [group[rank] for group in step]
        step_words += [words] * len(step)
    return BatchPlan(batches, step_words)


def reading_plan(
    split: EncodedSplit, batch_size: int, rank: int = 0, world: int = 1, batch_tokens: int | None = None
) -> BatchPlan:
    """Batches of similar length in a fixed order, for evaluation and prediction; every device has as many batches.

    Raises:
        UserError: fewer sentences than devices.
    """
    lengths_S = split.read_S
    order = np.argsort(-lengths_S, kind="stable")
    batches = _cut(order, lengths_S, batch_size, batch_tokens, world)[rank::world]
    return BatchPlan(batches, [int(split.words_S[batch].sum()) for batch in batches])


def _cut(
    order: NDArray[np.int64], lengths_S: NDArray[np.int64], batch_size: int, batch_tokens: int | None, world: int
) -> list[NDArray[np.int64]]:
    """The sentences of `order`, in this order, as batches whose number the devices can share.

    Without `batch_tokens` batches are of equal size, at most `batch_size`. With it they are as large as they can be
    while sentences times the longest length stay within; a longer sentence stands alone.

    Raises:
        UserError: fewer sentences than devices.
    """
    count = world * (-(-len(order) // (batch_size * world)) if batch_tokens is None else 1)
    if 0 < len(order) < count:
        raise UserError(
            f"{len(order)} sentences cannot be shared by {world} devices in equally many batches of at most "
            f"{batch_size if batch_tokens is None else batch_tokens}; lower trainer.devices"
            + (" or raise data.batch_size" if batch_tokens is None else "")
        )
    if batch_tokens is None:
        return np.array_split(order, count) if count else []
    chunks: list[NDArray[np.int64]] = []
    begin = longest = 0
    for i, length in enumerate(lengths_S[order].tolist()):
        longest = max(longest, length)
        if i > begin and (i + 1 - begin) * longest > batch_tokens:
            chunks.append(order[begin:i])
            begin, longest = i, length
    if len(order):
        chunks.append(order[begin:])
    missing = -len(chunks) % world
    if len(chunks) + missing > len(order):  # so few sentences that some batches have to be larger than the budget
        return np.array_split(order, len(order) - len(order) % world)
    for _ in range(missing):
        widest = max(range(len(chunks)), key=lambda k: len(chunks[k]))
        chunks[widest : widest + 1] = np.array_split(chunks[widest], 2)
    return chunks
