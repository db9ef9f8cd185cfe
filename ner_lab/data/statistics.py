"""What a corpus is like, in plain values that JSON can hold: sizes, lengths, entities, labels, duplicates, overlap."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from ner_lab.data.encode import SubwordEncoder
from ner_lab.tags import Span, to_spans
from ner_lab.types import Sentence

FIRST_BINS = (5, 10, 20, 40)  # upper ends of the length histogram, doubled from there on
SHORT = 40  # words of an example, where there are such sentences


def describe(sentences: Sequence[Sentence]) -> dict[str, Any]:
    """One split.

    `sentences`, `words`, `documents` (named ones), `annotated` (sentences with tags), `entities`, `without_entities`
    (annotated sentences that hold none); `length`: `mean`, `median` and `max` words of a sentence, and where the
    `longest` stands; `histogram`: see there; `types`: of each type its `mentions`, distinct `names` (in lower case) and
    mean `words`; `labels`: of each IOB2 label its `words` and their `share`; `duplicates`: `sentences` whose words
    stood in the split before, and how many of them with `other_tags` than ever before.
    """
    lengths = [len(sentence.words) for sentence in sentences]
    spans = [to_spans(sentence.tags or ()) for sentence in sentences]
    annotated = [sentence for sentence in sentences if sentence.tags is not None]
    longest = max(sentences, key=lambda sentence: len(sentence.words))
    return {
        "sentences": len(sentences),
        "words": sum(lengths),
        "documents": len({sentence.document for sentence in sentences} - {""}),
        "annotated": len(annotated),
        "entities": sum(map(len, spans)),
        "without_entities": sum(not own for s, own in zip(sentences, spans, strict=True) if s.tags is not None),
        "length": {
            "mean": sum(lengths) / len(lengths),
            "median": median(lengths),
            "max": len(longest.words),
            "longest": longest.origin,
        },
        "histogram": histogram(lengths),
        "types": _types(sentences, spans),
        "labels": _labels(annotated),
        "duplicates": _duplicates(sentences),
    }


def histogram(lengths: Sequence[int]) -> list[dict[str, int]]:
    """Sentences by length, `{"from": 6, "to": 10, "sentences": 12}`, up to the longest; lengths double from 40 on."""
    ends = list(FIRST_BINS)
    while ends[-1] < max(lengths):
        ends.append(2 * ends[-1])
    bins = Counter(next(end for end in ends if length <= end) for length in lengths)
    starts = [min(1, *lengths), *(end + 1 for end in ends)]
    return [
        {"from": start, "to": end, "sentences": bins[end]}
        for start, end in zip(starts, ends, strict=False)
        if start <= max(lengths)
    ]


def _types(sentences: Sequence[Sentence], spans: Sequence[Sequence[Span]]) -> dict[str, dict[str, Any]]:
    names: dict[str, Counter[str]] = defaultdict(Counter)
    words: Counter[str] = Counter()
    for sentence, own in zip(sentences, spans, strict=True):
        for span in own:
            names[span.type][_name(sentence, span)] += 1
            words[span.type] += span.end - span.begin
    return {
        type_: {
            "mentions": names[type_].total(),
            "names": len(names[type_]),
            "words": words[type_] / names[type_].total(),
        }
        for type_ in sorted(names, key=lambda type_: (-names[type_].total(), type_))
    }


def _labels(annotated: Iterable[Sentence]) -> dict[str, dict[str, Any]]:
    counts = Counter(tag for sentence in annotated for tag in sentence.tags or ())
    return {tag: {"words": number, "share": number / counts.total()} for tag, number in counts.most_common()}


def _duplicates(sentences: Iterable[Sentence]) -> dict[str, int]:
    seen: dict[tuple[str, ...], set[tuple[str, ...] | None]] = {}
    again = other = 0
    for sentence in sentences:
        tags = seen.setdefault(sentence.words, set())
        again += bool(tags)
        other += bool(tags) and sentence.tags not in tags
        tags.add(sentence.tags)
    return {"sentences": again, "other_tags": other}


def overlap(train: Sequence[Sentence], other: Sequence[Sentence]) -> dict[str, int]:
    """How much of a split training has seen.

    `sentences` of the split, and how many of them stand in train word by word (`sentences_in_train`); distinct entity
    `names` in lower case and `names_in_train`, where they are a name of whatever type; the same of all `mentions`, and
    `mentions_in_train_as_same_type`.
    """
    known = {sentence.words for sentence in train}
    types_of: dict[str, set[str]] = defaultdict(set)
    for name, type_ in _mentions(train):
        types_of[name].add(type_)
    mentions = list(_mentions(other))
    names = {name for name, _ in mentions}
    return {
        "sentences": len(other),
        "sentences_in_train": sum(sentence.words in known for sentence in other),
        "names": len(names),
        "names_in_train": len(names & types_of.keys()),
        "mentions": len(mentions),
        "mentions_in_train": sum(name in types_of for name, _ in mentions),
        "mentions_in_train_as_same_type": sum(type_ in types_of.get(name, ()) for name, type_ in mentions),
    }


def unseen_types(sentences: Sequence[Sentence], labels: Sequence[str]) -> Counter[str]:
    """Entities of types that are not among the labels, by type."""
    known = {label[2:] for label in labels}
    return Counter(span.type for s in sentences for span in to_spans(s.tags or ()) if span.type not in known)


def subwords(sentences: Sequence[Sentence], encoder: SubwordEncoder) -> dict[str, Any]:
    """What an encoder makes of a split.

    `subwords`, also `per_word`; those of the `longest` sentence, and its `origin`; `row`: how many fit into one row
    beside the special tokens; `windows`: the sentences that are longer, which are read in windows.
    """
    subwords_S = encoder.encode(sentences, ()).subwords_S
    at = int(np.argmax(subwords_S))
    return {
        "subwords": int(subwords_S.sum()),
        "per_word": int(subwords_S.sum()) / max(1, sum(len(sentence.words) for sentence in sentences)),
        "longest": int(subwords_S[at]),
        "origin": sentences[at].origin,
        "row": encoder.capacity,
        "windows": int((subwords_S > encoder.capacity).sum()),
    }


def examples(sentences: Sequence[Sentence], number: int, seed: int) -> list[dict[str, Any]]:
    """Sentences drawn by a seed: with entities and short where there are such, each with the most types not shown yet.

    Each has its `origin`, `document`, `words`, and `entities` (`begin`, `end`, `type`, `text`).
    """
    drawn = random.Random(f"{seed}/examples").sample(list(sentences), len(sentences))
    types = [frozenset(span.type for span in to_spans(sentence.tags or ())) for sentence in drawn]
    left = set(range(len(drawn)))
    shown: frozenset[str] = frozenset()
    chosen: list[dict[str, Any]] = []
    while left and len(chosen) < number:
        best = max(left, key=lambda i: (bool(types[i]), len(drawn[i].words) <= SHORT, len(types[i] - shown), -i))
        left.remove(best)
        shown |= types[best]
        chosen.append(_example(drawn[best]))
    return chosen


def _example(sentence: Sentence) -> dict[str, Any]:
    spans = to_spans(sentence.tags or ())
    entities = [{**span._asdict(), "text": " ".join(sentence.words[span.begin : span.end])} for span in spans]
    return {
        "origin": sentence.origin,
        "document": sentence.document,
        "words": list(sentence.words),
        "entities": entities,
    }


def _name(sentence: Sentence, span: Span) -> str:
    return " ".join(sentence.words[span.begin : span.end]).lower()


def _mentions(sentences: Iterable[Sentence]) -> Iterable[tuple[str, str]]:
    for sentence in sentences:
        for span in to_spans(sentence.tags or ()):
            yield _name(sentence, span), span.type


def by_split(splits: Mapping[str, Sequence[Sentence]]) -> dict[str, Any]:
    """`splits` (see `describe`) and, where there is a training split, the `overlap` of the others with it."""
    found = {name: list(sentences) for name, sentences in splits.items() if sentences}
    train = found.get("train", [])
    return {
        "splits": {name: describe(sentences) for name, sentences in found.items()},
        "overlap": {name: overlap(train, other) for name, other in found.items() if train and name != "train"},
    }
