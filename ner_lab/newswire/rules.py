"""The grammar of the corpus: its rule texts, and the domains that documents come from with their shares."""

from ner_lab.newswire import (
    business,
    clauses,
    conflict,
    culture,
    encyclopedia,
    everyday,
    lexicon,
    phrases,
    politics,
    reference,
    sport,
)

TEXTS = (
    lexicon.WORDS,
    phrases.PHRASES,
    clauses.CLAUSES,
    politics.POLITICS,
    business.BUSINESS,
    conflict.CRIME,
    conflict.WAR,
    sport.SPORT,
    culture.CULTURE,
    encyclopedia.LIVES,
    encyclopedia.PLACES,
    reference.BODIES,
    reference.FICTION,
    everyday.EVERYDAY,
)

# A domain is a rule; `<domain>_lead`, where there is one, opens its documents.
DOMAINS = {
    "politics": 16,
    "business": 15,
    "crime": 10,
    "war": 7,
    "sport": 12,
    "results": 4,
    "music": 8,
    "film": 6,
    "books": 5,
    "life": 9,
    "places": 8,
    "schools": 4,
    "science": 4,
    "bodies": 5,
    "transport": 3,
    "fiction": 3,
    "belief": 3,
}
