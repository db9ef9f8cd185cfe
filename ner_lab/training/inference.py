"""Predictions of a model, batched by length, in the order of the input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import torch

from ner_lab.data.collation import collate
from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.plans import reading_plan
from ner_lab.tags import to_spans
from ner_lab.training import reading_size
from ner_lab.types import Batch, Entity, Potentials, Prediction, Sentence, UserError


@torch.inference_mode()
def annotate(
    model: Any,
    encoder: SubwordEncoder,
    sentences: Sequence[Sentence],
    labels: Sequence[str],
    batch_size: int | None = 64,
    details: bool = True,
    precision: torch.dtype = torch.float32,
    progress: Callable[[int], None] = lambda words: None,
    states: FrozenStates | None = None,
) -> list[Prediction]:
    """What a tagger says of sentences (with or without gold tags, or without words).

    Args:
        model: the tagger, in evaluation mode, on its device.
        encoder: words to subwords.
        sentences: any number; they are batched by length and come back in order.
        labels: the model's labels.
        batch_size: sentences a batch; None takes as many as the memory at hand has room for, up to where more gains
            nothing.
        details: also the log-probabilities of every word and the sentence's loss.
        precision: of the encoder; bfloat16 is faster on some devices, and rounds what it says to three digits.
        progress: told the number of words after each batch.
        states: those of the encoder's frozen layers for these sentences, where they are known.
    """
    found: list[Prediction | None] = [None] * len(sentences)
    # Known states are numbered as the sentences are.
    full = [i for i, sentence in enumerate(sentences) if sentence.words or states is not None]
    encoded = encoder.encode([sentences[i] for i in full], labels)
    device = next(model.parameters()).device
    # Around all batches, so that weights are cast once.
    with torch.autocast(device.type, torch.bfloat16, enabled=precision == torch.bfloat16):
        width = model.encoder.width if batch_size is None else 0
        for batch in _batches(encoded, encoder, batch_size, width, device, states):
            potentials, _ = model(batch.to(device))
            rows = batch.index_B.tolist()
            chosen = [sentences[full[row]] for row in rows]
            for row, prediction in zip(rows, _predictions(potentials, batch, chosen, labels, details), strict=True):
                found[full[row]] = prediction
            progress(sum(len(sentence.words) for sentence in chosen))
    return [p or Prediction(s, (), (), [], None) for p, s in zip(found, sentences, strict=True)]


def _batches(
    encoded: EncodedSplit,
    encoder: SubwordEncoder,
    batch_size: int | None,
    width: int,
    device: torch.device,
    states: FrozenStates | None,
) -> Iterator[Batch]:
    if len(encoded):
        tokens = subwords_at_once(width, device) if batch_size is None else None
        for positions in reading_plan(encoded, batch_size or len(encoded), batch_tokens=tokens).batches:
            yield collate(encoded, positions, encoder, states=states)


def subwords_at_once(width: int, device: torch.device) -> int:
    """Of a batch: what fits into a quarter of the memory that is free, up to where more gains nothing."""
    if device.type == "cuda":
        return reading_size.subwords_in(torch.cuda.mem_get_info(device)[0], 32_768, width)
    return reading_size.subwords_at_once(width)


def _predictions(
    potentials: Potentials, batch: Batch, sentences: Sequence[Sentence], labels: Sequence[str], details: bool
) -> Iterable[Prediction]:
    best_BW = potentials.decode().tolist()
    losses_B = _losses(potentials, batch) if details else [None] * len(sentences)
    log_probs_BWK = potentials.log_probs_BWK.float().cpu() if details else None
    for b, sentence in enumerate(sentences):
        words = len(sentence.words)
        labels_W = best_BW[b][:words]
        tags = tuple(map(labels.__getitem__, labels_W))
        spans = to_spans(tags)
        sure = potentials.span_confidence(b, [(span.begin, span.end) for span in spans], labels_W) if spans else []
        yield Prediction(
            sentence=sentence,
            tags=tags,
            entities=tuple(Entity(*span, confidence=c) for span, c in zip(spans, sure, strict=True)),
            log_probs_WK=log_probs_BWK[b, :words].tolist() if log_probs_BWK is not None else [],
            loss=losses_B[b],
        )


def _losses(potentials: Potentials, batch: Batch) -> list[float | None]:
    """Negative log-likelihood of each sentence's gold tags; None where the model does not know one of them."""
    if batch.labels_BW is None:
        return [None] * len(batch.index_B)
    labels_BW = batch.labels_BW.to(potentials.mask_BW.device)
    known_B = ((labels_BW >= 0) | ~potentials.mask_BW).all(1)
    nll_B = potentials.nll_B(labels_BW.clamp_min(0))
    return [loss if known else None for loss, known in zip(nll_B.tolist(), known_B.tolist(), strict=True)]


def device(name: str) -> torch.device:
    """The device of a name; `auto` is the first GPU where there is one.

    Raises:
        UserError: no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    kind, _, index = str(name).partition(":")
    if kind not in ("cpu", "cuda") or (index and not (kind == "cuda" and index.isdecimal())):
        raise UserError(f"device={name}: must be auto, cpu, cuda or cuda:N")
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if kind == "cuda" and int(index or 0) >= found:
        seen = f"PyTorch sees {found} here, from cuda:0" if found else "no GPU is visible to PyTorch here"
        raise UserError(f"device={name}: {seen}; use device=auto")
    return torch.device(name)
