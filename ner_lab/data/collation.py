"""What a batch looks like: the rows of `windows`, or the words of known states, as tensors."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from ner_lab.data.encode import SubwordEncoder
from ner_lab.data.encoded_split import EncodedSplit
from ner_lab.data.frozen_states import FrozenStates
from ner_lab.data.windows import padded_rows, words_of
from ner_lab.types import Batch


def collate(
    split: EncodedSplit,
    sentences: NDArray[np.int64],
    encoder: SubwordEncoder,
    step_words: int = 0,
    states: FrozenStates | None = None,
) -> Batch:
    """The batch of some sentences of a split; a sentence too long for one row becomes several (windows).

    Args:
        split: words as subwords.
        sentences: positions in the split.
        encoder: what stands around a row, and how long it may be.
        step_words: see `Batch`.
        states: those of the frozen layers, of which the batch brings its own.
    """
    if states is not None and states.of_words:
        return _of_words(split, sentences, states, step_words)
    rows = padded_rows(split, sentences, encoder)
    mask_BW = rows.mask_BW
    return Batch(
        input_ids_RS=torch.from_numpy(rows.input_ids_RS),
        attention_mask_RS=torch.from_numpy(rows.attention_mask_RS),
        begin_BW=torch.from_numpy(rows.begin_BW),
        end_BW=torch.from_numpy(rows.end_BW),
        mask_BW=torch.from_numpy(mask_BW),
        index_B=torch.from_numpy(np.asarray(sentences, dtype=np.int64)),
        labels_BW=_labels_BW(split, mask_BW, rows.number_N),
        step_words=step_words,
        word_N=torch.from_numpy(mask_BW.ravel().nonzero()[0]),
        subwords=int((rows.end_BW - rows.begin_BW).sum()),
        states_RSE=None if states is None else states.of(sentences, rows.input_ids_RS.shape[1]),
    )


def _of_words(split: EncodedSplit, sentences: NDArray[np.int64], states: FrozenStates, step_words: int) -> Batch:
    """The batch of sentences whose words have their states already: no encoder reads a row of it."""
    mask_BW, number_N = words_of(split, sentences)
    nothing_BW = torch.zeros(mask_BW.shape, dtype=torch.int64)
    no_rows_RS = torch.zeros((len(sentences), 0), dtype=torch.int64)
    return Batch(
        input_ids_RS=no_rows_RS,
        attention_mask_RS=no_rows_RS,
        begin_BW=nothing_BW,
        end_BW=nothing_BW,
        mask_BW=torch.from_numpy(mask_BW),
        index_B=torch.from_numpy(np.asarray(sentences, dtype=np.int64)),
        labels_BW=_labels_BW(split, mask_BW, number_N),
        step_words=step_words,
        word_N=torch.from_numpy(mask_BW.ravel().nonzero()[0]),
        subwords=0,
        states_RSE=states.of(sentences, mask_BW.shape[1]),
    )


def _labels_BW(split: EncodedSplit, mask_BW: NDArray[np.bool_], number_N: NDArray[np.int64]) -> torch.Tensor | None:
    """-1 on padding; None for text without tags."""
    if split.labels_N is None:
        return None
    labels_BW = np.full(mask_BW.shape, -1, dtype=np.int64)
    labels_BW[mask_BW] = split.labels_N[number_N]
    return torch.from_numpy(labels_BW)
