"""Text as files hold it: lines, whatever their bytes, and what cannot be a word.

Only a line feed ends a line, and every complaint names one.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from ner_lab.types import UserError, listed

_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SNIFFED = 1 << 16
LONGEST = 1 << 27  # characters of a line
BLANK_WORD = "_"  # stands where a word would have no characters


def lines(path: Path, encoding: str = "utf-8") -> Iterator[str]:
    """The lines of a file without their ends (LF or CRLF; a lone CR only where the file has no LF at all).

    Characters such as U+0085 or U+2028, which `str.splitlines` cuts at, stay in their line. A byte order mark decides
    the encoding, whatever `encoding` says.

    Raises:
        UserError: no such file (its neighbours are listed), an unknown encoding, bytes that are not of it, or a line of
            more than `LONGEST` characters.
    """
    encoding, newline = _sniff(path, encoding)
    with open(path, encoding=encoding, newline=newline) as file:
        small = path.stat().st_size <= LONGEST
        try:
            for number, line in enumerate(file if small else iter(partial(file.readline, LONGEST + 1), ""), 1):
                if len(line) > LONGEST:
                    raise UserError(f"{path}:{number}: a line of more than {LONGEST:,} characters, which is no text")
                yield line.rstrip("\r\n")
        except UnicodeError as error:
            raise _bad_bytes(path, encoding) from error


def whole(path: Path, encoding: str = "utf-8") -> tuple[str, bool]:
    """The characters of a file with their line ends as they are, and whether a byte order mark stood before them.

    Raises:
        UserError: see `lines`.
    """
    encoding, _ = _sniff(path, encoding)
    raw = path.read_bytes()
    try:
        return raw.decode(encoding), raw.startswith(tuple(mark for mark, _ in _MARKS))
    except UnicodeError as error:
        raise _bad_bytes(path, encoding) from error


def line_at(path: Path, number: int, encoding: str = "utf-8") -> str:
    """One line, counted from 1; empty behind the end."""
    return next(islice(lines(path, encoding), number - 1, None), "")


def _sniff(path: Path, encoding: str) -> tuple[str, str]:
    try:
        with open(path, "rb") as file:
            head = file.read(_SNIFFED)
    except OSError as error:
        raise UserError(f"{path}: {_why_not(path, error)}") from error
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    try:
        codecs.lookup(encoding)
    except LookupError:
        raise UserError(
            f"data.encoding is a text encoding that Python knows, such as utf-8; got {encoding!r}"
        ) from None
    if marked is None and head.count(b"\0") * 8 > len(head) and codecs.lookup(encoding).name in ("utf-8", "ascii"):
        likely = "utf-16-be" if head.find(b"\0") % 2 == 0 else "utf-16-le"
        raise UserError(
            f"{path}:1: holds NUL bytes, so it is not {encoding} text, and it has no byte order mark; "
            f"if it is text at all, try data.encoding={likely}"
        )
    return marked or encoding, "\r" if b"\r" in head and b"\n" not in head else "\n"


def _why_not(path: Path, error: OSError) -> str:
    if path.is_dir():
        return "is a folder where a file was expected"
    if path.exists():
        return f"cannot be read: {error.strerror}"
    if not path.parent.is_dir():
        return f"no such file, and no folder {path.parent}"
    return f"no such file; {path.parent} holds {listed(sorted(c.name for c in path.parent.iterdir())) or 'nothing'}"


def _bad_bytes(path: Path, encoding: str) -> UserError:
    """Reads the file again, in bytes, for the place: the decoder's own position counts from its last chunk."""
    try:
        path.read_bytes().decode(encoding)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        return UserError(
            f"{path}:{line}: byte 0x{error.object[error.start]:02X} (number {column} of the line) is not {encoding}; "
            "data.encoding=latin-1 (or cp1252, ...) reads files in other encodings"
        )
    except UnicodeError:
        pass
    return UserError(f"{path}: is not {encoding} text; data.encoding names another encoding")


def encodable(text: str) -> bool:
    """Whether UTF-8 can hold a text: it has no half of a surrogate pair."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)
