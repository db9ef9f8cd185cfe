"""Where the documents of a column file begin: `data.document`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ner_lab.types import UserError

_BLANK = re.compile(r"blank:(\d+)")


@dataclass(frozen=True)
class DocumentRule:
    """What begins a document.

    Attributes:
        kind: `marks`, `comments`, `blank`, `column` or `none`.
        number: of empty lines, or of the column.
    """

    kind: str = "marks"
    number: int = 0


MARKS = DocumentRule()


def document_rule(option: int | str | None) -> DocumentRule | None:
    """The rule of an option; None where it is a column, whose index the layout knows.

    `auto` takes marks, as `rows.blocks` knows them; `comments` any comment line, which also names it; `blank:2` two or
    more empty lines in a row; null nothing.

    Raises:
        UserError: `blank` without a number from 2 on.
    """
    if option is None:
        return DocumentRule("none")
    if option in ("auto", "comments"):
        return MARKS if option == "auto" else DocumentRule("comments")
    if isinstance(option, str) and option.partition(":")[0] == "blank":
        found = _BLANK.fullmatch(option)
        if found is None or int(found[1]) < 2:
            raise UserError(
                f"data.document={option}: blank:N needs the number of empty lines between documents, 2 or more (one "
                "ends a sentence): data.document=blank:2"
            )
        return DocumentRule("blank", int(found[1]))
    return None
