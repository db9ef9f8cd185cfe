"""What a folder or a hub name may say of an encoder: settings of a sane size, and no code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ner_lab.files.plain import LARGEST_JSON, read_json
from ner_lab.types import UserError

if TYPE_CHECKING:
    from transformers import PretrainedConfig

_SETTINGS = (".json", ".jinja", ".txt", ".model", ".tiktoken")
MOST_LAYERS, LARGEST_SIZE = 4_096, 10**8  # of any encoder that there is, by a wide margin


def architecture(source: str) -> PretrainedConfig:
    """The settings of an encoder.

    Raises:
        ValueError: a number among them is beyond any encoder, and would be allocated, or counted up to.
    """
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(source, trust_remote_code=False)
    refuse_sizes(config.to_dict())
    return config


def refuse_sizes(settings: Any, key: str = "") -> None:
    """An error where a number is beyond any encoder; see `architecture`."""
    if isinstance(settings, dict):
        for name, value in settings.items():
            refuse_sizes(value, str(name))
    elif isinstance(settings, list):
        for value in settings:
            refuse_sizes(value, key)
    elif isinstance(settings, int):
        largest = MOST_LAYERS if re.search("layer|block|expert|head", key) else LARGEST_SIZE
        if settings > largest:
            raise ValueError(f"{key}={settings}: more than {largest:,}")


def refuse_files(name: str, folder: Path) -> None:
    """What transformers would read of a folder is plain files, which of all but weights are of a sane size."""
    for file in folder.glob("*") if folder.is_dir() else ():
        if not file.is_dir() and not file.is_file():
            raise UserError(f"model.encoder.name={name}: {file} is no plain file, and cannot be read")
        if file.suffix in _SETTINGS and file.stat().st_size > LARGEST_JSON:
            raise UserError(
                f"model.encoder.name={name}: {file} is larger than {LARGEST_JSON:,} bytes, as no tokenizer is"
            )


def refuse_code(name: str, folder: Path) -> None:
    """An encoder folder brings weights, not code; transformers would ask on standard input whether to run it."""
    for file in (folder / "config.json", folder / "tokenizer_config.json"):
        if not file.is_file():
            continue
        settings = read_json(file, lenient=True)
        if not isinstance(settings, dict):
            raise UserError(f"model.encoder.name={name}: {file} must be an object")
        if wanted := _wanted_code(settings):
            raise UserError(
                f"model.encoder.name={name}: {file} wants to run code of its own ({wanted[:200]}), and an encoder "
                "brings weights alone; take one of an architecture that transformers itself has"
            )


def _wanted_code(settings: Any) -> str:
    """What an encoder's settings want to run, anywhere in them (an encoder of two parts has settings of each)."""
    if not isinstance(settings, dict):
        return ""
    kernels = [str(settings.get(key) or "") for key in ("attn_implementation", "_attn_implementation")]
    own = str(settings.get("auto_map") or next((kernel for kernel in kernels if "/" in kernel), ""))
    return own or next(filter(None, map(_wanted_code, settings.values())), "")
