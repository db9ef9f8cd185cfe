"""Markdown that is safe to fill with text from data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from ner_lab.types.printing import shown

_OBEYED = re.compile(r"[\\`*_\[\]<>|#~&$@]|:(?=//)|(?<=www)\.|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]", re.IGNORECASE)


def escaped(text: str) -> str:
    """A text as one line of prose, whatever it holds."""
    return _OBEYED.sub(r"\\\g<0>", shown(" ".join(text.split())))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], words: Collection[str] = ()) -> str:
    """A table whose columns are numbers, to the right, but for the first and those named in `words`."""
    rule = ["---" if name in words or not place else "---:" for place, name in enumerate(head)]
    lines = [[escaped(cell) for cell in row] for row in (head, *rows)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (lines[0], rule, *lines[1:]))
