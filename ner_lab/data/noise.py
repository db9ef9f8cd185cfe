"""Label noise put into gold spans on purpose, on record: which label was wrong can be checked afterwards."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ner_lab.tags import Span, from_spans, to_spans
from ner_lab.types import Sentence, UserError


@dataclass(frozen=True, slots=True)
class Change:
    """A gold span that was replaced: the index of its sentence, the right span and the wrong one."""

    sentence: int
    before: Span
    after: Span

    @property
    def kind(self) -> str:
        """`type` or `boundary`."""
        return "type" if self.before.type != self.after.type else "boundary"


def corrupt(
    sentences: Sequence[Sentence], type_rate: float, boundary_rate: float, seed: int
) -> tuple[list[Sentence], list[Change]]:
    """The sentences with some gold spans made wrong, and the changes in order of sentence and position.

    Of all n spans, round(type_rate * n) get another of the types that occur, each equally likely, and
    round(boundary_rate * n) others are extended, shortened or shifted by one word, at random among the ways that stay
    inside the sentence and off other spans; fewer where too few spans leave room. No span is changed twice, so the
    number of entities stays, and the tags stay valid IOB2. Sentences without tags pass through.

    Args:
        sentences: annotated sentences.
        type_rate: share of all spans, 0 to 1.
        boundary_rate: share of all spans, 0 to 1; the two rates together are at most 1.
        seed: of the choice.

    Raises:
        UserError: a rate outside its range, or type noise where only one type occurs.
    """
    if not (0 <= type_rate <= 1 and 0 <= boundary_rate <= 1 and type_rate + boundary_rate <= 1):
        raise UserError(
            "data.type_noise and data.boundary_noise are shares of the training entities, each from 0 to 1 and "
            f"together at most 1, but are {type_rate} and {boundary_rate}"
        )
    spans = [to_spans(sentence.tags) if sentence.tags is not None else [] for sentence in sentences]
    places = [(sentence, index) for sentence, row in enumerate(spans) for index in range(len(row))]
    types = sorted({span.type for row in spans for span in row})
    wrong_types, wrong_boundaries = round(type_rate * len(places)), round(boundary_rate * len(places))
    if wrong_types and len(types) < 2:
        raise UserError(f"data.type_noise={type_rate} needs at least two entity types, but only {types[0]!r} occurs")

    rng = random.Random(f"{seed}/noise")
    rng.shuffle(places)
    changed: dict[tuple[int, int], Change] = {}

    def change(place: tuple[int, int], after: Span) -> None:
        sentence, index = place
        changed[place] = Change(sentence, spans[sentence][index], after)
        spans[sentence][index] = after

    for sentence, index in places[:wrong_types]:
        span = spans[sentence][index]
        change((sentence, index), span._replace(type=rng.choice([type_ for type_ in types if type_ != span.type])))
    for sentence, index in places[wrong_types:]:
        if len(changed) == wrong_types + wrong_boundaries:
            break
        if moved := _moved(spans[sentence], index, len(sentences[sentence].words)):
            change((sentence, index), rng.choice(moved))

    touched = {sentence for sentence, _ in changed}
    noisy = [
        replace(sentence, tags=tuple(from_spans(spans[index], len(sentence.words)))) if index in touched else sentence
        for index, sentence in enumerate(sentences)
    ]
    return noisy, [changed[place] for place in sorted(changed)]


def _moved(spans: list[Span], index: int, length: int) -> list[Span]:
    """Every way to move the ends of a span by at most one word each that keeps clear of its neighbours."""
    begin, end, type_ = spans[index]
    low = spans[index - 1].end if index else 0
    high = spans[index + 1].begin if index + 1 < len(spans) else length
    moves = ((-1, 0), (0, 1), (1, 0), (0, -1), (-1, -1), (1, 1))
    return [
        Span(begin + left, end + right, type_) for left, right in moves if low <= begin + left < end + right <= high
    ]
