"""The page: one HTML file with its styles, script and data inside, that asks for nothing from anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from ner_lab.metrics.error_taxonomy import ERRORS
from ner_lab.metrics.scoring_schemes import SCHEMES
from ner_lab.report.markup import Html, join, policy, script_json, tag
from ner_lab.report.single.sections import (
    against,
    errors,
    label_errors,
    reliability,
    run,
    schemes,
    sentence_list,
    summary,
    where,
)

LIMIT = 4_800_000  # bytes of a page
AROUND = 40  # words on either side of a likely label error; the page does not repeat long sentences for each


def render(report: Mapping[str, Any]) -> tuple[str, int]:
    """The page of a report (see `numbers`), and how many of its sentences did not fit.

    Where the sentences are too many for a page that a phone can open, those with the highest loss stay (of a file
    without losses, the first); the page says so.
    """
    fixed = [
        against.against(report),
        errors.types(report),
        errors.errors(report),
        label_errors.label_errors(report),
        where.breakdowns(report),
        reliability.confidence(report),
        schemes.audit(report),
        run.run(report),
    ]
    suspects = [_cropped(row) for row in (report["label_errors"] or {"ranked": []})["ranked"]]
    style, script = _file("page.css"), _file("page.js")
    rest = _size(join(fixed)) + _size(script_json(suspects)) + _size(style) + _size(script) + _size(_top(report))
    shown, left_out = _fitting(report["sentences"], LIMIT - rest - _size(summary.summary(report)))
    data = {
        "sentences": shown,
        "suspects": suspects,
        "types": list(report["scores"]["types"]),
        "kinds": list(ERRORS),
        "schemes": list(SCHEMES),
        "split": report["source"]["split"],
        "other": report["against"]["name"] if report["against"] else None,
    }
    title = f"{report['source']['name']} · {report['source']['split'] or 'file'}"
    head = tag(
        "head",
        Html('<meta charset="utf-8">'),
        policy(style, script),
        Html('<meta name="viewport" content="width=device-width, initial-scale=1">'),
        Html('<meta name="color-scheme" content="light dark">'),
        tag("title", f"NER report: {title}"),
        Html(f"<style>{style}</style>"),
    )
    body = tag(
        "body",
        _top(report),
        tag(
            "main",
            summary.summary(report),
            *fixed[:3],
            sentence_list.sentences(report, len(shown), left_out),
            *fixed[3:],
        ),
        tag("footer", f"Made by ner-lab report from {report['source']['name']}. It needs no network."),
        Html(f'<script type="application/json" id="data">{script_json(data)}</script>'),
        Html(f"<script>{script}</script>"),
    )
    return f'<!DOCTYPE html>\n<html lang="en">{head}{body}</html>\n', left_out


def _cropped(row: Mapping[str, Any]) -> dict[str, Any]:
    """A likely label error with the words around it; the positions count from the first word that is left."""
    spans = [*([row["gold"]] if row["gold"] else []), *row["model"]]
    begin = max(0, min(span["begin"] for span in spans) - AROUND)
    end = min(len(row["words"]), max(span["end"] for span in spans) + AROUND)

    def moved(span: Mapping[str, Any]) -> dict[str, Any]:
        return {**span, "begin": span["begin"] - begin, "end": span["end"] - begin}

    return {
        **row,
        "words": row["words"][begin:end],
        "gold": moved(row["gold"]) if row["gold"] else None,
        "model": [moved(span) for span in row["model"]],
        "before": begin > 0,
        "after": end < len(row["words"]),
    }


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _fitting(sentences: list[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], int]:
    order = sorted(range(len(sentences)), key=lambda i: (-sentences[i].get("loss", 0.0), i))
    kept, size = set(), 0
    for index in order:
        size += _size(script_json(sentences[index])) + 1
        if size > limit:
            break
        kept.add(index)
    return [row for index, row in enumerate(sentences) if index in kept], len(sentences) - len(kept)


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _top(report: Mapping[str, Any]) -> Html:
    source = report["source"]
    links = {
        "summary": "In short",
        "against": "Against",
        "types": "Types",
        "errors": "Errors",
        "sentences": "Sentences",
        "labels": "Label errors",
        "where": "Where",
        "confidence": "Confidence",
        "schemes": "Schemes",
        "run": "Run" if report["config"] else "File",
    }
    absent = {name for name, key in {"against": "against", "labels": "label_errors"}.items() if report[key] is None}
    facts = f"{source['sentences']:,} sentences, {source['words']:,} words" + (
        f", {source['documents']:,} documents" if source["documents"] else ""
    )
    return tag(
        "header",
        tag(
            "div",
            tag("div", tag("h1", source["name"]), tag("p", f"{source['split'] or 'column file'}: {facts}")),
            tag("button", "Dark", type="button", id="theme", class_="quiet", aria_label="switch light and dark"),
            class_="top",
        ),
        tag("nav", join(tag("a", name, href=f"#{id}") for id, name in links.items() if id not in absent)),
    )
