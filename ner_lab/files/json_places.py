"""Where in a JSON text stands what `plain` refuses, for its messages; and keys that an object has twice."""

from __future__ import annotations

import json
import re
from typing import Any

_STRINGS_AND_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_STRINGS_AND_WHOLE = re.compile(r'"(?:[^"\\]|\\.)*"|[0-9]{19,}(?![0-9.eE])', re.DOTALL)
_KEY = re.compile(r"\s*:")


class RepeatedKeyError(ValueError):
    """An object has a key twice, and of the values only the last would count."""


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of `json.loads`, as its `object_pairs_hook`.

    Raises:
        RepeatedKeyError: naming it.

    >>> json.loads('{"a": 1, "a": 2}', object_pairs_hook=unique_keys)
    Traceback (most recent call last):
    ner_lab.files.json_places.RepeatedKeyError: key 'a' is given twice, and one of its values would be lost
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        key = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise RepeatedKeyError(f"key {key[:80]!r} is given twice, and one of its values would be lost")
    return found


def of_repeated_key(text: str) -> int:
    """The character at which the first object that has a key twice says it again; 0 if none does."""
    keys: list[set[str]] = []
    for found in _STRINGS_AND_BRACKETS.finditer(text):
        if found[0] in "[{":
            keys.append(set())
        elif found[0] in "]}":
            keys[-1:] = []
        elif keys and _KEY.match(text, found.end()):
            key = json.loads(found[0], strict=False)
            if key in keys[-1]:
                return found.start()
            keys[-1].add(key)
    return 0


def of_long_number(text: str) -> int:
    """The character at which the first whole number of 19 digits and more begins; 0 if there is none."""
    number = next((found for found in _STRINGS_AND_WHOLE.finditer(text) if found[0][0] != '"'), None)
    return number.start() if number else 0


def of_depth(text: str, deepest: int) -> int:
    """The character of the bracket that opens one level too many; 0 if none does."""
    depth = 0
    for found in _STRINGS_AND_BRACKETS.finditer(text):
        depth += 1 if found[0] in "[{" else -1 if found[0] in "]}" else 0
        if depth > deepest:
            return found.start()
    return 0
