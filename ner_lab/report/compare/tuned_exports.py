"""A comparison after tuning as CSV and JSON, for programs: scores from 0 to 1."""

from __future__ import annotations

import csv
import io
from typing import Any

from ner_lab.report.compare import claims
from ner_lab.report.compare.expected_best import Estimate
from ner_lab.report.compare.results import Results
from ner_lab.report.compare.tuned_results import Tuned
from ner_lab.types.printing import cell


def as_csv(results: Results) -> str:
    """A row a system and number of trials: expected scores on dev and test of the best, with their intervals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    of_both = [f"{split}{end}" for split in ("dev", "test") for end in ("", "_low", "_high")]
    writer.writerow(["corpus", "system", "metric", "trials", *of_both])
    for one in results.tuned:
        for system in one.systems:
            for point in system.points:
                numbers = [n for e in (point.dev, point.test) for n in (e.value, *(e.interval or (None, None)))]
                row = [one.corpus, system.label, results.metric, str(point.k), *map(_number, numbers)]
                writer.writerow(map(cell, row))
    return text.getvalue()


def as_data(one: Tuned) -> dict[str, Any]:
    """What the JSON has of a corpus."""
    return {
        "corpus": one.corpus,
        "budget": one.budget,
        "compared_at": one.compared_at,
        "systems": [
            {
                "label": system.label,
                "trials": system.trials,
                "pruned": system.pruned,
                "best_dev": system.best_dev,
                "best_test": system.best_test,
                "expected": [
                    {"trials": point.k, "dev": _estimate(point.dev), "test": _estimate(point.test)}
                    for point in system.points
                ],
            }
            for system in one.systems
        ],
        "pairs": [
            {
                "a": pair.a,
                "b": pair.b,
                "trials": pair.k,
                "difference": pair.value,
                "low": pair.interval[0] if pair.tested else None,
                "high": pair.interval[1] if pair.tested else None,
                "p": pair.p if pair.tested else None,
                **claims.as_data(pair.claim),
                "verdict": pair.verdict,
                "sentence": pair.sentence,
            }
            for pair in one.pairs
        ],
        "remarks": one.remarks,
    }


def rows(one: Tuned) -> list[dict[str, Any]]:
    """A row a system, the best first: expected scores after the budget that all systems have."""
    return [
        {
            "corpus": one.corpus,
            "system": system.label,
            "trials": system.trials,
            "pruned": system.pruned,
            "budget": one.budget,
            "dev": system.points[-1].dev.value,
            "test": system.points[-1].test.value,
            "best_dev": system.best_dev,
            "best_test": system.best_test,
        }
        for system in one.systems
    ]


def _estimate(one: Estimate) -> dict[str, float | None]:
    low, high = one.interval or (None, None)
    return {"value": one.value, "low": low, "high": high}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"
