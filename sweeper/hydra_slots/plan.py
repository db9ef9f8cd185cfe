"""What a sweep is made of, apart from its study, and how a trial becomes a task."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from optuna.trial import FrozenTrial

from hydra_slots.settings import SEED, SweepSettings, short_name
from hydra_slots.space.search_space import Space
from hydra_slots.studies import promotion
from hydra_slots.studies.promotion import Promotion
from hydra_slots.trials.slots import Slot
from hydra_slots.trials.trial import Job, Task


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep is made of, apart from its study.

    Attributes:
        folder: the sweep folder, absolute.
        subdir: the folder of a trial in it, from its number and overrides.
        points: parameters of the first tickets.
        grid: whether the points are all there is, and the application need not return anything.
        total: tickets.
    """

    space: Space
    settings: SweepSettings
    folder: Path
    subdir: Any
    points: Sequence[Mapping[str, Any]] = ()
    grid: bool = False
    total: int = 0

    @cached_property
    def promotion(self) -> Promotion | None:
        """How trials pause and go on; None if they do not."""
        return promotion.read(self.settings)

    def task(self, number: int, ticket: int, slot: Slot, overrides: list[str], folder: str) -> Task:
        """A trial's runs: one, or one a seed in a folder of its own."""
        return Task(
            number=number,
            slot=slot,
            jobs=jobs(overrides, folder, self.settings.seeds),
            sweep_dir=str(self.folder),
            folder=folder,
            # Wilcoxon's test compares results of whole seeds; any other pruner steps of the first.
            over_seeds=short_name(self.settings.pruner) == "wilcoxon",
            pauses=self.promotion is not None,
            entropy=ticket if self.settings.deterministic else None,
        )

    def failure(self, trial: FrozenTrial) -> str:
        """What failed, where it lies and why."""
        said = trial.user_attrs
        what = text(said.get("params_text", {})) or " ".join(said.get("overrides", []))
        where = self.folder / said["folder"] if "folder" in said else self.folder
        return f"{what}, in {where}:\n{str(said.get('error', '')).strip()}"

    @property
    def again(self) -> str:
        """What to do about failed trials."""
        return f"to try them again, hydra-slots retry {shlex.quote(str(self.folder))}, then the same command"


def jobs(overrides: list[str], folder: str, seeds: Sequence[int] | None) -> list[Job]:
    """One run of the application, or one a seed in a folder of its own."""
    if not seeds:
        return [Job(overrides, folder)]
    return [Job([*overrides, f"{SEED}={seed}"], f"{folder}/{SEED}_{seed}", seed) for seed in seeds]


def text(chosen: Mapping[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in chosen.items())
