"""The same tags under every scoring scheme people use, sentence by sentence, so that they can be told apart."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence

from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Entities

from ner_lab.metrics.counts import Counts, of_spans
from ner_lab.tags import Span, split_tag, to_spans

Scorer = Callable[[Sequence[str], Sequence[str]], Counts]


def seqeval_default(gold: Sequence[str], predicted: Sequence[str]) -> Counts:
    """seqeval's default mode (Nakayama 2018): `I-X` after anything but its own type begins an entity.

    Examples:
        >>> seqeval_default(["B-PER", "I-PER"], ["I-PER", "I-PER"])
        Counts(correct=1, gold=1, predicted=1)
    """
    return of_spans(get_entities(list(gold)), get_entities(list(predicted)))


def seqeval_strict(gold: Sequence[str], predicted: Sequence[str]) -> Counts:
    """seqeval's strict mode with IOB2: an entity begins with `B-X` or is none.

    Examples:
        >>> seqeval_strict(["B-PER", "I-PER"], ["I-PER", "I-PER"])
        Counts(correct=0, gold=1, predicted=0)
    """
    return of_spans(_strict(gold), _strict(predicted))


def _strict(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (entities,) = Entities([list(tags)], scheme=IOB2).entities
    return {(entity.start, entity.end, entity.tag) for entity in entities}


def conlleval(gold: Sequence[str], predicted: Sequence[str]) -> Counts:
    """The chunks of the CoNLL-2000 and 2003 script (Tjong Kim Sang and De Meulder 2003), which has no rule for `S-`.

    Examples:
        >>> conlleval(["B-PER", "O"], ["B-PER", "B-PER"])
        Counts(correct=1, gold=1, predicted=2)
    """
    return of_spans(conlleval_chunks(gold), conlleval_chunks(predicted))


_ENDS = {"BB", "BO", "IB", "IO", "EE", "EI", "EO"}
_BEGINS = {"BB", "IB", "OB", "OI", "EE", "EI", "OE"}


def conlleval_chunks(tags: Sequence[str]) -> list[Span]:
    """The chunks that conlleval sees, by its own tables of which tag after which one ends and begins a chunk.

    A change of type, which `O` has none of, does both. It has no rule for `S-`: neighbouring `S-X` are one chunk.

    Examples:
        >>> conlleval_chunks(["I-PER", "I-PER", "I-LOC", "O"])
        [Span(begin=0, end=2, type='PER'), Span(begin=2, end=3, type='LOC')]
    """
    chunks: list[Span] = []
    begin, prefix, type_ = 0, "O", ""
    for index, tag in enumerate([*tags, "O"]):
        next_prefix, next_type = split_tag(tag)
        pair, other = prefix + next_prefix, type_ != next_type
        if prefix != "O" and (pair in _ENDS or other):
            chunks.append(Span(begin, index, type_))
        if next_prefix != "O" and (pair in _BEGINS or other):
            begin = index
        prefix, type_ = next_prefix, next_type
    return chunks


def _covers(gold: Span, predicted: Span) -> bool:
    """At least a hundredth of the gold entity, nervaluate's default."""
    shared = min(gold.end, predicted.end) - max(gold.begin, predicted.begin)
    return shared > 0 and 100 * shared >= gold.end - gold.begin


def _one_by_one(full: Callable[[Span, Span], bool], otherwise: float, nearest: bool = False) -> Scorer:
    """The schemes of SemEval-2013 task 9 (Segura-Bedmar, Martínez and Herrero-Zazo 2013), as nervaluate counts them.

    Each predicted entity, from the left, takes one gold entity that is still free: one that earns it a full point if
    there is one (the first, or the nearest by its boundaries), else the first that it overlaps, for `otherwise` points.
    """

    def score(gold: Sequence[str], predicted: Sequence[str]) -> Counts:
        free, points = to_spans(gold), 0.0
        number, found = len(free), to_spans(predicted)
        for span in found:
            earning = [g for g in free if full(g, span)]
            if nearest:
                earning.sort(key=lambda g: abs(g.begin - span.begin) + abs(g.end - span.end))
            touched = earning or [g for g in free if _covers(g, span)]
            if touched:
                points += 1.0 if earning else otherwise
                free.remove(touched[0])
        return Counts(points, number, len(found))

    return score


# In the order in which a report shows them; the first is the one that `metrics.json` calls `f1`.
SCHEMES: dict[str, tuple[Scorer, str]] = {
    "seqeval default": (seqeval_default, "same words, same type; I-X after O begins an entity"),
    "seqeval strict": (seqeval_strict, "same words, same type; an entity that does not begin with B-X is none"),
    "conlleval": (conlleval, "the CoNLL-2003 script's own reading of the tags"),
    "nervaluate strict": (_one_by_one(lambda g, p: g == p, 0.0), "same words, same type"),
    "nervaluate exact": (_one_by_one(lambda g, p: g[:2] == p[:2], 0.0), "same words, any type"),
    "nervaluate partial": (
        _one_by_one(lambda g, p: g[:2] == p[:2], 0.5),
        "same words a point, shared words half a point, any type",
    ),
    "nervaluate type": (
        _one_by_one(lambda g, p: g.type == p.type and _covers(g, p), 0.0, nearest=True),
        "same type and at least one shared word",
    ),
}
