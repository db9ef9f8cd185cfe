"""Arguments of samplers and pruners from a config, against what Optuna's classes say that they take."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from typing import Any

from hydra_slots.errors import SweepError

PLAIN = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "a text", "None": "null"}
HOLDERS = ("list", "dict", "Mapping", "Sequence", "np.ndarray")
MOST = 1_000_000  # of every number of trials, steps and the like
FROM_ONE = ("n_ei_candidates", "popsize", "inc_popsize", "interval_steps", "n_min_trials")


def check(where: str, kind: type, arguments: Mapping[str, Any]) -> None:
    """Compares each argument with its annotation in the class; other classes than Optuna's check theirs themselves.

    Args:
        where: `sampler` or `pruner`, in `hydra.sweeper`.
        kind: the class.
        arguments: by name, as YAML gives them; what is an object of Python is one that code has built.

    Raises:
        SweepError: a value of another type, out of its bounds, or a place for something that no config can hold.
    """
    if not kind.__module__.startswith("optuna."):
        return
    known = inspect.signature(kind).parameters
    for name, value in arguments.items():
        if name in known and isinstance(value, str | int | float | list | dict | None):
            _check(f"hydra.sweeper.{where}.{name}", kind.__name__, name, value, _parts(known[name].annotation))


def _check(key: str, kind: str, name: str, value: Any, parts: list[str]) -> None:
    rule = " or ".join(PLAIN[part] for part in parts if part in PLAIN)
    holder = any(part.startswith(HOLDERS) and "FrozenTrial" not in part for part in parts)
    if value is not None and not holder and not set(parts) & (set(PLAIN) - {"None"}):
        raise SweepError(
            f"{key}={value}: {kind} takes a function or an object of Python there, which a config cannot hold; leave "
            "it out, or write a class of your own that sets it and give its path as _target_"
        )
    if isinstance(value, list | dict):
        if not holder:
            raise SweepError(f"{key} must be {rule}, got {value!r}")
        return
    number = isinstance(value, int | float) and not isinstance(value, bool)
    fits = {
        "None": value is None,
        "bool": isinstance(value, bool),
        "int": number and isinstance(value, int),
        "float": number,
        "str": isinstance(value, str),
    }
    if not any(fits[part] for part in parts if part in fits):
        raise SweepError(f"{key} must be {rule or 'a list or mapping'}, got {value!r}")
    if number and not math.isfinite(value):
        raise SweepError(f"{key} must be a finite number, got {value!r}")
    if number and "float" not in parts and name != "seed":
        least = 1 if name in FROM_ONE else 0
        if not least <= value <= MOST:
            raise SweepError(f"{key} must be a whole number from {least} to {MOST}, got {value!r}")


def _parts(annotation: Any) -> list[str]:
    """`int | None` in its parts, as texts; bars within brackets are no ends."""
    text = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if letter == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]
