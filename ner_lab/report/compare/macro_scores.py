"""Macro F1: the mean over the entity types that gold has, each type as much as any other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ner_lab.report.compare.document_scores import DocumentScores


@dataclass(frozen=True)
class MacroScores(DocumentScores):
    """Scores of a system that are means of ratios, one ratio a type; documents weigh what they have in all types.

    `numerators_ND` and `denominators_ND` are sums over types.

    Attributes:
        correct_NDT, found_NDT: twice the correct entities, and gold and predicted ones, per run, document and type.
        gold_DT: gold entities, the same in every run: a type counts where there are any.
    """

    correct_NDT: NDArray[np.floating]
    found_NDT: NDArray[np.floating]
    gold_DT: NDArray[np.floating]

    @classmethod
    def of(
        cls,
        correct_NDT: NDArray[np.floating],
        found_NDT: NDArray[np.floating],
        gold_DT: NDArray[np.floating],
        in_order: bool = False,
    ) -> MacroScores:
        sums = (correct_NDT.sum(2), found_NDT.sum(2))
        return cls(*sums, correct_NDT, found_NDT, gold_DT, in_order=in_order)

    def of_runs(self, kept: Sequence[int]) -> MacroScores:
        """Only these runs."""
        return MacroScores.of(self.correct_NDT[kept], self.found_NDT[kept], self.gold_DT, self.in_order)

    @cached_property
    def scores_N(self) -> NDArray[np.floating]:
        """The score of each run; 0 where gold has no entity."""
        return _mean(self.correct_NDT.sum(1), self.found_NDT.sum(1), self.gold_DT.sum(0))

    @cached_property
    def influences_ND(self) -> NDArray[np.floating]:
        """The delete-one jackknife, as of `DocumentScores`. A type that a single document has is no longer counted
        without it."""
        without_ND = _mean(
            self.correct_NDT.sum(1, keepdims=True) - self.correct_NDT,
            self.found_NDT.sum(1, keepdims=True) - self.found_NDT,
            self.gold_DT.sum(0) - self.gold_DT,
        )
        documents = without_ND.shape[1]
        return (documents - 1) * (without_ND.mean(1, keepdims=True) - without_ND)


def _mean(
    correct: NDArray[np.floating], found: NDArray[np.floating], gold: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Over the types (last axis) that gold has, of their F1; 0 where it has none."""
    counted = gold > 0
    f1 = np.divide(correct, found, out=np.zeros(found.shape), where=(found > 0) & counted)
    types = counted.sum(-1)
    total = f1.sum(-1)
    return np.divide(total, types, out=np.zeros(total.shape), where=np.broadcast_to(types > 0, total.shape))
