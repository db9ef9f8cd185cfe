"""Document context: neighbouring sentences that the encoder reads beside a sentence, and nobody scores."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, islice

from ner_lab.types import Sentence


def with_context(sentences: Iterable[Sentence], neighbours: int) -> Iterator[Sentence]:
    """The same sentences, each with the words of up to `neighbours` sentences of its document on either side.

    A document is a run of consecutive sentences with the same id; a sentence without an id stands alone. This streams:
    it reads `neighbours` sentences ahead, or to the first one of the next document, and holds no more than that.
    """
    if not neighbours:
        yield from sentences
        return
    for document, run in groupby(sentences, key=lambda sentence: sentence.document):
        yield from _neighbours(run, neighbours if document else 0)


def _neighbours(document: Iterable[Sentence], neighbours: int) -> Iterator[Sentence]:
    before: deque[tuple[str, ...]] = deque(maxlen=neighbours)
    waiting: deque[Sentence] = deque()

    def ready() -> Sentence:
        sentence = waiting.popleft()
        after = tuple(other.words for other in islice(waiting, neighbours))
        known = replace(sentence, before=tuple(before), after=after)
        before.append(sentence.words)
        return known

    for sentence in document:
        waiting.append(sentence)
        if len(waiting) > neighbours:
            yield ready()
    while waiting:
        yield ready()
