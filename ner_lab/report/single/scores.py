"""Scores, kinds of errors and confusions of a report, with intervals; every sum is checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ner_lab.metrics import intervals
from ner_lab.metrics.counts import Counts, of_spans, total
from ner_lab.metrics.error_taxonomy import ERRORS, NOTHING, Match, confusion, mended
from ner_lab.metrics.scoring_schemes import SCHEMES
from ner_lab.report.single.examined import Examined, units
from ner_lab.types import UserError

ALL = "all"
SCORES = ("precision", "recall", "f1")


def scores(examined: Sequence[Examined], recorded: Mapping[str, Any] | None) -> dict[str, Any]:
    """`all` and, under `types`, each entity type: counts, scores and `intervals`; the `unit` that these take for
    independent, and how many `units` there are (`over`: both in words).

    Args:
        examined: the sentences.
        recorded: what `metrics.json` says of them, if anything.

    Raises:
        UserError: the predictions do not have the F1 that was recorded.
    """
    types = types_of(examined)
    of = units(examined)
    counts_UGX = counts_of(examined, of.sentences, types)
    ends = intervals.of_scores(counts_UGX, of.blocks)
    rows = {}
    for g, name in enumerate([ALL, *types]):
        counts = Counts(*(int(x) for x in counts_UGX[:, g].sum(axis=0)))
        rows[name] = {
            **counts.as_dict(),
            "intervals": {score: [float(end_G[g]) for end_G in ends[score]] for score in SCORES},
        }
    overall = rows.pop(ALL)
    if recorded is not None and abs(recorded["f1"] - overall["f1"]) > 1e-9:
        raise UserError(
            f"the predictions have F1 {overall['f1']:.6f}, metrics.json says {recorded['f1']:.6f}: the run folder was "
            "changed after the run; ner-lab evaluate run=RUN scores the model anew, in a folder of its own"
        )
    words = sum(len(e.prediction.tags) for e in examined)
    right = sum(
        a == b for e in examined for a, b in zip(e.prediction.sentence.tags or (), e.prediction.tags, strict=True)
    )
    return {
        "all": overall,
        "types": rows,
        "unit": of.name,
        "units": len(of.sentences),
        "over": str(of),
        "accuracy": right / max(1, words),
    }


def types_of(examined: Sequence[Examined]) -> list[str]:
    """The entity types in gold or predicted tags, sorted."""
    return sorted({span.type for e in examined for span in (*e.gold, *e.predicted)})


def counts_of(examined: Sequence[Examined], groups: Sequence[Sequence[int]], types: Sequence[str]) -> np.ndarray:
    """`counts_UGX`: of all entities and of each type, in each unit of sentences."""
    place = {type_: g for g, type_ in enumerate(types, 1)}
    counts_UGX = np.zeros((len(groups), len(types) + 1, 3))
    for u, members in enumerate(groups):
        for index in members:
            gold, predicted = set(examined[index].gold), set(examined[index].predicted)
            for x, spans in enumerate((gold & predicted, gold, predicted)):  # as in `Counts`
                for span in spans:
                    counts_UGX[u, 0, x] += 1
                    counts_UGX[u, place[span.type], x] += 1
    return counts_UGX


def taxonomy(examined: Sequence[Examined]) -> dict[str, Any]:
    """`errors` in all; `kinds`: of each kind its `number`, `share` of the errors and `f1_without`, the F1 if none of
    them were made; `types`: those numbers by type, of gold or (for spurious ones) of what was predicted.

    Raises:
        AssertionError: an entity is in no class or in two, which no input can bring about.
    """
    matches = [match for e in examined for match in e.matches]
    numbers = Counter(match.kind for match in matches)
    counts = total(e.counts for e in examined)
    errors = sum(numbers[kind] for kind in ERRORS)
    # Each error is in one class: what is no spurious one is all of gold, what is not missed all of the predicted.
    assert len(matches) == errors + numbers["correct"] and numbers["correct"] == counts.correct
    assert len(matches) - numbers["spurious"] == counts.gold
    assert len(matches) - numbers["missed"] == counts.predicted
    by_type: dict[str, dict[str, int]] = {type_: dict.fromkeys(ERRORS, 0) for type_ in types_of(examined)}
    for match in matches:
        if match.kind != "correct":
            by_type[_type(match)][match.kind] += 1
    return {
        "errors": errors,
        "correct": numbers["correct"],
        "kinds": {
            kind: {
                "number": numbers[kind],
                "share": numbers[kind] / errors if errors else 0.0,
                "f1_without": mended(counts, kind, numbers[kind]).f1,
            }
            for kind in ERRORS
        },
        "types": by_type,
    }


def _type(match: Match) -> str:
    span = match.gold or match.predicted
    assert span is not None
    return span.type


def confusions(examined: Sequence[Examined]) -> dict[str, dict[str, int]]:
    """`gold type -> predicted type -> number` of paired entities, with `""` for nothing on that side.

    The diagonal holds pairs of the right type; `boundary` in `taxonomy` says how many of them have wrong words.
    """
    types = types_of(examined)
    cells = confusion(match for e in examined for match in e.matches)
    return {gold: {predicted: cells[gold, predicted] for predicted in [*types, NOTHING]} for gold in [*types, NOTHING]}


def audit(examined: Sequence[Examined]) -> dict[str, dict[str, Any]]:
    """Every scheme's counts and scores, what it is `about`, and how many `sentences` it scores unlike the first."""
    first = next(iter(SCHEMES))
    assert total(e.schemes[0] for e in examined) == total(of_spans(e.gold, e.predicted) for e in examined), first
    return {
        name: {
            **total(e.schemes[number] for e in examined).as_dict(),
            "about": about,
            "sentences": sum(number in e.disagreements for e in examined),
        }
        for number, (name, (_, about)) in enumerate(SCHEMES.items())
    }
