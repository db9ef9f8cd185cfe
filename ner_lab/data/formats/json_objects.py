"""The objects of a JSON Lines file, or of a JSON file that is one array, each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ner_lab.data.formats.text import lines
from ner_lab.files.plain import parse_json
from ner_lab.types import UserError, shortened


def json_objects(path: Path, encoding: str = "utf-8") -> Iterator[tuple[str, dict[str, Any]]]:
    """`(file:line, object)` of JSON Lines, `(file:record N, object)` of an array; blank lines are skipped.

    Raises:
        UserError: text that is not JSON, something else than objects, or no object at all; with its place.
    """
    first = next((line for line in lines(path, encoding) if line.strip()), "")
    found = _array(path, encoding) if first.lstrip().startswith("[") else _lines(path, encoding)
    empty = True
    for place, value in found:
        if not isinstance(value, dict):
            raise UserError(f"{place}: a record is a JSON object, got {shortened(json.dumps(value))}")
        empty = False
        yield place, value
    if empty:
        raise UserError(f"{path}: holds no records; JSON Lines have one object a line")


def _array(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    values = parse_json("\n".join(lines(path, encoding)), path, half_pairs=True)
    for number, value in enumerate(values, 1):
        yield f"{path}:record {number}", value


def _lines(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines(path, encoding), 1):
        if not line.strip():
            continue
        try:
            value = parse_json(line, path, number, half_pairs=True)
        except UserError as error:
            raise UserError(
                f"{error}; the line is {shortened(line)}; JSON Lines have one whole object a line, a JSON file one "
                "array of objects; for column files say data=column"
            ) from error
        yield f"{path}:{number}", value
