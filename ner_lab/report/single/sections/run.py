"""Curves, ledger, settings and environment of the run; of a file, the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omegaconf import OmegaConf

from ner_lab.report.markup import Html, section, table, tag
from ner_lab.report.runs import changes
from ner_lab.report.single.charts import line

TITLES = {
    "train/loss": "train loss",
    "dev/loss": "dev loss",
    "dev/accuracy": "dev accuracy",
    "dev/f1": "dev F1",
}


def run(report: Mapping[str, Any]) -> Html:
    """Curves, ledger, settings and environment; of a file, the ledger."""
    if report["config"] is None:
        return section("run", "The file", *_ledger(report["ledger"]))
    charts = [
        tag("figure", Html(line(report["curves"][name], "step", title, title)))
        for name, title in TITLES.items()
        if report["curves"].get(name)
    ]
    train, overrides = report["metrics"]["train"], report["overrides"]
    facts = tag(
        "p",
        f"Trained {train['seconds']:,.0f} s, {train['epochs']} epochs, {train['steps']:,} steps; the best checkpoint "
        f"by {report['config']['objective']} is of step {train['best_step']:,}. Command: ",
        tag("code", " ".join(["ner-lab train", *overrides])),
    )
    resumed = changes(report["environment"] or {})
    return section(
        "run",
        "The run",
        facts,
        *([tag("p", f"Resumed with changes: {', '.join(resumed)}.")] if resumed else []),
        tag("div", *charts, class_="columns") if charts else tag("p", "No curves were logged.", class_="note"),
        *_ledger(report["ledger"]),
        _folded("Settings", report["config"]),
        _folded("Environment", report["environment"]),
    )


def _ledger(ledger: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[Html]:
    rows = [
        [split, step, f"{row['sentences']:,}", f"{row['words']:,}", f"{row['entities']:,}", row["note"] or "–"]
        for split, steps in ledger.items()
        for step, row in steps.items()
    ]
    return [
        tag("h3", "Ledger of repairs and losses"),
        table(["split", "step", "sentences", "words", "entities", "repaired or changed"], rows, "Ledger", words=2),
        tag(
            "p",
            "What went through each step: a number that falls is a loss, and the last column says of what. “decoded” "
            "counts predicted entities, every other step gold ones.",
            class_="note",
        ),
    ]


def _folded(title: str, value: Any) -> Html:
    written = OmegaConf.to_yaml(OmegaConf.create(value))
    return tag("details", tag("summary", title), tag("pre", written), id=title.lower())
