"""The scores that can be compared, by document: each a numerator and a denominator, or a mean of such ratios."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ner_lab.metrics.counts import Counts, macro_f1
from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.macro_scores import MacroScores
from ner_lab.report.sentence_counts import SentenceCounts
from ner_lab.types import UserError

MACRO = "f1_macro"
METRICS = ("f1", "f1_strict", MACRO, "precision", "recall", "accuracy")
_PER_TYPE = "f1."


def check(metric: str) -> None:
    """Refuses a metric that is none of `METRICS` and no `f1.TYPE`.

    Raises:
        UserError: with the metrics there are.
    """
    if metric not in METRICS and not (metric.startswith(_PER_TYPE) and metric != _PER_TYPE):
        raise UserError(
            f"metric={metric}: must be one of {', '.join(METRICS)}, or f1.TYPE for a single entity type (f1.PER)"
        )


def check_type(metric: str, types: Collection[str]) -> None:
    """Refuses `f1.TYPE` of a type that no run has, gold or predicted.

    Raises:
        UserError: with the types there are.
    """
    if metric.startswith(_PER_TYPE) and metric.removeprefix(_PER_TYPE) not in types:
        there = ", ".join(sorted(types)) or "none"
        raise UserError(f"metric={metric}: no run has entities of that type; the types are {there}")


def name(metric: str) -> str:
    """As people write it: `F1`, `F1 of PER`, `strict F1`."""
    if metric.startswith(_PER_TYPE):
        return f"F1 of {metric.removeprefix(_PER_TYPE)}"
    return {"f1": "F1", "f1_strict": "strict F1", MACRO: "macro F1"}.get(metric, metric)


def by_document(
    counts: Sequence[SentenceCounts], unit_S: NDArray[np.integer], metric: str, in_order: bool = False
) -> DocumentScores:
    """Scores of a system's runs on the documents that `unit_S` gives the number of, for each sentence; `in_order` see
    `DocumentScores`."""
    if metric != MACRO:
        rows = [ratio(one, metric) for one in counts]
        numerators, denominators = (np.array([np.bincount(unit_S, row[side]) for row in rows]) for side in (0, 1))
        return DocumentScores(numerators, denominators, in_order=in_order)
    types = sorted({type_ for one in counts for type_ in one.types})
    tables_NDTX = np.array([_summed(one, types, unit_S) for one in counts])
    correct_NDT, gold_NDT, predicted_NDT = np.moveaxis(tables_NDTX, -1, 0)
    return MacroScores.of(2 * correct_NDT, gold_NDT + predicted_NDT, gold_NDT[0], in_order)


def _summed(counts: SentenceCounts, types: Sequence[str], unit_S: NDArray[np.integer]) -> NDArray[np.floating]:
    """Counts of each document, by type (`counts_DTX`)."""
    summed = np.zeros((int(unit_S.max()) + 1, len(types), 3))
    for place, type_ in enumerate(types):
        np.add.at(summed[:, place], unit_S, of_type(counts, type_))
    return summed


def ratio(counts: SentenceCounts, metric: str) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """`numerators_S, denominators_S` of a metric that is no mean over types: its value is the
    one sum over the other, as in seqeval."""
    if metric == "accuracy":
        right, words, _ = counts.words_SX.T
        return right.astype(float), words.astype(float)
    if metric == "f1_strict":
        table_SX: NDArray[np.integer] = counts.strict_SX
    elif metric.startswith(_PER_TYPE):
        table_SX = of_type(counts, metric.removeprefix(_PER_TYPE))
    else:
        table_SX = counts.entities_STX.sum(1)
    correct, gold, predicted = table_SX.T.astype(float)
    if metric == "precision":
        return correct, predicted
    if metric == "recall":
        return correct, gold
    return 2 * correct, gold + predicted


def of_type(counts: SentenceCounts, type_: str) -> NDArray[np.integer]:
    """Counts of one entity type (`counts_SX`), zeros if it does not occur."""
    if type_ in counts.types:
        return counts.entities_STX[:, counts.types.index(type_)]
    return np.zeros((len(counts.documents), 3), np.int32)


def reported(scores: Mapping[str, Any], metric: str) -> float | None:
    """The metric as a split's entry of `metrics.json` has it, or lets it be computed; None where it does not."""
    per_type = scores.get("per_type") or {}
    if metric == MACRO:
        return macro_f1(per_type) if "per_type" in scores else None
    value = (
        (per_type.get(metric.removeprefix(_PER_TYPE)) or {}).get("f1")
        if metric.startswith(_PER_TYPE)
        else scores.get(metric)
    )
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def per_type_f1(counts: SentenceCounts, types: Sequence[str]) -> dict[str, float]:
    """F1 of each type; 0 where it was neither gold nor predicted."""
    return {type_: Counts(*of_type(counts, type_).sum(0).tolist()).f1 for type_ in types}
