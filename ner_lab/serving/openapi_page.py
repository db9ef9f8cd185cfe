"""What the service says of itself: the description of `/predict` for OpenAPI, and `/docs`, a page made from that."""

from __future__ import annotations

import json
from typing import Any

from ner_lab.report.markup import Html, join, section, table, tag

ABOUT = """Entities of texts, found by runs of NER Lab.

Offsets count Unicode code points of the text as it was sent, half-open: text[start:end] in Python, and
Array.from(text).slice(start, end) in JavaScript, where an emoji has the length 2. Each line of a text is a sentence.
Nothing is truncated: the ledger of an answer says how much was read."""

_ENTITY = {
    "type": "object",
    "required": ["text", "type", "start", "end", "confidence"],
    "properties": {
        "text": {"type": "string", "description": "the characters of the text from start to end"},
        "type": {"type": "string"},
        "start": {"type": "integer", "description": "in code points, from 0"},
        "end": {"type": "integer", "description": "in code points, behind the last one"},
        "confidence": {"type": "number", "description": "the probability of exactly this entity, 0 to 1"},
    },
}
_LEDGER = {
    "type": "object",
    "description": "how much was read, which is all of it",
    "properties": {
        "characters": {"type": "integer", "description": "code points of the text"},
        "sentences": {"type": "integer", "description": "lines with words"},
        "words": {"type": "integer"},
        "windows": {"type": "integer", "description": "rows that the encoder read; a long sentence takes several"},
    },
}
_STRINGS = {"type": "array", "items": {"type": "string"}}
_ANSWER = {
    "type": "object",
    "required": ["run", "text", "entities", "ledger"],
    "properties": {
        "run": {"type": "string", "description": "that answered"},
        "text": {"type": "string", "description": "as it was sent; of words, these with blanks between them"},
        "words": {**_STRINGS, "description": "where words were sent"},
        "tags": {**_STRINGS, "description": "of these words, in IOB2"},
        "entities": {"type": "array", "items": _ENTITY},
        "ledger": _LEDGER,
    },
}
_TEXT_OR_WORDS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "text": {"oneOf": [{"type": "string"}, _STRINGS]},
        "words": {"oneOf": [_STRINGS, {"type": "array", "items": _STRINGS}]},
    },
    "minProperties": 1,
    "maxProperties": 1,
}
_BODY = {
    "oneOf": [
        _TEXT_OR_WORDS,
        {"type": "array", "items": {"oneOf": [{"type": "string"}, _TEXT_OR_WORDS]}},
    ]
}
_EXAMPLES = {
    "a text": {"text": "Ada Lovelace was born in London ."},
    "several texts": {"text": ["Ada wrote .", "It rained in London ."]},
    "words": {"words": ["Ada", "Lovelace", "wrote", "."]},
    "a list": ["Ada wrote .", {"words": ["It", "rained"]}],
}
_REFUSED = {
    "content": {"application/json": {"schema": {"type": "object", "properties": {"detail": {"type": "string"}}}}}
}
_LATER = {"Retry-After": {"schema": {"type": "integer"}, "description": "seconds"}}
PREDICT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": _BODY,
                "examples": {name: {"value": value} for name, value in _EXAMPLES.items()},
            }
        },
    },
    "responses": {
        "200": {
            "description": "an answer; of several texts a list, in their order",
            "content": {"application/json": {"schema": {"oneOf": [_ANSWER, {"type": "array", "items": _ANSWER}]}}},
        },
        "408": {"description": "the body did not come in time", **_REFUSED},
        "413": {"description": "the body is too large", **_REFUSED},
        "422": {"description": "no JSON, none of the forms, half of a surrogate pair, too many texts, or no such run"}
        | _REFUSED,
        "503": {
            "description": "too many requests wait, or the model died over this one",
            "headers": _LATER,
            **_REFUSED,
        },
        "504": {"description": "not answered in time", "headers": _LATER, **_REFUSED},
    },
}


def render(described: dict[str, Any], address: str) -> Html:
    """The page of an OpenAPI description: what is under the address of the service, what it takes and what it gives."""
    sections = [
        _operation(address, path, method.upper(), operation)
        for path, methods in described["paths"].items()
        for method, operation in methods.items()
    ]
    head = Html(
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>ner-lab serve: interface</title><link rel="stylesheet" href="page.css">'
    )
    paragraphs = join(tag("p", part) for part in described["info"]["description"].split("\n\n"))
    link = tag("p", tag("a", "openapi.json", href="openapi.json"), " describes the same for programs. ",
               tag("a", "The page to try it on", href="./"))  # fmt: skip
    about = section("about", "What it does", paragraphs, link)
    name = f"{described['info']['title']} {described['info']['version']}"
    body = tag("body", tag("header", tag("div", tag("h1", name), class_="top")), tag("main", about, *sections))
    return Html(f'<!doctype html><html lang="en"><head>{head}</head>{body}</html>')


def _operation(address: str, path: str, method: str, operation: dict[str, Any]) -> Html:
    parts: list[Html] = []
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    for name, example in content.get("examples", {}).items():
        sent = json.dumps(example["value"], ensure_ascii=False)
        parts += [tag("h3", name), tag("pre", f"curl -H 'Content-Type: application/json' -d '{sent}' {address}{path}")]
    answers = operation["responses"]
    rows = [[status, answer["description"]] for status, answer in answers.items()]
    parts += [tag("h3", "answers"), table(["status", "when"], rows, "answers", words=2)]
    for status, answer in answers.items():
        if status == "200" and (schema := answer.get("content", {}).get("application/json", {}).get("schema")):
            shown = tag("pre", json.dumps(schema, indent=2, ensure_ascii=False))
            parts.append(tag("details", tag("summary", "schema of the answer"), shown))
    return section(path.strip("/") or "root", f"{method} {path}", tag("p", operation.get("summary", "")), *parts)
