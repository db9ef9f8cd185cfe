"""A drawn test set in sentences, scored as if its documents were named, hidden, or there were none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ner_lab.report.compare.document_scores import DocumentScores

Pair = tuple[DocumentScores, DocumentScores]


@dataclass(frozen=True)
class Text:
    """Numerators and denominators of F1 of two systems, per run and sentence in file order; the document of each."""

    systems: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    document_S: np.ndarray

    def named(self) -> Pair:
        a, b = (tuple(np.stack([np.bincount(self.document_S, row) for row in x]) for x in one) for one in self.systems)
        return DocumentScores(*a), DocumentScores(*b)

    def hidden(self) -> Pair:
        a, b = self.systems
        return DocumentScores(*a, in_order=True), DocumentScores(*b, in_order=True)

    def sentences(self) -> Pair:
        a, b = self.systems
        return DocumentScores(*a), DocumentScores(*b)
