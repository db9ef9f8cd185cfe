"""The JSON and YAML files of a run folder as they are read: of the shape that a run gives them, or refused by name.

A shape is a type, a tuple of shapes (one of them), a list `[SHAPE]`, or a mapping of keys to shapes in which `KEY?` may
be missing and `...` stands for every other key.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from ner_lab.files import plain
from ner_lab.types import UserError

_SCORES = {"f1": float, "per_type?": {...: {"f1": float}}}
_TRAINING = {"seconds": float, "epochs": int, "steps": int, "best_step": int, "words_per_s?": float}
METRICS = {"objective": float, "dev": _SCORES, "test?": _SCORES, "train": _TRAINING}
EVALUATION = {"run": str, "split": str}
SCORED = _SCORES
_COUNTS = {"sentences": int, "words": int, "entities": int, "note": str}
LEDGER = {...: {...: _COUNTS}}
ENVIRONMENT = {"data?": {...: str}, "git?": ({"commit": (str, None), "dirty?": (bool, None)}, None)}
ENTITIES = {...: {...: int}}
_SPAN = {"begin": int, "end": int, "type": str}
RANKING = {
    "folds": int,
    "judged": {...: int},
    "ranked": [
        {
            "kind": str, "probability": float, "split": str, "index": int, "words": [str], "gold": (_SPAN, None),
            "model": [_SPAN], "document?": (str, None), "origin?": str, "loss?": (float, None),
        }
    ],
}  # fmt: skip
HYDRA = {"hydra": {"runtime": {"choices?": (dict, None)}}}
CONFIG = {"seed?": (int, float, str, None), "data?": dict, "model?": dict, "trainer?": dict, "callbacks?": (dict, None)}
OVERRIDES = [str]


def read_json(path: Path, shape: Any) -> Any:
    """The contents of a JSON file.

    Raises:
        UserError: see `plain.read_json`, or it has another shape; the text names the file and the place in it.
    """
    return _held(path, plain.read_json(path), shape)


def read_yaml(path: Path, shape: Any) -> Any:
    """The contents of a YAML file.

    Raises:
        UserError: see `plain.read_yaml`, or it has another shape; the text names the file and the place in it.
    """
    return _held(path, plain.read_yaml(path), shape)


def _held(path: Path, value: Any, shape: Any) -> Any:
    if wrong := fault(value, shape):
        raise UserError(f"{path}: cannot be read ({wrong}); train the run again")
    return value


def fault(value: Any, shape: Any, place: str = "") -> str:
    """Where a value does not have a shape, and what stands there; "" where it has.

    >>> fault({"dev": {"f1": "high"}}, {"dev": {"f1": float}})
    "dev.f1 must be a number, got 'high'"
    """
    if isinstance(shape, dict):
        return _mapping_fault(value, shape, place)
    if isinstance(shape, list):
        if not isinstance(value, list):
            return _expected("a list", value, place)
        found = (fault(one, shape[0], f"{place}.{at}".lstrip(".")) for at, one in enumerate(value))
        return next((wrong for wrong in found if wrong), "")
    if isinstance(shape, tuple):
        return "" if any(not fault(value, one) for one in shape) else fault(value, shape[0], place)
    if shape is None:
        return "" if value is None else _expected("nothing", value, place)
    names = {float: "a number", int: "a whole number", str: "a text", dict: "a mapping", bool: "true or false"}
    return "" if _is(value, shape) else _expected(names[shape], value, place)


def _mapping_fault(value: Any, shape: dict[Any, Any], place: str) -> str:
    if not isinstance(value, dict):
        return _expected("a mapping", value, place)
    named = {str(key).removesuffix("?"): (key, one) for key, one in shape.items() if key is not ...}
    for name, (key, one) in named.items():
        at = f"{place}.{name}".lstrip(".")
        if name not in value:
            if not key.endswith("?"):
                return f"{at} is missing"
        elif wrong := fault(value[name], one, at):
            return wrong
    for key in value if ... in shape else ():
        if not isinstance(key, str):
            return f"a key must be a text, got {key!r}"
        if key not in named and (wrong := fault(value[key], shape[...], f"{place}.{key}".lstrip("."))):
            return wrong
    return ""


def _is(value: Any, type_: type) -> bool:
    if type_ in (int, float):
        number = isinstance(value, int if type_ is int else (int, float)) and not isinstance(value, bool)
        return number and abs(value) < 2**63 and math.isfinite(value)
    return isinstance(value, type_)


def _expected(what: str, value: Any, place: str) -> str:
    text = repr(value)
    return f"{place or 'it'} must be {what}, got {text if len(text) <= 60 else text[:57] + '...'}"
