"""The JSON and YAML files of a run folder as they are read: of the shape that a run gives them, or refused by name.

A shape is a type, a tuple of shapes (one of them), a list `[SHAPE]`, or a mapping of keys to shapes in which `KEY?` may
be missing and `...` stands for every other key.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import yaml

from ner_lab.types import UserError

# The C loader is some ten times as fast; PyYAML wheels have it, its source builds may not.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
NODES = 100_000  # of a YAML file; aliases make billions of a few hundred bytes

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
        UserError: it cannot be read, is no JSON, or has another shape; the text names the file and the place in it.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(path, error) from error
    return _held(path, value, shape)


def read_yaml(path: Path, shape: Any) -> Any:
    """The contents of a YAML file.

    Raises:
        UserError: it cannot be read, is no YAML, has another shape, or an alias in it holds itself, or too much.
    """
    try:
        value = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
        if _size(value, {}) > NODES:
            raise ValueError(f"its aliases stand for more than {NODES:,} values")
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _damaged(path, error) from error
    return _held(path, value, shape)


def _size(value: Any, known: dict[int, int | None]) -> int:
    """Values in a value, each as often as it stands there."""
    if not isinstance(value, dict | list):
        return 1
    if id(value) not in known:
        known[id(value)] = None
        inside = value.values() if isinstance(value, dict) else value
        known[id(value)] = 1 + sum(_size(one, known) for one in inside)
    if (size := known[id(value)]) is None:
        raise ValueError("an alias in it holds itself")
    return size


def _held(path: Path, value: Any, shape: Any) -> Any:
    if wrong := fault(value, shape):
        raise _damaged(path, wrong)
    return value


def _damaged(path: Path, reason: Exception | str) -> UserError:
    said = str(getattr(reason, "strerror", None) or reason) if not isinstance(reason, RecursionError) else "too deep"
    return UserError(f"{path}: cannot be read ({' '.join(said.split())}); train the run again")


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
