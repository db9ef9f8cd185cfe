"""Checks settings against the annotations of what they configure, before anything is built."""

from __future__ import annotations

import inspect
import types
from abc import ABCMeta
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from hydra.utils import get_class

from ner_lab.training.bounds import check_bounds
from ner_lab.types import UserError

LISTED = 15  # settings in a message
# Settings of others whose `auto` is ours: what it stands for is found before they are built.
CHOSEN_HERE = {("Trainer", "precision")}
# By the name of a class of others: what it hands the settings on to that it does not know, when it is first used.
HANDS_ON = {"TensorBoardLogger": "torch.utils.tensorboard.SummaryWriter"}


def check(target: Callable[..., Any], settings: Mapping[str, Any], key: str, others: Container[str] = ()) -> None:
    """Refuses a setting that the target does not have, or whose value is not of the type that its constructor names
    or out of its bounds.

    Args:
        target: the class or function that gets the settings.
        settings: plain values by name; nested configs (with a `_target_`) are checked when they are built.
        key: where the settings stand in the config, for the message.
        others: names beside them that are not the target's.

    Raises:
        UserError: naming the key, the settings, types or numbers that there are, and the value.
    """
    hints, known = _hints(target), _parameters(target)
    for name, value in settings.items():
        if known is not None and name not in known and name not in others:
            # What ours need and the config has not is given to them by us.
            ours = target.__module__.startswith("ner_lab.")
            own = [one for one, has in known.items() if not ours or has.default is not has.empty or one in settings]
            shown = own if len(own) <= LISTED else get_close_matches(name, own) or [*own[:LISTED], "and more"]
            raise UserError(
                f"{key}.{name}: {getattr(target, '__name__', target)} has no such setting; there "
                f"{'are' if len(shown) > 1 else 'is'} {', '.join(shown) or 'none'}"
            )
        hint = hints.get(name, Any)
        if (getattr(target, "__name__", ""), name) in CHOSEN_HERE:
            hint = Literal["auto"] | hint
        if not (isinstance(value, Mapping) and "_target_" in value) and not fits(value, hint):
            raise UserError(f"{key}.{name} must be {describe(hint)}, got {value!r}")
    check_bounds(target, settings, key)


def _parameters(target: Callable[..., Any]) -> dict[str, inspect.Parameter] | None:
    """What a call takes by name; None where nobody knows, as it takes anything and hands it on to others.

    Classes of ours hand `**settings` on to their bases.
    """
    if not inspect.isclass(target):
        return _own(target)
    if type(target) not in (type, ABCMeta) or target.__new__ is not object.__new__:
        return None
    found: dict[str, inspect.Parameter] = {}
    for base in target.__mro__:
        if "__init__" not in vars(base):
            continue
        own = _own(vars(base)["__init__"])
        if own is None and base.__name__ in HANDS_ON:
            found |= _named(vars(base)["__init__"])
            handed = _own(vars(get_class(HANDS_ON[base.__name__]))["__init__"]) or {}
            own = {name: one for name, one in handed.items() if not hasattr(base, name)}  # log_dir is its own to give
        if own is not None:
            return {name: one for name, one in (found | own).items() if name != "self"}
        if not base.__module__.startswith("ner_lab."):
            return None
        found |= _named(vars(base)["__init__"])
    return None


def _own(call: Callable[..., Any]) -> dict[str, inspect.Parameter] | None:
    if hasattr(call, "__wrapped__") and not call.__module__.startswith("pytorch_lightning."):
        return None  # what is around it may have settings of its own
    try:
        parameters = inspect.signature(call).parameters.values()
    except (TypeError, ValueError):  # of C
        return None
    return None if any(one.kind is one.VAR_KEYWORD for one in parameters) else _named(call)


def _named(call: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(call).parameters.values()
    return {one.name: one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)}


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
