"""Likely label errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.report.markup import Html, join, section, table, tag
from ner_lab.report.single.remarks import JUDGE
from ner_lab.report.single.wording import points


def label_errors(report: Mapping[str, Any]) -> Html:
    """Likely label errors; `page.js` draws the list."""
    found = report["label_errors"]
    if found is None:
        return Html("")
    judged = ", ".join(f"{number:,} of {split}" for split, number in found["judged"].items())
    how = (
        f"Train and dev were judged by {found['folds']}-fold cross-validation."
        if found["folds"]
        else "The model judges only what it was not trained on; ner-lab data errors run=RUN folds=5 judges the "
        "training data, too."
    )
    noise = _noise(found["noise"]) if "noise" in found else ""
    f1 = report["scores"]["all"]["f1"]
    weak = f" With an F1 of {points(f1)} it is a poor judge: most of these are errors of its own." if f1 < JUDGE else ""
    return section(
        "labels",
        "Likely label errors",
        tag(
            "p",
            f"Gold annotations that the model finds least probable. Entities judged: {judged}; it disagrees in "
            f"{found['in_all']:,} places, of which the first {len(found['ranked'])} are here. {how} Which of the two "
            f"is right is for you to say.{weak}",
        ),
        noise,
        tag("div", id="suspects"),
        tag("p", tag("button", "Show more", type="button", id="more-suspects", class_="quiet"), class_="buttons"),
    )


def _noise(noise: Mapping[str, Any]) -> Html:
    rows = [[name, f"{value:.3f}"] for name, value in noise["precision_at_injected"].items()]
    return join(
        [
            tag(
                "p",
                f"The run was trained with noise on purpose: {noise['injected']:,} of {noise['annotations']:,} "
                f"training entities are wrong. Share of such among the first {noise['injected']:,}:",
            ),
            table(["training entities in order of", "precision"], rows, "Precision at the number of injected errors"),
        ]
    )
