"""The names of the corpus: pools of each kind, most frequent first, each with a part that training never sees."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ner_lab.newswire import people
from ner_lab.newswire.composition import KINDS, listed, person

TYPES = ("LOC", "PER", "ORG", "WORK", "PRODUCT", "EVENT")  # most frequent first
PERSONS = 4000
HELD_OUT = 0.4  # the share of names (for people: of surnames) that training never sees


class Name(NamedTuple):
    """A name as words, and what later mentions call it: the surname, an abbreviation, or the name itself.

    `article`: whether "the" stands before it in a sentence, outside of the name.
    """

    words: tuple[str, ...]
    short: tuple[str, ...]
    article: bool = False


class Pool:
    """Names of one kind in order of frequency, in two parts; `draw` follows Zipf's law within a part."""

    def __init__(self, names: list[Name], held_out: Callable[[Name], bool]) -> None:
        self.parts = ([name for name in names if not held_out(name)], [name for name in names if held_out(name)])
        self._cumulative = [list(accumulate(1 / (rank + 8) for rank in range(len(part)))) for part in self.parts]

    def draw(self, rng: random.Random, held_out: bool) -> Name:
        part, cumulative = self.parts[held_out], self._cumulative[held_out]
        return part[bisect(cumulative, rng.random() * cumulative[-1])]


def _name(written: str, abbreviated: bool) -> Name:
    words = tuple(written.removeprefix("^").split("_"))
    return Name(words, _abbreviation(words) if abbreviated else words, written.startswith("^"))


def _abbreviation(words: tuple[str, ...]) -> tuple[str, ...]:
    letters = "".join(word[0] for word in words if word[0].isupper())
    return (letters,) if len(words) >= 3 and 3 <= len(letters) <= 6 and letters.isalpha() else words


def _distinct(known: Iterable[str], more: Iterator[str], count: int) -> list[str]:
    names = dict.fromkeys(known)
    target = len(names) + count
    while len(names) < target:
        names.setdefault(next(more))
    return list(names)


def _stream(compose: Callable[[random.Random], str], rng: random.Random) -> Iterator[str]:
    while True:
        yield compose(rng)


@lru_cache(maxsize=4)
def pools(seed: int) -> dict[str, Pool]:
    """`kind -> Pool` for every kind of name, the kind being `TYPE.kind`; more than a thousand names a type."""
    rng = random.Random(f"{seed}/names")
    ambiguous = iter(listed(people.AMBIGUOUS))
    drawn: dict[Name, None] = {}
    while len(drawn) < PERSONS:
        # The head of the distribution: every other of the most frequent people has an ambiguous surname.
        drawn.setdefault(Name(*person(rng, next(ambiguous, "") if len(drawn) % 2 else "")))
    surnames = sorted({name.short for name in drawn})
    reserved = set(rng.sample(surnames, int(HELD_OUT * len(surnames))))
    found = {"PER.person": Pool(list(drawn), lambda name: name.short in reserved)}
    mononyms = [_name(name, False) for name in listed(people.MONONYMS)]
    kept_out = set(rng.sample(mononyms, int(HELD_OUT * len(mononyms))))
    found["PER.mono"] = Pool(mononyms, kept_out.__contains__)
    for kind, (known, count, compose) in KINDS.items():
        written = _distinct(listed(known), _stream(compose, rng), count)
        names = [_name(name, kind in ("ORG.agency", "ORG.party", "ORG.school")) for name in written]
        out = set(rng.sample(names, int(HELD_OUT * len(names))))
        found[kind] = Pool(names, out.__contains__)
    return found
