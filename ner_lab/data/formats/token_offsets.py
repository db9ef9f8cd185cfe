"""Tokens that are given by their place in a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.data.words import Word
from ner_lab.types import UserError, shortened


def words_at(text: str, tokens: Any, place: str) -> list[Word]:
    """The words of a text at `[start, end]` pairs (or objects with these), which are in order and do not overlap.

    Raises:
        UserError: they are not.
    """
    words, at = [], 0
    for pair in offset_pairs(tokens) or [tokens]:
        if not (_whole_numbers(pair) and len(pair) == 2 and at <= pair[0] < pair[1] <= len(text)):
            raise UserError(
                f"{place}: tokens given as [start, end] are in order, not empty and inside the {len(text)} characters "
                f"of the text; got {shortened(repr(pair))} after {at}"
            )
        words.append(Word(text[pair[0] : pair[1]], *pair))
        at = pair[1]
    return words


def offset_pairs(tokens: Any) -> list[Any] | None:
    """Tokens as `[start, end]` pairs, None if they are given otherwise."""
    if not isinstance(tokens, list) or not tokens:
        return None
    if all(isinstance(token, Mapping) and "start" in token and "end" in token for token in tokens):
        return [[token["start"], token["end"]] for token in tokens]
    return tokens if all(_whole_numbers(token) for token in tokens) else None


def _whole_numbers(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(type(item) is int for item in value)
