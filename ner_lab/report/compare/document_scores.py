"""Scores that are ratios of sums, and what each document contributes to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class DocumentScores:
    """Scores of a system under N seeds on D documents, each score = sum of numerators / sum of denominators.

    Micro F1 is such a ratio: 2 correct / (predicted + gold).

    Attributes:
        numerators_ND, denominators_ND: per run and document, of the same documents in every run.
        in_order: the "documents" are sentences in file order; which of them share a document is not known.
    """

    numerators_ND: NDArray[np.floating]
    denominators_ND: NDArray[np.floating]
    in_order: bool = field(default=False, kw_only=True)

    @cached_property
    def scores_N(self) -> NDArray[np.floating]:
        """The score of each run; 0 where there is nothing to divide by."""
        return _ratio(self.numerators_ND.sum(1), self.denominators_ND.sum(1))

    def of_runs(self, kept: Sequence[int]) -> DocumentScores:
        """Only these runs."""
        return replace(self, numerators_ND=self.numerators_ND[kept], denominators_ND=self.denominators_ND[kept])

    @cached_property
    def influences_ND(self) -> NDArray[np.floating]:
        """The delete-one jackknife: (D - 1) (score - score without the document), less its mean over documents.

        Their standard deviation over documents, divided by sqrt(D), is the jackknife's standard error of the score
        (Tukey 1958; Efron and Stein 1981).
        """
        without_ND = _ratio(
            self.numerators_ND.sum(1, keepdims=True) - self.numerators_ND,
            self.denominators_ND.sum(1, keepdims=True) - self.denominators_ND,
        )
        documents = without_ND.shape[1]
        return (documents - 1) * (without_ND.mean(1, keepdims=True) - without_ND)


def _ratio(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.divide(a, b, out=np.zeros(b.shape), where=b > 0)
