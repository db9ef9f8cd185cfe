"""Raw text to words, with character offsets."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

# Letters take their accents and vowel signs with them, which Python's \w leaves out; joiners stand inside of words.
_MARKS = "".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code)).startswith("M"))
_W = rf"[\w{_MARKS}\u200c\u200d]"
# Tried in this order at each position; white space separates and is no word.
_WORD = re.compile(
    rf"""
      (?:https?://|www\.)\S+                              # addresses
    | [\w.+-]{{1,64}}@[\w-]+(?:\.[\w-]+)+                 # e-mail; no mailbox is longer, and no search quadratic
    | [@\#]{_W}+                                          # @name, #tag
    | (?:[^\W\d_]\.){{2,}}                                # U.S., e.g.
    | (?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Inc|Ltd|Co|Corp|Prof|Gen|Sen|Rep|Gov|No|vs)\.(?=\s+\S)
    | ['’](?:s|S|re|ve|ll|d|m|t)\b                        # clitics, as the Penn Treebank splits them
    | \d+(?:[.,:/-]\d+)+                                  # 1,200.50  10:30  1996-08-22
                                                          # O'Brien, AT&T, Amazon.com
    | {_W}+(?:[-‐–&]{_W}+|['’](?!(?:s|S|re|ve|ll|d|m|t)\b){_W}+|\.(?=com\b|org\b|net\b)\w+)*
    | \.{{2,}} | -{{2,}}
    | \S(?:[{_MARKS}]|\u200d\S)*                         # any other character stands alone; emoji may be joined
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
