"""The ranking of `ner-lab data errors` as a table on standard output."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from ner_lab.files import RunFolder
from ner_lab.types.printing import console as shown_console
from ner_lab.types.printing import shown

AROUND = 4  # words of context on either side


def show(report: Mapping[str, Any], top: int, run: RunFolder) -> None:
    """Prints the first `top` rows of a ranking, and how well it found noise that was put in on purpose."""
    console = shown_console(highlight=False, width=None if sys.stdout.isatty() else 140)
    ranked = report["ranked"]
    table = Table("", "P(gold)", "what", "gold says", "the model says", "where", title_justify="left")
    for number, row in enumerate(ranked[:top], 1):
        table.add_row(
            str(number),
            f"{row['probability']:.4f}",
            Text(shown(row["kind"])),
            _reading(row, [row["gold"]] if row["gold"] else []),
            _reading(row, row["model"]),
            Text(shown(row["origin"].rpartition("/")[2] or f"{row['split']} {row['index']}")),
        )
    console.print(table)
    judged = ", ".join(f"{number:,} of {split}" for split, number in report["judged"].items())
    by = f"by {report['folds']}-fold cross-validation" if report["folds"] else "by the run's own model"
    console.print(f"gold entities judged {by}: {judged}; the model disagrees in {len(ranked):,} places", soft_wrap=True)
    if report["not_judged"]:
        console.print(f"not judged, since the model does not know their type: {report['not_judged']:,}")
    if not report["folds"]:
        console.print("folds=5 judges the training data, too: it trains five models", soft_wrap=True)
    if noise := report.get("noise"):
        console.print(
            f"of {noise['annotations']:,} training entities {noise['injected']} were made wrong on purpose; "
            f"precision among the first {noise['injected']}:",
            soft_wrap=True,
        )
        for name, value in noise["precision_at_injected"].items():
            console.print(f"  {name:34} {value:.3f}")
    console.print(
        Text(shown(f"written to {run.label_errors}; ner-lab report run={run.path} shows them in their sentences")),
        soft_wrap=True,
    )


def _reading(row: Mapping[str, Any], spans: list[dict[str, Any]]) -> Text:
    """The entities of one reading in brackets, with the words around the place in question."""
    both = [*row["model"], *([row["gold"]] if row["gold"] else [])]
    begin = max(0, min(span["begin"] for span in both) - AROUND)
    end = min(len(row["words"]), max(span["end"] for span in both) + AROUND)
    opens = {span["begin"]: span for span in spans}
    closes = {span["end"]: span for span in spans}
    text = Text()
    for index in range(begin, end):
        if index in opens:
            text.append("[", style="bold")
        text.append(shown(row["words"][index]), style="bold" if _within(index, spans) else "dim")
        if index + 1 in closes:
            text.append("]", style="bold").append(shown(closes[index + 1]["type"]), style="cyan")
        text.append(" ")
    return text


def _within(index: int, spans: list[dict[str, Any]]) -> bool:
    return any(span["begin"] <= index < span["end"] for span in spans)
