"""The encoder of a run that is only read, without importing transformers where its architecture allows that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from torch import nn

from ner_lab.files.plain import read_json
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.models.encoder.kernels.fast_linear import replace_linear
from ner_lab.models.encoder.kernels.probe import probe
from ner_lab.models.encoder.kernels.read_bert import ReadBert
from ner_lab.models.encoder.plain_tokenizer import PlainTokenizer
from ner_lab.models.encoder.pooling import POOLINGS

# Of transformers; those of other names may do more than their tokenizer.json says.
CLASSES = (None, "BertTokenizer", "BertTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend")


class ReadingEncoder(Encoder):
    """An `Encoder` in evaluation mode, whose weights a checkpoint brings.

    Args:
        model: with the names of the weights that it has been trained with.
        tokenizer: of the run.
        pooling, max_subwords: see `Encoder`.
    """

    def __init__(self, model: ReadBert, tokenizer: PlainTokenizer, pooling: str, max_subwords: int | None) -> None:
        nn.Module.__init__(self)
        self.pool, self.reads = POOLINGS[pooling], {"layers": None, "pooling": pooling}
        self.model, self.tokenizer = model, tokenizer
        # Those that training alone has need not be asked for; neither need transformers.
        self.kernels = tuple(name for name in probe().kernels if name in ("packing", "linear", "rounded"))
        if "linear" in self.kernels:
            replace_linear(model)
        if "packing" in self.kernels:
            model.read_packed()
        self.width = int(model.config.hidden_size)
        self.max_subwords = self._window(max_subwords)
        self.frozen_layers, self._recordings, self._blocks = 0, [], None
        self.eval()

    def train(self, mode: bool = True) -> ReadingEncoder:
        """Evaluation mode, and no other."""
        if mode:
            raise ValueError("an encoder that reads cannot be trained; load the run with its Encoder")
        nn.Module.train(self, mode)
        return self


def suits(settings: Mapping[str, Any]) -> bool:
    """Whether `model.encoder` of a run asks for nothing that a `ReadingEncoder` lacks. With `kernels=stock`, and with
    a list of them, a run is read by transformers."""
    lora = settings.get("lora") or {}
    return (
        settings.get("_target_") == "ner_lab.models.Encoder"
        and settings.get("kernels", "auto") == "auto"
        and settings.get("layers") is None
        and settings.get("pooling", "first") in POOLINGS
        and not lora.get("r")
    )


def tokenizer_of(folder: Path) -> PlainTokenizer | None:
    """The tokenizer of a run; None where transformers has to be asked."""
    file, settings = folder / "tokenizer.json", read_json(folder / "tokenizer_config.json", lenient=True)
    if not file.is_file() or not isinstance(settings, dict):
        return None
    longest = settings.get("model_max_length", 10**9)
    try:
        found = PlainTokenizer(file.read_text(encoding="utf-8"), None, None, int(longest))
    except BaseException as error:  # Rust's panic is no Exception
        if not (isinstance(error, Exception) or type(error).__name__ == "PanicException"):
            raise
        return None
    known = found.backend_tokenizer.token_to_id
    usual = settings.get("tokenizer_class") in CLASSES and not settings.get("split_special_tokens")
    if not usual or any(known(name) is None for name in _special_tokens(settings)):
        return None
    names = [settings.get(name) for name in ("pad_token", "unk_token")]
    ids = [known(name) if isinstance(name, str) else None for name in names]
    if None in ids:
        return None
    found.pad_token_id, found.unk_token_id = ids
    return found


def _special_tokens(settings: Any) -> Iterator[str]:
    """All that the settings of a tokenizer name as a token, which transformers would add where it is unknown."""
    for name, value in settings.items():
        if name.endswith(("_token", "_tokens", "_tokens_decoder")):
            yield from _names_in(value)


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _names_in(one)
    elif isinstance(value, dict) and isinstance(value.get("content"), str):
        yield value["content"]
    elif isinstance(value, dict):
        for one in value.values():
            yield from _names_in(one)
