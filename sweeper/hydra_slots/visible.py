"""Text of a study as it may be shown: what would steer a terminal, or turn a line around, stands there as an escape."""

from __future__ import annotations

import json
import unicodedata

STEERING = ("Cc", "Cf", "Cs", "Zl", "Zp")  # controls, formats such as bidi overrides, lone surrogates, line ends
JOINERS = "\u200c\u200d"  # formats that many scripts and emoji need


def visible(text: str, keep: str = "") -> str:
    """The text with `\\x1b` in place of an escape, and so on; the characters of `keep` stay."""
    return "".join(_escaped(one) if _steers(one, keep) else one for one in text)


def visible_json(text: str) -> str:
    """JSON that means the same, its line ends apart from its texts."""
    return "".join(json.dumps(one)[1:-1] if _steers(one, "\n") else one for one in text)


def _steers(one: str, keep: str) -> bool:
    return not one.isprintable() and one not in keep and one not in JOINERS and unicodedata.category(one) in STEERING


def _escaped(one: str) -> str:
    return one.encode("unicode_escape", "surrogatepass").decode("ascii")
