"""The same sentences by two systems: what the second fixed, and what it broke."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ner_lab.metrics import intervals
from ner_lab.metrics.counts import total
from ner_lab.report.single.examined import Examined
from ner_lab.report.single.scores import types_of
from ner_lab.tags import Span
from ner_lab.types import UserError


def check(examined: Sequence[Examined], other: Sequence[Examined], name: str) -> None:
    """Both have the same sentences with the same gold entities.

    Raises:
        UserError: they do not; the first difference is shown.
    """
    if len(examined) != len(other):
        raise UserError(f"against={name}: has {len(other)} sentences, not {len(examined)}; both must be of one split")
    for a, b in zip(examined, other, strict=True):
        if a.prediction.sentence.words != b.prediction.sentence.words or a.gold != b.gold:
            here, there = a.prediction.sentence, b.prediction.sentence
            what = "words" if here.words != there.words else "gold entities"
            raise UserError(
                f"against={name}: other {what} at {there.origin} than at {here.origin}; "
                "both must be predictions for the same gold data"
            )


def changes(a: Examined, b: Examined) -> dict[str, list[Span]]:
    """The entities that the second changed: `found` and `lost` gold ones, `dropped` and `added` wrong ones."""
    gold, first, second = set(a.gold), set(a.predicted), set(b.predicted)
    return {
        "found": sorted(gold & second - first),
        "lost": sorted(gold & first - second),
        "dropped": sorted(first - second - gold),
        "added": sorted(second - first - gold),
    }


def against(examined: Sequence[Examined], other: Sequence[Examined], name: str) -> dict[str, Any]:
    """`scores` of the other; `difference` in F1, other minus this, with its paired `interval`; the numbers of
    `changes`, in all and by type; `sentences` that only got better (`fixed`), only worse (`broken`), or `both`."""
    types = sorted({*types_of(examined), *types_of(other)})
    one_SX, two_SX = (np.array([e.counts for e in some]) for some in (examined, other))
    ends = intervals.of_difference([e.prediction.sentence.document for e in examined], one_SX, two_SX)
    one, two = total(e.counts for e in examined), total(e.counts for e in other)
    numbers = {kind: dict.fromkeys(types, 0) for kind in ("found", "lost", "dropped", "added")}
    sentences = {"fixed": 0, "broken": 0, "both": 0}
    for a, b in zip(examined, other, strict=True):
        changed = changes(a, b)
        for kind, spans in changed.items():
            for span in spans:
                numbers[kind][span.type] += 1
        better, worse = changed["found"] or changed["dropped"], changed["lost"] or changed["added"]
        if better or worse:
            sentences["both" if better and worse else "fixed" if better else "broken"] += 1
    return {
        "name": name,
        "scores": two.as_dict(),
        "difference": {"f1": two.f1 - one.f1, "interval": list(ends)},
        **{kind: {"number": sum(row.values()), "types": row} for kind, row in numbers.items()},
        "sentences": sentences,
    }
