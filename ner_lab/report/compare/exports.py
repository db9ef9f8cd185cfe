"""A comparison as CSV, JSON and rows of a data frame, for programs: scores from 0 to 1."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.systems import System
from ner_lab.types.printing import cell

COLUMNS = ("a", "b", "metric", "difference", "low", "high", "p", "p_holm", "verdict", "units")


def as_csv(results: Results) -> str:
    """A row a pair with `COLUMNS`; a further column `test_set` where there are several. Names that a spreadsheet would
    take for formulas begin with an apostrophe."""
    several = len(results.test_sets) > 1
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *["test_set"] * several])
    for one in results.test_sets:
        for pair in one.pairs:
            low, high, p = (pair.found.low, pair.found.high, pair.found.p) if pair.found else (None, None, None)
            numbers = [_number(value) for value in (pair.value, low, high, p, pair.p_holm)]
            row = [pair.a.label, pair.b.label, results.metric, *numbers, pair.verdict, one.units.name]
            writer.writerow(map(cell, [*row, *[one.name] * several]))
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def as_json(results: Results) -> str:
    """Everything: test sets with their systems, runs and pairs, remarks, and what was left out."""
    return json.dumps(
        {
            "units": [f"{one.name}: {one.units}" for one in results.test_sets],
            "split": results.split,
            "metric": results.metric,
            "baseline": results.baseline,
            "test_sets": [_test_set(one) for one in results.test_sets],
            "left_out": [{"run": str(path), "reason": reason} for path, reason in results.left_out],
        },
        indent=2,
        ensure_ascii=False,
    )


def _test_set(one: TestSet) -> dict[str, Any]:
    return {
        "name": one.name,
        "sentences": one.units.sentences,
        "documents": one.units.documents,
        "units": {
            "name": one.units.name,
            "number": [one.units.fewest, one.units.most],
            "assumption": one.units.assumption,
        },
        "entities": one.entities,
        "by": one.by,
        "systems": [_system(system) for system in one.systems],
        "pairs": [_pair(pair) for pair in one.pairs],
        "remarks": one.remarks,
    }


def _system(system: System) -> dict[str, Any]:
    runs = [
        {"run": str(run.path), "seed": run.config.get("seed"), "score": score}
        for run, score in zip(system.runs, system.scores, strict=True)
    ]
    return {
        "label": system.label,
        "n": len(system.runs),
        "mean": system.mean,
        "sd": system.deviation,
        "best": max(system.scores),
        "median": system.median,
        "failed": sum(system.failed) / len(system.runs),
        "f1_per_type": system.per_type,
        "words_per_s": system.training("words_per_s"),
        "seconds": system.training("seconds"),
        "runs": runs,
    }


def rows(results: Results) -> list[dict[str, Any]]:
    """A row a system, the best mean first, with the numbers that the JSON has of it."""
    found = []
    for one in results.test_sets:
        for system in sorted(one.systems, key=lambda system: -system.mean):
            values = _system(system)
            per_type = {f"f1.{type_}": score for type_, score in values["f1_per_type"].items()}
            first = {name: values[name] for name in ("n", "mean", "sd", "best", "median", "failed")}
            last = {name: values[name] for name in ("words_per_s", "seconds")}
            found.append({"test_set": one.name, "system": system.label, **first, **per_type, **last})
    return found


def _pair(pair: Pair) -> dict[str, Any]:
    found = pair.found
    return {
        "a": pair.a.label,
        "b": pair.b.label,
        "difference": pair.value,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "p": found.p if found else None,
        "p_holm": pair.p_holm,
        "df": found.df if found else None,
        "paired": found.paired if found else None,
        "seeds": pair.seeds,
        "seeds_to_see_half_a_point": pair.needed,
        "seeds_to_see_half_a_point_range": pair.needed_range if found else None,
        "verdict": pair.verdict,
        "sentence": pair.sentence,
    }
