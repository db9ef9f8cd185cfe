"""Text of a study as it may be shown: what would steer a terminal, or turn a line around, stands there as an escape."""

from __future__ import annotations

import unicodedata

STEERING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")  # controls, formats such as bidi overrides, lone surrogates, line ends


def visible(text: str, keep: str = "") -> str:
    """The text with `\\x1b` in place of an escape, and so on; blanks and the characters of `keep` stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one if one in keep or unicodedata.category(one) not in STEERING else _escaped(one) for one in text)


def _escaped(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")
