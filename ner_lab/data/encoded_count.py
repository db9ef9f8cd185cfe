"""What the arrays of an encoded split hold, for the ledger: counted from the arrays and not from what was encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.data.encode import EncodedSplit
from ner_lab.data.ledger import Count
from ner_lab.tags import to_spans
from ner_lab.types import Sentence


def count_encoded(split: EncodedSplit, labels: Sequence[str], sentences: Sequence[Sentence]) -> Count:
    """Sentences, words and entities; where the model does not know a label, `sentences` say which it is."""
    if split.labels_N is None:
        return Count(len(split), int(split.words_S.sum()), 0)
    begins_N = begins(split.labels_N, split.sentence_start_S1, labels)
    entities, names = int(begins_N.sum()), (*labels, "")
    unknown_N = np.flatnonzero(split.labels_N < 0)
    for s in np.unique(np.searchsorted(split.sentence_start_S1, unknown_N, side="right") - 1).tolist():
        first, last = int(split.sentence_start_S1[s]), int(split.sentence_start_S1[s + 1])
        gold = zip(split.labels_N[first:last].tolist(), sentences[s].tags or (), strict=True)
        entities += len(to_spans([names[k] or tag for k, tag in gold])) - int(begins_N[first:last].sum())
    return Count(len(split), int(split.words_S.sum()), entities)


def begins(labels_N: NDArray[Any], start_S1: NDArray[Any], labels: Sequence[str]) -> NDArray[np.bool_]:
    """Where entities begin, as conlleval reads IOB2: at `B-`, and at an `I-` that continues no entity of its type."""
    types = sorted({label[2:] for label in labels})  # "" is that of O, and of labels the model does not know
    type_K = np.array([types.index(label[2:]) for label in labels] + [-1])
    first_K = np.array([label.startswith("B-") for label in labels] + [False])
    type_N = np.where(labels_N < 0, types.index(""), type_K[labels_N])
    follows_N = np.zeros(len(labels_N), dtype=bool)
    follows_N[1:] = type_N[1:] == type_N[:-1]
    follows_N[start_S1[:-1][start_S1[:-1] < len(labels_N)]] = False
    return (type_N != types.index("")) & (first_K[labels_N] | ~follows_N)
