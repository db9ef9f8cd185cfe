"""Every scoring scheme beside the others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.report.markup import Html, explained, filter_button, section, table, tag
from ner_lab.report.single.wording import points


def audit(report: Mapping[str, Any]) -> Html:
    """Every scoring scheme beside the others."""
    rows = [
        [
            explained(name, row["about"]),
            points(row["f1"]),
            points(row["precision"]),
            points(row["recall"]),
            filter_button(f"{row['sentences']:,}", {"scheme": number}, class_="link") if row["sentences"] else "0",
        ]
        for number, (name, row) in enumerate(report["audit"].items())
    ]
    broken = sum(report["violations"].values())
    reasons = "; ".join(f"{reason}: {number:,}" for reason, number in report["violations"].items())
    return section(
        "schemes",
        "The same tags under other scoring schemes",
        table(
            ["scheme, and what is correct", "F1", "precision", "recall", "sentences scored otherwise"],
            rows,
            "Scoring schemes",
        ),
        tag(
            "p",
            "“Scored otherwise” is against seqeval's default mode, which this page uses; the number opens those "
            "sentences. ",
            f"Predicted tags that break IOB2: {broken:,} ({reasons})." if broken else "No predicted tag breaks IOB2.",
            class_="note",
        ),
    )
