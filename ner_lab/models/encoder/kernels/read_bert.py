"""BERT as a run is read, without transformers, whose import takes twice as long as torch's and all of a prediction.

The weights and their names are those of `transformers.BertModel`, and so are the operations, but for what trains. A
folder whose settings ask for anything else is left to transformers.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ner_lab.files.plain import read_json
from ner_lab.models.encoder.architecture import refuse_code, refuse_files, refuse_sizes
from ner_lab.models.encoder.kernels.packed_attention import NAME
from ner_lab.models.encoder.kernels.packed_runs import Runs, attend_in_runs

_NUMBERS = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "max_position_embeddings",
    "type_vocab_size", "vocab_size",
)  # fmt: skip
# What else may stand in the settings of a BERT that computes what `ReadBert` does.
_USUAL = {
    "model_type": ("bert",),
    "hidden_act": ("gelu",),
    "position_embedding_type": ("absolute", None),
    "is_decoder": (False, None),
    "add_cross_attention": (False, None),
    "chunk_size_feed_forward": (0, None),
}


def settings_of(folder: Path) -> SimpleNamespace | None:
    """The settings of a BERT in a folder; None of anything else, and of what transformers has more to say about.

    Raises:
        UserError: a file that nobody should read; see `architecture`.
    """
    refuse_files(str(folder), folder)
    refuse_code(str(folder), folder)
    if not (folder / "config.json").is_file():
        return None
    found = read_json(folder / "config.json", lenient=True)
    usual = isinstance(found, dict) and all(found.get(name) in values for name, values in _USUAL.items())
    if not usual or any(type(found.get(name)) is not int or found[name] < 1 for name in _NUMBERS):
        return None
    epsilon = found.get("layer_norm_eps", 1e-12)
    if not isinstance(epsilon, float) or found["hidden_size"] % found["num_attention_heads"]:
        return None
    try:
        refuse_sizes(found)
    except ValueError:
        return None
    return SimpleNamespace(**{**found, "layer_norm_eps": epsilon, "_attn_implementation": "sdpa"})


def count_parameters(config: SimpleNamespace) -> int:
    """How many numbers a `ReadBert` has, of which none is made."""
    width, inner = config.hidden_size, config.intermediate_size
    layer = 4 * (width + 1) * width + (width + 1) * inner + (inner + 1) * width + 4 * width
    rows = config.vocab_size + config.max_position_embeddings + config.type_vocab_size + 2
    return int(rows * width + config.num_hidden_layers * layer)


class ReadBert(nn.Module):
    """`transformers.BertModel` in evaluation mode.

    Args:
        config: from `settings_of`.
    """

    def __init__(self, config: SimpleNamespace) -> None:
        super().__init__()
        self.config = config
        width = config.hidden_size
        self.embeddings: Any = nn.ModuleDict(
            {
                "word_embeddings": _UndrawnEmbedding(config.vocab_size, width),
                "position_embeddings": _UndrawnEmbedding(config.max_position_embeddings, width),
                "token_type_embeddings": _UndrawnEmbedding(config.type_vocab_size, width),
                "LayerNorm": nn.LayerNorm(width, config.layer_norm_eps),
            }
        )
        layers = nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))
        self.encoder: Any = nn.ModuleDict({"layer": layers})
        for part in self.modules():
            if isinstance(part, _UndrawnLinear):
                # Which whoever replaces linear layers looks for.
                part.__class__ = nn.Linear  # type: ignore[assignment]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor | None = None,
        position_ids: Tensor | None = None,
        groups: Runs | None = None,
    ) -> SimpleNamespace:
        """`last_hidden_state`, of padded rows or, with `groups`, of packed ones."""
        part = self.embeddings
        if position_ids is None:
            position_ids = torch.arange(input_ids.shape[1], device=input_ids.device)[None]
        first_D = part["token_type_embeddings"].weight[0]
        hidden = part["word_embeddings"](input_ids) + first_D + part["position_embeddings"](position_ids)
        hidden = part["LayerNorm"](hidden)
        mask = None if attention_mask is None else attention_mask[:, None, None, :].bool()
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, mask, groups)
        return SimpleNamespace(last_hidden_state=hidden)

    def read_packed(self) -> None:
        """Packed rows may come."""
        self.config._attn_implementation = NAME


class _UndrawnEmbedding(nn.Embedding):
    def reset_parameters(self) -> None:
        """A checkpoint brings the weights: to draw some takes longer than to read."""


class _UndrawnLinear(nn.Linear):
    def reset_parameters(self) -> None:
        """As of `_UndrawnEmbedding`."""


class _Layer(nn.Module):
    def __init__(self, config: SimpleNamespace) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        width, inner = config.hidden_size, config.intermediate_size
        projections = {name: _UndrawnLinear(width, width) for name in ("query", "key", "value")}
        self.attention: Any = nn.ModuleDict(
            {"self": nn.ModuleDict(projections), "output": _output(width, width, config)}
        )
        self.intermediate = nn.ModuleDict({"dense": _UndrawnLinear(width, inner)})
        self.output = _output(inner, width, config)

    def forward(self, hidden_RSD: Tensor, mask: Tensor | None, groups: Runs | None) -> Tensor:
        part = self.attention["self"]
        rounded_RSD = hidden_RSD.to(part["query"].weight.dtype)  # once for all three
        query, key, value = (
            part[name](rounded_RSD).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        if groups is None:
            mixed = functional.scaled_dot_product_attention(query, key, value, mask).transpose(1, 2)
        else:
            mixed = attend_in_runs(query, key, value, groups)
        hidden_RSD = _added(self.attention["output"], mixed.flatten(2), hidden_RSD)
        return _added(self.output, functional.gelu(self.intermediate["dense"](hidden_RSD)), hidden_RSD)


def _output(inner: int, width: int, config: Any) -> nn.ModuleDict:
    return nn.ModuleDict(
        {"dense": _UndrawnLinear(inner, width), "LayerNorm": nn.LayerNorm(width, config.layer_norm_eps)}
    )


def _added(output: nn.ModuleDict, x: Tensor, hidden_RSD: Tensor) -> Tensor:
    return output["LayerNorm"](output["dense"](x) + hidden_RSD)
