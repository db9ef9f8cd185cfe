"""Passwords, which stand in URLs and connection strings in many forms and are shown in none."""

from __future__ import annotations

import os
import re
from urllib.parse import quote, quote_plus, unquote_plus

NAMES = re.compile(r"(^|[^a-z])(pass|pwd|pw)$|passw|passphrase|secret|token|credential|odbc_connect|api.?key", re.I)
PAIR = re.compile(
    r"(?<![\w.%+-])([\w.%+-]+)(\s*=\s*)"
    r"('[^'\n]*'|\"[^\"\n]*\"|\{[^}\n]*\}|[^&;\n]*?(?=[&;\n]|\s+[\w.%-]+\s*=|\s*$))",
    re.M,
)
AUTHORITY = re.compile(r":(?!//)([^\n]*)@")  # from the user's colon to the last @, for passwords hold @ and / as well
SEPARATORS = re.compile(r"[@:/?#\s'\"]")  # in a password, they part it for whoever reads the URL otherwise
HIDDEN = "***"
LONGEST = 10_000  # characters; the time that these expressions take may grow with the square of them


def redacted(text: str) -> str:
    """The text without the passwords of the URLs and connection strings in it, of which none is very long."""
    if len(text) > LONGEST:
        return f"{HIDDEN} ({len(text):,} characters)"
    return PAIR.sub(_pair, AUTHORITY.sub(f":{HIDDEN}@", text))


def scrubbed(error: object, url: str) -> str:
    """The first line of an error of what was opened by this URL, without anything of it that may be secret."""
    if any(SEPARATORS.search(match[1]) for match in AUTHORITY.finditer(url)):
        return "what it says may hold a part of the password, in which @ is written %40, / %2F, : %3A and a blank %20"
    lines = str(error).strip().splitlines()
    said = lines[0] if lines else type(error).__name__
    for secret in sorted(_secrets(url), key=len, reverse=True):
        if len(secret) < 3:  # it cannot be told from the rest of the text
            return HIDDEN
        said = said.replace(secret, HIDDEN)
    return redacted(said)


def _secrets(url: str) -> set[str]:
    found = {url, os.environ.get("PGPASSWORD", "")}
    found |= {match[1] for match in AUTHORITY.finditer(url)}
    found |= {match[3].strip("'\"{}") for match in PAIR.finditer(url) if _secret(match[1])}
    plain = {unquote_plus(one) for one in found}
    return {one for one in (*found, *plain, *map(quote, plain), *map(quote_plus, plain)) if one}


def _secret(key: str) -> bool:
    return NAMES.search(unquote_plus(unquote_plus(key))) is not None


def _pair(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{HIDDEN}" if match[3] and _secret(match[1]) else match[0]
