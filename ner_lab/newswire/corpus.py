"""The newswire corpus: documents of 3 to 9 sentences, generated from a grammar and pools of names."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterator
from functools import lru_cache
from itertools import count, islice

from ner_lab.newswire.grammar import Grammar
from ner_lab.newswire.names import TYPES, pools
from ner_lab.newswire.rules import DOMAINS, TEXTS
from ner_lab.newswire.story import ARTICLE, Story, Token
from ner_lab.types import Sentence, UserError

DEV_SIZE, TEST_SIZE = 600, 1000
HELD_OUT_MENTIONS = 0.4  # share of names drawn from the held-out part of a pool, in dev and test
ENTITY_FREE = 0.15  # share of sentences drawn from the frames without names, on top of what the domains have
MAX_WORDS = 60
LEAD_ATTEMPTS = 20  # with a strong imbalance no lead may be wanted
_BEFORE_ARTICLE = """in of from to with by for and near at against on over into between outside across including but or
that while after before because when as about than left met lost won beat told sold bought sued said through , ; " --"""
BEFORE_ARTICLE = frozenset(_BEFORE_ARTICLE.split())


@lru_cache(maxsize=4)
def grammar(seed: int) -> Grammar:
    return Grammar(TEXTS, seed)


def generate(size: int = 3000, seed: int = 0, imbalance: float = 0.0) -> dict[str, list[Sentence]]:
    """Train, dev and test sentences, deterministic for a seed.

    Train of a smaller size is a prefix of train of a larger one; dev (600) and test (1000 sentences) depend on the
    seed alone. In dev and test, 40 % of the names that are drawn and 30 % of the frames that are to choose from never
    occur in training, and no sentence equals one of training after its names were replaced by their types.

    Args:
        size: training sentences, at least 1.
        seed: of everything.
        imbalance: makes rare types rarer, in training only. The types have ranks by frequency: LOC 0, PER 1, ORG 2,
            WORK 3, PRODUCT 4, EVENT 5. A sentence whose rarest type has rank r is kept with probability
            exp(-imbalance * r), and is generated anew otherwise; 0 keeps all.

    Raises:
        UserError: `size` is below 1 or `imbalance` is negative.

    Examples:
        >>> first = generate(size=1)["train"][0]
        >>> first.words[:5], first.tags[:5]
        (('Gunmen', 'fired', 'a', 'Kino', '1000'), ('O', 'O', 'O', 'B-PRODUCT', 'I-PRODUCT'))
    """
    if size < 1:
        raise UserError(f"data.size must be at least 1 sentence, but is {size}")
    if not imbalance >= 0 or math.isinf(imbalance):
        raise UserError(f"data.imbalance must be 0 (natural) or a larger finite number, but is {imbalance}")
    return {
        "train": list(islice(_sentences("train", seed, imbalance), size)),
        "dev": list(islice(_sentences("dev", seed, 0.0), DEV_SIZE)),
        "test": list(islice(_sentences("test", seed, 0.0), TEST_SIZE)),
    }


def masked(words: list[str] | tuple[str, ...], tags: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The words in lower case with each name replaced by its type: two sentences of one frame become equal."""
    out = []
    for word, tag in zip(words, tags, strict=True):
        if tag == "O":
            out.append(word.lower())
        elif tag.startswith("B-"):
            out.append(tag[2:])
    return tuple(out)


def _sentences(split: str, seed: int, imbalance: float) -> Iterator[Sentence]:
    number = 0
    document = 0
    while True:
        rng = random.Random(f"{seed}/{split}/{document}")
        for words, tags in _document(rng, seed, split == "train", imbalance):
            number += 1
            yield Sentence(words, tags, f"{split}-{document}", f"newswire/{split}:{number}")
        document += 1


def _document(
    rng: random.Random, seed: int, training: bool, imbalance: float
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    story = Story(pools(seed), rng, 0.0 if training else HELD_OUT_MENTIONS)
    rules = grammar(seed)
    domain = rng.choices(list(DOMAINS), list(DOMAINS.values()))[0]
    lead = f"{domain}_lead"
    for position in range(rng.randint(3, 9)):
        for attempt in count():
            story.begin()
            rule = "plain" if rng.random() < ENTITY_FREE else domain if rng.random() < 0.9 else "general"
            if position == 0 and attempt < LEAD_ATTEMPTS and lead in rules.rules:
                rule = lead
            tokens, _ = rules.sentence(rule, rng, story.mention, training)
            words, tags = _written(tokens)
            if 3 <= len(words) <= MAX_WORDS and _wanted(words, tags, rng, training, imbalance):
                break
        story.commit()
        yield words, tags


def _wanted(
    words: tuple[str, ...], tags: tuple[str, ...], rng: random.Random, training: bool, imbalance: float
) -> bool:
    # Frames are dealt to training or evaluation by a digest: they stay apart at any size of the training set.
    digest = hashlib.blake2b(" ".join(masked(words, tags)).encode(), digest_size=2).digest()
    if (digest[0] < 128) != training:
        return False
    rank = max((TYPES.index(tag[2:]) for tag in tags if tag != "O"), default=0)
    return not imbalance or rng.random() < math.exp(-imbalance * rank)


def _written(tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and tags as they are printed: articles where they fit, `an` before a vowel, the first letter a capital."""
    kept: list[Token] = []
    for word, tag in tokens:
        if kept and kept[-1] == (",", "O") and word in (",", ".", ")", "?"):
            kept.pop()
        if word != ARTICLE:
            kept.append((word, tag))
        elif not kept or kept[-1][0].lower() in BEFORE_ARTICLE or (kept[-1][1] == "O" and kept[-1][0].endswith("ed")):
            kept.append(("the", "O"))
    tokens = kept
    words = [word for word, _ in tokens]
    for index, word in enumerate(words[:-1]):
        if word in ("a", "A", "an", "An") and tokens[index][1] == "O":
            words[index] = word[0] + "n" * _needs_an(words[index + 1].lower())
    if tokens[0][1] == "O" and words[0][0].islower():
        words[0] = words[0][0].upper() + words[0][1:]
    return tuple(words), tuple(tag for _, tag in tokens)


def _needs_an(following: str) -> bool:
    if following.startswith(("uni", "eu", "one", "us", "u.s", "uk", "ut")):
        return False
    return following.startswith(("a", "e", "i", "o", "u", "8", "11", "18", "hour", "honor", "honest"))
