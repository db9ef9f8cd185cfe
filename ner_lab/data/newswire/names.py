"""The names of the corpus: pools of each kind, most frequent first, each with a part that training never sees."""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ner_lab.data.newswire import organisations as org
from ner_lab.data.newswire import people, places, things

TYPES = ("PER", "LOC", "ORG", "WORK", "EVENT", "PRODUCT")  # most frequent first
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


def _front(rng: random.Random, items: list[str]) -> str:
    """An item of a list, the first ones more often: density falls with the square root of the position."""
    return items[int(len(items) * rng.random() ** 2)].removeprefix("^")


def _split(name: str) -> tuple[str, ...]:
    return tuple(name.split("_"))


def _person(rng: random.Random) -> Name:
    origins = list(people.ORIGINS)
    origin = rng.choices(origins, [people.ORIGINS[one][0] for one in origins])[0]
    given, surname = (_front(rng, part) for part in _parts()[origin])
    last = _split(surname)
    form = rng.random()
    initial, second = rng.choice("ABCDEFGHJKLMPRSTW"), _front(rng, _parts()[origin][0])
    first: tuple[str, ...]
    if origin == "asian" and form < 0.45:
        return Name((*last, given), last)
    if form < 0.66:
        first = (given,)
    elif form < 0.80:
        first = (given, f"{initial}.")
    elif form < 0.84:
        first = (f"{given[0]}.{initial}.",)
    elif form < 0.87:
        first = (f"{given[0]}.", f"{initial}.")
    elif form < 0.91:
        first = (given, second)
    elif form < 0.93:
        first = (given, '"', rng.choice(people.NICKNAMES), '"')
    elif form < 0.95:
        return Name((given, *last, rng.choice(("Jr.", "Sr.", "III", "II"))), last)
    elif form < 0.96:
        return Name((given, *last, ",", "Jr."), last)
    elif form < 0.975:
        last = (f"{last[-1]}-{_front(rng, _parts()[origin][1]).split('_')[-1]}",)
        first = (given,)
    else:
        first = (f"{given[0]}.",)
    return Name((*first, *last), last)


@lru_cache(maxsize=1)
def _parts() -> dict[str, tuple[list[str], list[str]]]:
    return {origin: (given.split(), last.split()) for origin, (_, given, last) in people.ORIGINS.items()}


def _town(rng: random.Random) -> str:
    stem = rng.choice(places.TOWN_STEMS) + rng.choice(places.TOWN_ENDS)
    if rng.random() < 0.6:
        return stem
    other = _front(rng, _parts()["english"][1]) if rng.random() < 0.4 else stem
    return rng.choice(places.TOWN_FORMS).replace("?", other)


def _place_or_surname(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.4:
        return _front(rng, places.CITIES)
    if draw < 0.55:
        return _front(rng, places.REGIONS)
    return _town(rng) if draw < 0.75 else _front(rng, _parts()["english"][1])


def _fill(rng: random.Random, form: str) -> str:
    """A name from a form: ? a place or surname, * a saint or given name, @ an adjective, $ a noun, # a number."""
    for mark, draw in (
        ("?", lambda: _place_or_surname(rng)),
        ("*", lambda: rng.choice(places.SAINTS)),
        ("@", lambda: rng.choice(things.TITLE_ADJECTIVES)),
        ("$", lambda: rng.choice(things.TITLE_NOUNS)),
    ):
        while mark in form:
            form = form.replace(mark, draw(), 1)
    if "#th" in form:
        number = rng.randint(1, 180)
        ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        form = form.replace("#th", f"{number}{ending}")
    if "#" in form:
        year = "World_Cup" in form or "Olympics" in form or "Marathon" in form
        form = form.replace("#", str(rng.randrange(1948, 2008, 2) if year else rng.randint(1, 99)))
    return form


def _company(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.3:
        stem = rng.choice(org.COMPANY_STEMS) + rng.choice(org.COMPANY_TAILS)
    elif draw < 0.65:
        stem = _front(rng, _parts()[rng.choice(["english", "english", "german", "italian", "french"])][1])
    elif draw < 0.8:
        stem = rng.choice(org.COMPANY_STEMS) + "_" + rng.choice(org.COMPANY_ENDS[8:20])
    else:
        stem = _place_or_surname(rng)
    end = rng.choice(org.COMPANY_ENDS)
    second = _front(rng, _parts()["english"][1])
    if end == "&":
        return f"{stem}_&_{second}"
    if end == "&_Sons" or draw < 0.02:
        return f"{stem}_,_{second}_&_{rng.choice(['Co.', 'Sons', _front(rng, _parts()['english'][1])])}"
    return f"{stem}{end}" if end == ".com" else f"{stem}_{end}" if rng.random() < 0.85 else stem


def _agency(rng: random.Random) -> str:
    of = rng.choice(["of", "for", "of", "on"])
    return rng.choice(
        [
            f"^{rng.choice(org.AGENCY_HEADS)}_{of}_{rng.choice(org.AGENCY_TAILS)}",
            f"^National_{rng.choice(org.AGENCY_HEADS)}_{of}_{rng.choice(org.AGENCY_TAILS)}",
            f"{_front(rng, places.REGIONS)}_{rng.choice(org.AGENCY_TAILS)}_{rng.choice(org.AGENCY_HEADS)}",
            f"^International_{rng.choice(org.AGENCY_TAILS)}_{rng.choice(org.AGENCY_HEADS)}",
            f"{_front(rng, places.COUNTRIES)}_{rng.choice(org.AGENCY_TAILS)}_{rng.choice(org.AGENCY_HEADS)}",
        ]
    )


def _team(rng: random.Random) -> str:
    city = _front(rng, places.CITIES) if rng.random() < 0.6 else _town(rng)
    return f"{city}_{rng.choice(org.TEAM_ENDS)}" if rng.random() < 0.65 else city


def _band(rng: random.Random) -> str:
    adjective, noun = rng.choice(org.BAND_ADJECTIVES), rng.choice(org.BAND_NOUNS)
    surname = _front(rng, _parts()["english"][1])
    return rng.choice(
        [
            f"The_{noun}",
            f"The_{adjective}_{noun}",
            f"{adjective}_{noun}",
            f"{surname}_and_the_{noun}",
            f"{adjective}_{rng.choice(things.TITLE_NOUNS)}",
            f"{rng.choice(things.TITLE_NOUNS)}_{rng.randint(2, 99)}",
            f"The_{surname}_Brothers",
            f"{rng.choice(things.TITLE_NOUNS)}_of_{rng.choice(things.TITLE_NOUNS)}",
            f"{surname}_Quartet",
            f"{noun[:-1]}-{rng.choice('XOQ')}",
        ]
    )


def _product(rng: random.Random) -> str:
    stem, tail = rng.choice(things.PRODUCT_STEMS), rng.choice(things.PRODUCT_TAILS)
    code = f"{rng.choice(things.PRODUCT_CODES)}{rng.choice([rng.randint(1, 99), 10 * rng.randint(10, 99)])}"
    return rng.choice([stem, f"{stem}_{tail}", f"{stem}_{tail}", code, f"{stem}_{code}", f"{code}_{stem}"])


def _form(forms: list[str]) -> Callable[[random.Random], str]:
    return lambda rng: _fill(rng, rng.choice(forms))


def _county(rng: random.Random) -> str:
    return rng.choice(places.COUNTY_FORMS).replace("?", _town(rng) if rng.random() < 0.5 else _place_or_surname(rng))


def _nature(rng: random.Random) -> str:
    return rng.choice(places.NATURE_FORMS).replace("?", rng.choice(places.NATURE_STEMS))


def _river(rng: random.Random) -> str:
    return rng.choice(places.RIVER_FORMS).replace("?", rng.choice(places.NATURE_STEMS))


def _facility(rng: random.Random) -> str:
    return _fill(rng, rng.choice(places.FACILITY_FORMS * 3 + places.ROAD_FORMS))


def _party(rng: random.Random) -> str:
    return f"^{rng.choice(org.PARTY_HEADS)}_{rng.choice(org.PARTY_TAILS)}"


def _news(rng: random.Random) -> str:
    return f"^{_front(rng, places.CITIES)}_{rng.choice(org.NEWS_ENDS)}"


# kind -> (well-known names, how many more to compose, the composer)
_KINDS: dict[str, tuple[Iterable[str], int, Callable[[random.Random], str]]] = {
    "LOC.city": (places.CITIES, 300, _town),
    "LOC.town": (places.FOREIGN_TOWNS, 500, _town),
    "LOC.country": (places.COUNTRIES, 0, _town),
    "LOC.region": (places.REGIONS, 200, _county),
    "LOC.river": (places.RIVERS, 120, _river),
    "LOC.nature": (places.NATURE, 200, _nature),
    "LOC.facility": (places.FACILITIES, 300, _facility),
    "ORG.company": (org.COMPANIES, 500, _company),
    "ORG.team": (org.TEAMS, 300, _team),
    "ORG.party": (org.PARTIES, 120, _party),
    "ORG.agency": (org.AGENCIES, 250, _agency),
    "ORG.news": (org.NEWS, 120, _news),
    "ORG.school": (org.UNIVERSITIES, 350, _form(org.UNIVERSITY_FORMS)),
    "ORG.band": (org.BANDS, 250, _band),
    "ORG.unit": ((), 200, _form(org.MILITARY_FORMS)),
    "WORK.title": (things.WORKS, 900, _form(things.TITLE_FORMS)),
    "EVENT.event": (things.EVENTS, 900, _form(things.EVENT_FORMS)),
    "PRODUCT.vehicle": (things.VEHICLES, 350, _product),
    "PRODUCT.craft": (things.AIRCRAFT, 300, _product),
    "PRODUCT.device": (things.DEVICES, 350, _product),
}


def _name(written: str, abbreviated: bool) -> Name:
    words = _split(written.removeprefix("^"))
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
    drawn = dict.fromkeys(_person(rng) for _ in range(4000))
    surnames = sorted({name.short for name in drawn})
    reserved = set(rng.sample(surnames, int(HELD_OUT * len(surnames))))
    found = {"PER.person": Pool(list(drawn), lambda name: name.short in reserved)}
    mononyms = [Name(_split(name), _split(name)) for name in dict.fromkeys(people.MONONYMS)]
    kept_out = set(rng.sample(mononyms, int(HELD_OUT * len(mononyms))))
    found["PER.mono"] = Pool(mononyms, kept_out.__contains__)
    for kind, (known, count, compose) in _KINDS.items():
        written = _distinct(known, _stream(compose, rng), count)
        names = [_name(name, kind in ("ORG.agency", "ORG.party", "ORG.school")) for name in written]
        out = set(rng.sample(names, int(HELD_OUT * len(names))))
        found[kind] = Pool(names, out.__contains__)
    return found
