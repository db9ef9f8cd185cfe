"""The settings of a sweep (`hydra.sweeper.*`), each checked before anything starts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from ner_lab.types import UserError

EXECUTORS = ("slots", "launcher")
DIRECTIONS = ("minimize", "maximize")
# Optuna's, by the names that YAML gives them.
SAMPLERS = {
    "tpe": "TPESampler",
    "random": "RandomSampler",
    "gp": "GPSampler",
    "cmaes": "CmaEsSampler",
    "qmc": "QMCSampler",
    "nsgaii": "NSGAIISampler",
    "nsgaiii": "NSGAIIISampler",
}
PRUNERS = {
    "median": "MedianPruner",
    "percentile": "PercentilePruner",
    "hyperband": "HyperbandPruner",
    "successive_halving": "SuccessiveHalvingPruner",
    "wilcoxon": "WilcoxonPruner",
    "patient": "PatientPruner",
    "threshold": "ThresholdPruner",
}
# What other sweepers call it, and what does the same here.
ELSEWHERE = {
    "n_jobs": "slots",
    "num_workers": "slots",
    "max_failure_rate": "max_failures, a number of trials",
    "search_space": "params",
    "custom_search_space": "params, with conditions such as KEY: {when: {OTHER: VALUE}, is: SWEEP}",
    "ax_config": "n_trials and params, such as KEY: interval(0,1)",
    "optim": "n_trials, sampler and direction",
    "parametrization": "params, such as KEY: interval(0,1)",
    "max_batch_size": "slots",
}
SEED = "seed"  # the key that `seeds` sets in the application's config


@dataclass(frozen=True)
class Settings:
    """What `hydra.sweeper` holds.

    Attributes:
        n_trials: finished trials that the study is to have in the end, those of earlier runs included; without it,
            every combination of the values is tried once (a grid).
        params: the search space, as `ner_lab.sweep.space` reads it.
        direction: `minimize` or `maximize`, or a list with one an objective.
        objective_names: what the views call the objectives.
        storage: `env:NAME`, a URL without a password, a journal file; by default `study.journal` in the sweep folder.
        study_name: by default the name of the sweep folder.
        slots: `auto`, a number, or `{gpus: .., per_gpu: .., memory_fraction: ..}` or `{cpus: .., threads: ..}`.
        sampler: Optuna's, by short name or `_target_`, with its arguments; null draws at random.
        pruner: likewise; null prunes nothing.
        seeds: every trial runs once under each, and its value is their mean.
        retries: further attempts of a trial that died by itself.
        max_failures: trials that may fail for good before the sweep ends; null for any number.
        timeout: seconds after which no trial starts any more.
        stop_after: finished trials without a better one after which no trial starts any more.
        start_points: parameters to try first: mappings, or folders of other sweeps (their five best trials).
        executor: `slots`, or `launcher` for the configured `hydra/launcher`.
        deterministic: the same sweep gives the same trials and values, bit for bit.
        preload: modules that are imported once, before trials are forked.
        lease: seconds of silence after which a process on another machine is taken for dead.
        app: the program as it is typed, for the commands that are shown.
        worker: join a running sweep of that study_name and storage instead of starting one.
        force: go on with a study whose space or config has changed.
    """

    n_trials: int | None = None
    params: dict[str, Any] | None = None
    direction: str | list[str] = "minimize"
    objective_names: list[str] = field(default_factory=list)
    storage: str | None = None
    study_name: str | None = None
    slots: Any = "auto"
    sampler: dict[str, Any] | None = field(default_factory=lambda: {"name": "tpe", "seed": None})
    pruner: dict[str, Any] | None = None
    seeds: list[int] | None = None
    retries: int = 0
    max_failures: int | None = None
    timeout: float | None = None
    stop_after: int | None = None
    start_points: list[Any] = field(default_factory=list)
    executor: str = "slots"
    deterministic: bool = False
    preload: list[str] = field(default_factory=list)
    lease: float = 60.0
    app: str | None = None
    worker: bool = False
    force: bool = False

    @classmethod
    def read(cls, node: Mapping[str, Any]) -> Settings:
        """Checks the values.

        Raises:
            UserError: names the key, the rule and the value.
        """
        known = [one.name for one in fields(cls)]
        values = {str(key): value for key, value in node.items() if key not in ("_target_", "_recursive_")}
        if unknown := sorted(set(values) - set(known)):
            here = f"use {ELSEWHERE[unknown[0]]}" if unknown[0] in ELSEWHERE else f"there are {', '.join(known)}"
            raise UserError(f"hydra.sweeper.{unknown[0]}: no such setting; {here}")
        settings = cls(**values)
        for name in ("n_trials", "stop_after"):
            _whole(name, getattr(settings, name), 1, optional=True)
        _whole("retries", settings.retries, 0)
        _whole("max_failures", settings.max_failures, 0, optional=True)
        _seconds("timeout", settings.timeout, optional=True)
        _seconds("lease", settings.lease)
        for name in ("deterministic", "worker", "force"):
            if not isinstance(getattr(settings, name), bool):
                raise _wrong(name, "true or false", getattr(settings, name))
        for name in ("storage", "study_name", "app"):
            if not isinstance(getattr(settings, name), str | None):
                raise _wrong(name, "a text", getattr(settings, name))
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
            raise _wrong("start_points", "a list of mappings and sweep folders", settings.start_points)
        settings._check_together()
        return settings

    def _check_together(self) -> None:
        if (
            not isinstance(self.direction, str | list)
            or not self.directions
            or any(one not in DIRECTIONS for one in self.directions)
        ):
            raise _wrong("direction", "minimize or maximize, or a list of them", self.direction)
        if self.objective_names and len(self.objective_names) != len(self.directions):
            raise _wrong(
                "objective_names", f"one name for each of {len(self.directions)} objectives", self.objective_names
            )
        if self.seeds is not None:
            whole = isinstance(self.seeds, list) and all(type(seed) is int and seed >= 0 for seed in self.seeds)
            if not whole or not self.seeds or len(set(self.seeds)) != len(self.seeds):
                raise _wrong("seeds", "a list of different whole numbers, such as [1,2,3]", self.seeds)
        if self.pruner is not None and len(self.directions) > 1:
            raise UserError(
                f"hydra.sweeper.pruner={short_name(self.pruner)}: a pruner compares single numbers, so it cannot judge "
                f"{len(self.directions)} objectives; set hydra.sweeper.pruner=null"
            )
        if short_name(self.pruner) == "wilcoxon" and len(self.seeds or ()) < 5:
            raise UserError(
                "hydra.sweeper.pruner=wilcoxon: it tests whether a trial is worse over seeds, and with fewer than 5 no "
                f"difference is significant; got seeds={self.seeds}, give at least hydra.sweeper.seeds=[1,2,3,4,5]"
            )
        if self.deterministic and self.slots == "auto":
            raise UserError(
                "hydra.sweeper.deterministic=true: what a trial sees depends on the number of slots, so slots=auto is "
                "not the same everywhere; give a number, such as hydra.sweeper.slots=2"
            )
        if self.deterministic and (self.timeout is not None or self.executor != "slots" or self.worker):
            raise UserError(
                "hydra.sweeper.deterministic=true: timeout, executor=launcher and workers depend on how fast trials are"
                "; leave them out"
            )
        if self.worker and not (self.storage and self.study_name):
            raise UserError(
                "hydra.sweeper.worker=true: name the study to join, with hydra.sweeper.study_name=... and "
                "hydra.sweeper.storage=..."
            )
        if self.storage and not self.study_name:
            raise UserError(
                f"hydra.sweeper.study_name: a storage may hold many studies, so with storage={redacted(self.storage)} "
                "the study needs a name"
            )

    @property
    def directions(self) -> list[str]:
        return [self.direction] if isinstance(self.direction, str) else list(self.direction)

    def shared(self) -> dict[str, Any]:
        """What a worker elsewhere has to know."""
        own = ("storage", "study_name", "slots", "executor", "worker", "force", "app", "start_points", "params")
        return {name: value for name, value in asdict(self).items() if name not in own}


def defaults() -> dict[str, Any]:
    """All settings with their defaults, as Hydra's config store takes them."""
    return asdict(Settings())


def short_name(node: Any) -> str | None:
    """`median` of `median`, `{name: median}` or `{_target_: optuna.pruners.MedianPruner}`."""
    if isinstance(node, Mapping):
        if "name" in node:
            return str(node["name"])
        last = str(node.get("_target_", "")).rpartition(".")[2]
        return last.removesuffix("Pruner").removesuffix("Sampler").lower()
    return None if node is None else str(node)


def redacted(text: str) -> str:
    """The text without the passwords of the URLs in it."""
    text = re.sub(r"(?<=://)([^/@:\s]*):(\S+)@", r"\1:***@", text)
    return re.sub(r"([?&](?:password|passwd|sslpassword)=)[^&\s'\"]+", r"\1***", text, flags=re.IGNORECASE)


def _whole(name: str, value: Any, least: int, optional: bool = False) -> None:
    if not (optional and value is None) and (type(value) is not int or value < least):
        raise _wrong(name, f"a whole number of at least {least}" + (" or null" if optional else ""), value)


def _seconds(name: str, value: Any, optional: bool = False) -> None:
    if not (optional and value is None) and (
        isinstance(value, bool) or not isinstance(value, int | float) or value <= 0
    ):
        raise _wrong(name, "a number of seconds above 0" + (" or null" if optional else ""), value)


def _wrong(name: str, rule: str, value: Any) -> UserError:
    return UserError(f"hydra.sweeper.{name} must be {rule}, got {value!r}")
