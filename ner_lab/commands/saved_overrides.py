"""The overrides that a run folder holds: data, which may set known keys to plain values and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from hydra.errors import HydraException

from ner_lab.files import RunFolder
from ner_lab.files.plain import read_yaml
from ner_lab.training import trust
from ner_lab.types import UserError

# Keys that say where a run writes: into its own folder, or to a service that its user names.
_WRITES = ("folder", "run_dir", "save_dir", "dirpath", "default_root_dir", "tracking_uri", "repo", "cache")
_WRITERS = ("logger", "callbacks", "trainer")  # whose paths, whatever their key, say where something is written
_ELSEWHERE = re.compile(r"^[/~]|^\w+://|(^|/)\.\.(/|$)")


def saved_overrides(folder: RunFolder) -> list[str]:
    """The command line of a run, as it was recorded; none for a run that was killed before it got so far.

    Raises:
        UserError: the file is no list of texts.
    """
    if not folder.overrides.is_file():
        return []
    found = read_yaml(folder.overrides)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise UserError(f"{folder.overrides}: must be a list of overrides, KEY=VALUE, as `ner-lab train` writes it")
    return found


def checked_overrides(folder: RunFolder) -> list[str]:
    """Those of a run that nobody vouches for.

    Raises:
        UserError: with the line, one that adds a key, names code, holds an interpolation, configures Hydra, takes a
            config from elsewhere or says where to write.
    """
    overrides = saved_overrides(folder)
    for number, override in enumerate(overrides):
        _check(override, f"{folder.overrides}:{_line(folder.overrides, number)}")
    return overrides


def _check(text: str, place: str) -> None:
    try:
        override = OverridesParser.create().parse_override(text)
    except (HydraException, RecursionError, ValueError) as error:
        raise UserError(f"{place}: {text[:200]!r} is no override, which is KEY=VALUE") from error
    if reason := _reason(override):
        raise UserError(f"{place}: {text[:200]!r} {reason}. {trust.HOW}")
    if override.is_delete():
        return
    above, _, last = override.key_or_group.rpartition(".")
    value = override.value()
    settings, at = ({last: value}, above) if above else (value, last)
    trust.check(settings, at, place)
    trust.check_patterns(settings, at, place)


def _reason(override: Override) -> str:
    """What an override does that a folder may not; "" for nothing."""
    key, package = override.key_or_group, override.package or ""
    if override.is_add() or override.is_force_add():
        return "adds a key that the config does not have"
    if key.startswith("hydra") or package.startswith(("hydra", "_")):
        return "configures Hydra itself"
    if override.is_delete():
        return ""
    if override.is_sweep_override():
        return "is a sweep, not a value"
    texts = _texts(override.value())
    if any("${" in text for text in texts):
        return "holds an interpolation, which is not resolved"
    is_option = "." not in key or "/" in key or package
    if is_option and any(_ELSEWHERE.search(text) for text in texts):
        return "takes a config from outside of conf/"
    leads_out = key.split(".")[0] in _WRITERS and any(_ELSEWHERE.search(text) for text in texts)
    if leads_out or _writes({key.rpartition(".")[2]: override.value()}):
        return "says where to write"
    return ""


def _writes(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_writes(one) or (str(key) in _WRITES and bool(_texts(one))) for key, one in value.items())
    return isinstance(value, list | tuple) and any(_writes(one) for one in value)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [text for pair in value.items() for one in pair for text in _texts(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in _texts(one)]
    return [] if value is None or isinstance(value, bool | int | float) else [str(getattr(value, "text", value))]


def _line(path: Path, number: int) -> int:
    """Where the item of a list stands, as it is written: an item begins a line."""
    lines = path.read_text(encoding="utf-8-sig").split("\n")
    begins = [at for at, line in enumerate(lines, 1) if line.startswith("- ")]
    return begins[number] if number < len(begins) else 1
