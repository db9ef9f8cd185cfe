"""What a document remembers, so that its sentences speak of the same people, places and organisations."""

from __future__ import annotations

import random

from ner_lab.newswire.names import Name, Pool

Token = tuple[str, str]

ARTICLE = "the "  # with its space: a suggestion that stays only where an article can stand
REUSE = {"PER": 0.5, "ORG": 0.35, "LOC": 0.25, "PRODUCT": 0.4, "WORK": 0.2, "EVENT": 0.3}
ANY = {  # what `<LOC>` and the like, without a kind, stand for: kinds and their shares
    "PER": (("person",), (1,)),
    "LOC": (("city", "country", "region", "town", "nature"), (40, 32, 14, 12, 2)),
    "ORG": (("company", "agency", "party", "team", "school", "news", "band", "unit"), (38, 27, 11, 3, 11, 5, 3, 2)),
    "WORK": (("title",), (1,)),
    "EVENT": (("event",), (1,)),
    "PRODUCT": (("device", "vehicle", "craft", "weapon"), (45, 35, 15, 5)),
}


class Story:
    """The names of one document. `mention` draws a new one or comes back to one that was introduced before.

    Forms: `new` is always a new name in full; `full` never shortens; `short` always does; without a form, a person
    that comes back is called by surname, an organisation by the abbreviation that introduced it.
    """

    def __init__(self, pools: dict[str, Pool], rng: random.Random, held_out: float) -> None:
        self._pools, self._rng, self._held_out = pools, rng, held_out
        self._cast: dict[str, list[Name]] = {}
        self._abbreviated: set[Name] = set()
        self._sentence: list[tuple[str, Name]] = []
        self._introduced: set[Name] = set()

    def begin(self) -> None:
        """Forget the names of a sentence that was thrown away."""
        self._sentence, self._introduced = [], set()

    def commit(self) -> None:
        """Keep what the finished sentence introduced."""
        for kind, name in self._sentence:
            cast = self._cast.setdefault(kind, [])
            if name not in cast:
                cast.append(name)
        self._abbreviated |= self._introduced
        self.begin()

    def mention(self, kind: str, form: str) -> list[Token]:
        type_, _, sub = kind.partition(".")
        if not sub:
            kinds, shares = ANY[type_]
            kind = f"{type_}.{self._rng.choices(kinds, shares)[0]}"
        name, known = self._pick(kind, type_, form)
        self._sentence.append((kind, name))
        words = name.words
        article = [(ARTICLE, "O")] if name.article else []
        if type_ == "PER":
            if form == "short" or (known and form != "full" and self._rng.random() < 0.85):
                words = name.short
        elif name.short != words:
            if name in self._abbreviated:
                words = name.short
            elif form != "short" and self._rng.random() < 0.5:
                self._introduced.add(name)
                words_and_short = [*_tagged(words, type_), ("(", "O"), *_tagged(name.short, type_), (")", "O")]
                return [*article, *words_and_short]
        return [*article, *_tagged(words, type_)]

    def _pick(self, kind: str, type_: str, form: str) -> tuple[Name, bool]:
        used = [name for _, name in self._sentence]
        rng = self._rng
        if form != "new":
            back = [name for name in self._cast.get(kind, ()) if name not in used]
            if back and rng.random() < REUSE[type_]:
                return rng.choice(back), True
        for _ in range(5):
            name = self._pools[kind].draw(rng, rng.random() < self._held_out)
            if name not in used:
                break
        return name, False


def _tagged(words: tuple[str, ...], type_: str) -> list[Token]:
    return [(word, f"{'I' if index else 'B'}-{type_}") for index, word in enumerate(words)]
