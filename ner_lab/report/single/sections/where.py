"""Scores by what an entity or its sentence is like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.report.markup import Html, section, table, tag
from ner_lab.report.single.charts import bar
from ner_lab.report.single.wording import points


def breakdowns(report: Mapping[str, Any]) -> Html:
    """F1 by what an entity or its sentence is like."""
    blocks = [
        tag(
            "div",
            tag("h3", name),
            tag("p", found["about"], class_="note"),
            table(
                [found["unit"], "F1", "", "precision", "recall", "gold"],
                [
                    [
                        row["group"],
                        points(row["f1"]),
                        Html(bar(row["f1"])),
                        points(row["precision"]),
                        points(row["recall"]),
                        f"{row['gold']:,}",
                    ]
                    for row in found["groups"]
                ],
                name,
            ),
        )
        for name, found in report["breakdowns"].items()
    ]
    missing = {
        "seen in training": "The source says nothing of training data, so seen and unseen names cannot be told apart.",
        "position in document": "The data names no documents, so there is no position in them.",
    }
    notes = [tag("p", text, class_="note") for name, text in missing.items() if name not in report["breakdowns"]]
    return section("where", "Where the errors are", tag("div", *blocks, class_="columns"), *notes)
