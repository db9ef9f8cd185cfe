"""Checks settings against the annotations of what they configure, before anything is built."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ner_lab.training.bounds import check_bounds
from ner_lab.types import UserError

# Settings of others whose `auto` is ours: what it stands for is found before they are built.
CHOSEN_HERE = {("Trainer", "precision")}


def check(target: Callable[..., Any], settings: Mapping[str, Any], key: str) -> None:
    """Refuses a setting whose value is not of the type that the target's constructor names, or out of its bounds.

    Args:
        target: the class or function that gets the settings.
        settings: plain values by name; nested configs (with a `_target_`) are checked when they are built.
        key: where the settings stand in the config, for the message.

    Raises:
        UserError: naming the key, the types or numbers that fit, and the value.
    """
    hints = _hints(target)
    for name, value in settings.items():
        hint = hints.get(name, Any)
        if (getattr(target, "__name__", ""), name) in CHOSEN_HERE:
            hint = Literal["auto"] | hint
        if not (isinstance(value, Mapping) and "_target_" in value) and not fits(value, hint):
            raise UserError(f"{key}.{name} must be {describe(hint)}, got {value!r}")
    check_bounds(target, settings, key)


def _hints(target: Callable[..., Any]) -> dict[str, Any]:
    """Annotations of the constructor, and of its bases where it hands `**settings` on."""
    if not inspect.isclass(target):
        return _annotations(target)
    found: dict[str, Any] = {}
    for base in reversed(target.__mro__):
        if "__init__" in vars(base):
            found |= _annotations(vars(base)["__init__"])
    return found


def _annotations(function: Callable[..., Any]) -> dict[str, Any]:
    try:
        return get_type_hints(inspect.unwrap(function))
    except (NameError, TypeError):  # annotations that only a type checker can resolve
        return {}


def fits(value: Any, hint: Any) -> bool:
    """Whether a plain value is of a type; a type that is not plain fits everything."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(fits(value, option) for option in get_args(hint))
    if origin is Literal:
        return value in get_args(hint)
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if hint in (str, bool):
        return isinstance(value, hint)
    if origin in (list, tuple, Sequence):
        return isinstance(value, list | tuple)
    if origin in (dict, Mapping):
        return isinstance(value, Mapping)
    return True


def describe(hint: Any) -> str:
    """A type in words: `a whole number or null`."""
    *most, last = dict.fromkeys(_alternatives(hint))
    return f"{', '.join(most)} or {last}" if most else last


def _alternatives(hint: Any) -> Iterator[str]:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        for option in get_args(hint):
            yield from _alternatives(option)
    elif origin is Literal:
        yield from (str(option) for option in get_args(hint))
    else:
        names = {
            int: "a whole number",
            float: "a number",
            str: "text",
            bool: "true or false",
            type(None): "null",
            list: "a list",
            tuple: "a list",
            Sequence: "a list",
            dict: "a mapping",
            Mapping: "a mapping",
        }
        yield names.get(origin or hint, getattr(hint, "__name__", str(hint)))
