"""How far memory alone goes on a corpus: two look-up taggers and the share of unseen names.

A corpus on which a look-up scores high measures no more than the overlap of its splits. Words are compared in lower
case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from ner_lab.tags import Span, to_spans
from ner_lab.types import Sentence

Words = tuple[str, ...]
MAX_SPAN = 5  # words of a candidate in the frame look-up
EDGE = "\0"  # stands for the words beyond both ends of a sentence


def baselines(train: Sequence[Sentence], test: Sequence[Sentence]) -> dict[str, float]:
    """`gazetteer_f1`, `frame_f1` and `unseen_share` of annotated sentences, all from 0 to 1."""
    return {
        "gazetteer_f1": gazetteer_f1(train, test),
        "frame_f1": frame_f1(train, test),
        "unseen_share": unseen_share(train, test),
    }


def gazetteer_f1(train: Sequence[Sentence], test: Sequence[Sentence]) -> float:
    """Span F1 on test of the names of train: longest match from left to right, with the name's commonest type."""
    names: dict[Words, Counter[str]] = defaultdict(Counter)
    for words, span in _entities(train):
        names[words[span.begin : span.end]][span.type] += 1
    types = {name: _commonest(counts) for name, counts in names.items()}
    longest = max(map(len, types), default=0)

    def tag(words: Words) -> list[Span]:
        found, begin = [], 0
        while begin < len(words):
            end = min(len(words), begin + longest)
            while end > begin and words[begin:end] not in types:
                end -= 1
            if end > begin:
                found.append(Span(begin, end, types[words[begin:end]]))
            begin = max(end, begin + 1)
        return found

    return _f1([(tag(_lower(sentence)), to_spans(sentence.tags or ())) for sentence in test])


def frame_f1(train: Sequence[Sentence], test: Sequence[Sentence]) -> float:
    """Span F1 on test of the contexts of train: what stood between the same words is taken to stand there again.

    A candidate is any run of up to 5 words. Its frames are its length with the two words on its left and two on its
    right, and the same with one word fewer on either side or on both. A frame predicts a type if more than half
    of all runs that it surrounds in train are entities of that type. Of overlapping candidates wins the one with the
    more specific frame, then the higher share, then the more frequent frame.
    """
    seen: dict[tuple, Counter[str]] = defaultdict(Counter)
    entity_frames: set[tuple] = set()
    for words, span in _entities(train):
        entity_frames.update(_frames(words, span.begin, span.end))
    for sentence in train:
        words = _lower(sentence)
        gold = {(span.begin, span.end): span.type for span in to_spans(sentence.tags or ())}
        for begin, end in _candidates(len(words)):
            for frame in _frames(words, begin, end):
                if frame in entity_frames:
                    seen[frame][gold.get((begin, end), "")] += 1
    known: dict[tuple, tuple[float, int, str]] = {}
    for frame, counts in seen.items():
        type_ = _commonest(counts)
        if type_ and 2 * counts[type_] > counts.total():
            known[frame] = (counts[type_] / counts.total(), counts[type_], type_)

    def tag(words: Words) -> list[Span]:
        scored = []
        for begin, end in _candidates(len(words)):
            for frame in _frames(words, begin, end):
                if frame in known:
                    share, count, type_ = known[frame]
                    scored.append((len(frame[1]) + len(frame[2]), share, count, -begin, Span(begin, end, type_)))
                    break
        taken: set[int] = set()
        found = []
        for *_, span in sorted(scored, reverse=True):
            if taken.isdisjoint(range(span.begin, span.end)):
                taken.update(range(span.begin, span.end))
                found.append(span)
        return found

    return _f1([(tag(_lower(sentence)), to_spans(sentence.tags or ())) for sentence in test])


def unseen_share(train: Sequence[Sentence], test: Sequence[Sentence]) -> float:
    """The share of test mentions whose words are not an entity, of whatever type, anywhere in train."""
    known = {words[span.begin : span.end] for words, span in _entities(train)}
    mentions = [words[span.begin : span.end] for words, span in _entities(test)]
    return sum(name not in known for name in mentions) / max(1, len(mentions))


def _lower(sentence: Sentence) -> Words:
    return tuple(word.lower() for word in sentence.words)


def _entities(sentences: Sequence[Sentence]) -> Iterator[tuple[Words, Span]]:
    for sentence in sentences:
        words = _lower(sentence)
        for span in to_spans(sentence.tags or ()):
            yield words, span


def _candidates(length: int) -> Iterator[tuple[int, int]]:
    for begin in range(length):
        for end in range(begin + 1, min(length, begin + MAX_SPAN) + 1):
            yield begin, end


def _frames(words: Words, begin: int, end: int) -> list[tuple[int, Words, Words]]:
    """The frames of a run of words, the most specific first."""
    padded = (EDGE, EDGE, *words, EDGE, EDGE)
    left, right = padded[begin : begin + 2], padded[end + 2 : end + 4]
    size = end - begin
    return [(size, left, right), (size, left, right[:1]), (size, left[1:], right), (size, left[1:], right[:1])]


def _commonest(counts: Counter[str]) -> str:
    """The most frequent key, of equals the first in the alphabet: independent of the order of the data."""
    return min(counts, key=lambda key: (-counts[key], key))


def _f1(pairs: list[tuple[list[Span], list[Span]]]) -> float:
    right = sum(len(set(predicted) & set(gold)) for predicted, gold in pairs)
    total = sum(len(predicted) + len(gold) for predicted, gold in pairs)
    return 2 * right / total if total else 0.0
