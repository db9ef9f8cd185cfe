"""`format=onnx`: a run as `model.onnx`, `tokenizer.json` and `export.json`, which need no torch to be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.windows import padded_rows
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.training.exported import graph
from ner_lab.training.exported.manifest import Manifest, sha256
from ner_lab.training.exported.onnx_reader import CHAIN, GRAPH, TOKENIZER, WEIGHTS, OnnxReader
from ner_lab.training.network import TaggingNetwork
from ner_lab.types import Sentence, UserError

HOLDS = (GRAPH, WEIGHTS, TOKENIZER, CHAIN, "export.json", "README.md")
# Of different lengths, since a dimension of length 1 would be taken for one that never changes.
PROBE = (
    Sentence(("In", "Paris", ",", "Angela", "Merkel", "met", "Tim", "Cook", "on", "17", "November", ".")),
    Sentence(("I", "agree")),
)


def write(tagger: TaggingNetwork, encoder: SubwordEncoder, context: int, folder: Path) -> OnnxReader:
    """Writes an export in float32, and reads it again. LoRA adapters are merged into the weights, in place.

    Args:
        tagger: with stock kernels, in evaluation mode, on the CPU.
        encoder: words to subwords.
        context: sentences of the document on either side that the run reads, too.
        folder: an empty one.

    Raises:
        UserError: torch cannot trace the encoder, or the tokenizer is another without transformers.
    """
    merge_adapters(tagger)
    split = encoder.encode(PROBE, [])
    beside = graph.write(tagger, padded_rows(split, np.arange(len(PROBE)), encoder), folder / GRAPH)
    (folder / TOKENIZER).write_text(encoder.tokenizer.backend_tokenizer.to_str(), encoding="utf-8")
    names = [GRAPH, TOKENIZER, *([WEIGHTS] if beside else [])]
    if isinstance(tagger.head, CRFHead):
        np.save(folder / CHAIN, graph.chain_scores(tagger.head), allow_pickle=False)
        names.append(CHAIN)
    manifest = Manifest(
        format="onnx",
        precision="float32",
        labels=tuple(tagger.labels),
        max_subwords=int(tagger.encoder.max_subwords),
        document_context=context,
        width=int(tagger.encoder.width),
        pad_id=encoder.tokenizer.pad_token_id,
        unknown_id=encoder.tokenizer.unk_token_id,
        decoding=graph.decoding_of(tagger.head),
        sha256={name: sha256((folder / name).read_bytes()) for name in names},
    )
    manifest.write(folder)
    reader = OnnxReader(folder, manifest, "cpu")
    if reader.around_rows != (encoder.prefix, encoder.suffix, encoder.capacity):
        raise UserError("the export was given up: its tokenizer, read without transformers, is another than the run's")
    return reader


def merge_adapters(tagger: TaggingNetwork) -> None:
    model: Any = tagger.encoder.model
    if hasattr(model, "merge_and_unload"):
        tagger.encoder.model = model.merge_and_unload()
