"""Raw text to words, with character offsets."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import NamedTuple

_BLANKLESS_BLOCKS = (
    *((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)),  # Thai to Myanmar
    *((0x3005, 0x3029), (0x3041, 0x30FF), (0x31F0, 0x31FF), (0xFF66, 0xFF9F), (0x1B000, 0x1B16F)),  # Kana
    *((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)),  # Han
)
# Letters of scripts that have no blanks between words; filtered by methods of str, as there are a hundred thousand.
_CHARACTERS = "".join("".join(map(chr, range(begin, end + 1))) for begin, end in _BLANKLESS_BLOCKS)
_LETTERS = "".join(filter(str.isalpha, _CHARACTERS))
_LETTERS += "".join(
    c for c in filter(str.isnumeric, _CHARACTERS) if unicodedata.category(c) == "Nl" and c not in _LETTERS
)


def _ranges(characters: str) -> str:
    """Sorted characters as the inside of a character class."""
    codes = sorted(map(ord, characters))
    begins = [code for code, before in zip(codes, [-1, *codes], strict=False) if code != before + 1]
    ends = [code for code, behind in zip(codes, [*codes[1:], -1], strict=True) if code != behind - 1]
    return "".join(f"{chr(begin)}-{chr(end)}" for begin, end in zip(begins, ends, strict=True))


_BLANKLESS = f"[{_ranges(_LETTERS)}]"
# Letters take their accents and vowel signs with them, which Python's \w leaves out; joiners stand inside of words. As
# ranges: to compile an expression with each of them by itself takes longer.
_MARKS = _ranges("".join(chr(code) for code in range(0x300, 0x10000) if unicodedata.category(chr(code))[0] == "M"))
_MARKS += "\U000e0100-\U000e01ef"  # which of the forms of a Han character is meant
_WIDE_STOP = r"[\u3000-\u303f\uff00-\uffef]"


def _pattern(w: str, word: str, letter: str, address: str, first: str = "") -> re.Pattern[str]:
    r"""The expression for words.

    Args:
        w, word, letter: one character that `\w` matches, one inside of a word, a letter.
        address: one character of an address.
        first: an alternative that comes before all others, with `|`.
    """
    # Tried in this order at each position; white space separates and is no word.
    return re.compile(
        rf"""
          {first}
          (?:https?://|www\.){address}+                         # addresses
        | (?:{w}|[.+-]){{1,64}}@(?:{w}|-)+(?:\.(?:{w}|-)+)+     # e-mail; no mailbox is longer, no search quadratic
        | [@\#]{word}+                                          # @name, #tag
        | (?:{letter}\.){{2,}}                                  # U.S., e.g.
        | (?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Inc|Ltd|Co|Corp|Prof|Gen|Sen|Rep|Gov|No|vs)\.(?=\s+\S)
        | ['’](?:s|S|re|ve|ll|d|m|t)\b                          # clitics, as the Penn Treebank splits them
        | \d+(?:[.,:/-]\d+)+                                    # 1,200.50  10:30  1996-08-22
                                                                # O'Brien, AT&T, Amazon.com
        | {word}+(?:[-‐–&]{word}+|['’](?!(?:s|S|re|ve|ll|d|m|t)\b){word}+|\.(?=com\b|org\b|net\b){w}+)*
        | \.{{2,}} | -{{2,}}
        | \S(?:[{_MARKS}]|\u200d\S)*                           # any other character stands alone; emoji may be joined
        """,
        re.VERBOSE,
    )


_WORD = _pattern(r"\w", rf"[\w{_MARKS}\u200c\u200d]", r"[^\W\d_]", r"\S")
# The same, but a letter of a script without blanks is a word with its marks, and the letters that are stacked below it
# or belong to it (Thai and Lao am, half-width voicing marks).
_CHARACTER = rf"{_BLANKLESS}(?:[\u1039\u17d2]{_BLANKLESS}|[{_MARKS}\u200c\u200d\u0e33\u0eb3\uff9e\uff9f])*"
_ANY_BLANKLESS = re.compile(_BLANKLESS)


@cache
def _word_or_character() -> re.Pattern[str]:
    return _pattern(
        rf"(?:(?!{_BLANKLESS})\w)",
        rf"(?:(?!{_BLANKLESS})[\w{_MARKS}\u200c\u200d])",
        rf"(?:(?!{_BLANKLESS})[^\W\d_])",
        rf"(?:(?!{_BLANKLESS}|{_WIDE_STOP})\S)",
        f"{_CHARACTER} |",
    )


class Word(NamedTuple):
    """A word and its half-open character range in the text."""

    text: str
    begin: int
    end: int


def split_words(text: str) -> list[Word]:
    """The words of a raw text.

    White space separates; punctuation stands alone except inside abbreviations (`U.S.`, `Mr.`), numbers, addresses,
    hyphenated and apostrophised names; `'s` and other clitics are words of their own. Scripts without blanks between
    words (Han, Kana, Thai, Lao, Khmer, Myanmar) have one word a character, which takes its marks with it. A
    text whose words are already split in this manner, joined by blanks, gives the same words.
    """
    pattern = _word_or_character() if has_no_blanks(text) else _WORD
    return [Word(match.group(), *match.span()) for match in pattern.finditer(text)]


def has_no_blanks(text: str) -> bool:
    """Whether a text holds letters of a script that has no blanks between words.

    Examples:
        >>> has_no_blanks("Oslo"), has_no_blanks("서울"), has_no_blanks("東京")
        (False, False, True)
    """
    return not text.isascii() and _ANY_BLANKLESS.search(text) is not None
