"""A comparison as CSV, JSON and rows of a data frame, for programs: scores from 0 to 1."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from ner_lab.report.compare import tuned_exports, tuned_tables
from ner_lab.report.compare.across_results import Across
from ner_lab.report.compare.claims import as_data
from ner_lab.report.compare.results import Pair, Results, TestSet
from ner_lab.report.compare.systems import System
from ner_lab.types.printing import cell

COLUMNS = ("a", "b", "metric", "difference", "low", "high", "p", "p_holm", "verdict", "units")


def as_csv(results: Results) -> str:
    """A row a pair with `COLUMNS`; further columns `test_set` where there are several, and `p_equivalent`,
    `p_equivalent_holm` where that was asked. Names that a spreadsheet would take for formulas begin with an
    apostrophe."""
    if results.tuned:
        return tuned_exports.as_csv(results)
    several = len(results.test_sets) > 1 or results.across is not None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    asked = results.margin is not None
    writer.writerow([*COLUMNS, *["test_set"] * several, *["p_equivalent", "p_equivalent_holm"] * asked])
    for one in results.test_sets:
        for pair in one.pairs:
            low, high, p = (pair.found.low, pair.found.high, pair.found.p) if pair.found else (None, None, None)
            numbers = [_number(value) for value in (pair.value, low, high, p, pair.p_holm)]
            row = [pair.a.label, pair.b.label, results.metric, *numbers, pair.verdict, one.units.name]
            claim = pair.claim
            same = [claim.p_equivalent, claim.p_equivalent_holm] if claim else [None, None]
            writer.writerow(map(cell, [*row, *[one.name] * several, *map(_number, same * asked)]))
    if results.across is not None:
        name = f"pooled over {len(results.across.corpora)} corpora"
        for over in results.across.pairs:
            ends = (over.found.low, over.found.high, over.found.p) if over.found else (None, None, None)
            value = over.found.value if over.found else over.value
            numbers = [_number(number) for number in (value, *ends, over.claim.p_holm if over.claim else None)]
            same = [over.claim.p_equivalent, over.claim.p_equivalent_holm] if over.claim else [None, None]
            row = [over.a, over.b, results.metric, *numbers, over.verdict, "corpora"]
            writer.writerow(map(cell, [*row, *[name] * several, *map(_number, same * asked)]))
    return text.getvalue()


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def as_json(results: Results) -> str:
    """Everything: test sets with their systems, runs and pairs, remarks, and what was left out."""
    return json.dumps(
        {
            "units": [f"{one.name}: {one.units}" for one in results.test_sets]
            + [f"{one.corpus}: {tuned_tables.UNITS}" for one in results.tuned],
            "split": results.split,
            "metric": results.metric,
            "baseline": results.baseline,
            "equivalent": None if results.margin is None else 100 * results.margin,
            "test_sets": [_test_set(one) for one in results.test_sets],
            **({"tuned": [tuned_exports.as_data(one) for one in results.tuned]} if results.tuned else {}),
            "across": None if results.across is None else _across(results.across),
            "left_out": [{"run": str(path), "reason": reason} for path, reason in results.left_out],
        },
        indent=2,
        ensure_ascii=False,
    )


def _across(across: Across) -> dict[str, Any]:
    systems = zip(across.systems, across.mean_ranks, across.means, strict=True)
    return {
        "corpora": across.corpora,
        "systems": [{"label": label, "mean_rank": rank, "mean": mean} for label, rank, mean in systems],
        "friedman": None if across.friedman is None else vars(across.friedman),
        "not_told_apart": [across.systems[first : last + 1] for first, last in across.bars],
        "critical_difference": across.critical_difference,
        "rope": 100 * across.rope,
        "pairs": [
            {
                "a": pair.a,
                "b": pair.b,
                "difference": pair.value,
                "differences": dict(zip(across.corpora, pair.values, strict=True)),
                "pooled": None if pair.found is None else vars(pair.found),
                **as_data(pair.claim),
                "wilcoxon": pair.wilcoxon,
                "wilcoxon_holm": pair.wilcoxon_holm,
                "bayesian_signed_rank": None if pair.posterior is None else vars(pair.posterior),
                "verdict": pair.verdict,
                "sentence": pair.sentence,
            }
            for pair in across.pairs
        ],
        "remarks": across.remarks,
    }


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
    found = [row for one in results.tuned for row in tuned_exports.rows(one)]
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
        **as_data(pair.claim),
        "df": found.df if found else None,
        "paired": found.paired if found else None,
        "seeds": pair.seeds,
        "seeds_to_see_half_a_point": pair.needed,
        "seeds_to_see_half_a_point_range": pair.needed_range if found else None,
        "verdict": pair.verdict,
        "sentence": pair.sentence,
    }
