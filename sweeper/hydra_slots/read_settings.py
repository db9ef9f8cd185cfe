"""Reads the settings of a sweep (`hydra.sweeper.*`), each checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted
from hydra_slots.settings import SweepSettings, meaning, short_name

EXECUTORS = ("slots", "launcher")
DIRECTIONS = ("minimize", "maximize")
MOST = 1_000_000  # trials and the like; each has a ticket in the study before the first starts
LONGEST = 1e9  # seconds, which is 31 years
# What other sweepers call it, and what does the same here.
ELSEWHERE = {
    "n_jobs": "slots",
    "num_workers": "slots",
    "max_failure_rate": "max_failures, a number of trials",
    "search_space": "params",
    "ax_config": "n_trials and params, such as KEY: interval(0,1)",
    "optim": "n_trials, sampler and direction",
    "parametrization": "params, such as KEY: interval(0,1)",
    "max_batch_size": "slots",
}


def read(node: Mapping[str, Any]) -> SweepSettings:
    """The settings of a config, each checked by itself and beside the others.

    Raises:
        SweepError: names the key, the rule and the value.
    """
    known = [one.name for one in fields(SweepSettings)]
    values = {str(key): value for key, value in node.items() if key not in ("_target_", "_recursive_")}
    if unknown := sorted(set(values) - set(known)):
        here = f"{meaning(unknown[0], known)}there are {', '.join(known)}"
        here = f"use {ELSEWHERE[unknown[0]]}" if unknown[0] in ELSEWHERE else here
        raise SweepError(f"hydra.sweeper.{unknown[0]}: no such setting; {here}")
    if isinstance(points := values.get("start_points"), str):
        values["start_points"] = [points]
    settings = SweepSettings(**values)
    for name in ("n_trials", "stop_after"):
        _whole(name, getattr(settings, name), 1, optional=True)
    _whole("retries", settings.retries, 0)
    _whole("max_failures", settings.max_failures, 0, optional=True)
    for name in ("timeout", "trial_timeout"):
        _seconds(name, getattr(settings, name), optional=True)
    _seconds("lease", settings.lease)
    for name in ("deterministic", "worker", "dry_run", "force", "trust"):
        if not isinstance(getattr(settings, name), bool):
            raise _wrong(name, "true or false", getattr(settings, name))
    for name in ("storage", "study_name", "app", "custom_search_space", "check"):
        if not isinstance(getattr(settings, name), str | None):
            raise _wrong(name, "a text", getattr(settings, name))
    if not isinstance(settings.renamed, Mapping | str | None) or (
        isinstance(settings.renamed, Mapping)
        and not all(isinstance(one, str) for pair in settings.renamed.items() for one in pair)
    ):
        raise _wrong("renamed", "a mapping from old names to new ones, or the path of one", settings.renamed)
    if settings.executor not in EXECUTORS:
        raise _wrong("executor", " or ".join(EXECUTORS), settings.executor)
    if not isinstance(settings.params, Mapping | None):
        raise _wrong("params", "a mapping from keys to sweeps", settings.params)
    for name in ("objective_names", "preload"):
        value = getattr(settings, name)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise _wrong(name, "a list of names", value)
    if not isinstance(settings.start_points, list) or not all(
        isinstance(one, str | Mapping) for one in settings.start_points
    ):
        raise _wrong(
            "start_points", "a CSV file, a sweep folder, or a list of these and of mappings", settings.start_points
        )
    _check_together(settings)
    return settings


def _check_together(settings: SweepSettings) -> None:
    if (
        not isinstance(settings.direction, str | list)
        or not settings.directions
        or any(one not in DIRECTIONS for one in settings.directions)
    ):
        raise _wrong("direction", "minimize or maximize, or a list of them", settings.direction)
    if settings.objective_names and len(settings.objective_names) != len(settings.directions):
        raise _wrong(
            "objective_names", f"one name for each of {len(settings.directions)} objectives", settings.objective_names
        )
    if settings.seeds is not None:
        whole = isinstance(settings.seeds, list) and all(
            type(seed) is int and 0 <= seed < 2**32 for seed in settings.seeds
        )
        if not whole or not settings.seeds or len(set(settings.seeds)) != len(settings.seeds):
            raise _wrong(
                "seeds", "a list of different whole numbers from 0 to 2**32 - 1, such as [1,2,3]", settings.seeds
            )
    if settings.custom_search_space is not None and settings.grid and not settings.worker:
        raise SweepError(
            f"hydra.sweeper.custom_search_space={settings.custom_search_space}: what a function suggests cannot be "
            "listed, so there is no grid of it; give the number of trials, such as hydra.sweeper.n_trials=20"
        )
    if settings.pruner is not None and len(settings.directions) > 1:
        raise SweepError(
            f"hydra.sweeper.pruner={short_name(settings.pruner)}: a pruner compares single numbers, so it cannot judge "
            f"{len(settings.directions)} objectives; set hydra.sweeper.pruner=null"
        )
    if short_name(settings.pruner) == "wilcoxon" and len(settings.seeds or ()) < 5 and not settings.worker:
        raise SweepError(
            "hydra.sweeper.pruner=wilcoxon: it tests whether a trial is worse over seeds, and with fewer than 5 no "
            f"difference is significant; got seeds={settings.seeds}, give at least hydra.sweeper.seeds=[1,2,3,4,5]"
        )
    if settings.promotes and (settings.executor != "slots" or settings.deterministic):
        other = "deterministic=true" if settings.deterministic else "executor=launcher"
        why = "which trials are promoted depends on when others end"
        why = why if settings.deterministic else "a launcher's jobs end when they end, and cannot be started in between"
        raise SweepError(f"hydra.sweeper.pruner=promotion with {other}: {why}; leave one of the two out")
    if settings.deterministic and settings.slots == "auto":
        raise SweepError(
            "hydra.sweeper.deterministic=true: what a trial sees depends on the number of slots, so slots=auto is "
            "not the same everywhere; give a number, such as hydra.sweeper.slots=2"
        )
    if settings.deterministic and isinstance(settings.slots, Mapping) and settings.slots.get("per_gpu") == "auto":
        raise SweepError(
            "hydra.sweeper.deterministic=true: what a trial sees depends on the number of slots, and per_gpu=auto "
            "finds it out while trials run; give a number, such as hydra.sweeper.slots='{gpus: auto, per_gpu: 2}'"
        )
    timed = settings.timeout is not None or settings.trial_timeout is not None
    if settings.deterministic and (timed or settings.executor != "slots" or settings.worker):
        raise SweepError(
            "hydra.sweeper.deterministic=true: timeout, trial_timeout, executor=launcher and workers depend on how "
            "fast trials are; leave them out"
        )
    if settings.trial_timeout is not None and settings.executor == "launcher":
        raise SweepError(
            f"hydra.sweeper.trial_timeout={settings.trial_timeout}: with executor=launcher trials are the "
            "launcher's to end (hydra.launcher.timeout_min of submitit); leave it out, or use "
            "hydra.sweeper.executor=slots"
        )
    if settings.worker and settings.dry_run:
        raise SweepError(
            "hydra.sweeper.dry_run=true: a worker has no points of its own; give it where the sweep is started"
        )
    if settings.worker and not (settings.storage and settings.study_name):
        raise SweepError(
            "hydra.sweeper.worker=true: name the study to join, with hydra.sweeper.study_name=... and "
            "hydra.sweeper.storage=..."
        )
    if settings.storage and not settings.study_name:
        raise SweepError(
            f"hydra.sweeper.study_name: a storage may hold many studies, so with storage={redacted(settings.storage)} "
            "the study needs a name"
        )


def _whole(name: str, value: Any, least: int, optional: bool = False) -> None:
    if not (optional and value is None) and (type(value) is not int or not least <= value <= MOST):
        limit = f"at most {MOST}" if type(value) is int and value > MOST else f"at least {least}"
        raise _wrong(name, f"a whole number of {limit}" + (" or null" if optional else ""), value)


def _seconds(name: str, value: Any, optional: bool = False) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (optional and value is None) and not (number and 0 < value <= LONGEST):
        limit = f"of at most {LONGEST:g}" if number and value > LONGEST else "above 0"
        raise _wrong(name, f"a number of seconds {limit}" + (" or null" if optional else ""), value)


def _wrong(name: str, rule: str, value: Any) -> SweepError:
    return SweepError(f"hydra.sweeper.{name} must be {rule}, got {value!r}")
