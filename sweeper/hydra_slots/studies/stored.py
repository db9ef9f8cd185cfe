"""What a sweep keeps in user attributes of its study and trials, read as plain data of the kinds that it wrote."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.settings import SweepSettings
from hydra_slots.studies import fingerprint

if TYPE_CHECKING:
    from optuna import Study

MOST = 10**7  # trials of a study
Kind = type | tuple[type, ...]
TEXTS: Kind = list  # of which every entry is a text
SWEEP: dict[str, Kind] = {
    "n_trials": (int, type(None)),
    "directions": TEXTS,
    "objective_names": TEXTS,
    "folder": str,
    "described": dict,
    "base": dict,
    "settings": dict,
    "groups": TEXTS,
    "app": str,
    "application": str,
    "grid": bool,
}
BASE: dict[str, Kind] = {
    "overrides": TEXTS,
    "arguments": TEXTS,
    "params": (dict, type(None)),
    "known": dict,
    "globs": dict,
}
TRIAL: dict[str, Kind] = {
    "ticket": int,
    "attempt": int,
    "overrides": TEXTS,
    "params_text": dict,
    "folder": str,
    "slot": str,
    "host": str,
    "pid": int,
    "owner": str,
    "started": (int, float),
    "ended": (int, float),
    "end": str,
    "error": str,
    "seeds": dict,
    "alone": bool,
    "promoted": int,
}
OWNER: dict[str, Kind] = {
    "role": str,
    "host": str,
    "machine": str,
    "pid": int,
    "folder": str,
    "count": int,
    "ended": bool,
}


def record(
    settings: SweepSettings, total: int, folder: Path, described: Mapping[str, Any], **application: Any
) -> dict[str, Any]:
    """What a sweep writes of itself into the study's attribute `sweep`.

    Args:
        settings: of the sweep.
        total: its trials.
        folder: its folder.
        described: see `fingerprint.describe`.
        application: `base`, `groups`, `app` and `application`, where there is one.
    """
    nobody: dict[str, Any] = {"overrides": [], "arguments": [], "params": settings.params, "known": {}}
    return {
        "n_trials": total,
        "directions": settings.directions,
        "objective_names": settings.objective_names,
        "seeds": settings.seeds,
        "folder": str(folder),
        "fingerprint": fingerprint.digest(described),
        "described": dict(described),
        "settings": settings.shared(),
        "grid": settings.grid,
        **{"base": nobody, "groups": [], "app": "", "application": "", **application},
    }


def sweep(study: Study) -> dict[str, Any] | None:
    """The study's attribute `sweep`; None in a study of another program.

    Raises:
        SweepError: it is not what a sweep writes there.
    """
    said = study.user_attrs.get("sweep")
    if said is None:
        return None
    plain = isinstance(said, dict)
    wrong = [f"sweep.{key}" for key in SWEEP if not _fits(said, SWEEP, key)] if plain else ["sweep"]
    if not wrong and "base" in said:
        wrong = [f"sweep.base.{key}" for key in BASE if not _fits(said["base"], BASE, key)]
    if wrong:
        raise SweepError(f"study {study.study_name!r}: its attribute {wrong[0]} is not what a sweep writes there")
    return dict(said)


def numbers(study: Study, name: str) -> list[int]:
    """An attribute of the study that is a list of trials; empty if it is not."""
    said = study.user_attrs.get(name)
    if isinstance(said, list) and len(said) <= MOST and all(type(one) is int for one in said):
        return said
    return []


def ticket(attributes: Mapping[str, Any]) -> int | None:
    """That of a trial; None if it has none, or something else has its name."""
    found = attributes.get("ticket")
    return found if found is None or _fits(attributes, TRIAL, "ticket") else None


def trial(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """A trial's user attributes; without those that have the names of a sweep's and are something else."""
    return {key: value for key, value in attributes.items() if key not in TRIAL or _fits(attributes, TRIAL, key)}


def owner(said: Any) -> bool:
    """Whether this is what a process that works on the study says of itself."""
    return isinstance(said, Mapping) and all(key in said and _fits(said, OWNER, key) for key in OWNER)


def _fits(said: Mapping[str, Any], kinds: Mapping[str, Kind], key: str) -> bool:
    if key not in said:
        return True
    value, kind = said[key], kinds[key]
    if isinstance(value, bool) and kind is not bool:
        return False
    if kind is TEXTS:
        return isinstance(value, list) and all(isinstance(one, str) for one in value)
    if key in ("n_trials", "ticket", "attempt", "promoted", "pid", "count") and isinstance(value, int):
        return 0 <= value <= (2**31 if key in ("pid", "count") else MOST)
    if key in ("started", "ended"):
        return isinstance(value, int | float) and 0 <= value < 1e11
    return isinstance(value, kind)
