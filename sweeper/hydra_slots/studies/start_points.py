"""Points that a search tries first: given as such or in a file, or the best trials of another sweep."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hydra_slots.errors import SweepError
from hydra_slots.space.search_space import Space
from hydra_slots.space.texts import as_text, plain, same
from hydra_slots.studies import points_file

BEST = 5  # trials taken from another sweep
REHEARSALS = 8  # calls of an extension that a point gets to have all its parameters suggested


def read(points: Sequence[Mapping[str, Any] | str], space: Space, declared: Space) -> list[dict[str, Any]]:
    """The points as Optuna's parameters, each once.

    Args:
        points: mappings, CSV files, and folders of sweeps.
        space: of the search; a point that the command line has excluded from it is left out.
        declared: the space before the command line changed it.

    Raises:
        SweepError: a key or value that is in neither space, a folder without a sweep that shares a parameter, or a file
            that is no table of points.
    """
    found: list[dict[str, Any]] = []
    for index, point in enumerate(points):
        where = f"hydra.sweeper.start_points[{index}]"
        if isinstance(point, Mapping):
            several = _given(point, space, declared, where)
        elif point.endswith(points_file.ENDING) and not Path(point).is_dir():
            several = _of_file(point, space, declared)
        else:
            several = _best_of(point, space, where)
        found += several
    return [one for index, one in enumerate(found) if one not in found[:index]]


def _given(point: Mapping[str, Any], space: Space, declared: Space, where: str) -> list[dict[str, Any]]:
    """The point; nothing if it fits the declared space alone."""
    constants = {plain(key): value for key, _, value in (override.partition("=") for override in space.fixed)}
    chosen = {
        key: value
        for key, value in point.items()
        if plain(str(key)) not in constants or not same(constants[plain(str(key))], as_text(value))
    }
    try:
        queued = space.queued(chosen, where)
    except SweepError:
        try:
            declared.queued(point, where)
        except SweepError:
            pass
        else:
            return []
        raise
    if queued and space.extension:
        _rehearse(queued, space, where)
    return [queued] if queued else []


def _of_file(file: str, space: Space, declared: Space) -> list[dict[str, Any]]:
    fixed = (override.partition("=")[0] for override in space.fixed)
    keys = [*(parameter.key for parameter in (*space.parameters, *declared.parameters)), *fixed]
    known = None if space.extension else list(dict.fromkeys(map(plain, keys)))
    rows = points_file.read(file, known)
    return [one for where, point in rows for one in _given(point, space, declared, where)]


def _rehearse(queued: Mapping[str, Any], space: Space, where: str) -> None:
    """Tries a point on a space whose extension alone knows what it suggests.

    Raises:
        SweepError: a parameter that is never suggested, or a value outside of the bounds that it is suggested with.
    """
    import optuna

    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=0))
    missing, seen = set(queued), set[str]()
    for _ in range(REHEARSALS):  # what the point leaves open may decide what is suggested
        study.enqueue_trial(dict(queued))
        trial = study.ask()
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message="Fixed parameter")
            try:
                space.suggest(trial)
            except SweepError as error:
                raise SweepError(f"{where}: {error}") from error
        seen |= set(trial.params)
        missing -= set(trial.params)
        if not missing:
            return
    raise SweepError(
        f"{where}: {', '.join(sorted(missing))} is not in the search space, which has {', '.join(sorted(seen))}; if it "
        "exists under some values alone, give these as well"
    )


def _best_of(folder: str, space: Space, where: str) -> list[dict[str, Any]]:
    """The best trials of another sweep, as far as the spaces agree."""
    from hydra_slots.studies.history import History
    from hydra_slots.studies.opening import open_study

    if not Path(folder).is_dir():
        raise SweepError(
            f"{where}={folder}: no such folder; name the folder of a sweep (its hydra.sweep.dir), or a file .csv"
        )
    history = History.of(open_study(folder))
    sign = -1 if history.directions[0] == "maximize" else 1
    complete = [record for record in history.finished() if record.state == "COMPLETE" and record.values]
    complete.sort(key=lambda record: sign * record.values[0])  # type: ignore[index]
    own = {parameter.key for parameter in space.parameters}
    points: list[dict[str, Any]] = []
    for record in complete:
        point: dict[str, Any] = {}
        chosen = dict(record.user_attrs.get("params_text", {}))
        if space.extension:  # what its function suggests is queued as Optuna has it
            chosen |= {key: value for key, value in record.params.items() if key not in own}
        for key, value in chosen.items():
            try:
                point |= space.queued({key: value}, where)
            except SweepError:  # a parameter or value that only the other sweep has
                continue
        if point and point not in points:
            points.append(point)
    if not points:
        raise SweepError(f"{where}={folder}: no complete trial there has a parameter of this search")
    return points[:BEST]
