"""The page of many runs: one file, without a network, whose rows are drawn as they are scrolled to."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from ner_lab.report.markup import Html, policy, script_json, tag
from ner_lab.report.overview.details import Texts, detail, settings
from ner_lab.report.overview.rows import RunRow

ROOM = 12_000_000  # characters of curves and predictions in a page; beyond that runs have their settings alone


def render(rows: Sequence[RunRow]) -> tuple[Html, int]:
    """The page, and how many finished runs have no curves and predictions in it, because it would be too large."""
    above = Path(os.path.commonpath([row.run.path.absolute().parent for row in rows])) if rows else Path()
    texts = Texts()
    details, left_out, room = [], 0, ROOM
    for row in rows:
        if room <= 0 or not row.run.metrics:
            details.append(Html("null"))
            left_out += bool(row.run.metrics)
            continue
        before = len(texts.corpora)
        details.append(script_json(detail(row, texts)))
        room -= len(details[-1]) + sum(len(script_json(one)) for one in texts.corpora[before:])
    listed = {"above": str(above), "runs": [_listed(row, above) for row in rows]}
    style = _file("ner_lab.report.single", "page.css") + _file(__package__, "runs.css")
    script = _file(__package__, "runs.js")
    head = Html(
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"{policy(style, script)}<title>Runs</title><style>{style}</style>"
    )
    # Each in an element of its own: what is not looked at is not parsed.
    data = [
        _data("runs", script_json(listed)),
        _data("settings", script_json(settings(rows))),
        _data("texts", script_json(texts.corpora)),
        *(_data(f"d{number}", one) for number, one in enumerate(details)),
    ]
    body = _file(__package__, "runs.html") + "".join(data) + f"<script>{script}</script>"
    return Html(f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'), left_out


def _data(id: str, content: Html) -> Html:
    return tag("script", content, type="application/json", id=id)


def _listed(row: RunRow, above: Path) -> list[Any]:
    """A row as `runs.js` reads it."""
    f1 = [row.value(f"{split}.f1") for split in ("dev", "test")]
    seconds = row.value("seconds")
    return [
        os.path.relpath(row.run.path, above),
        row.state,
        " ".join(row.overrides),
        *(None if value is None else round(value, 2) for value in f1),
        None if seconds is None else round(seconds, 1),
        row.bytes,
        row.date,
        " ".join([*(f"#{one}" for one in row.notes.tags), *([row.notes.note] if row.notes.note else [])]),
    ]


def _file(package: str, name: str) -> str:
    return files(package).joinpath(name).read_text(encoding="utf-8")
