"""Reading checkpoints, of which nothing is believed: no byte of them runs, and damage is found by checksums."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile

import torch
from safetensors import safe_open

from ner_lab.training.frozen import STRIPPED
from ner_lab.types import UserError

WEIGHTS = "model.safetensors"  # of an export, in the place of checkpoints/


def read_checkpoint(path: Path) -> dict[str, Any]:
    """A checkpoint's contents, compared with the checksums in it; nothing in the file can execute code.

    Raises:
        UserError: it is damaged, or cannot be read; the text names the other checkpoint of the run if that is whole.
    """
    try:
        contents = _compared(path)
    except Exception as error:  # the unpickler raises whatever the bytes lead it to
        raise UserError(f"{path}: is damaged, or no checkpoint ({type(error).__name__}); {_way_out(path)}") from error
    weights = contents.get("state_dict") if isinstance(contents, dict) else None
    if not isinstance(weights, dict) or not all(
        isinstance(name, str) and isinstance(value, torch.Tensor) for name, value in weights.items()
    ):
        raise UserError(f"{path}: is no checkpoint of ner-lab; train again")
    return contents


def read_exported(path: Path) -> dict[str, Any]:
    """What `format=safetensors` of `ner-lab export` kept of a checkpoint: its weights and labels.

    Raises:
        UserError: it is damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - it is no dict
            labels = json.loads((file.metadata() or {}).get("labels", "null"))
    except Exception as error:  # of Rust, for bytes of any kind
        raise UserError(f"{path}: is damaged ({type(error).__name__}); export the run again") from error
    return {"state_dict": weights, "labels": labels}


def _way_out(damaged: Path) -> str:
    other = damaged.with_name("best.ckpt" if damaged.name == "last.ckpt" else "last.ckpt")
    if other != damaged and _whole(other):
        if damaged.name == "last.ckpt":
            return f"{other.name} beside it is whole: predict and evaluate read that one. To go on, train again"
        return (
            f"last.ckpt beside it is whole: to use the weights of the last step, cp {other} {damaged}; or train again"
        )
    return "train again"


def _whole(path: Path) -> bool:
    """Whether it is undamaged, and holds the weights of frozen layers, which one of an unfinished run may not."""
    try:
        return STRIPPED not in _compared(path)
    except Exception:  # as many kinds as there are kinds of damage
        return False


def _compared(path: Path) -> Any:
    """Its contents. torch.save writes a CRC-32 of each part, at which torch.load does not look; a thread of its own
    compares them, since a prediction's first sentence waits for this."""
    with ZipFile(path) as archive, ThreadPoolExecutor(1) as beside:
        if packed := next((part for part in archive.infolist() if part.compress_type != ZIP_STORED), None):
            raise BadZipFile(f"{packed.filename} is compressed, which torch.save does not do")
        damaged = beside.submit(archive.testzip)
        contents = torch.load(path, map_location="cpu", weights_only=True)
        if (part := damaged.result()) is not None:
            raise BadZipFile(f"{part} is not what was saved")
    return contents
