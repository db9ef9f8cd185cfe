"""Correct, gold and predicted entities, and the scores that follow from them.

The order of the fields of `Counts` is that of the axis X of every array of counts (`counts_UGX`, `entities_STX`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Counts(NamedTuple):
    """Numbers of entities. `correct` may be a half where a scheme gives half a point.

    Examples:
        >>> found = Counts(correct=2, gold=4, predicted=3)
        >>> found.precision, found.recall, found.f1
        (0.6666666666666666, 0.5, 0.5714285714285714)
    """

    correct: float = 0
    gold: int = 0
    predicted: int = 0

    @property
    def precision(self) -> float:
        """Correct among predicted, 0 to 1; 0 where nothing was predicted."""
        return self.correct / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Correct among gold, 0 to 1; 0 where nothing was gold."""
        return self.correct / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """2 correct / (gold + predicted), the harmonic mean of the two; 0 where there was neither."""
        return 2 * self.correct / (self.gold + self.predicted) if self.gold + self.predicted else 0.0

    def as_dict(self) -> dict[str, float]:
        return {**self._asdict(), "precision": self.precision, "recall": self.recall, "f1": self.f1}


def macro_f1(per_type: Mapping[str, Mapping[str, Any]]) -> float:
    """The mean F1 over the types that gold has, as `metrics.json` holds types; 0 where it has none.

    Examples:
        >>> macro_f1({"A": {"f1": 0.75, "support": 5}, "B": {"f1": 0.25, "support": 1}, "C": {"f1": 0.0, "support": 0}})
        0.5
    """
    found = [row["f1"] for row in per_type.values() if row.get("support")]
    return sum(found) / len(found) if found else 0.0


def total(counts: Iterable[Counts]) -> Counts:
    """The sums.

    Examples:
        >>> total([Counts(1, 2, 1), Counts(0, 1, 3)])
        Counts(correct=1, gold=3, predicted=4)
    """
    rows = list(counts)
    return Counts(*(sum(column) for column in zip(*rows, strict=True))) if rows else Counts()


def of_spans(gold: Iterable[object], predicted: Iterable[object]) -> Counts:
    """Counts of one sentence: an entity is correct where both have the very same one.

    Examples:
        >>> from ner_lab.tags import Span
        >>> of_spans([Span(0, 2, "PER"), Span(4, 5, "LOC")], [Span(0, 2, "PER")])
        Counts(correct=1, gold=2, predicted=1)
    """
    gold, predicted = set(gold), set(predicted)
    return Counts(len(gold & predicted), len(gold), len(predicted))
