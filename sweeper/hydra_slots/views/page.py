"""A sweep as one HTML page that needs nothing else: no script, no font and no picture from anywhere."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from hydra_slots.studies.history import History, Record, short
from hydra_slots.views import parameter_plots, plots
from hydra_slots.views.best import command
from hydra_slots.views.charts import Chart, escape
from hydra_slots.views.live import duration, numbers

if TYPE_CHECKING:
    from optuna import Study

STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2024; --faint: #667079; --rule: #e3e6e9; --panel: #f7f8f9;
  --complete: #2f6fde; --pruned: #d98a00; --fail: #d4353d; --running: #2a9d6f; --best: #10151a; --warm: #b5179e;
  --paused: #7d6bd0; --promoted: #8fb3ee; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e9ec; --faint: #98a2ab; --rule: #2b3137;
  --panel: #1b2024; --complete: #6ea2ff; --pruned: #f0b042; --fail: #ff6b70; --running: #4fd1a0; --best: #fff;
  --warm: #ff79d6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px 20px 60px; max-width: 1120px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 24px; margin: 0; overflow-wrap: anywhere; } h2 { font-size: 18px; margin: 36px 0 4px; }
p { margin: 4px 0 12px; max-width: 75ch; } p.note, td.dim, footer { color: var(--faint); }
.tiles { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0; }
.tile { background: var(--panel); border: 1px solid var(--rule); border-radius: 8px; padding: 8px 14px; }
.tile b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
.tile span { color: var(--faint); font-size: 13px; }
code { display: block; background: var(--panel); border: 1px solid var(--rule); border-radius: 6px; padding: 8px 12px;
  font: 13px/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
.charts { display: flex; flex-wrap: wrap; gap: 12px 24px; } .wide { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; } .charts > svg { flex: 1 1 320px; }
.wide > svg { min-width: 560px; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; } svg .tick { fill: var(--faint); font-size: 11px; }
svg .halo { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.grid { stroke: var(--rule); } .axisline { stroke: var(--faint); }
.dot { fill: var(--complete); stroke: var(--paper); }
.dot.pruned { fill: none; stroke: var(--pruned); stroke-width: 1.5; }
.dot.fail { fill: var(--fail); } .dot.running { fill: var(--running); } .dot.onfront { fill: var(--warm); }
.line { fill: none; stroke: var(--complete); stroke-width: 1.5; } .line.best { stroke: var(--best); stroke-width: 1.2; }
.line.pruned { stroke: var(--pruned); opacity: .7; } .line.fail { stroke: var(--fail); }
.line.running { stroke: var(--running); } .line.complete { opacity: .75; }
.line.through:hover, .line.complete:hover, .line.pruned:hover {
  stroke: var(--warm); stroke-width: 3; opacity: 1 !important; }
.bar { fill: var(--complete); stroke: var(--paper); } .bar.pruned { fill: var(--pruned); }
.bar.fail { fill: var(--fail); }
.bar.running { fill: var(--running); } .bar.uncounted { fill: none; stroke: var(--faint); stroke-dasharray: 3 2; }
.key { font-size: 13px; color: var(--faint); }
.key i { display: inline-block; width: 11px; height: 11px; margin: 0 5px 0 14px; border-radius: 3px; }
.key i:first-child { margin-left: 0; } .key .complete { background: var(--complete); }
.key .pruned { background: var(--pruned); } .key .fail { background: var(--fail); }
.key .running { background: var(--running); } .key .paused { background: var(--paused); }
.key .promoted { background: var(--promoted); }
.dot.paused { fill: none; stroke: var(--paused); stroke-width: 1.5; } .dot.promoted { fill: var(--promoted); }
.line.paused { stroke: var(--paused); opacity: .7; } .line.promoted { stroke: var(--promoted); opacity: .7; }
.bar.paused { fill: var(--paused); } .bar.promoted { fill: var(--promoted); }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 3px 12px 3px 0; border-bottom: 1px solid var(--rule); vertical-align: top; }
td:last-child { overflow-wrap: anywhere; } summary { cursor: pointer; font-weight: 600; margin-top: 36px; }
@media print { details > * { display: block; } .charts > svg { break-inside: avoid; } }
"""
KEY = (("complete", "complete"), ("pruned", "pruned"), ("fail", "failed"), ("running", "running"))
PAUSES = (("paused", "paused"), ("promoted", "paused, and went on"))


def render(study: Study, now: float | None = None) -> str:
    """The page of a study, at any moment of its life; `now` (unix seconds) is where running trials end."""
    history = History.of(study)
    now = time.time() if now is None else now
    body = [*_head(history, now), *_best(history)]
    several = len(history.objectives) > 1
    if several:
        note = "Trials that no other one beats in every objective stand out."
        body += _section("Pareto front", note, [plots.front(history)])
    charts = [*(plots.optimisation(history, i) for i in range(len(history.objectives))), plots.intermediate(history)]
    note = "Each trial's value and the best so far."
    if charts[-1]:
        note += " Beside it what the trials reported on their way; lines that end early were pruned."
    body += _section("Optimisation history", note, charts)
    for i, name in enumerate(history.objectives):
        of = f" for {name}" if several else ""
        shares = parameter_plots.importances(study, history, i)
        note = (
            "Which parameters decide whether a trial is among the best tenth (conditional PED-ANOVA), as shares of 1."
        )
        if 0 < sum(record.state == "COMPLETE" for record in history) < 50:
            note += " With fewer than 50 complete trials this is a hint, no result."
        bars = [parameter_plots.importance(shares, name)] if shares else []
        body += _section(f"Parameter importance{of}", note, bars)
        slices = parameter_plots.slices(study, history, i)
        body += _section(f"Slices{of}", "The value against one parameter at a time.", slices)
        note = "A line a complete trial, strong where it is good; hover over it to single it out."
        body += _section(f"Parallel coordinates{of}", note, [parameter_plots.parallel(study, history, i)], wide=True)
    note = "Which trial held which slot; hollow bars are attempts that do not count: stopped and queued again, or "
    note += "beyond a total that was lowered."
    body += _section("Slot timeline", note, [plots.timeline(history, now)], wide=True)
    body += _table(history)
    return _document(f"Sweep {history.name}", body)


def _document(title: str, body: Iterable[str]) -> str:
    inside = "\n".join(body)
    widths = sorted(set(re.findall(r'class="w(\d+)"', inside)))  # of charts, which no style of their own may say
    style = STYLE + "".join(f".w{width} {{ max-width: {width}px; }}\n" for width in widths)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    # Only this very style is used, nothing runs, and nothing is loaded, whatever texts the study holds.
    policy = f"default-src 'none'; style-src 'sha256-{digest}'"
    return (
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n<body>\n{inside}\n</body>\n</html>\n"
    )


def _section(name: str, note: str, charts: Sequence[Chart | None], wide: bool = False) -> list[str]:
    drawn = [chart.svg() for chart in charts if chart]
    if not drawn:
        return []
    kind = "wide" if wide else "charts"
    return [
        f"<h2>{escape(name)}</h2>",
        f'<p class="note">{escape(note)}</p>',
        f'<div class="{kind}">',
        *drawn,
        "</div>",
    ]


def _head(history: History, now: float) -> list[str]:
    counts = history.counts()
    done = sum(counts[state] for state in ("COMPLETE", "PRUNED", "FAIL"))
    pauses = any(record.state in ("PAUSED", "PROMOTED") for record in history)
    starts = [record.started for record in history if record.started is not None]
    ends = [record.ended or now for record in history if record.started is not None]
    tiles = {
        "finished": f"{done} of {history.total}" if history.total else str(done),
        "complete": str(counts["COMPLETE"]),
        "pruned": str(counts["PRUNED"]),
        "failed": str(counts["FAIL"]),
        "running": str(counts["RUNNING"]),
        **({"paused": str(counts["PAUSED"])} if pauses else {}),
        "from first start to last end": duration(max(ends) - min(starts)) if starts else "-",
    }
    boxes = "".join(f'<div class="tile"><b>{escape(v)}</b><span>{escape(k)}</span></div>' for k, v in tiles.items())
    goal = ", ".join(f"{d} {o}" for d, o in zip(history.directions, history.objectives, strict=True))
    key = "".join(f'<i class="{style}"></i>{word}' for style, word in (*KEY, *(PAUSES if pauses else ())))
    return [
        f"<h1>{escape(history.name)}</h1>",
        f'<p class="note">{escape(goal)}</p>',
        f'<div class="tiles">{boxes}</div>',
        f'<div class="key">{key}</div>',
    ]


def _best(history: History) -> list[str]:
    best = history.best()
    if not best:
        return ["<h2>Best</h2>", "<p>No trial is complete yet.</p>"]
    parts = ["<h2>Best</h2>" if len(best) == 1 else f"<h2>Best: a front of {len(best)} trials</h2>"]
    for record in best[:5]:
        said = f"Trial {record.number}: {numbers(record.values or ())}"
        seeds = record.user_attrs.get("seeds") or {}
        if seeds:
            said += " (seeds " + ", ".join(f"{seed}: {short(value)}" for seed, value in seeds.items()) + ")"
        parts += [f"<p>{escape(said)}</p>", f"<code>{escape(command(history, record))}</code>"]
    return parts


def _table(history: History) -> list[str]:
    columns = ("trial", "state", "value", "time", "slot", "folder", "parameters")
    head = "".join(f"<th>{name}</th>" for name in columns)
    rows = [f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _cells(history, record))}</tr>" for record in history]
    return [
        f'<details><summary>All {len(rows)} trials</summary><div class="wide"><table><tr>{head}</tr>',
        *rows,
        "</table></div></details>",
    ]


def _cells(history: History, record: Record) -> tuple[str, ...]:
    spent = "" if record.started is None or record.ended is None else duration(record.ended - record.started)
    value = numbers(record.values) if record.values else str(record.user_attrs.get("end", ""))
    folder = record.folder or ""
    return str(record.number), history.state(record), value, spent, record.slot, folder, record.choices
