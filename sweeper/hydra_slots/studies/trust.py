"""What a study may decide for those who join it or look at it: values, and never what is imported or called."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from hydra_slots import read_settings
from hydra_slots.errors import SweepError
from hydra_slots.settings import PROMOTION, PRUNERS, SAMPLERS, SHARED, SweepSettings

PLAIN_REFERENCE = re.compile(r"\$\{[\w.\[\]-]+\}")  # to another key; any other interpolation calls a resolver
CODE = re.compile(r"_(target|partial|args|recursive|convert)_")
TRUST = "hydra.sweeper.trust=true if you know who wrote the study"
LONGEST = 10_000  # characters of an override
DEEPEST = 50  # brackets in it


def joined(own: SweepSettings, said: Mapping[str, Any], study: str) -> SweepSettings:
    """A worker's own settings, with those of the sweep that all who work on it share.

    Raises:
        SweepError: the study holds no settings of a sweep, or names code that the worker's config does not.
    """
    taken = {name: said[name] for name in SHARED if name in said}
    try:
        # Whether settings go together has been checked where the sweep was started.
        read_settings.read({**asdict(own), **taken, "deterministic": False, "worker": True, "trust": own.trust})
        read_settings.read({"deterministic": taken.get("deterministic", False), "slots": 1})
    except SweepError as error:
        raise SweepError(f"study {study!r} holds settings that no sweep has: {error}") from None
    for name, known in (
        ("sampler", SAMPLERS),
        ("pruner", {**PRUNERS, PROMOTION: PROMOTION}),
        ("custom_search_space", {}),
    ):
        allowed = {*known, *(f"optuna.{name}s.{one}" for one in known.values()), *_named(getattr(own, name))}
        if not own.trust and (strange := sorted(_named(taken.get(name)) - allowed)):
            raise SweepError(
                f"study {study!r} asks for hydra.sweeper.{name}={strange[0]}, which is not in this worker's config, "
                "and a study cannot choose what runs; start the worker with the config of the sweep (--config-name, or "
                f"hydra.sweeper.{name}=...), or with {TRUST}"
            )
    return replace(own, **taken)


def _named(node: Any) -> set[str]:
    """The names of what a sampler, a pruner (and the one in it) or a function is made with."""
    if isinstance(node, Mapping):
        return {_short(node.get("_target_") or node.get("name"))} | _named(node.get("wrapped_pruner"))
    return set() if node is None else {_short(node)}


def check_space(base: Mapping[str, Any], own: SweepSettings, study: str, is_group: Callable[[str], bool]) -> None:
    """Whether a worker may compose its config with the overrides and the space that a study holds.

    Raises:
        SweepError: one of them names code, or sets something of Hydra's own.
    """
    if own.trust:
        return
    told = list(base["arguments"])
    if base["params"] != json.loads(json.dumps(own.params, default=str)):
        told += [f"{key}={json.dumps(node)}" for key, node in (base["params"] or {}).items()]
    if reason := names_code(told, is_group):
        raise SweepError(
            f"study {study!r} sets {reason}, and a study cannot choose what runs; start the worker with the config "
            f"that has it (--config-name), or with {TRUST}"
        )


def names_code(overrides: Iterable[str], is_group: Callable[[str], bool] = lambda _: False) -> str:
    """The first override that may do more than set a value, and why; empty if there is none."""
    for override in overrides:
        key, _, value = override.partition("=")
        key = key.strip().lstrip("+~")
        if why := _more_than_a_value(key, value, is_group):
            return f"{_short(override)} ({why})"
    return ""


def _more_than_a_value(key: str, value: str, is_group: Callable[[str], bool]) -> str:
    if re.match(r"hydra([./@]|$)", key):
        return "a key of Hydra's own"
    if any(part.startswith("_") for part in re.split(r"[./@:\[\]]", key)) or CODE.search(value):
        return "it names a class or function"
    if "${" in PLAIN_REFERENCE.sub("", value):
        return "it calls a resolver"
    if (is_group(key.partition("@")[0])) and re.search(r"(^|[\s/,(\['\"])(\.\.|/)", value):
        return "a config from elsewhere"
    if len(value) > LONGEST or sum(map(value.count, "([{")) > DEEPEST:
        return "no value is so long or nested so deep"
    return ""


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 120 else f"{text[:119]}…"
