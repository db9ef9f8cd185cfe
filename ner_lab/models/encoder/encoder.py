"""The encoder: subwords in, one hidden state a word out."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn

from ner_lab.models.encoder import pretrained
from ner_lab.models.encoder.kernels.choice import choose
from ner_lab.models.encoder.kernels.rewrites import read_rows, rewrite
from ner_lab.models.encoder.pooling import POOLINGS
from ner_lab.types import Batch, UserError

LONGEST_WINDOW = 512  # attention costs the square of it; more context than this rarely helps a tagger


class Encoder(nn.Module):
    """A transformer whose subword states are pooled to words.

    Long sentences arrive as several rows (windows) of the batch; each word names its subwords in the one row where it
    has most context, so the hidden states come out stitched, and nobody after the encoder knows of windows.

    Args:
        name: `minilm`, `tiny`, a hub name, or a folder (see `ner_lab.models.encoder.pretrained.load`).
        pooling: how a word's subwords become one vector: `first`, `mean`, `max` or `last`.
        max_subwords: the longest window, special tokens included; null takes what the encoder allows, at most 512.
        dropout: inside the encoder; null keeps what it was made with, usually 0.1.
        freeze_layers: how many of the lowest layers stay as they are, and with them all that lies outside of layers,
            such as embeddings; 0 freezes nothing, -1 everything.
        gradient_checkpointing: recompute activations in the backward pass: less memory, about a third more time.
        lora: LoRA adapters (Hu et al. 2021) on the encoder through `peft`: `r` (0 = none), `alpha`, `dropout`,
            `target_modules` (null = peft's choice for the architecture, all linear layers where it has none). The
            encoder's own weights are then frozen.
        kernels: what makes the encoder faster on a CPU: `auto` is what a probe of this machine finds faster, `stock` is
            transformers as it comes, a list names some (see `ner_lab.models.encoder.kernels`).
        weights: False builds the architecture without loading weights (a checkpoint brings them).

    Examples:
        >>> import torch
        >>> from ner_lab.models import Encoder
        >>> from ner_lab.types import Batch
        >>> encoder = Encoder("tiny", pooling="mean")
        >>> encoder.width, encoder.max_subwords
        (64, 128)
        >>> row = encoder.tokenizer([["Oslo", "rains"]], is_split_into_words=True, return_tensors="pt")
        >>> row.word_ids(0)  # [CLS] os ##lo ra ##in ##s [SEP]: two words, at 1 to 3 and 3 to 6
        [None, 0, 0, 1, 1, 1, None]
        >>> begin_BW, end_BW = torch.tensor([[1, 3]]), torch.tensor([[3, 6]])
        >>> mask_BW, index_B = torch.tensor([[True, True]]), torch.tensor([0])
        >>> batch = Batch(row["input_ids"], row["attention_mask"], begin_BW, end_BW, mask_BW, index_B)
        >>> encoder(batch).shape  # B, W, D
        torch.Size([1, 2, 64])
    """

    def __init__(
        self,
        name: str,
        pooling: Literal["first", "mean", "max", "last"] = "first",
        max_subwords: int | None = None,
        dropout: float | None = None,
        freeze_layers: int = 0,
        gradient_checkpointing: bool = False,
        lora: dict[str, Any] | None = None,
        kernels: str | list[str] = "auto",
        weights: bool = True,
    ) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise ValueError(f"pooling must be one of {', '.join(POOLINGS)}, got {pooling!r}")
        self.pool = POOLINGS[pooling]
        self.model, self.tokenizer = pretrained.load(name, weights)
        self.model.train()  # from_pretrained leaves dropout off
        self.kernels = choose(kernels)
        rewrite(self.model, self.kernels)
        self._recordings: list[Any] = []  # not a module, and nothing that is saved
        if dropout is not None:
            if not 0 <= dropout < 1:
                raise ValueError(f"dropout must be in [0, 1), got {dropout}")
            for module in self.model.modules():
                if isinstance(module, nn.Dropout):
                    module.p = dropout
        self.width = int(self.model.config.hidden_size)
        self.max_subwords = self._window(max_subwords)
        self._freeze(freeze_layers)
        if gradient_checkpointing:
            self.model.gradient_checkpointing_enable({"use_reentrant": False})
        if lora and lora["r"]:
            self.model = _with_lora(self.model, lora)

    def _window(self, wanted: int | None) -> int:
        positions = int(getattr(self.model.config, "max_position_embeddings", LONGEST_WINDOW) or LONGEST_WINDOW)
        # RoBERTa numbers its positions from padding_idx + 1, so two of them are never used.
        if self.model.config.model_type in {"roberta", "xlm-roberta", "camembert"}:
            positions -= 2
        allowed = min(positions, self.tokenizer.model_max_length)
        if allowed < 8:
            raise ValueError(f"the encoder and its tokenizer allow {allowed} subwords a row, and need at least 8")
        if wanted is None:
            return min(allowed, LONGEST_WINDOW)
        if not 8 <= wanted <= allowed:
            raise ValueError(f"max_subwords must be between 8 and {allowed} for this encoder, got {wanted}")
        return wanted

    def layers(self) -> list[nn.Module]:
        """The transformer's blocks, lowest first."""
        lists = [module for module in self.model.modules() if isinstance(module, nn.ModuleList)]
        count = self.model.config.num_hidden_layers
        for blocks in lists:
            if len(blocks) == count:
                return list(blocks)
        raise UserError(
            f"cannot find the {count} layers of {type(self.model).__name__}; use freeze_layers 0 or -1 here"
        )

    def _freeze(self, count: int) -> None:
        if count == 0:
            return
        layers = self.layers() if count > 0 else []
        if not -1 <= count <= len(layers):
            raise ValueError(f"freeze_layers must be between -1 and {self.model.config.num_hidden_layers}, got {count}")
        # Not only the embeddings: what all layers share (DeBERTa's relative positions) would move the lowest ones too.
        self.model.requires_grad_(False)
        for layer in layers[max(count, 0) :]:
            layer.requires_grad_(True)

    def forward(self, batch: Batch) -> Tensor:
        """`hidden_BWD`, zero on padding."""
        if "graphs" in self.kernels and batch.input_ids_RS.is_cuda and not self._recordings:
            from ner_lab.models.encoder.kernels.graphs import Graphs

            self._recordings.append(Graphs(self.model))
        recordings = self._recordings[0] if self._recordings else None
        hidden_RSD = read_rows(self.model, batch.input_ids_RS, batch.attention_mask_RS, self.kernels, recordings)
        pooled_BWD = self.pool(hidden_RSD.flatten(0, 1), batch.begin_BW, batch.end_BW, batch.subwords)
        return pooled_BWD * batch.mask_BW.unsqueeze(-1)

    @torch.no_grad()
    def embed_texts(self, texts: list[str]) -> Tensor:
        """`vectors_ND`: the mean of each text's subword states, without dropout; for the names of labels."""
        was_training = self.training
        self.eval()
        encoded = self.tokenizer(texts, padding=True, truncation=True, return_tensors="pt").to(self.model.device)
        hidden_NSD = self.model(
            input_ids=encoded["input_ids"], attention_mask=encoded["attention_mask"]
        ).last_hidden_state
        mask_NS1 = encoded["attention_mask"].unsqueeze(-1)
        self.train(was_training)
        return (hidden_NSD * mask_NS1).sum(1) / mask_NS1.sum(1)


def _with_lora(model: Any, lora: dict[str, Any]) -> Any:
    try:
        from peft import LoraConfig, get_peft_model
        from peft.utils import TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING as KNOWN
    except ImportError as error:
        raise UserError("model.lora needs the package peft: pip install 'ner-lab[lora]'") from error
    config = LoraConfig(
        r=lora["r"],
        lora_alpha=lora["alpha"],
        lora_dropout=lora["dropout"],
        target_modules=lora["target_modules"] or ("all-linear" if model.config.model_type not in KNOWN else None),
    )
    return get_peft_model(model, config)
