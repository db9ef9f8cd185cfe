"""The place where `page.js` draws the sentences, and what filters and sorts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.metrics.error_taxonomy import ERRORS
from ner_lab.metrics.scoring_schemes import SCHEMES
from ner_lab.report.markup import Html, join, section, tag


def sentences(report: Mapping[str, Any], number: int, left_out: int) -> Html:
    def choice(id: str, label: str, options: Mapping[str, str]) -> Html:
        return tag(
            "label", label, tag("select", join(tag("option", shown, value=v) for v, shown in options.items()), id=id)
        )

    types = list(report["scores"]["types"])
    sortings = {"place": "place in the data"}
    if report["confidence"] is not None:
        sortings = {"loss": "highest loss", "sure": "surest errors", "unsure": "least sure errors", **sortings}
    schemes = {str(number): name for number, name in enumerate(SCHEMES) if number}
    changes = {"": "all", "fixed": "only better", "broken": "only worse", "both": "both"}
    notes = [
        f"{number:,} sentences: those with an error, or where scoring schemes disagree. The line above a word is gold, "
        "the line below is the model, with its confidence in percent. Dashed: gold that the model did not get; framed: "
        "what it says wrongly."
    ]
    if report["against"]:
        notes.append("A second line below is the other system, where it changed something.")
    if left_out:
        notes.append(
            f"{left_out:,} more did not fit into this page: the sentences with the highest loss are here, json=FILE "
            "has all of them."
        )
    return section(
        "sentences",
        "Sentences",
        tag("p", " ".join(notes), class_="note"),
        tag(
            "form",
            tag("label", "search words", Html('<input type="search" id="search" autocomplete="off">')),
            choice("kind", "kind of error", {"": "all", **{kind: kind for kind in ERRORS}}),
            choice("type", "type", {"": "all", **{type_: type_ for type_ in types}}),
            choice("scheme", "scored otherwise by", {"": "–", **schemes}),
            choice("change", "the other", changes) if report["against"] else "",
            choice("sort", "sort by", sortings),
            id="filters",
        ),
        tag(
            "p",
            Html('<output id="count" aria-live="polite"></output>'),
            tag("button", "Clear filters", type="button", id="clear", class_="quiet"),
            class_="buttons",
        ),
        tag("div", id="list"),
        tag("p", tag("button", "Show more", type="button", id="more", class_="quiet"), class_="buttons"),
        tag("noscript", "The sentences are drawn by a script, which this browser does not run."),
    )
