"""What kind of error each error is: every gold and every predicted entity has exactly one place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ner_lab.metrics.counts import Counts
from ner_lab.tags import Span

ERRORS = ("boundary", "type", "both", "missed", "spurious")
NOTHING = ""  # the type on the other side of a missed or a spurious entity


class Match(NamedTuple):
    """A gold entity with the predicted one that stands for it.

    `kind` is `correct` or one of `ERRORS`; `gold` is None for `spurious`, `predicted` is None for `missed`.
    """

    kind: str
    gold: Span | None
    predicted: Span | None


_PAIRS: tuple[tuple[str, Callable[[Span, Span], bool]], ...] = (
    ("correct", lambda gold, predicted: gold == predicted),
    ("type", lambda gold, predicted: gold[:2] == predicted[:2]),
    ("boundary", lambda gold, predicted: gold.type == predicted.type),
    ("both", lambda gold, predicted: True),
)


def align(gold: Sequence[Span], predicted: Sequence[Span]) -> list[Match]:
    """The entities of one sentence, each gold one and each predicted one in exactly one match, in order of position.

    Entities are paired one to one, and only where they share a word: first the equal ones (`correct`), then those of
    equal words (`type`), then those of equal type (`boundary`), then the rest (`both`); within a step the pair that
    shares the most words comes first, then the leftmost. What stays alone is `missed` or `spurious`. So

        gold      = correct + type + boundary + both + missed
        predicted = correct + type + boundary + both + spurious

    The classes are those of the MUC evaluations (Chinchor and Sundheim 1993, "MUC-5 evaluation metrics") with their
    "incorrect" and "partial" split by what is wrong.

    Args:
        gold, predicted: without overlaps among themselves, as `to_spans` returns them.

    Examples:
        >>> gold, predicted = [Span(0, 2, "PER"), Span(5, 6, "LOC")], [Span(0, 1, "PER"), Span(8, 9, "ORG")]
        >>> [match.kind for match in align(gold, predicted)]
        ['boundary', 'missed', 'spurious']
    """
    touching = [
        (min(g.end, p.end) - max(g.begin, p.begin), g, p)
        for g in gold
        for p in predicted
        if g.begin < p.end and p.begin < g.end
    ]
    touching.sort(key=lambda pair: (-pair[0], pair[1].begin, pair[2].begin))
    free_gold, free_predicted = set(gold), set(predicted)
    matches: list[Match] = []
    for kind, fits in _PAIRS:
        for _, g, p in touching:
            if g in free_gold and p in free_predicted and fits(g, p):
                free_gold.remove(g)
                free_predicted.remove(p)
                matches.append(Match(kind, g, p))
    matches += [Match("missed", g, None) for g in free_gold]
    matches += [Match("spurious", None, p) for p in free_predicted]
    return sorted(matches, key=lambda m: min(span.begin for span in m[1:] if span is not None))


def confusion(matches: Iterable[Match]) -> Counter[tuple[str, str]]:
    """How often which type was given to which: `(gold type, predicted type) -> number`, `NOTHING` where there is none.

    A pair with wrong words and the right type stands on the diagonal; `Counts` tell it from a correct one.

    Examples:
        >>> dict(confusion(align([Span(0, 2, "PER"), Span(5, 6, "LOC")], [Span(0, 2, "ORG")])))
        {('PER', 'ORG'): 1, ('LOC', ''): 1}
    """
    return Counter((m.gold.type if m.gold else NOTHING, m.predicted.type if m.predicted else NOTHING) for m in matches)


def mended(counts: Counts, kind: str, number: int) -> Counts:
    """The counts as they were without the errors of a kind.

    A wrong boundary, type or both becomes a correct entity, a missed one is found, a spurious one is not predicted
    (after Bolya et al. 2020, "TIDE: a general toolbox for identifying object detection errors").

    Examples:
        >>> mended(Counts(correct=5, gold=10, predicted=8), "missed", 2)
        Counts(correct=7, gold=10, predicted=10)
    """
    correct, gold, predicted = counts
    if kind == "spurious":
        return Counts(correct, gold, predicted - number)
    return Counts(correct + number, gold, predicted + (number if kind == "missed" else 0))
