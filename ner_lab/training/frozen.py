"""What is frozen is computed once: the states of the layers that no step changes, for every row of the corpus.

They are kept with the encoded splits, by what they depend on: the words, the subwords, the frozen weights and which
layers are read. Later epochs start from them, and so do other runs, in parallel or afterwards.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from ner_lab.data.cache import cache_key, cached
from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.plans import reading_plan
from ner_lab.data.windows import rows_of
from ner_lab.types import UserError

if TYPE_CHECKING:  # it brings Lightning, which what reads a run does without
    from ner_lab.data.datamodule import DataModule

AT_ONCE = 4_096  # subwords of a batch that is computed
STRIPPED = "frozen"  # in a checkpoint: digest of the weights that it does not hold
SAME = 1e-3  # of the largest state, beyond rounding in another order of operations


def remember(encoder: Any, data: DataModule, device: torch.device) -> None:
    """Fills `data.states`, from the cache or by computing them, without dropout and in float32; a note says their size.

    Args:
        encoder: with `cache_frozen`.
        data: with encoded splits.
        device: where they are computed.

    Raises:
        UserError: this architecture cannot start from the states of its layers.
    """
    encoder.frozen_digest = _digest(encoder, data.subword_encoder)
    if device.type == "cuda" and not encoder.all_frozen and "graphs" in encoder.kernels:
        data.notes.append("states of frozen layers are not kept: on a GPU the whole encoder in one graph is faster")
        return
    begin = time.perf_counter()
    home, training = next(encoder.parameters()).device, encoder.training
    encoder.eval().to(device)
    try:
        layouts = {name: _layout(encoder, split, data.subword_encoder) for name, split in data.encoded.items()}
        width = _check(encoder, data)
        sizes = {name: int(starts_R1[-1]) * width * 4 for name, (starts_R1, _) in layouts.items()}
        contents = data.fingerprint()
        keys = {name: cache_key("states", encoder.frozen_digest, contents[name]) for name in data.encoded}
        if data.cache is not None:
            folder = data.cache.expanduser()
            new = sum(sizes[name] for name, key in keys.items() if not (folder / key / "manifest.json").is_file())
            if new and (lacking := _lacking(folder, 2 * new)):
                data.notes.append(f"states of frozen layers are not kept, {lacking}: they are computed in every step")
                return
        made: list[str] = []
        for name, split in data.encoded.items():
            make = partial(_compute, encoder, data, name, split, *layouts[name], width, made)
            data.states[name] = cached(
                data.cache, keys[name], make, partial(FrozenStates.from_arrays, of_words=encoder.all_frozen)
            )
    finally:
        encoder.train(training).to(home)
    how = f"computed in {time.perf_counter() - begin:.1f} s" if made else "found"
    place = f"in {data.cache.expanduser()}" if data.cache is not None else "in memory (data.cache=null)"
    size = sum(sizes.values()) / 2**20
    data.notes.append(f"states of {encoder.frozen_layers} frozen layers: {size:,.0f} MiB {place}, {how}")


def strip(tagger: Any, checkpoint: dict[str, Any]) -> None:
    """Takes the frozen weights out of a checkpoint of an unfinished run, which would write them again and again."""
    if digest := getattr(tagger.encoder, "frozen_digest", ""):
        trained = {id(parameter) for parameter in tagger.parameters() if parameter.requires_grad}
        own = dict(tagger.encoder.named_parameters(prefix="encoder"))
        frozen = {name for name, parameter in own.items() if id(parameter) not in trained}
        weights = checkpoint["state_dict"]
        checkpoint["state_dict"] = {name: value for name, value in weights.items() if name not in frozen}
        checkpoint[STRIPPED] = digest


def complete(tagger: Any, checkpoint: dict[str, Any]) -> None:
    """Puts back what `strip` took out.

    Raises:
        UserError: the tagger's frozen weights are not those that the run began with.
    """
    if (digest := checkpoint.pop(STRIPPED, "")) and digest != getattr(tagger.encoder, "frozen_digest", ""):
        raise UserError(
            "the frozen layers of model.encoder.name are not those that the run began with, and its checkpoints hold "
            "the others alone (cache_frozen=true): bring the encoder back, or train a run of its own"
        )
    if digest:
        own = {f"encoder.{name}": parameter.detach() for name, parameter in tagger.encoder.named_parameters()}
        checkpoint["state_dict"] = {**own, **checkpoint["state_dict"]}


def _lacking(folder: Path, size: int) -> str:
    """What room is lacking on the disk of a folder; "" where there is enough."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    free = shutil.disk_usage(there).free
    return f"since they take {size / 2**30:.1f} GiB and {there} has {free / 2**30:.1f} free" if size > free else ""


def _check(encoder: Any, data: DataModule) -> int:
    """Numbers of a position; the layers above, started from the states of those below, must give what they give."""
    split = next(split for split in data.encoded.values() if len(split))
    batch = collate(split, np.arange(min(4, len(split))), data.subword_encoder).to(next(encoder.parameters()).device)
    with torch.no_grad():
        plain_BWD = encoder(batch)
        batch.states_RSE = encoder.frozen_states(batch).float()
        started_BWD = encoder(batch)
    if plain_BWD.shape != started_BWD.shape or (plain_BWD - started_BWD).abs().max() > SAME * plain_BWD.abs().max():
        raise UserError(
            f"model.encoder.cache_frozen=true: {type(encoder.model).__name__} cannot start from the states of its "
            "lowest layers; use cache_frozen=false, or freeze_layers=-1"
        )
    return int(batch.states_RSE.shape[2])


def _digest(encoder: Any, subwords: SubwordEncoder) -> str:
    """SHA-256 of all that decides the states of a row: frozen weights, architecture, layers read, special tokens."""
    sha = hashlib.sha256()
    trained = {name for name, parameter in encoder.model.named_parameters() if parameter.requires_grad}
    for name, tensor in sorted(encoder.model.state_dict().items()):
        if name not in trained:
            sha.update(f"{name}{tuple(tensor.shape)}{tensor.dtype}".encode())
            sha.update(tensor.detach().cpu().contiguous().view(torch.uint8).numpy().data)
    settings = {k: v for k, v in encoder.model.config.to_dict().items() if "name" not in k and "version" not in k}
    sha.update(json.dumps([settings, encoder.frozen_layers, encoder.reads], default=str).encode())
    sha.update(subwords.fingerprint().encode())
    return sha.hexdigest()


def _layout(encoder: Any, split: EncodedSplit, subwords: SubwordEncoder) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """`row_start_R1` and `sentence_row_S1` of `FrozenStates`."""
    if encoder.all_frozen:
        return np.asarray(split.sentence_start_S1), np.arange(len(split) + 1)
    extra = len(subwords.prefix) + len(subwords.suffix)
    lengths, rows_S1 = [0], [0]
    for s in range(len(split)):
        rows = [len(row) + extra for row, *_ in rows_of(split, s, subwords)]
        lengths += rows
        rows_S1.append(len(rows))
    return np.cumsum(np.array(lengths, dtype=np.int64)), np.cumsum(np.array(rows_S1, dtype=np.int64))


def _compute(
    encoder: Any,
    data: DataModule,
    name: str,
    split: EncodedSplit,
    row_start_R1: NDArray[np.int64],
    sentence_row_S1: NDArray[np.int64],
    width: int,
    made: list[str],
) -> FrozenStates:
    device = next(encoder.parameters()).device
    states_QE = _room(int(row_start_R1[-1]), width, data.cache.expanduser() if data.cache is not None else None)
    for sentences in reading_plan(split, max(1, len(split)), batch_tokens=AT_ONCE).batches if len(split) else ():
        found_RSE = encoder.frozen_states(collate(split, sentences, data.subword_encoder).to(device)).cpu().numpy()
        rows = [row for s in sentences for row in range(sentence_row_S1[s], sentence_row_S1[s + 1])]
        for found_SE, row in zip(found_RSE, rows, strict=True):
            begin, end = row_start_R1[row], row_start_R1[row + 1]
            states_QE[begin:end] = found_SE[: end - begin]
    made.append(name)
    return FrozenStates(states_QE, row_start_R1, sentence_row_S1, encoder.all_frozen)


def _room(positions: int, width: int, folder: Path | None) -> NDArray[np.float32]:
    """On the disk of the cache until they are kept, so that they take no memory; in memory without a cache.

    The disk sets the room aside at once: one that fills up later would end the process with SIGBUS.
    """
    if folder is None or not positions:
        return np.empty((positions, width), dtype=np.float32)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, positions * width * 4)
            return np.memmap(file, dtype=np.float32, mode="w+", shape=(positions, width))
    except OSError:  # a cache that is full or cannot be written
        return np.empty((positions, width), dtype=np.float32)
