"""A sweep as text: its status in a few lines, its trials as columns or as JSON."""

from __future__ import annotations

import json
import math
import time
from typing import Any

from hydra_slots.studies.history import History, Record
from hydra_slots.studies.tickets import NOT_ITS_FAULT
from hydra_slots.trials.outcome import reason
from hydra_slots.views.live import WORDS, duration, numbers
from hydra_slots.visible import visible, visible_json

SHOWN = 10  # paused trials in a status
WIDEST = 500  # characters of a cell; `--json` has them all


def status(history: History, again: str) -> str:
    """A few lines: progress, the best so far, and what runs where; `again` is the command that tries failed trials
    again."""
    counts = history.counts()
    total = f" of {history.total}" if history.total else ""
    done = sum(counts[state] for state in WORDS)
    states = [f"{counts[state]} {word}" for state, word in WORDS.items()]
    beyond = sum(
        record.state in WORDS
        and history.beyond(record)
        and record.number not in history.superseded
        and record.user_attrs.get("end") not in NOT_ITS_FAULT
        for record in history
    )
    others = [
        f"{counts[state]} {state.lower()}" for state in ("RUNNING", "PAUSED", "WAITING", "ABANDONED") if counts[state]
    ]
    others += [f"{beyond} beyond n_trials"] * (beyond > 0)
    lines = [
        f"study {history.name}: {done}{total} trials finished ({', '.join(states)})" + "".join(f", {o}" for o in others)
    ]
    for record in history.best()[:10]:
        lines.append(f"best: trial {record.number}, {scores(history, record)}  {record.choices}".rstrip())
    for record in history:
        if record.state == "RUNNING":
            spent = duration(time.time() - record.started) if record.started else "?"
            host = record.user_attrs.get("host")
            where = f"{record.slot} of {host}" if record.slot and host else "a slot that it is just taking"
            gone = ", its process has gone: start the sweep again" if record.abandoned else ""
            lines.append(f"running: trial {record.number} on {where} for {spent}{gone}  {record.choices}".rstrip())
    paused = [record for record in history if record.state == "PAUSED" and record.intermediate]
    for record in paused[-SHOWN:]:
        step, value = list(record.intermediate.items())[-1]
        lines.append(f"paused: trial {record.number} at step {step}, {numbers([value])}  {record.choices}".rstrip())
    lines += [f"paused: {len(paused) - SHOWN} more, before them"] * (len(paused) > SHOWN)
    failed = [record for record in history.finished() if record.state == "FAIL"]
    for record in failed[-3:]:
        why = reason(str(record.user_attrs.get("error", "")))
        lines.append(f"failed: trial {record.number}: {why or 'no message'}")
    if failed:
        lines.append(f"try failed trials again: {again}, then the sweep's command ({len(failed)} failed)")
    return "\n".join(map(visible, lines))


def scores(history: History, record: Record) -> str:
    pairs = zip(history.objectives, record.values or (), strict=False)
    return ", ".join(f"{name} {numbers([value])}" for name, value in pairs)


def table(history: History) -> str:
    """A line a trial, in columns."""
    rows: list[tuple[str, ...]] = [("trial", "state", "value", "time", "slot", "folder", "parameters")]
    for record in history:
        spent = "" if record.started is None or record.ended is None else duration(record.ended - record.started)
        value = numbers(record.values) if record.values else str(record.user_attrs.get("end", ""))
        state, folder = history.state(record), record.folder or ""
        cells = (str(record.number), state, value, spent, record.slot, folder, record.choices)
        rows.append(tuple(visible(cell if len(cell) <= WIDEST else f"{cell[:WIDEST]}...") for cell in cells))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def as_json(history: History) -> str:
    """The records as a JSON list; a number that JSON does not know (infinity) becomes text."""
    rows = [_strict(record.row()) for record in history]
    return visible_json(json.dumps(rows, indent=1, ensure_ascii=False, default=str))


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _strict(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_strict(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
