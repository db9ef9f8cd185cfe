"""A tagger up to the scores of its labels as an ONNX graph: encoder, pooling, layers between, scores of the head."""

from __future__ import annotations

import logging
import warnings
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ner_lab.models.between import MLP, BiLSTM, Nothing
from ner_lab.models.cosine import CosineHead
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.models.linear import LinearHead
from ner_lab.training.exported.onnx_reader import graph_inputs
from ner_lab.training.network import TaggingNetwork
from ner_lab.types import UserError, listed

HEADS, BETWEEN = (LinearHead, CosineHead, CRFHead), (Nothing, MLP, BiLSTM)
LARGEST = 1_800_000_000  # bytes of weights inside of the graph's file, which protobuf cuts at 2 GiB
OPSET = 18


def refuse_missing() -> None:
    """Looks for what writes and checks a graph, before anything is computed.

    Raises:
        UserError: a package is not installed.
    """
    if missing := [name for name in ("onnx", "onnxscript", "onnxruntime") if find_spec(name) is None]:
        raise UserError(f"format=onnx needs the packages {listed(missing)}: pip install 'ner-lab[export]'")


def refuse_unholdable(tagger: TaggingNetwork, place: str) -> None:
    """Names every part of a model that is none of ner_lab's, of which nothing is known here.

    Raises:
        UserError: there is one.
    """
    parts = {
        "encoder": (tagger.encoder, (Encoder,)),
        "between": (tagger.between, BETWEEN),
        "head": (tagger.head, HEADS),
    }
    found = [f"the {name} {type(part).__name__}" for name, (part, kinds) in parts.items() if type(part) not in kinds]
    if found:
        raise UserError(
            f"{place}: format=onnx cannot hold {listed(found)}, which is not ner_lab's own; say format=safetensors"
        )


def decoding_of(head: Any) -> str:
    """How the head's scores become tags: `greedy`, `viterbi` or `crf`."""
    return "crf" if isinstance(head, CRFHead) else str(head.decoder.decode)


def chain_scores(head: CRFHead) -> np.ndarray:
    """What a CRF has learnt beside its emissions, as `decoding.links_of` takes it."""
    rows = (*head.trans_KK, head.start_K, head.end_K)
    return torch.stack(rows).detach().float().cpu().numpy()


def write(tagger: TaggingNetwork, rows: Any, file: Path) -> bool:
    """Writes the graph of a tagger with stock kernels, whose adapters are merged.

    Args:
        tagger: in evaluation mode.
        rows: of a few sentences, of more than one word; numbers of rows, subwords and words stay free.
        file: `model.onnx`.

    Returns:
        Whether the weights lie in a file beside it.

    Raises:
        UserError: torch cannot trace the encoder.
    """
    graph = LabelScores(tagger).eval()
    inputs = {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in graph_inputs(rows).items()}
    free = torch.export.Dim.DYNAMIC
    beside = sum(p.numel() * p.element_size() for p in tagger.parameters()) > LARGEST
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # torch's exporter tells which operators it did not need
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                graph,
                tuple(inputs.values()),
                str(file),
                dynamo=True,
                verbose=False,
                opset_version=OPSET,
                input_names=list(inputs),
                output_names=["scores"],
                external_data=beside,
                dynamic_shapes=tuple(dict.fromkeys(range(value.dim()), free) for value in inputs.values()),
            )
    except Exception as error:  # whatever an architecture leads the tracer to
        first = next((line for line in reversed(str(error).strip().splitlines()) if line.strip()), type(error).__name__)
        kind = type(tagger.encoder.model).__name__
        raise UserError(
            f"torch cannot trace a {kind} ({type(error).__name__}: {first[:200]}); say format=safetensors"
        ) from error
    finally:
        logging.disable(before)
    return beside


class LabelScores(nn.Module):
    """`emissions_BWK` of a tagger, from what `graph_inputs` gives."""

    def __init__(self, tagger: TaggingNetwork) -> None:
        super().__init__()
        self.encoder, self.head = tagger.encoder, tagger.head
        self.between = BothWays(tagger.between.lstm) if isinstance(tagger.between, BiLSTM) else tagger.between
        self.pooling = tagger.encoder.reads["pooling"]

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        begin: Tensor,
        end: Tensor,
        mask: Tensor,
        position: Tensor,
        word: Tensor,
    ) -> Tensor:
        hidden_PD = self.encoder.read_plainly(input_ids, attention_mask).flatten(0, 1)
        pooled_BWD = self._pooled(hidden_PD, begin, end, position, word)
        hidden_BWD = torch.where(mask[..., None], pooled_BWD, 0.0)
        emissions_BWK: Tensor = self.head(self.between(hidden_BWD, mask), mask).emissions_BWK
        return emissions_BWK

    def _pooled(
        self, hidden_PD: Tensor, begin_BW: Tensor, end_BW: Tensor, position_M: Tensor, word_M: Tensor
    ) -> Tensor:
        if self.pooling == "first":
            return hidden_PD[begin_BW]
        if self.pooling == "last":
            return hidden_PD[(end_BW - 1).clamp_min(0)]
        # As in models/encoder/pooling.py, whose operations have no counterpart in ONNX.
        to_MD = word_M[:, None].expand(-1, hidden_PD.shape[1])
        shape_ND = (begin_BW.shape[0] * begin_BW.shape[1], hidden_PD.shape[1])
        shape_BWD = (begin_BW.shape[0], begin_BW.shape[1], hidden_PD.shape[1])
        if self.pooling == "max":
            lowest_ND = hidden_PD.new_full(shape_ND, torch.finfo(hidden_PD.dtype).min)
            return lowest_ND.scatter_reduce(0, to_MD, hidden_PD[position_M], "amax").view(shape_BWD)
        total_ND = hidden_PD.new_zeros(shape_ND).scatter_reduce(0, to_MD, hidden_PD[position_M], "sum")
        return total_ND.view(shape_BWD) / (end_BW - begin_BW).clamp_min(1)[..., None]


class BothWays(nn.Module):
    """A bidirectional LSTM as ONNX has it: with the length of each sentence, whatever the padding.

    torch would unroll it for the one length that it was traced with.
    """

    def __init__(self, lstm: nn.LSTM) -> None:
        super().__init__()
        self.lstm = lstm

    def forward(self, hidden_BWD: Tensor, mask_BW: Tensor) -> Tensor:
        words_B, size = mask_BW.sum(1).to(torch.int32), self.lstm.hidden_size
        hidden_WBD = hidden_BWD.transpose(0, 1)
        for layer in range(self.lstm.num_layers):
            read_W2BD = torch.onnx.ops.symbolic(
                "LSTM",
                (
                    hidden_WBD,
                    self._both("weight_ih", layer),
                    self._both("weight_hh", layer),
                    torch.cat([self._both("bias_ih", layer), self._both("bias_hh", layer)], 1),
                    words_B,
                ),
                attrs={"hidden_size": size, "direction": "bidirectional"},
                dtype=hidden_WBD.dtype,
                shape=(hidden_WBD.shape[0], 2, hidden_WBD.shape[1], size),
            )
            hidden_WBD = read_W2BD.transpose(1, 2).flatten(2)
        return hidden_WBD.transpose(0, 1)

    def _both(self, name: str, layer: int) -> Tensor:
        """Forward and backward, with the gates in the order of ONNX: input, output, forget, cell."""
        found = []
        for way in ("", "_reverse"):
            into, forget, cell, out = getattr(self.lstm, f"{name}_l{layer}{way}").chunk(4)
            found.append(torch.cat([into, out, forget, cell]))
        return torch.stack(found)
