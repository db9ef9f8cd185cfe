"""Plots of how a sweep went: values by trial, the Pareto front, intermediate values, the timeline of its slots."""

from __future__ import annotations

import math

from hydra_slots.studies.history import History, Record, short
from hydra_slots.views.charts import BOTTOM, TOP, Chart, scale
from hydra_slots.views.live import duration


def hint(record: Record) -> str:
    """What the tooltip of a trial says."""
    values = ", ".join(map(short, record.values)) if record.values else "no value"
    return f"trial {record.number}, {record.state.lower()}: {values}\n{record.choices}".rstrip()


def last_value(record: Record, objective: int = 0) -> float | None:
    """The objective, or what a pruned trial reported last (only ever the first objective)."""
    if record.values:
        return record.values[objective]
    if record.state in ("PRUNED", "PAUSED") and record.intermediate and objective == 0:
        value = list(record.intermediate.values())[-1]
        return value if math.isfinite(value) else None
    return None


def optimisation(history: History, objective: int = 0) -> Chart | None:
    """Value by trial number, and the best so far of those that count as a line; pruned trials stand at what they
    reported last."""
    last = [record for record in history if record.state != "PROMOTED"]
    seen = [(record, value) for record in last if (value := last_value(record, objective)) is not None]
    if not seen:
        return None
    chart = Chart(f"{history.objectives[objective]} by trial")
    x = scale([0, max(1, seen[-1][0].number)], *chart.across)
    y = scale([value for _, value in seen], *chart.upwards)
    chart.x_axis(x, "trial")
    chart.y_axis(y, history.objectives[objective])
    better = max if history.directions[objective] == "maximize" else min
    best: list[tuple[float, float]] = []
    for record, value in seen:
        if record.state == "COMPLETE" and record.number in history.results:
            so_far = better(value, best[-1][1]) if best else value
            best += [(record.number, best[-1][1] if best else so_far), (record.number, so_far)]
    if best:
        best.append((seen[-1][0].number, best[-1][1]))
    chart.path([(x(number), y(value)) for number, value in best], "best")
    for record, value in seen:
        chart.dot(x(record.number), y(value), record.state.lower(), hint(record))
    return chart


def front(history: History) -> Chart | None:
    """The first two objectives against each other; trials that no other one beats stand out."""
    complete = [record for record in history if record.values and len(record.values) > 1]
    if not complete:
        return None
    chart = Chart(f"{history.objectives[0]} against {history.objectives[1]}")
    x = scale([record.values[1] for record in complete if record.values], *chart.across)
    y = scale([record.values[0] for record in complete if record.values], *chart.upwards)
    chart.x_axis(x, history.objectives[1])
    chart.y_axis(y, history.objectives[0])
    for record in sorted(complete, key=lambda record: record.number in history.front):
        assert record.values
        style = "onfront" if record.number in history.front else "complete"
        chart.dot(x(record.values[1]), y(record.values[0]), style, hint(record), 6 if style == "onfront" else 4)
    return chart


def intermediate(history: History) -> Chart | None:
    """What each trial reported, step by step."""
    reported = [record for record in history if record.intermediate]
    points = [(s, v) for record in reported for s, v in record.intermediate.items() if math.isfinite(v)]
    if not points:
        return None
    chart = Chart("intermediate values by step")
    x = scale([step for step, _ in points], *chart.across)
    y = scale([value for _, value in points], *chart.upwards)
    chart.x_axis(x, "step")
    chart.y_axis(y, history.objectives[0])
    for record in sorted(reported, key=lambda record: record.state == "COMPLETE"):
        line = [(x(step), y(value)) for step, value in record.intermediate.items() if math.isfinite(value)]
        chart.path(line, record.state.lower(), hint(record))
        if line and record.state != "COMPLETE":
            chart.dot(*line[-1], record.state.lower(), hint(record), 3)
    return chart


def timeline(history: History, now: float) -> Chart | None:
    """Which trial held which slot when; attempts that did not count are hollow."""
    placed = [record for record in history if record.started is not None]
    if not placed:
        return None
    several = len({record.user_attrs.get("host") for record in placed}) > 1

    def name(record: Record) -> str:
        return f"{record.user_attrs.get('host', '')} {record.slot}" if several else record.slot or "?"

    rows = sorted({name(record) for record in placed})
    begin = min(record.started for record in placed if record.started is not None)
    chart = Chart("slot timeline", height=TOP + BOTTOM + 26 * len(rows), left=110)
    ends = [(record.ended or now) - begin for record in placed]
    unit, word = next(
        (u, w) for u, w in ((3600, "hours"), (60, "minutes"), (1, "seconds")) if max(ends) > 2 * u or u == 1
    )
    x = scale([0, max(*ends, 1) / unit], *chart.across, margin=0)
    chart.x_axis(x, word)
    counted = {record.number for record in history.finished()}
    for row, slot in enumerate(rows):
        chart.text(chart.left - 8, TOP + 26 * row + 17, slot, "tick", "end", longest=16)
    for record in placed:
        assert record.started is not None
        start, end = record.started - begin, (record.ended or now) - begin
        own = record.number in counted or record.state in ("RUNNING", "PAUSED", "PROMOTED")
        style = record.state.lower() if own else "uncounted"
        text = f"{hint(record)}\n{duration(end - start)} on {name(record)}"
        at = TOP + 26 * rows.index(name(record)) + 4
        chart.bar(x(start / unit), at, x(end / unit) - x(start / unit), 18, style, text)
    return chart
