"""A small notation for recursive phrase grammars.

    rule:
      {a|the} big <noun> [of <place>] was #2-40 metres ~ -high
      3 * there is <noun>

    noun =
      bridge dam railway_station

A rule has one alternative a line (a line indented by six spaces goes on), chosen with equal probability unless `N *`
weighs it; after `=` instead of `:` every word is an alternative, and `_` joins its parts. Spaces separate words.
`<name>` expands a rule, `{a|b}` picks one, `[x]` may be left out (the longer the sentence already is, the likelier),
`#2-40` is a number in that range, `#,2-40` one with thousands separated, `#.2-40` one with a decimal, and `~` joins the
tokens beside it. `<TYPE.kind>` and `<TYPE.kind:form>` (capitals) mention a name: the story decides which.
The alternatives of a rule whose name ends in `!` are sentence frames: a part of them is held out of training.
"""

from __future__ import annotations

import random
import re
from bisect import bisect
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

Mention = Callable[[str, str], Iterable[tuple[str, str]]]  # (TYPE.kind, form) -> words with their tags
Token = tuple[str, str]

HELD_OUT_FRAMES = 0.3


class Grammar:
    """Rules that were read from one or more texts.

    Args:
        texts: rules in the notation above; a rule may be continued in a later text.
        seed: decides which frames are held out.

    Raises:
        ValueError: a rule refers to one that does not exist, or brackets do not match.
    """

    def __init__(self, texts: Iterable[str], seed: int) -> None:
        alternatives: dict[str, list[tuple[float, tuple]]] = {}
        self._framed: set[str] = set()
        current: list[tuple[float, tuple]] = []
        listed = False
        for line in (line for text in texts for line in _joined(text) if line.strip()):
            if not line.startswith(" "):
                name, listed = line.strip()[:-1].rstrip(), line.rstrip().endswith("=")
                if name.endswith("!"):
                    name = name[:-1]
                    self._framed.add(name)
                current = alternatives.setdefault(name, [])
                continue
            if listed:
                current.extend((1.0, tuple(entry.split("_"))) for entry in line.split())
                continue
            weight, star, rest = line.partition(" * ")
            words = (rest if star else line).replace("{", " { ").replace("}", " } ").replace("|", " | ").split()
            current.append((float(weight) if star else 1.0, _parse(words, line)))
        self._rules = {name: _Rule(options) for name, options in alternatives.items()}
        self._train = dict(self._rules)
        for name in sorted(self._framed):
            self._train[name] = _Rule(_kept(alternatives[name], random.Random(f"{seed}/frames/{name}")))
        self._check()

    @property
    def rules(self) -> frozenset[str]:
        return frozenset(self._rules)

    def sentence(self, rule: str, rng: random.Random, mention: Mention, training: bool) -> tuple[list[Token], bool]:
        """Words with IOB2 tags, and whether a frame that training lacks took part.

        Args:
            rule: the rule to expand.
            rng: every choice comes from it.
            mention: called for each name.
            training: leave out the held-out frames.
        """
        expansion = _Expansion(self._rules, self._train, rng, mention, training)
        expansion.expand((("rule", rule),))
        return expansion.tokens, expansion.held_out

    def _check(self) -> None:
        def names(items: tuple) -> Iterable[str]:
            for item in items:
                if isinstance(item, str):
                    continue
                if item[0] == "rule":
                    yield item[1]
                elif item[0] == "pick":
                    for option in item[1]:
                        yield from names(option)
                elif item[0] == "maybe":
                    yield from names(item[1])

        for name, rule in self._rules.items():
            for option in rule.options:
                for used in names(option):
                    if used not in self._rules:
                        raise ValueError(f"rule {name!r} refers to <{used}>, which is not a rule")


class _Rule:
    def __init__(self, weighted: list[tuple[float, tuple]]) -> None:
        self.options = [option for _, option in weighted]
        self.cumulative = list(accumulate(weight for weight, _ in weighted))

    def choose(self, rng: random.Random) -> tuple:
        return self.options[bisect(self.cumulative, rng.random() * self.cumulative[-1])]


def _joined(text: str) -> list[str]:
    """The lines of a text, those that go on (indented by six spaces) put behind the one they belong to."""
    return re.sub(r"\n {6,}", " ", text).splitlines()


def _kept(options: list[tuple[float, tuple]], rng: random.Random) -> list[tuple[float, tuple]]:
    held_out = set(rng.sample(range(len(options)), int(HELD_OUT_FRAMES * len(options))))
    return [option for index, option in enumerate(options) if index not in held_out]


def _parse(words: list[str], line: str) -> tuple:
    """A sequence of items: a plain word, or (what, ...) for everything that is drawn."""
    position = 0

    def sequence(closers: tuple[str, ...]) -> tuple[tuple, str]:
        nonlocal position
        items: list[Any] = []
        while position < len(words):
            word = words[position]
            position += 1
            if word in closers:
                return tuple(items), word
            if word == "{":
                options = []
                closer = "|"
                while closer == "|":
                    option, closer = sequence(("|", "}"))
                    options.append(option)
                items.append(("pick", options))
            elif word.startswith("["):
                if word != "[":
                    words.insert(position, word[1:])
                items.append(("maybe", sequence(("]",))[0]))
            elif word.endswith("]") and word != "]":
                words[position:position] = [word[:-1], "]"]
            elif word.startswith("<"):
                if not word.endswith(">"):
                    raise ValueError(f"no space may stand inside < > and none be missing after it: {line.strip()!r}")
                kind, _, form = word[1:-1].partition(":")
                items.append(("name", kind, form) if kind[0].isupper() else ("rule", kind))
            elif word.startswith("#"):
                style = word[1] if word[1] in ",." else ""
                low, _, high = word[1 + len(style) :].partition("-")
                items.append(("number", int(low), int(high), style))
            else:
                items.append(word)
        if closers:
            raise ValueError(f"a bracket is not closed in the rule line {line.strip()!r}")
        return tuple(items), ""

    return sequence(())[0]


class _Expansion:
    def __init__(
        self, rules: dict[str, _Rule], train: dict[str, _Rule], rng: random.Random, mention: Mention, training: bool
    ) -> None:
        self.tokens: list[Token] = []
        self.held_out = False
        self._all, self._train, self._training = rules, train, training
        self._rng, self._mention, self._glue = rng, mention, False

    def expand(self, items: tuple) -> None:
        rng = self._rng
        for item in items:
            if isinstance(item, str):
                self._word(item)
                continue
            what = item[0]
            if what == "rule":
                name = item[1]
                option = (self._train if self._training else self._all)[name].choose(rng)
                if not self._training and self._train[name] is not self._all[name]:
                    self.held_out |= option not in self._train[name].options
                self.expand(option)
            elif what == "pick":
                self.expand(item[1][int(rng.random() * len(item[1]))])
            elif what == "maybe":
                if rng.random() < 0.6 - len(self.tokens) / 80:
                    self.expand(item[1])
            elif what == "number":
                self._word(_number(rng, *item[1:]))
            else:
                self.tokens.extend(self._mention(item[1], item[2]))

    def _word(self, word: str) -> None:
        if word == "~":
            self._glue = True
        elif self._glue:
            self._glue = False
            before, tag = self.tokens[-1]
            self.tokens[-1] = (before + word, tag)
        else:
            self.tokens.append((word, "O"))


def _number(rng: random.Random, low: int, high: int, style: str) -> str:
    value = rng.randint(low, high)
    if style == ".":
        return f"{value}.{rng.randint(0, 9)}"
    return f"{value:,}" if style == "," else str(value)
