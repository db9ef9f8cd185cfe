"""Reliability, coverage, thresholds and temperature."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.metrics.calibration import FEWEST
from ner_lab.report.markup import Html, section, table, tag
from ner_lab.report.single.charts import line, reliability
from ner_lab.report.single.wording import percent, points

COLUMNS = {"before": ".4f", "after": ".4f", "temperature": ".3f"}


def confidence(report: Mapping[str, Any]) -> Html:
    """Reliability, coverage, thresholds and temperature."""
    found = report["confidence"]
    title = "Can its confidence be trusted?"
    if found is None:
        return section("confidence", title, tag("p", "The source has no probabilities.", class_="note"))
    thresholds = [
        [
            f"{row['threshold']:g}",
            f"{row['kept']:,}",
            points(row["precision"]),
            points(row["recall"]),
            points(row["f1"]),
        ]
        for row in found["thresholds"]
    ]
    curve = [(row["coverage"], row["f1"]) for row in found["coverage"]]
    if not curve:
        return section("confidence", title, tag("p", "There is no entity, neither gold nor predicted.", class_="note"))
    return section(
        "confidence",
        title,
        tag(
            "p",
            f"Of the predicted entities {percent(found['precision'])} are right, and their mean confidence is "
            f"{percent(found['mean_confidence'])}. Expected calibration error (ECE) of entities: ",
            tag("b", f"{found['entities']['ece']:.3f}"),
            " (0 is perfect).",
        ),
        tag(
            "div",
            tag(
                "figure",
                Html(reliability(found["entities"]["bins"])),
                tag(
                    "figcaption",
                    "Bars on the diagonal: a confidence of 80 % is right in 80 of 100 cases. Numbers count entities, "
                    "ticks are mean confidences.",
                ),
            ),
            tag(
                "figure",
                Html(line(curve, "share of sentences kept, the most certain first", "F1", "F1 against coverage", True)),
                tag("figcaption", "F1 if the least certain sentences go to people instead."),
            ),
            class_="columns",
        ),
        tag("h3", "If predictions below a confidence are dropped"),
        tag("p", _calibrated(found["calibrated_by"]), class_="note"),
        table(["confidence at least", "entities kept", "precision", "recall", "F1"], thresholds, "Thresholds"),
        *_temperature(found["temperature"]),
    )


def _calibrated(temperature: float | None) -> str:
    if temperature is None:
        return "Confidences as they are: there are no predictions of dev to calibrate by."
    if temperature == 1:
        return (
            f"Confidences as they are: dev has fewer than {FEWEST} predicted entities to calibrate by, or they are all "
            "right, or all wrong."
        )
    return (
        f"Confidences as ner-lab predict threshold=0.8 has them: calibrated by dev, with the temperature "
        f"{temperature:.3f}; with calibrated=false they are as above."
    )


def _temperature(found: Mapping[str, Any] | None) -> list[Html]:
    title = tag("h3", "Temperature")
    if found is None:
        reason = "A temperature is fitted on dev; here dev itself is reported, or its predictions are not there."
        return [title, tag("p", reason, class_="note")]
    entities, words = found["entities"], found["words"]
    rows = [
        [name, error, *(f"{row[key]:{digits}}" for key, digits in COLUMNS.items()), _gain(row["gain"])]
        for name, error, row in (("entities", "ECE", entities), ("words", "nats a word", words))
    ]
    head = ["confidence of", "error", "as it is", "with temperature", "temperature", "gain in log-likelihood, nats"]
    return [
        title,
        table(head, rows, "Temperature", words=2),
        tag(
            "p",
            "Fitted on dev, measured here. Above 1 the model was over-confident, below 1 under-confident. It changes "
            "no prediction, and helps where the 95\u00a0% interval of the gain (an entity or word) lies above 0.",
            class_="note",
        ),
    ]


def _gain(found: Mapping[str, Any]) -> str:
    ends = "" if found["interval"] is None else " ({:.4f} to {:.4f})".format(*found["interval"])
    return f"{found['value']:.4f}{ends}".replace("-", "\N{MINUS SIGN}")
