"""The score in large, and the findings in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ner_lab.report.markup import Html, filter_button, join, section, tag
from ner_lab.report.single.wording import in_short, points

_OVERRIDE = re.compile(
    r"((?<![a-z_./])(?:ner-lab [a-z ]+)?[a-z_]+(?:[./][a-z_]+)*=[\w.-]*\w(?: [a-z]+=\w+)*|\b(?:loss|trainer)\.[a-z_]+)"
)
SHOWN = 6  # findings that are open from the start


def summary(report: Mapping[str, Any]) -> Html:
    """The score in large, and the findings."""
    overall, source = report["scores"]["all"], report["source"]
    low, high = overall["intervals"]["f1"]
    errors = report["taxonomy"]["errors"]
    found = [_finding(finding) for finding in report["findings"]]
    more = (
        tag("details", tag("summary", f"{len(found) - SHOWN} more"), tag("div", *found[SHOWN:], class_="columns"))
        if found[SHOWN:]
        else ""
    )
    return section(
        "summary",
        "In short",
        tag(
            "div",
            tag("div", tag("b", points(overall["f1"])), tag("span", "F1"), class_="score"),
            tag(
                "p",
                f"Of 100 entities that are there it finds {100 * overall['recall']:.0f}, and of 100 that it names "
                f"{100 * overall['precision']:.0f} are right, to the word and with the right type. "
                f"The 95\u00a0% interval of F1 is {points(low)} to {points(high)}. ",
                tag("b", f"{errors:,} errors") if errors else tag("b", "No errors"),
                f" in {source['sentences']:,} sentences with {overall['gold']:,} entities.",
            ),
            class_="headline",
        ),
        _verdict(report["verdict"]),
        _settings(report),
        tag("h3", "The main points, and what to try") if found else "",
        tag("div", *found[:SHOWN], class_="columns"),
        more,
        _caution(source["split"], report["config"] is not None) if found else "",
    )


def _verdict(found: Mapping[str, str] | None) -> Html | str:
    if found is None:
        return ""
    return tag(
        "dl",
        tag("div", tag("dt", "What it gets wrong"), tag("dd", found["wrong"])),
        tag("div", tag("dt", "What to change first"), tag("dd", _with_code(found["change"]))),
        class_="verdict",
    )


def _settings(report: Mapping[str, Any]) -> Html | str:
    """The settings that tell runs apart, in one line."""
    if report["config"] is None:
        return ""
    parts = [join([f"{name} ", tag("b", value)]) for name, value in in_short(report["config"])]
    line = join(part if not at else join([" · ", part]) for at, part in enumerate(parts))
    return tag("p", line, ". ", tag("a", "All settings", href="#settings"), class_="note settings")


def _caution(split: str, ours: bool) -> Html | str:
    if not ours:
        return tag("p", "Settings such as ", tag("code", "loss=focal"), " are those of ner-lab train.", class_="note")
    if split != "test":
        return ""
    return tag(
        "p",
        "These are errors on test. Changes that you choose by them make the test score of the next model look better "
        "than it is; ner-lab report run=RUN split=dev shows the errors to learn from.",
        class_="note",
    )


def _finding(finding: Mapping[str, Any]) -> Html:
    show = filter_button("Show the sentences", finding["filter"], class_="quiet") if finding["filter"] else ""
    return tag(
        "article",
        tag("h4", finding["title"]),
        tag("p", finding["text"]),
        tag("p", tag("b", "Try: "), _with_code(finding["advice"]), class_="advice"),
        show,
        class_="finding",
    )


def _with_code(advice: str) -> Html:
    """Overrides such as loss=focal, and commands, set as code."""
    return join(tag("code", part) if at % 2 else part for at, part in enumerate(_OVERRIDE.split(advice)))
