"""Plots of what the parameters did: importance, a slice of each, and all of them as parallel coordinates."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from hydra_slots.studies.front import valued
from hydra_slots.studies.history import History, Record
from hydra_slots.views.charts import BOTTOM, RIGHT, TOP, UNUSED, Chart, scale
from hydra_slots.views.plots import hint, last_value

if TYPE_CHECKING:
    from optuna import Study


def importances(study: Study, history: History, objective: int = 0) -> dict[str, float]:
    """Shares (summing to 1) of each parameter in reaching the best tenth, the largest first; empty when too few trials
    are complete to tell. Conditional PED-ANOVA (Watanabe et al. 2023, arXiv:2304.10255), which also knows parameters
    that only some trials have."""
    import optuna

    sign = -1 if history.directions[objective] == "maximize" else 1  # the evaluator minimises
    complete = [record for record in history if record.state == "COMPLETE" and record.params and record.values]
    if len(complete) < 4:
        return {}
    trials = study.get_trials(deepcopy=False)
    if not any(trial.distributions for trial in trials):
        study = _grid_as_study(complete, len(history.directions))
    elif any(trial.state.name == "COMPLETE" and not valued(trial) for trial in trials):
        study = _new_study(len(history.directions))
        study.add_trials(filter(valued, trials))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it is experimental, and that few trials say little: the page says so
        try:
            return optuna.importance.get_param_importances(
                study,
                evaluator=optuna.importance.PedAnovaImportanceEvaluator(),
                target=lambda trial: sign * trial.values[objective],
            )
        except (ValueError, RuntimeError):  # all values equal, or no parameter that varies
            return {}


def _grid_as_study(complete: Sequence[Record], objectives: int) -> Study:
    """A grid has no distributions of Optuna's; here are the values that it tried."""
    import optuna

    tried: dict[str, set[str]] = {}
    for record in complete:
        for key, value in record.params.items():
            tried.setdefault(key, set()).add(str(value))
    study = _new_study(objectives)
    for record in complete:
        known: dict[str, optuna.distributions.BaseDistribution] = {
            key: optuna.distributions.CategoricalDistribution(sorted(tried[key])) for key in record.params
        }
        texts = {key: str(value) for key, value in record.params.items()}
        study.add_trial(optuna.create_trial(values=record.values, params=texts, distributions=known))
    return study


def _new_study(objectives: int) -> Study:
    """In memory, and without Optuna's line about it on the console."""
    import optuna

    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        return optuna.create_study(directions=["minimize"] * objectives)
    finally:
        optuna.logging.set_verbosity(before)


def importance(shares: dict[str, float], name: str) -> Chart:
    chart = Chart(f"importance for {name}", height=TOP + BOTTOM + 26 * len(shares), left=190)
    x = scale([0, max(shares.values(), default=1.0)], *chart.across, margin=0)
    chart.x_axis(x, f"share of what decides about {name}")
    for i, (key, share) in enumerate(shares.items()):
        y = TOP + 26 * i + 4
        chart.text(chart.left - 8, y + 13, key, "tick", "end", longest=28)
        chart.bar(x(0), y, x(share) - x(0), 18, "complete", f"{key}: {share:.3f}")
    return chart


def slices(study: Study, history: History, objective: int = 0) -> list[Chart]:
    """One chart a parameter: value against it. Parameters that never varied say nothing and are left out."""
    logs = logarithmic(study)
    charts = []
    for key in varied(history):
        seen = [(r, v) for r in history if key in r.params and (v := last_value(r, objective)) is not None]
        if not seen:
            continue
        chart = Chart(f"{history.objectives[objective]} by {key}", width=400, height=260)
        x = scale([number(record.params[key]) for record, _ in seen], *chart.across, log=key in logs)
        y = scale([value for _, value in seen], *chart.upwards)
        chart.x_axis(x, key + (" (log)" if x.log else ""))
        chart.y_axis(y, history.objectives[objective])
        for record, value in seen:
            # Points of one choice side by side rather than on top of each other.
            aside = 5 * ((record.number * 0.618) % 1 - 0.5) * 2 if x.choices else 0
            chart.dot(x(number(record.params[key])) + aside, y(value), record.state.lower(), hint(record), 3.5)
        charts.append(chart)
    return charts


def logarithmic(study: Study) -> set[str]:
    """The parameters that are searched on a logarithmic scale."""
    distributions = (pair for trial in study.get_trials(deepcopy=False) for pair in trial.distributions.items())
    return {key for key, distribution in distributions if getattr(distribution, "log", False)}


def varied(history: History) -> list[str]:
    tried: dict[str, set[str]] = {}
    for record in history:
        for key, value in record.params.items():
            tried.setdefault(key, set()).add(str(value))
    return [key for key, values in tried.items() if len(values) > 1 or _conditional(history, key)]


def _conditional(history: History, key: str) -> bool:
    return any(record.params and key not in record.params for record in history)


def number(value: Any) -> Any:
    """The number that a grid typed as text, anything else as it is."""
    if isinstance(value, str):
        for kind in (int, float):
            try:
                return kind(value)
            except ValueError:
                pass
    return value


def parallel(study: Study, history: History, objective: int = 0) -> Chart | None:
    """A line a complete trial through all its parameters to its value; better trials are drawn later and stronger."""
    keys = varied(history)
    complete = [record for record in history.finished() if record.state == "COMPLETE" and record.values]
    if len(complete) < 2 or not keys:
        return None
    chart = Chart("parallel coordinates", width=max(640, 150 * (len(keys) + 1)), left=40)
    bottom, top = chart.upwards
    rail = bottom + 12  # where a trial passes that does not have the parameter
    logs = logarithmic(study)
    axes = {}
    for key in keys:
        tried = [number(record.params[key]) for record in complete if key in record.params]
        axes[key] = scale(tried, bottom - 12, top + 8, log=key in logs, margin=0)
    values = [record.values[objective] for record in complete if record.values]
    goal = scale(values, bottom - 12, top + 8, margin=0)
    places = scale([0, len(keys)], chart.left, chart.width - RIGHT - 50, margin=0)
    up = history.directions[objective] == "maximize"
    ranked = sorted(complete, key=lambda record: record.values[objective] * (1 if up else -1))  # type: ignore[index]
    for rank, record in enumerate(ranked):
        assert record.values
        points = [
            (places(i), axes[key](number(record.params[key])) if key in record.params else rail)
            for i, key in enumerate(keys)
        ]
        share = rank / (len(ranked) - 1)
        points.append((places(len(keys)), goal(record.values[objective])))
        chart.path(points, "through", hint(record), f' opacity="{0.12 + 0.88 * share**2:.2f}"')
    for i, (key, axis) in enumerate([*axes.items(), (history.objectives[objective], goal)]):
        chart.parts.append(f'<line class="axisline" x1="{places(i)}" x2="{places(i)}" y1="{top}" y2="{bottom}"/>')
        for y, text in axis.ticks:
            chart.text(places(i) + 5, y + 4, text, "tick halo", longest=18)
        if i < len(keys) and any(key not in record.params for record in complete):
            chart.text(places(i) + 5, rail + 4, UNUSED, "tick halo")
        chart.text(places(i), chart.height - 6, key, "axis", "middle" if i else "start", longest=22)
    return chart
