"""The settings of a sweep (`hydra.sweeper.*`); `read_settings` checks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from difflib import get_close_matches
from typing import Any

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
PROMOTION = "promotion"  # a pruner of ours, which pauses trials: `studies.promotion`
# What is a grid already, by its names and its classes.
GRIDS = ("grid", "bruteforce", "brute_force", "GridSampler", "BruteForceSampler")
# Those that need more than Optuna itself does, with the packages, by the extra that has them.
EXTRAS = {
    "GPSampler": ("torch", ("torch", "scipy")),
    "CmaEsSampler": ("cmaes", ("cmaes",)),
    "QMCSampler": ("scipy", ("scipy",)),
    "WilcoxonPruner": ("scipy", ("scipy",)),
}
SEED = "seed"  # the key that `seeds` sets in the application's config


@dataclass(frozen=True)
class SweepSettings:
    """What `hydra.sweeper` holds.

    Attributes:
        n_trials: finished trials that the study is to have in the end, those of earlier runs included; if it is
            lowered, what lies beyond it is kept, but does not count, nor can it be the best. Without it, every
            combination of the values is tried once (a grid).
        params: the search space, as `hydra_slots.space.reading` reads it.
        custom_search_space: MODULE.FUNCTION of the application; called with its config and a trial, it suggests further
            parameters, whose bounds may depend on the others.
        direction: `minimize` or `maximize`, or a list with one an objective.
        objective_names: what the views call the objectives.
        storage: `env:NAME`, a URL without a password, a journal file; by default `study.journal` in the sweep folder.
        study_name: by default the name of the sweep folder.
        slots: `auto`, a number, or `{gpus: .., per_gpu: .., memory_fraction: ..}` or `{cpus: .., threads: ..}`;
            `per_gpu: auto` finds how many trials a GPU takes.
        sampler: Optuna's, by short name or `_target_`, with its arguments; null draws at random.
        pruner: likewise; null prunes nothing, and `promotion` pauses trials, of which the best go on.
        seeds: every trial runs once under each, and its value is their mean.
        retries: further attempts of a trial that died by itself.
        max_failures: trials that may fail for good before the sweep ends; null for any number, unless the first three
            end with one and the same error, and none without.
        timeout: seconds after which no trial starts any more.
        trial_timeout: seconds after which a trial is killed, with all that it has started; it has failed then, and is
            tried again as `retries` says. With several seeds they are those of all its runs together.
        stop_after: finished trials without a better one after which no trial starts any more.
        start_points: parameters to try first: mappings, CSV files with a header of keys, or folders of other sweeps
            (their five best trials); a list of them, or one file or folder.
        executor: `slots`, or `launcher` for the configured `hydra/launcher`.
        deterministic: the same sweep gives the same trials and values, bit for bit.
        preload: modules, or dotted names of what is in them, that are imported once, before trials are forked.
        lease: seconds of silence after which a process on another machine is taken for dead.
        dry_run: show the space and the first points, and start nothing.
        app: the program as it is typed, for the commands that are shown.
        worker: join a running sweep of that study_name and storage instead of starting one.
        force: go on with a study whose space or config has changed.
        trust: whoever wrote the study may choose what runs: a worker takes its classes and functions, and Optuna
            unpickles the state of `cmaes` from it.
        check: MODULE.FUNCTION of the application; called with the config of every choice before the first trial, it
            raises a `ValueError` with a message where no trial of that config could run.
        renamed: names that a config has for things of Python, old to new, or MODULE.MAPPING of the application; a study
            that was started under the old ones goes on under the new ones. `+KEY: VALUE` is a key that the config did
            not have then, with the value that changes nothing.
    """

    n_trials: int | None = None
    params: dict[str, Any] | None = None
    custom_search_space: str | None = None
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
    trial_timeout: float | None = None
    stop_after: int | None = None
    start_points: list[Any] = field(default_factory=list)
    executor: str = "slots"
    deterministic: bool = False
    preload: list[str] = field(default_factory=list)
    lease: float = 60.0
    dry_run: bool = False
    app: str | None = None
    worker: bool = False
    force: bool = False
    trust: bool = False
    check: str | None = None
    renamed: dict[str, str] | str | None = None

    @property
    def directions(self) -> list[str]:
        return [self.direction] if isinstance(self.direction, str) else list(self.direction)

    @property
    def promotes(self) -> bool:
        """Whether trials pause, and go on when they are promoted."""
        node = self.pruner
        name = node.get("_target_") or node.get("name") if isinstance(node, Mapping) else node
        return bool(name == PROMOTION)

    @property
    def grid(self) -> bool:
        """Whether every combination of the values is tried once."""
        return self.n_trials is None

    def shared(self) -> dict[str, Any]:
        """What a worker elsewhere has to know."""
        return {name: getattr(self, name) for name in SHARED}


# What is each process's own business; what is left, all who work on one study have in common.
OWN = (
    "storage",
    "study_name",
    "slots",
    "executor",
    "worker",
    "dry_run",
    "force",
    "trust",
    "app",
    "start_points",
    "params",
    "preload",
    "check",
    "renamed",
)
SHARED = tuple(one.name for one in fields(SweepSettings) if one.name not in OWN)


def defaults() -> dict[str, Any]:
    """All settings with their defaults, as Hydra's config store takes them."""
    return asdict(SweepSettings())


def short_name(node: Any) -> str | None:
    """`median` of `median`, `{name: median}` or `{_target_: optuna.pruners.MedianPruner}`."""
    if isinstance(node, Mapping):
        if "name" in node:
            return str(node["name"])
        last = str(node.get("_target_", "")).rpartition(".")[2]
        return last.removesuffix("Pruner").removesuffix("Sampler").lower()
    return None if node is None else str(node)


def meaning(typed: str, known: Iterable[str]) -> str:
    """`did you mean n_trials? ` for what is nearly one of the known names, else nothing."""
    close = get_close_matches(typed, list(known), 1, 0.7)
    return f"did you mean {close[0]}? " if close else ""
