"""What a request asks for: texts, or sentences of words, from a body that may be anything at all."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from ner_lab.data.formats.text import encodable
from ner_lab.files.json_places import RepeatedKeyError, unique_keys
from ner_lab.serving.refusals import TEXTS, RefusedRequestError

FORMS = '{"text": "..."}, {"text": ["...", "..."]}, {"words": ["...", "..."]}, {"words": [[...], [...]]} or a list'


class AskedTexts(NamedTuple):
    """Texts (or lists of words), and whether they were given as a list."""

    texts: list[str | list[str]]
    several: bool


def asked(body: bytes) -> AskedTexts:
    """What the body asks for.

    >>> asked(b'{"text": ["Oslo", "Paris"]}')
    AskedTexts(texts=['Oslo', 'Paris'], several=True)
    >>> asked(b'[{"words": ["New York", "."]}]')
    AskedTexts(texts=[['New York', '.']], several=True)

    Raises:
        RefusedRequestError: not JSON of one of the forms, half of a surrogate pair, or too many texts.
    """
    given = _json(body)
    if isinstance(given, list):
        _count(given)
        found = [one if isinstance(one, str) else _only(one, f"[{number}]") for number, one in enumerate(given)]
        several = True
    else:
        found, several = _of_object(given)
    for number, text in enumerate(found):
        if not all(map(encodable, [text] if isinstance(text, str) else text)):
            raise RefusedRequestError(422, f"text {number} holds half of a surrogate pair, which is no character")
    return AskedTexts(found, several)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig"), object_pairs_hook=unique_keys)
    except RecursionError:
        raise RefusedRequestError(422, "lists in lists, deeper than texts have them") from None
    except UnicodeDecodeError as error:
        why = f"not UTF-8 (byte 0x{body[error.start]:02x} at position {error.start})"
        raise RefusedRequestError(422, f"the body is {why}; JSON is sent as UTF-8") from None
    except RepeatedKeyError as error:
        raise RefusedRequestError(422, str(error)) from None
    except ValueError as error:  # no JSON, or a number of thousands of digits
        raise RefusedRequestError(422, f"the body is not JSON ({error}); send {FORMS}") from None


def _only(given: Any, place: str) -> str | list[str]:
    found, several = _of_object(given, place)
    if several:
        raise RefusedRequestError(422, f"{place}: a list in a list; one object has one text here")
    return found[0]


def _of_object(given: Any, place: str = "the body") -> tuple[list[str | list[str]], bool]:
    if not isinstance(given, dict) or len(given) != 1 or not given.keys() <= {"text", "words"}:
        keys = f", got the keys {', '.join(map(repr, list(given)[:5]))}" if isinstance(given, dict) else ""
        kind = f", got {_shown(given)}" if not isinstance(given, dict) else keys
        raise RefusedRequestError(422, f"{place}: must be {FORMS}{kind}")
    (key, value), *_ = given.items()
    if key == "text" and isinstance(value, str):
        return [value], False
    if key == "words" and isinstance(value, list) and not any(isinstance(one, list) for one in value):
        return [_words(value, f"{place}: words")], False
    if not isinstance(value, list):
        wanted = "a string or a list of strings" if key == "text" else "a list of strings, or a list of such lists"
        raise RefusedRequestError(422, f"{place}: {key} must be {wanted}, got {_shown(value)}")
    _count(value)
    if key == "words":
        return [_words(one, f"{place}: words[{number}]") for number, one in enumerate(value)], True
    return _words(value, f"{place}: text"), True  # type: ignore[return-value]


def _words(value: Any, place: str) -> list[str]:
    if not isinstance(value, list):
        raise RefusedRequestError(422, f"{place} must be a list of strings, got {_shown(value)}")
    for number, word in enumerate(value):
        if not isinstance(word, str):
            raise RefusedRequestError(422, f"{place}[{number}] must be a string, got {_shown(word)}")
    return value


def _count(texts: list[Any]) -> None:
    if len(texts) > TEXTS:
        raise RefusedRequestError(422, f"a request has at most {TEXTS:,} texts, got {len(texts):,}; send several")


def _shown(value: Any) -> str:
    kind = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return kind.get(type(value), f"the number {str(value)[:40]}")
