"""What another system fixed and broke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.report.markup import Html, filter_button, section, table, tag, text
from ner_lab.report.single.wording import points


def against(report: Mapping[str, Any]) -> Html:
    """What another system fixed and broke."""
    other = report["against"]
    if other is None:
        return Html("")
    low, high = other["difference"]["interval"]
    difference = 100 * other["difference"]["f1"]
    verdict = "The interval has zero in it: the difference may be chance." if low <= 0 <= high else ""
    rows = [
        [label, f"{other[kind]['number']:,}", _top_types(other[kind]["types"])]
        for label, kind in (
            ("fixed: gold entities now found", "found"),
            ("fixed: spurious or wrong ones gone", "dropped"),
            ("broken: gold entities now lost", "lost"),
            ("broken: new spurious or wrong ones", "added"),
        )
    ]
    sentences = other["sentences"]
    return section(
        "against",
        "Against the other",
        tag("p", "The other is ", tag("code", other["name"]), "."),
        tag(
            "p",
            tag("b", f"F1 {_signed(difference)}"),
            f" ({points(report['scores']['all']['f1'])} here, {points(other['scores']['f1'])} there; paired 95\u00a0% "
            f"interval {_signed(100 * low)} to {_signed(100 * high)}). {verdict}",
        ),
        table(["what the other did", "entities", "most by type"], rows, "Fixed and broken"),
        tag(
            "p",
            filter_button(f"Sentences only better: {sentences['fixed']:,}", {"change": "fixed"}, class_="quiet"),
            filter_button(f"only worse: {sentences['broken']:,}", {"change": "broken"}, class_="quiet"),
            filter_button(f"both: {sentences['both']:,}", {"change": "both"}, class_="quiet"),
            class_="buttons",
        ),
        tag(
            "p",
            "One model of each: seeds alone can move F1 by a point. ner-lab compare looks at several.",
            class_="note",
        ),
    )


def _signed(number: float) -> str:
    return f"{number:+.1f}".replace("-", "\u2212")


def _top_types(types: Mapping[str, int]) -> Html:
    top = sorted(types.items(), key=lambda item: (-item[1], item[0]))[:3]
    return text(", ".join(f"{name} {number:,}" for name, number in top if number) or "–")
