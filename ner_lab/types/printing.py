"""Text from data and folders on its way to people: it does nothing to their terminal, page or spreadsheet."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from typing import TYPE_CHECKING, Any

from ner_lab.types import UserError

if TYPE_CHECKING:
    from rich.console import Console

# They turn the order of the text behind them; joiners and the marks of one character stay where scripts need them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE = ("Cf", "Zs", "Co")  # categories of what may stand between characters that are seen
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\N{MINUS SIGN}]|[\t\r\n]")


def shown(text: str, lines: bool = False) -> str:
    r"""The text with an escape for each character that a terminal obeys, that turns the text around, or that cannot
    be seen; with `lines`, line breaks stay.

    >>> shown("\x1b]0;title\x07 \u202eabc\n")
    '\\x1b]0;title\\x07 \\u202eabc\\n'
    """
    if text.isprintable():
        return text
    seen = any(character.isprintable() and not character.isspace() for character in text)
    return "".join(
        character
        if character.isprintable()
        or (lines and character == "\n")
        or (seen and character not in _TURNING and unicodedata.category(character) in _INVISIBLE)
        else character.encode("unicode_escape").decode()
        for character in text
    )


def cell(value: object) -> object:
    """A cell of a CSV file that people open: what a spreadsheet would take for a formula begins with an apostrophe.

    >>> cell("=1+1"), cell("-0.5"), cell("@x"), cell(3)
    ("'=1+1", '-0.5', "'@x", 3)
    """
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    try:
        float(text)
    except ValueError:
        return f"'{shown(text)}" if _FORMULA.match(text) else shown(text)
    return text


def print_json(text: str) -> None:
    """JSON to standard output, at once; on a terminal, what `shown` would escape is escaped as JSON does it."""
    unsafe = [c for c in set(text) if c != "\n" and (shown(f".{c}") != f".{c}" if sys.stdout.isatty() else _half(c))]
    escapes = {ord(c): "".join(f"\\u{unit:04x}" for unit in _units(c)) for c in unsafe}
    with _to_standard_output():
        print(text.translate(escapes), flush=True)


@contextmanager
def _to_standard_output() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # whoever read it has had enough
        raise
    except OSError as error:
        raise UserError(f"standard output: cannot be written ({error.strerror or error})") from error


def _half(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"


def _units(character: str) -> Iterable[int]:
    raw = character.encode("utf-16-be", "surrogatepass")
    return (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))


@cache
def _console_class() -> Any:
    from rich.console import Console
    from rich.segment import Segment

    class ShownConsole(Console):
        """Nothing is printed but through `shown`, whoever made it; colours and the cursor are rich's own."""

        def print(self, *objects: Any, **settings: Any) -> None:
            with _to_standard_output() if self.file is sys.stdout else nullcontext():
                super().print(*objects, **settings)

        def render(self, renderable: Any, options: Any = None) -> Iterable[Segment]:
            for segment in super().render(renderable, options):
                if segment.control or segment.text.isprintable():
                    yield segment
                else:
                    yield Segment(shown(segment.text, lines=True), segment.style)

    return ShownConsole


def console(**settings: Any) -> Console:
    """A console of rich on which text from data does nothing; the settings are `rich.console.Console`'s."""
    made: Console = _console_class()(**settings)
    return made
