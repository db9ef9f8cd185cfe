"""In which settings runs differ, and what to call a system."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from ner_lab.report.runs import Run
from ner_lab.types import UserError

# Runs that differ in these alone are the same system, drawn anew.
REPLICATES = ("seed", "data.seed", "data.fold")
# What does not change what is learned.
IRRELEVANT = (
    "run_dir", "logger", "callbacks.checkpoint", "callbacks.bar", "data.cache", "data.num_workers",
    "model.encoder.kernels",
)  # fmt: skip
FEW = 3
_ABSENT = "absent"


class RunSettings:
    """The settings of some runs, side by side. A key is a leaf (`loss.gamma`) or a node (`loss`) of the config."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.runs = runs
        self.flat = [_flatten(run.config, str(run.config.get("run_dir", run.path))) for run in runs]
        self.also_told: frozenset[str] = frozenset()  # leaves that labels have even where these runs agree in them

    @cached_property
    def leaves(self) -> list[str]:
        """Leaves in which the runs differ, the irrelevant ones left out."""
        keys = dict.fromkeys(key for flat in self.flat for key in flat)
        return [
            key
            for key in keys
            if not any(_under(key, other) for other in IRRELEVANT)
            and len({flat.get(key, _ABSENT) for flat in self.flat}) > 1
        ]

    def varied(self) -> list[str]:
        """The fewest keys that tell the systems apart: what was typed, else nodes or leaves of the config."""
        leaves = [leaf for leaf in self.leaves if leaf not in REPLICATES]
        found = [key for key in self.typed() if any(_under(leaf, key) for leaf in leaves)]
        for leaf in leaves:
            # What follows from other keys by interpolation is explained by them already.
            if not any(_under(leaf, key) for key in found) and not self._explained(leaf, found):
                found.append(self._node(leaf))
        return [key for key in dict.fromkeys(found) if not any(key != o and _under(key, o) for o in found)]

    def typed(self) -> list[str]:
        """Keys that a command line set, as far as they are in the config; seeds left out."""
        keys = dict.fromkeys(_key(override) for run in self.runs for override in run.overrides)
        return [key for key in keys if key not in REPLICATES and self.known(key)]

    def value(self, run: int, key: str) -> str:
        """The value of a leaf, or everything below a node, as text."""
        flat = self.flat[run]
        if key in flat:
            return flat[key]
        below = {leaf: value for leaf, value in flat.items() if _under(leaf, key) and leaf not in REPLICATES}
        return json.dumps(below, sort_keys=True) if below else _ABSENT

    def label(self, run: int, keys: Sequence[str]) -> str:
        """A system in a few words: `focal(gamma=2), crf, lr=0.001`; whole keys where their last words are the same."""
        return ", ".join(self._text(run, key, keys) for key in keys)

    def option(self, run: int, key: str) -> str:
        """A system by what was chosen alone, whatever its settings are: `focal`, `lr=0.001`."""
        return self._text(run, key, [key]) if key in self.flat[run] else self._choice(run, key)

    def plain(self, run: int, key: str) -> Any:
        """The value of a leaf as it is, or the option of a node; None where the run does not have it."""
        if key in self.flat[run]:
            return json.loads(self.flat[run][key])
        return None if self.value(run, key) == _ABSENT else self._text(run, key, [key])

    def known(self, key: str) -> bool:
        return any(_under(leaf, key) for flat in self.flat for leaf in flat)

    def _text(self, run: int, key: str, keys: Sequence[str]) -> str:
        """Of one of the keys of a label, without what others of them say."""
        others = [other for other in keys if other != key]
        if key in self.flat[run]:
            last = key.rpartition(".")[2]
            name = key if any(last == other.rpartition(".")[2] for other in others) else last
            return f"{name}={_plain(self.flat[run][key])}"
        name, flat = self._choice(run, key), self.flat[run]
        told = [*self._telling(run, key), *sorted(leaf for leaf in self.also_told if _under(leaf, key))]
        told = [leaf for leaf in told if not any(_under(leaf, other) for other in others if _under(other, key))]
        settings = [
            f"{leaf.removeprefix(f'{key}.')}={_plain(flat[leaf])}" for leaf in dict.fromkeys(told) if leaf in flat
        ]
        return f"{name}({', '.join(settings)})" if settings else name

    def told(self, keys: Sequence[str]) -> set[str]:
        """The leaves that labels by these keys hold."""
        return {leaf for run in range(len(self.runs)) for key in keys for leaf in self._telling(run, key)}

    def _telling(self, run: int, key: str) -> list[str]:
        """Leaves below a node in which the run differs from others with the same option of it."""
        name = self._choice(run, key)
        alike = [other for other in range(len(self.runs)) if self._choice(other, key) == name]
        return [
            leaf
            for leaf in self.leaves
            if _under(leaf, key)
            and (own := self.flat[run].get(leaf)) is not None
            and any(self.flat[o].get(leaf) != own for o in alike)
        ]

    def _choice(self, run: int, key: str) -> str:
        """The option of a config group, or the class that the node names."""
        choice = self.runs[run].choices.get(key.replace(".", "/"))
        target = self.flat[run].get(f"{key}._target_")
        if choice is not None:
            return choice
        if target is not None:
            return _plain(target).rpartition(".")[2]
        return key.rpartition(".")[2] if self.value(run, key) != _ABSENT else f"no {key}"

    def _explained(self, leaf: str, keys: Sequence[str]) -> bool:
        seen: dict[tuple[str, ...], str] = {}
        for run, flat in enumerate(self.flat):
            group = tuple(self.value(run, key) for key in keys)
            if seen.setdefault(group, flat.get(leaf, _ABSENT)) != flat.get(leaf, _ABSENT):
                return False
        return True

    def _node(self, leaf: str) -> str:
        """The uppermost node around a leaf whose class differs, else the leaf."""
        parts = leaf.split(".")
        for end in range(1, len(parts)):
            node = ".".join(parts[:end])
            if f"{node}._target_" in self.leaves:
                return node
        return leaf


def chosen(settings: RunSettings, by: Sequence[str] | None) -> list[str]:
    """The keys that tell the systems apart: the user's, or those found.

    Raises:
        UserError: a key that no run has; runs that differ in more than a few keys, where the user must choose.
    """
    if by is not None:
        keys = [key.replace("/", ".") for key in by]
        for key in keys:
            if not settings.known(key):
                raise UserError(
                    f"by={key}: no run has this key in its config; the runs differ in {_listed(settings.varied())}"
                )
        return keys
    varied = settings.varied()
    if len(varied) > FEW:
        raise UserError(
            f"the runs differ in {len(varied)} settings ({_listed(varied)}): say which of them are to be compared, "
            "such as by=loss or by=loss,model.head; by=run takes every run for itself"
        )
    return varied


def keys_of(by: str | Sequence[str] | None) -> list[str] | None:
    """Keys as they are typed, `"loss,model.head"`, or as a list; None where there are none."""
    if not by:
        return None
    return [key for key in by.split(",") if key] if isinstance(by, str) else list(by)


def overlap(key: str, other: str) -> bool:
    """Whether one key is the other, or a node around it."""
    return _under(key, other) or _under(other, key)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys[:12]) + (" ..." if len(keys) > 12 else "") if keys else "nothing but their seeds"


def _key(override: str) -> str:
    return override.lstrip("+~").partition("=")[0].partition("@")[0].replace("/", ".")


def _under(leaf: str, key: str) -> bool:
    return leaf == key or leaf.startswith(f"{key}.")


def _flatten(node: Mapping[str, Any], folder: str, prefix: str = "") -> dict[str, str]:
    """Leaves as JSON text; the run's own folder in a value is no difference between runs."""
    found: dict[str, str] = {}
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping) and value:
            found |= _flatten(value, folder, f"{key}.")
        else:
            own = isinstance(value, str) and (value == folder or value.startswith(f"{folder}/"))
            plain = f"RUN{value[len(folder) :]}" if own else value
            found[key] = _written(plain)
    return found


def _written(value: Any) -> str:
    try:
        return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    except TypeError:  # a mapping in a list has keys that JSON has not
        return json.dumps(repr(value), ensure_ascii=False)


def _plain(text: str) -> str:
    """JSON text as people write it."""
    value = json.loads(text)
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)  # two settings never share a label
    return value if isinstance(value, str) else text
