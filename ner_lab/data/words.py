"""Raw text to words, with character offsets."""

from __future__ import annotations

import re
from typing import NamedTuple

# Tried in this order at each position; white space separates and is no word.
_WORD = re.compile(
    r"""
      (?:https?://|www\.)\S+                              # addresses
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                        # e-mail
    | [@\#]\w+                                            # @name, #tag
    | (?:[^\W\d_]\.){2,}                                  # U.S., e.g.
    | (?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Inc|Ltd|Co|Corp|Prof|Gen|Sen|Rep|Gov|No|vs)\.(?=\s)
    | ['’](?:s|S|re|ve|ll|d|m|t)\b                        # clitics, as the Penn Treebank splits them
    | \d+(?:[.,:/-]\d+)+                                  # 1,200.50  10:30  1996-08-22
    | \w+(?:[-‐–&]\w+|['’](?!(?:s|S|re|ve|ll|d|m|t)\b)\w+|\.(?=com\b|org\b|net\b)\w+)*   # O'Brien, AT&T, Amazon.com
    | \.{2,} | -{2,} | \S                                 # any other character stands alone
    """,
    re.VERBOSE,
)


class Word(NamedTuple):
    """A word and its half-open character range in the text."""

    text: str
    begin: int
    end: int


def split_words(text: str) -> list[Word]:
    """The words of a raw text.

    White space separates; punctuation stands alone except inside abbreviations (`U.S.`, `Mr.`), numbers, addresses,
    hyphenated and apostrophised names; `'s` and other clitics are words of their own. A text whose words are already
    split in this manner, joined by blanks, gives the same words.
    """
    return [Word(match.group(), *match.span()) for match in _WORD.finditer(text)]
