"""Scores by what an entity or its sentence is like: its length, how often training had it, where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ner_lab.metrics.counts import Counts
from ner_lab.report.single.examined import Examined
from ner_lab.tags import Span

Group = Callable[[Examined, Span], str]
Entities = Mapping[str, Mapping[str, int]]

SEEN = ("seen as this type", "seen as another type only", "unseen")


def _steps(*edges: int) -> Callable[[int], str]:
    """Names of ranges of whole numbers: each edge begins one, the last has no end."""

    def name(number: int) -> str:
        at = max(i for i, edge in enumerate(edges) if edge <= number)
        if at + 1 == len(edges):
            return f"{edges[at]} or more"
        last = edges[at + 1] - 1
        return str(last) if edges[at] == last else f"{edges[at]} to {last}"

    return name


_WORDS, _SENTENCE, _TIMES = _steps(1, 2, 3, 4, 6), _steps(1, 6, 11, 21, 41), _steps(0, 1, 2, 5, 20)
_POSITION = _steps(1, 2, 6, 21)


def breakdowns(examined: Sequence[Examined], entities: Entities | None) -> dict[str, dict[str, Any]]:
    """`name -> {"about": .., "unit": .., "groups": [{"group": .., counts and scores}]}`; `unit` is what the groups are
    ranges of, and the counts of each breakdown sum up to the whole.

    A gold entity counts in the group it belongs to, and so does a predicted one: precision is about the predicted
    entities of a group, recall about the gold ones, and a correct one is the same on both sides.

    Args:
        examined: the sentences.
        entities: of training: `text -> type -> number`; None leaves out what needs them.
    """
    found: dict[str, tuple[str, str, Group]] = {
        "entity length": ("words of the entity", "words", lambda e, s: _WORDS(s.end - s.begin)),
        "sentence length": ("words of the sentence", "words", lambda e, s: _SENTENCE(len(e.prediction.sentence.words))),
    }
    if entities is not None:
        known = entities

        def times(e: Examined, span: Span) -> str:
            return _TIMES(sum(known.get(_text(e, span), {}).values()))

        def seen(e: Examined, span: Span) -> str:
            types = known.get(_text(e, span))
            if not types:
                return SEEN[2]
            return SEEN[0] if span.type in types else SEEN[1]

        found["times in training"] = ("how often training had these very words as an entity", "times", times)
        found["seen in training"] = ("whether training had these very words as an entity", "name", seen)
    if all(e.position >= 0 for e in examined):
        found["position in document"] = (
            "place of the sentence in its document, from 1",
            "sentence",
            lambda e, s: _POSITION(e.position + 1),
        )
    return {
        name: {"about": about, "unit": unit, "groups": _grouped(examined, group)}
        for name, (about, unit, group) in found.items()
    }


def _text(examined: Examined, span: Span) -> str:
    return " ".join(examined.prediction.sentence.words[span.begin : span.end])


def _grouped(examined: Sequence[Examined], group: Group) -> list[dict[str, Any]]:
    sums: dict[str, list[int]] = {}
    for e in examined:
        for span in {*e.gold, *e.predicted}:
            row = sums.setdefault(group(e, span), [0, 0, 0])
            gold, predicted = span in e.gold, span in e.predicted
            row[0] += gold and predicted
            row[1] += gold
            row[2] += predicted
    return [{"group": name, **Counts(*sums[name]).as_dict()} for name in sorted(sums, key=_order)]


def _order(name: str) -> int:
    first = name.split()[0]
    return int(first) if first.isdigit() else SEEN.index(name)
