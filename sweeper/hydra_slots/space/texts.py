"""Values and keys as they are typed, and when two of them are the same."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

WORD = re.compile(r"(?!(true|false|null|nan|inf)$)[a-z_][\w.+-]*", re.IGNORECASE | re.ASCII)  # needs no quotes

WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
REAL = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,60})?([eE][-+]?[0-9]{1,3})?")


def plain(key: str) -> str:
    """The key without `+`, `++` or `~`."""
    return key.lstrip("+~")


def as_text(value: Any) -> str:
    """A value of a YAML file as it would be typed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, float) else str(value)


def typed(value: Any) -> str:
    """A value as it has to be typed so that Hydra takes it for this value, whatever a string holds."""
    from hydra.core.override_parser.types import Quote, QuotedString

    plain_word = not isinstance(value, str) or WORD.fullmatch(value)
    return as_text(value) if plain_word else QuotedString(value, Quote.single).with_quotes()


def scalar(text: str) -> int | float | bool | str | None:
    """The value that a text stands for in Hydra's grammar; None where that is not plain."""
    if text in ("true", "false"):
        return text == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    if REAL.fullmatch(text):
        return float(text)
    return text if WORD.fullmatch(text) else None


def same(one: str, other: str) -> bool:
    """Whether two texts stand for the same value: `0.001` and `1e-3`, `a` and `'a'`, `True` and `true`."""
    if one == other:
        return True
    with suppress(ValueError):
        return float(one) == float(other)
    return _bare(one) == _bare(other)


def _bare(text: str) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    unquoted = text[1:-1] if quoted else re.sub(r"\\(.)", r"\1", text)  # as Hydra's grammar escapes
    return unquoted.lower() if unquoted.lower() in ("true", "false", "null") else unquoted
