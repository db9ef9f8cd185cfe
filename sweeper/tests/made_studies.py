"""Studies as a sweep leaves them, made here trial by trial: the views are tested without running anything."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import CategoricalDistribution, FloatDistribution
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import TrialState

START = 1_800_000_000.0
SPACE = {
    "loss": CategoricalDistribution(["nll", "focal"]),
    "optimizer.lr": FloatDistribution(1e-5, 1e-2, log=True),
    "loss.gamma": FloatDistribution(0.5, 5.0),
}


def setting(**changes: Any) -> dict[str, Any]:
    """The study's attribute `sweep`."""
    plain = {
        "n_trials": 10,
        "directions": ["maximize"],
        "objective_names": ["dev/f1"],
        "groups": ["loss", "model", "model/head", "experiment"],
        "app": "python app.py",
    }
    return {**plain, **changes}


def new_study(folder: Path | None = None, name: str = "study", **changes: Any) -> optuna.Study:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = JournalStorage(JournalFileBackend(str(folder / "study.journal"))) if folder else None
    described = setting(**changes)
    study = optuna.create_study(storage=storage, study_name=name, directions=described["directions"])
    study.set_user_attr("sweep", described)
    return study


def add(study: optuna.Study, state: str = "COMPLETE", value: Any = None, params: dict | None = None, **attributes: Any):
    """One more trial; `attributes` are user attributes on top of what every trial has."""
    number = len(study.get_trials(deepcopy=False))
    params = {"loss": "nll", "optimizer.lr": 1e-3} if params is None else params
    reported = attributes.pop("reported", {})
    plain = {
        "ticket": number,
        "attempt": 0,
        "overrides": ["model=tiny", *(f"{key}={shown}" for key, shown in params.items())],
        "folder": str(number),
        "slot": f"cpu:{number % 2}",
        "pid": 1,
        "host": "elsewhere",
    }
    if state != "WAITING":
        plain["started"] = START + 10 * number
    if state in ("COMPLETE", "PRUNED", "FAIL"):
        plain["ended"] = START + 10 * number + 15
        plain["end"] = {"COMPLETE": "complete", "PRUNED": "pruned", "FAIL": "failed"}[state]
    values = None if value is None else list(value) if isinstance(value, tuple) else [value]
    study.add_trial(
        optuna.create_trial(
            state=TrialState[state],
            values=values,
            params=params,
            distributions={key: SPACE[key] for key in params},
            user_attrs={**plain, **attributes},
            intermediate_values=reported,
        )
    )
    return study.get_trials(deepcopy=False)[-1]


def mixed(folder: Path | None = None, size: int = 24, **changes: Any) -> optuna.Study:
    """Complete, pruned, failed and re-queued trials in a conditional space; values are a function of the parameters."""
    study = new_study(folder, n_trials=size, **changes)
    for i in range(size):
        params: dict[str, Any] = {"loss": "focal" if i % 3 else "nll", "optimizer.lr": 10 ** (-5 + 3 * (i * 0.37 % 1))}
        if params["loss"] == "focal":
            params["loss.gamma"] = 0.5 + 4.5 * (i * 0.61 % 1)
        peak = 0.9 - 0.1 * (math.log10(params["optimizer.lr"]) + 3.3) ** 2 - 0.02 * params.get("loss.gamma", 2.0)
        curve = {step: peak * (1 - 0.6**step) for step in range(1, 10)}
        if i % 4 == 1:
            add(study, "PRUNED", params=params, ticket=i, reported={step: curve[step] for step in (1, 2, 3)})
        elif i == 6:
            add(study, "FAIL", params=params, end="killed")
            add(
                study,
                value=peak,
                params=params,
                reported=curve,
                ticket=len(study.get_trials(deepcopy=False)) - 1,
                attempt=1,
            )
        elif i == 10:
            add(study, "FAIL", params=params, ticket=i, error="RuntimeError: out of memory")
        else:
            add(study, value=peak, params=params, ticket=i, reported=curve)
    return study
