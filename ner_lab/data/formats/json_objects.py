"""The objects of a JSON Lines file, or of a JSON file that is one array, each with its place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ner_lab.data.formats.text import lines
from ner_lab.types import UserError


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
            raise UserError(f"{place}: a record is a JSON object, got {_short(json.dumps(value, ensure_ascii=False))}")
        empty = False
        yield place, value
    if empty:
        raise UserError(f"{path}: holds no records; JSON Lines have one object a line")


def _array(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    try:
        values = json.loads("\n".join(lines(path, encoding)))
    except json.JSONDecodeError as error:
        raise UserError(f"{path}:{error.lineno}: not JSON ({error.msg}, column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"{path}: not JSON that can be read ({error})") from error
    for number, value in enumerate(values, 1):
        yield f"{path}:record {number}", value


def _lines(path: Path, encoding: str) -> Iterator[tuple[str, Any]]:
    for number, line in enumerate(lines(path, encoding), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserError(
                f"{path}:{number}: not JSON ({error}), the line is {_short(line)}; JSON Lines have one whole object a "
                "line, a JSON file one array of objects; for column files say data=column"
            ) from error
        yield f"{path}:{number}", value


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "..."
