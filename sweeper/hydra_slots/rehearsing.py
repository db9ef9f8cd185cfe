"""What a sweep would do (`hydra.sweeper.dry_run=true`): its space and first points; nothing is started or written."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna

from hydra_slots.settings import SweepSettings, short_name
from hydra_slots.space.search_space import Space
from hydra_slots.studies import algorithms

FIRST = 5  # points that are shown


def shown(
    room: Space, settings: SweepSettings, points: Sequence[Mapping[str, Any]], total: int, folder: Path
) -> list[str]:
    """The lines that `dry_run` prints.

    Args:
        room: the space.
        settings: of the sweep.
        points: parameters of the first tickets: of all in a grid, of the start points in a search.
        total: trials.
        folder: where they would lie.
    """
    what = "every combination once" if settings.grid else f"sampler {short_name(settings.sampler) or 'random'}"
    pruner = f", pruner {short_name(settings.pruner)}" if settings.pruner else ""
    repeats = f", each under seeds {settings.seeds}" if settings.seeds else ""
    lines = [f"{total} trials in {folder}: {what}{pruner}{repeats}", "space:"]
    for parameter in room.parameters:
        when = ", ".join(f"{key}={' or '.join(map(str, values))}" for key, values in parameter.when.items())
        lines.append(f"  {parameter.key}: {parameter.text}" + (f" when {when}" if when else ""))
    lines += [f"  {override}, always" for override in room.fixed]
    count = min(total, FIRST)
    lines.append(f"first {count} of {total} points:" if count < total else "points:")
    lines += [f"  {' '.join(room.overrides(chosen))}" for chosen in _first(room, settings, points, count)]
    return [*lines, "nothing was started or written (hydra.sweeper.dry_run=true)"]


def _first(
    room: Space, settings: SweepSettings, points: Sequence[Mapping[str, Any]], count: int
) -> list[dict[str, str]]:
    """The first points of a new study; one that is there already may go on otherwise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        study = optuna.create_study(
            sampler=algorithms.sampler(
                settings.sampler, seed=0 if settings.deterministic else None, trust=settings.trust
            ),
            directions=settings.directions,  # type: ignore[arg-type]
        )
        for point in points[:count]:
            study.enqueue_trial(dict(point))
        return [room.suggest(study.ask()) for _ in range(count)]
