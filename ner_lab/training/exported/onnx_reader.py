"""Reads sentences with an export in ONNX: onnxruntime, tokenizers and numpy, no torch."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.plans import reading_plan
from ner_lab.data.windows import Rows, padded_rows, windows_read
from ner_lab.tags import to_spans
from ner_lab.training.exported.decoding import decode, links_of
from ner_lab.training.exported.manifest import NAME, Manifest
from ner_lab.training.exported.tokens import subword_encoder
from ner_lab.training.reading_size import subwords_at_once
from ner_lab.types import Entity, Prediction, Sentence, UserError

GRAPH, TOKENIZER = "model.onnx", "tokenizer.json"
CHAIN = "crf.npy"  # what a CRF has learnt beside its emissions
WEIGHTS = "model.onnx.data"  # beside the graph where they are too large for it


class OnnxReader:
    """See `ner_lab.training.reader.Reader`.

    Raises:
        UserError: onnxruntime is not there, the folder is damaged, or a setting cannot be had.
    """

    note = ""

    def __init__(
        self,
        folder: Path,
        manifest: Manifest,
        device: Any = "auto",
        batch_size: int | None = None,
        precision: Any = "auto",
    ) -> None:
        if manifest.decoding == "head":
            raise UserError(f"{folder / NAME}: decoding=head is of format=safetensors; export the run again")
        if precision not in ("auto", manifest.precision):
            raise UserError(
                f"precision={precision}: {folder} holds {manifest.precision}, and is read so; say precision=auto, or "
                "give the run"
            )
        self.folder, self.manifest, self.labels = folder, manifest, manifest.labels
        self.context, self.at_once = manifest.document_context, 16 * (batch_size or 64)
        self._batch_size, self._device = batch_size, device
        settings = manifest.bytes_of(folder, TOKENIZER)
        place = f"{folder / TOKENIZER}"
        self._encoder = subword_encoder(
            settings.decode("utf-8", "replace"), manifest.pad_id, manifest.unknown_id, manifest.max_subwords, place
        )
        self._links = links_of(_chain(folder, manifest), self.labels) if manifest.decoding == "crf" else None
        self._session = _session(folder, manifest, device)
        self._inputs = {one.name for one in self._session.get_inputs()}

    def __reduce__(self) -> Any:
        """Another process opens the folder anew: a session of onnxruntime cannot be handed over."""
        return OnnxReader, (self.folder, self.manifest, self._device, self._batch_size)

    @property
    def around_rows(self) -> tuple[list[int], list[int], int]:
        """The special tokens before and after a row, and the room between them."""
        return self._encoder.prefix, self._encoder.suffix, self._encoder.capacity

    def annotate(self, sentences: Sequence[Sentence]) -> list[Prediction]:
        found = [Prediction(sentence, (), (), [], None) for sentence in sentences]
        full = [i for i, sentence in enumerate(sentences) if sentence.words]
        split = self._encoder.encode([sentences[i] for i in full], [])
        for positions in self._batches(split):
            rows = padded_rows(split, positions, self._encoder)
            words_B = rows.mask_BW.sum(1)
            decoded = decode(self._emissions(rows), words_B, self.labels, self.manifest.decoding, self._links)
            for b, position in enumerate(positions.tolist()):
                i = full[position]
                tags = tuple(self.labels[k] for k in decoded.labels_BW[b, : words_B[b]].tolist())
                spans = to_spans(tags)
                sure = decoded.span_confidence(b, [(span.begin, span.end) for span in spans])
                entities = tuple(Entity(*span, confidence=c) for span, c in zip(spans, sure, strict=True))
                found[i] = Prediction(sentences[i], tags, entities, [], None)
        return found

    def windows(self, sentences: Sequence[Sentence]) -> list[int]:
        return windows_read(self._encoder, sentences)

    def scores(self, sentences: Sequence[Sentence]) -> NDArray[np.float32]:
        """`scores_NK`, of all words of sentences in the order in which they are read."""
        split = self._encoder.encode([sentence for sentence in sentences if sentence.words], [])
        found = [np.zeros((0, len(self.labels)), np.float32)]
        for positions in self._batches(split):
            rows = padded_rows(split, positions, self._encoder)
            found.append(self._emissions(rows)[rows.mask_BW])
        return np.concatenate(found)

    def _batches(self, split: EncodedSplit) -> list[NDArray[np.int64]]:
        tokens = subwords_at_once(self.manifest.width) if self._batch_size is None else None
        return reading_plan(split, self._batch_size or max(1, len(split)), batch_tokens=tokens).batches

    def _emissions(self, rows: Rows) -> NDArray[np.float32]:
        given = {name: values for name, values in graph_inputs(rows).items() if name in self._inputs}
        try:
            (emissions_BWK,) = self._session.run(None, given)
        except Exception as error:  # onnxruntime's own kinds, for a graph of any content
            raise UserError(f"{self.folder / GRAPH}: cannot be run ({_first_line(error)}); export again") from None
        wanted = (*rows.mask_BW.shape, len(self.labels))
        if emissions_BWK.shape != wanted or not np.isfinite(emissions_BWK[rows.mask_BW]).all():
            raise UserError(
                f"{self.folder / GRAPH}: gives no finite score for each of {len(self.labels)} labels; export again"
            )
        found: NDArray[np.float32] = np.where(rows.mask_BW[..., None], emissions_BWK, np.float32(0))
        return found


def graph_inputs(rows: Rows) -> dict[str, NDArray[Any]]:
    """What the graph is given, by name: the rows, and the subwords of each word, of which a pooling takes what it
    needs (every position of a subword and the number of its word, padding included in the count of words)."""
    length_N = (rows.end_BW - rows.begin_BW).ravel()
    word_M = np.repeat(np.arange(len(length_N)), length_N)
    first_M = (np.cumsum(length_N) - length_N)[word_M]
    return {
        "input_ids": rows.input_ids_RS,
        "attention_mask": rows.attention_mask_RS,
        "begin": rows.begin_BW,
        "end": rows.end_BW,
        "mask": rows.mask_BW,
        "position": rows.begin_BW.ravel()[word_M] + np.arange(len(word_M)) - first_M,
        "word": word_M,
    }


def _chain(folder: Path, manifest: Manifest) -> NDArray[np.float32]:
    content, wanted = manifest.bytes_of(folder, CHAIN), (len(manifest.labels) + 2, len(manifest.labels))
    try:
        scores = np.load(io.BytesIO(content), allow_pickle=False)
    except (ValueError, OSError, EOFError, SyntaxError, MemoryError) as error:  # of a head of any content
        raise UserError(f"{folder / CHAIN}: is no array ({_first_line(error)}); export the run again") from None
    if not isinstance(scores, np.ndarray) or scores.shape != wanted or scores.dtype != np.float32:
        raise UserError(f"{folder / CHAIN}: must be {wanted[0]} rows of {wanted[1]} numbers; export the run again")
    if not np.isfinite(scores).all():
        raise UserError(f"{folder / CHAIN}: holds numbers that are not finite; export the run again")
    return scores


def _session(folder: Path, manifest: Manifest, device: Any) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise UserError(f"run={folder}: an export in ONNX needs onnxruntime: pip install 'ner-lab[onnx]'") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    if (threads := os.environ.get("OMP_NUM_THREADS", "")).isdecimal():
        options.intra_op_num_threads = int(threads)
    graph: bytes | str = manifest.bytes_of(folder, GRAPH)
    if WEIGHTS in manifest.sha256:
        manifest.bytes_of(folder, WEIGHTS)
        graph = str(folder / GRAPH)
    try:
        return onnxruntime.InferenceSession(graph, options, providers=_providers(onnxruntime, device))
    except UserError:
        raise
    except Exception as error:  # onnxruntime's own kinds, for a graph of any content
        raise UserError(f"{folder / GRAPH}: cannot be loaded ({_first_line(error)}); export again") from None


def _providers(onnxruntime: Any, device: Any) -> list[Any]:
    kind, _, index = str(device).partition(":")
    if kind not in ("auto", "cpu", "cuda") or (index and not (kind == "cuda" and index.isdecimal())):
        raise UserError(f"device={device}: must be auto, cpu, cuda or cuda:N")
    cpu, cuda = "CPUExecutionProvider", "CUDAExecutionProvider"
    has_gpu = cuda in onnxruntime.get_available_providers()
    if kind == "cuda" and not has_gpu:
        raise UserError(
            f"device={device}: this onnxruntime has no CUDA (the package onnxruntime-gpu has); say device=cpu"
        )
    return [(cuda, {"device_id": int(index or 0)}), cpu] if has_gpu and kind != "cpu" else [cpu]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:200]
