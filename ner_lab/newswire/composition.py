"""How names are composed from lists of their parts, kind by kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache

from ner_lab.newswire import organisations as org
from ner_lab.newswire import people, places, things

Written = tuple[tuple[str, ...], tuple[str, ...]]  # all words of a name, and those of its short form


@lru_cache(maxsize=256)
def listed(text: str) -> tuple[str, ...]:
    """The distinct entries of a list of names, in order."""
    return tuple(dict.fromkeys(text.split()))


def _front(rng: random.Random, text: str) -> str:
    """An entry of a list, the first ones more often: the density falls with the square root of the position."""
    entries = listed(text)
    return entries[int(len(entries) * rng.random() ** 2)].removeprefix("^")


def _any(rng: random.Random, text: str) -> str:
    return rng.choice(listed(text)).removeprefix("^")


def _surname(rng: random.Random) -> str:
    return _front(rng, people.ORIGINS["english"][2])


def person(rng: random.Random, surname: str = "") -> Written:
    """A full name, and its surname; with a surname given, an English name."""
    origins = list(people.ORIGINS)
    origin = "english" if surname else rng.choices(origins, [people.ORIGINS[one][0] for one in origins])[0]
    _, given_names, surnames = people.ORIGINS[origin]
    given = _front(rng, given_names)
    if not surname:
        surname = _front(rng, people.AMBIGUOUS if origin == "english" and rng.random() < 0.1 else surnames)
    last = tuple(surname.split("_"))
    form = rng.random()
    initial, second = rng.choice("ABCDEFGHJKLMPRSTW"), _front(rng, given_names)
    first: tuple[str, ...]
    if origin == "asian" and form < 0.45:
        return (*last, given), last
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
        first = (given, '"', _any(rng, people.NICKNAMES), '"')
    elif form < 0.95:
        return (given, *last, rng.choice(("Jr.", "Sr.", "III", "II"))), last
    elif form < 0.96:
        return (given, *last, ",", "Jr."), last
    elif form < 0.975:
        last = (f"{last[-1]}-{_front(rng, surnames).split('_')[-1]}",)
        first = (given,)
    else:
        first = (f"{given[0]}.",)
    return (*first, *last), last


def _town(rng: random.Random) -> str:
    stem = _any(rng, places.TOWN_STEMS) + _any(rng, places.TOWN_ENDS)
    if rng.random() < 0.6:
        return stem
    other = _surname(rng) if rng.random() < 0.4 else stem
    return _any(rng, places.TOWN_FORMS).replace("?", other)


def _place_or_surname(rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.4:
        return _front(rng, places.CITIES)
    if draw < 0.55:
        return _front(rng, places.REGIONS)
    return _town(rng) if draw < 0.75 else _surname(rng)


def _fill(rng: random.Random, form: str) -> str:
    """A name from a form: ? a place or surname, * a saint or given name, @ an adjective, $ a noun, # a number."""
    for mark, draw in (
        ("?", lambda: _place_or_surname(rng)),
        ("*", lambda: _any(rng, places.SAINTS)),
        ("@", lambda: _any(rng, things.TITLE_ADJECTIVES)),
        ("$", lambda: _any(rng, things.TITLE_NOUNS)),
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
        stem = _any(rng, org.COMPANY_STEMS) + _any(rng, org.COMPANY_TAILS)
    elif draw < 0.65:
        stem = _front(rng, people.ORIGINS[rng.choice(("english", "english", "german", "italian", "french"))][2])
    elif draw < 0.8:
        stem = (
            _any(rng, org.COMPANY_STEMS)
            + "_"
            + rng.choice(("Industries", "Bank", "Airlines", "Motors", "Systems", "Records", "Oil"))
        )
    else:
        stem = _place_or_surname(rng)
    end = _any(rng, org.COMPANY_ENDS)
    second = _surname(rng)
    if end == "&":
        return f"{stem}_&_{second}"
    if end == "&_Sons" or draw < 0.02:
        return f"{stem}_,_{second}_&_{rng.choice(['Co.', 'Sons', _surname(rng)])}"
    return f"{stem}{end}" if end == ".com" else f"{stem}_{end}" if rng.random() < 0.85 else stem


def _agency(rng: random.Random) -> str:
    of = rng.choice(["of", "for", "of", "on"])
    return rng.choice(
        [
            f"^{_any(rng, org.AGENCY_HEADS)}_{of}_{_any(rng, org.AGENCY_TAILS)}",
            f"^National_{_any(rng, org.AGENCY_HEADS)}_{of}_{_any(rng, org.AGENCY_TAILS)}",
            f"{_front(rng, places.REGIONS)}_{_any(rng, org.AGENCY_TAILS)}_{_any(rng, org.AGENCY_HEADS)}",
            f"^International_{_any(rng, org.AGENCY_TAILS)}_{_any(rng, org.AGENCY_HEADS)}",
            f"{_front(rng, places.COUNTRIES)}_{_any(rng, org.AGENCY_TAILS)}_{_any(rng, org.AGENCY_HEADS)}",
        ]
    )


def _team(rng: random.Random) -> str:
    city = _front(rng, places.CITIES) if rng.random() < 0.6 else _town(rng)
    return f"{city}_{_any(rng, org.TEAM_ENDS)}" if rng.random() < 0.65 else city


def _band(rng: random.Random) -> str:
    adjective, noun = _any(rng, org.BAND_ADJECTIVES), _any(rng, org.BAND_NOUNS)
    surname = _surname(rng)
    return rng.choice(
        [
            f"The_{noun}",
            f"The_{adjective}_{noun}",
            f"{adjective}_{noun}",
            f"{surname}_and_the_{noun}",
            f"{adjective}_{_any(rng, things.TITLE_NOUNS)}",
            f"{_any(rng, things.TITLE_NOUNS)}_{rng.randint(2, 99)}",
            f"The_{surname}_Brothers",
            f"{_any(rng, things.TITLE_NOUNS)}_of_{_any(rng, things.TITLE_NOUNS)}",
            f"{surname}_Quartet",
            f"{noun[:-1]}-{rng.choice('XOQ')}",
        ]
    )


def _product(rng: random.Random) -> str:
    stem, tail = _any(rng, things.PRODUCT_STEMS), _any(rng, things.PRODUCT_TAILS)
    code = f"{_any(rng, things.PRODUCT_CODES)}{rng.choice([rng.randint(1, 99), 10 * rng.randint(10, 99)])}"
    return rng.choice([stem, f"{stem}_{tail}", f"{stem}_{tail}", code, f"{stem}_{code}", f"{code}_{stem}"])


def _form(forms: str) -> Callable[[random.Random], str]:
    return lambda rng: _fill(rng, _any(rng, forms))


def _county(rng: random.Random) -> str:
    return _any(rng, places.COUNTY_FORMS).replace("?", _town(rng) if rng.random() < 0.5 else _place_or_surname(rng))


def _nature(rng: random.Random) -> str:
    return _any(rng, places.NATURE_FORMS).replace("?", _any(rng, places.NATURE_STEMS))


def _river(rng: random.Random) -> str:
    return _any(rng, places.RIVER_FORMS).replace("?", _any(rng, places.NATURE_STEMS))


def _facility(rng: random.Random) -> str:
    return _fill(rng, _any(rng, places.FACILITY_FORMS if rng.random() < 0.75 else places.ROAD_FORMS))


def _party(rng: random.Random) -> str:
    return f"^{_any(rng, org.PARTY_HEADS)}_{_any(rng, org.PARTY_TAILS)}"


def _news(rng: random.Random) -> str:
    if rng.random() < 0.15:  # a radio station: call letters or a frequency
        letters = "".join(rng.choice("ABCDEFGJKLMNPRSTVXYZ") for _ in range(3))
        return rng.choice(
            (f"W{letters}", f"K{letters}", f"{rng.randint(2, 9)}{letters[:2]}", f"{letters[0]}{rng.randint(90, 108)}FM")
        )
    return f"^{_front(rng, places.CITIES)}_{_any(rng, org.NEWS_ENDS)}"


# kind -> (well-known names, how many more to compose, the composer)
KINDS: dict[str, tuple[str, int, Callable[[random.Random], str]]] = {
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
    "ORG.unit": ("", 200, _form(org.MILITARY_FORMS)),
    "WORK.title": (things.WORKS, 900, _form(things.TITLE_FORMS)),
    "EVENT.event": (things.EVENTS, 900, _form(things.EVENT_FORMS)),
    "PRODUCT.vehicle": (things.VEHICLES, 350, _product),
    "PRODUCT.craft": (things.CRAFT, 250, _product),
    "PRODUCT.weapon": (things.WEAPONS, 80, _product),
    "PRODUCT.device": (things.DEVICES, 350, _product),
}
