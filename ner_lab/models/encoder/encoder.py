"""The encoder: subwords in, one hidden state a word out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import torch
from torch import Tensor, nn

from ner_lab.models.encoder import blocks
from ner_lab.models.encoder.blocks import Blocks
from ner_lab.models.encoder.kernels.choice import choose
from ner_lab.models.encoder.kernels.rewrites import last_states, read_rows, rewrite
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
        layers: the layers whose states are given side by side, each standardised, such as [-1,-2,-3], where -1 is the
            highest; null gives those of the highest as they are.
        freeze_layers: how many of the lowest layers stay as they are, and with them all that lies outside of layers,
            such as embeddings; 0 freezes nothing, -1 everything. What is frozen drops nothing.
        cache_frozen: the states of the frozen layers are computed once for each corpus and kept with its encoded splits
            (see `ner_lab.training.frozen`), in float32: the scores are the same without, but for rounding.
        gradient_checkpointing: recompute activations in the backward pass: less memory, about a third more time.
        lora: LoRA adapters (Hu et al. 2021) on the encoder through `peft`: `r` (0 = none), `alpha`, `dropout`,
            `target_modules` (null = peft's choice for the architecture, all linear layers where it has none). The
            encoder's own weights are then frozen.
        kernels: what makes the encoder faster, and on a GPU the whole training step: `auto` is what a probe of this
            machine finds faster, `stock` is transformers as it comes, a list names some (see
            `ner_lab.models.encoder.kernels`).
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

    model: Any  # of transformers
    tokenizer: Any

    def __init__(
        self,
        name: str,
        pooling: Literal["first", "mean", "max", "last"] = "first",
        max_subwords: int | None = None,
        dropout: float | None = None,
        layers: list[int] | None = None,
        freeze_layers: int = 0,
        cache_frozen: bool = False,
        gradient_checkpointing: bool = False,
        lora: dict[str, Any] | None = None,
        kernels: str | list[str] = "auto",
        weights: bool = True,
    ) -> None:
        super().__init__()
        if pooling not in POOLINGS:
            raise ValueError(f"pooling must be one of {', '.join(POOLINGS)}, got {pooling!r}")
        from ner_lab.models.encoder import pretrained  # which imports transformers

        self.pool = POOLINGS[pooling]
        self.model, self.tokenizer = pretrained.load(name, weights)
        self.kernels = choose(kernels)
        rewrite(self.model, self.kernels)
        self._recordings: list[Any] = []  # not a module, and nothing that is saved
        if dropout is not None:
            if not 0 <= dropout < 1:
                raise ValueError(f"dropout must be in [0, 1), got {dropout}")
            for module in self.model.modules():
                if isinstance(module, nn.Dropout):
                    module.p = dropout
        self.width = int(self.model.config.hidden_size) * len(layers or [-1])
        self.max_subwords = self._window(max_subwords)
        self.frozen_layers = self._freeze(freeze_layers)
        self.cache_frozen, self.frozen_digest = cache_frozen, ""
        self.reads: dict[str, Any] = {"layers": layers, "pooling": pooling}
        self._blocks = self._reading(layers, adapted=bool(lora and lora["r"]))
        if gradient_checkpointing:
            self.model.gradient_checkpointing_enable({"use_reentrant": False})
        if lora and lora["r"]:
            self.model = _with_lora(self.model, lora)
        self.train()

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
        return blocks.find(self.model)

    @property
    def all_frozen(self) -> bool:
        return self.frozen_layers == self.model.config.num_hidden_layers

    def _freeze(self, count: int) -> int:
        """Freezes so many layers; how many those are where -1 stands for all."""
        depth = int(self.model.config.num_hidden_layers)
        if count == 0:
            return 0
        layers = self.layers() if count > 0 else []
        if not -1 <= count <= depth:
            raise ValueError(f"freeze_layers must be between -1 and {depth}, got {count}")
        # Not only the embeddings: what all layers share (DeBERTa's relative positions) would move the lowest ones too.
        self.model.requires_grad_(False)
        for layer in layers[max(count, 0) :]:
            layer.requires_grad_(True)
        return depth if count == -1 else count

    def _reading(self, layers: Sequence[int] | None, adapted: bool) -> Blocks | None:
        """What calls the model; None where it is called as it is."""
        depth = int(self.model.config.num_hidden_layers)
        if layers is not None and (
            not layers or len(set(layers)) < len(layers) or any(not -depth <= number <= -1 for number in layers)
        ):
            raise ValueError(f"layers must be different numbers from {-depth} to -1 (the highest), got {list(layers)}")
        if self.cache_frozen and adapted:
            raise ValueError("cache_frozen keeps the states of layers that stay as they are, and lora changes them all")
        if self.cache_frozen and not self.frozen_layers:
            raise ValueError("cache_frozen keeps the states of frozen layers, and freeze_layers=0 freezes none")
        if layers is None and not (self.cache_frozen and not self.all_frozen):
            return None
        return Blocks(self.model, layers, self.frozen_layers)

    def train(self, mode: bool = True) -> Encoder:
        """Training mode for what is trained: a frozen layer that drops something would give other states each time."""
        super().train(mode)
        if mode and self.frozen_layers and not hasattr(self.model, "get_base_model"):
            self.model.eval()
            self.model.training = not self.all_frozen
            for layer in self.layers()[self.frozen_layers :] if not self.all_frozen else ():
                layer.train()
        return self

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_recordings": []}  # which belong to these weights: a copy makes its own

    def forward(self, batch: Batch) -> Tensor:
        """`hidden_BWD`, zero on padding."""
        if batch.states_RSE is not None and self.all_frozen:
            return batch.states_RSE.to(self.model.dtype)  # of words
        return self.pooled(self._read(batch), batch.begin_BW, batch.end_BW, batch.mask_BW, batch.subwords)

    def pooled(
        self, hidden_RSD: Tensor, begin_BW: Tensor, end_BW: Tensor, mask_BW: Tensor, subwords: int | None = None
    ) -> Tensor:
        """`hidden_BWD` from the states of subwords; see `ner_lab.models.encoder.pooling`."""
        pooled_BWD = self.pool(hidden_RSD.flatten(0, 1), begin_BW, end_BW, subwords)
        mask_BW1 = mask_BW.unsqueeze(-1)
        return pooled_BWD * mask_BW1 if pooled_BWD.requires_grad else pooled_BWD.mul_(mask_BW1)

    def reads_as_it_is(self, batch: Batch) -> bool:
        """Whether a call of the whole model gives `hidden_RSD` of this batch."""
        return batch.states_RSE is None and (self._blocks is None or self._blocks.layers is None)

    def _read(self, batch: Batch) -> Tensor:
        """`hidden_RSD`, from the states of the frozen layers where the batch brings them."""
        as_it_is = self.reads_as_it_is(batch)
        call: Callable[..., Tensor] = self._blocks if self._blocks is not None and not as_it_is else last_states
        if "graphs" in self.kernels and batch.input_ids_RS.is_cuda and not self._recordings and as_it_is:
            from ner_lab.models.encoder.kernels.encoder_graphs import EncoderGraphs

            self._recordings.append(EncoderGraphs(self.model))
        recordings = self._recordings[0] if self._recordings and as_it_is else None
        ids_RS, mask_RS = batch.input_ids_RS, batch.attention_mask_RS
        states_RSE = None if batch.states_RSE is None else batch.states_RSE.to(self.model.dtype)
        return read_rows(self.model, ids_RS, mask_RS, self.kernels, recordings, call, states_RSE)

    def read_plainly(self, ids_RS: Tensor, mask_RS: Tensor) -> Tensor:
        """`hidden_RSD` by one padded call of the model, as `_read` without kernels and known states: for tracing."""
        call: Any = self._blocks if self.reads["layers"] is not None else last_states
        hidden_RSD: Tensor = call(self.model, None, input_ids=ids_RS, attention_mask=mask_RS)
        return hidden_RSD

    def round_weights(self) -> None:
        """Keeps the weights of linear layers in bfloat16, to which autocast would cast them in every call: for reading
        under autocast alone."""
        from ner_lab.models.encoder.kernels.rounded_linear import round_linear

        round_linear(self.model, in_order="rounded" in self.kernels)

    @torch.no_grad()
    def frozen_states(self, batch: Batch) -> Tensor:
        """`states_RSE`, what a batch may bring: all that the layers above need, or `hidden_BWD` if there are none."""
        if self.all_frozen or self._blocks is None:
            return self(batch)
        ids_RS, mask_RS = batch.input_ids_RS, batch.attention_mask_RS
        return read_rows(self.model, ids_RS, mask_RS, self.kernels, None, self._blocks.states)

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
