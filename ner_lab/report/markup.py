"""HTML that is safe to fill with text from data: everything passes through `escape`, except `Html` itself."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from ner_lab.types.printing import shown

_UNSAFE = re.compile("[<>&\u2028\u2029\ud800-\udfff]")


class Html(str):
    """Markup, as opposed to text."""


def text(value: object) -> Html:
    """A value as markup: `Html` as it is, all else escaped (also for use inside quoted attributes)."""
    return value if isinstance(value, Html) else Html(escape(shown(str(value), lines=True)))


def tag(name: str, *content: object, **attributes: object) -> Html:
    """An element; a trailing underscore of an attribute's name is dropped, other ones become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>{''.join(map(text, content))}</{name}>")


def join(parts: Iterable[object]) -> Html:
    return Html("".join(map(text, parts)))


def table(head: Sequence[object], rows: Iterable[Sequence[object]], name: str, words: int = 1) -> Html:
    """A table whose first `words` columns are words, and whose other columns are numbers, to the right.

    Columns of charts disappear where there is no room for them.
    """
    rows = [list(row) for row in rows]
    charts = {at for row in rows for at, cell in enumerate(row) if isinstance(cell, Html) and cell.startswith("<svg")}

    def cells(kind: str, row: Sequence[object]) -> Html:
        return join(
            tag(
                "th" if kind == "th" or at == 0 else "td",
                cell,
                class_="picture" if at in charts else None if at < words else "number",
                scope=("col" if kind == "th" else "row") if kind == "th" or at == 0 else None,
            )
            for at, cell in enumerate(row)
        )

    return tag(
        "div",
        tag(
            "table",
            tag("thead", tag("tr", cells("th", head))),
            tag("tbody", join(tag("tr", cells("td", row)) for row in rows)),
            aria_label=name,
        ),
        class_="scroll",
    )


def explained(name: object, about: str) -> Html:
    """A name with what it means below it, for the head of a row."""
    return tag("div", name, tag("small", about), class_="explained")


def section(id: str, title: str, *content: object) -> Html:
    return tag("section", tag("h2", title), *content, id=id)


def policy(style: str, script: str | None = None) -> Html:
    """The element of a page's head by which only this very style and script count, and nothing is loaded, whatever the
    text of the data is."""
    of_script = f"; script-src '{_digest(script)}'" if script else ""
    allowed = f"default-src 'none'; style-src '{_digest(style)}'{of_script}"
    return Html(f'<meta http-equiv="Content-Security-Policy" content="{allowed}">')


def _digest(content: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(content.encode("utf-8")).digest()).decode("ascii")


def script_json(value: Any) -> Html:
    """JSON for the inside of a script element: nothing in it ends the element or a line of script.

    `<`, `>` and `&` could end or open an element, U+2028 and U+2029 end a line of JavaScript, and half a surrogate
    pair cannot be written in UTF-8.
    """
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Html(_UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", written))


def filter_button(label: object, filter: dict[str, Any], **attributes: object) -> Html:
    """A button that shows the sentences a filter chooses; `page.js` reads the filter from it."""
    return tag("button", label, type="button", data_filter=json.dumps(filter), **attributes)
