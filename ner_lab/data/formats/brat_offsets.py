"""What the offsets of a brat document count: the characters of its file, or what their tool took for these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple


class Counted(NamedTuple):
    """An entity as its file has it: offsets in somebody's counting, and its text where the file names it."""

    parts: tuple[tuple[int, int], ...]
    text: str | None


def find_counting(text: str, marked: bool, entities: Sequence[Counted]) -> tuple[str, Sequence[int] | None]:
    """How offsets were counted, in words, and the place in the text of each offset; "" and None for characters as they
    are.

    Of all countings it is the one that agrees with most of the texts that the entities name, then the one in which most
    entities begin and end with words, then the plainest.

    Args:
        text: of the document, with its line ends, without a byte order mark.
        marked: whether a byte order mark stands before it.
        entities: of the document.
    """
    best: tuple[str, Sequence[int] | None] = ("", None)
    most = _agreeing(text, range(len(text) + 1), entities)
    if most[0] == len(entities) and (most[1] == len(entities) or all(entity.text is not None for entity in entities)):
        return best
    for name, places in _countings(text, marked):
        found = _agreeing(text, places, entities)
        if found > most:
            best, most = (name, places), found
    return best


def _countings(text: str, marked: bool) -> Iterator[tuple[str, list[int]]]:
    windows, mixed = "\r\n" in text, "\n" in text.replace("\r\n", "")
    ends = [
        "",
        *(["each line end as one"] if windows else []),
        *(["each line end as two"] if windows and mixed else []),
    ]
    wide = any(character > "\uffff" for character in text)
    for end, utf16, mark in product(ends, (False, True)[: 1 + wide], (False, True)[: 1 + marked]):
        names = [end, "UTF-16 units" if utf16 else "", "the byte order mark, too" if mark else ""]
        if any(names):
            yield ", ".join(filter(None, names)), _places(text, end, utf16, mark)


def _places(text: str, end: str, utf16: bool, mark: bool) -> list[int]:
    places = [0] if mark else []
    for index, character in enumerate(text):
        if end.endswith("one") and character == "\n" and text[index - 1 : index] == "\r":
            continue
        twice = (utf16 and character > "\uffff") or (
            end.endswith("two") and character == "\n" and text[index - 1 : index] != "\r"
        )
        places += [index] * (1 + twice)
    return [*places, len(text)]


def _agreeing(text: str, places: Sequence[int], entities: Sequence[Counted]) -> tuple[int, int]:
    """How many entities have the text that they name, and how many begin and end where words do."""
    right = whole = 0
    for entity in entities:
        if any(not begin < end < len(places) for begin, end in entity.parts):
            continue
        parts = [(places[begin], places[end]) for begin, end in entity.parts]
        own = " ".join(text[begin:end] for begin, end in parts)
        right += entity.text is None or entity.text.split() == own.split()
        whole += all(not _cuts(text, begin, begin) and not _cuts(text, end, end - 1) for begin, end in parts)
    return right, whole


def _cuts(text: str, at: int, own: int) -> bool:
    """Whether a span that begins or ends at a place has white space there (at `own`), or cuts a word."""
    return text[own : own + 1].isspace() or (0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum())
