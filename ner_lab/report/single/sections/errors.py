"""Scores by type, kinds of errors, and which type is taken for which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ner_lab.metrics.error_taxonomy import ERRORS, NOTHING
from ner_lab.report.markup import Html, explained, filter_button, join, section, table, tag
from ner_lab.report.single.charts import bar, stacked
from ner_lab.report.single.wording import percent, points

WIDEST = 30  # types in a confusion matrix on the page


def types(report: Mapping[str, Any]) -> Html:
    """Scores by entity type with intervals."""
    scores = report["scores"]
    training = report["training"]
    had = {} if training is None else training
    rows = [_type_row(name, row, had.get(name, 0)) for name, row in scores["types"].items()]
    head = ["type", "F1", "", "precision", "recall", "gold", "predicted", "correct", "gold in training"]
    rows.append(_type_row("all (micro)", scores["all"], sum(had.values())))
    if training is None:
        head, rows = head[:-1], [row[:-1] for row in rows]
    return section(
        "types",
        "Scores by type",
        table(
            head,
            rows,
            "Scores by type",
        ),
        tag(
            "p",
            f"In percent, with 95\u00a0% intervals for other test data (Wilson, {scores['over']} as clusters). An "
            f"entity is correct if all its words and its type are. Word accuracy {points(scores['accuracy'])}.",
            class_="note",
        ),
    )


def _type_row(name: str, row: Mapping[str, Any], training: int) -> list[object]:
    def score(key: str) -> Html:
        low, high = row["intervals"][key]
        return tag("span", points(row[key]), " ", tag("small", f"{points(low)}–{points(high)}"), class_="value")

    chart = Html(bar(row["f1"], *row["intervals"]["f1"]))
    numbers = [f"{int(row[key]):,}" for key in ("gold", "predicted", "correct")]
    return [name, score("f1"), chart, score("precision"), score("recall"), *numbers, f"{training:,}"]


def errors(report: Mapping[str, Any]) -> Html:
    """Kinds of errors, in all and by type, and which type was taken for which."""
    taxonomy = report["taxonomy"]
    kinds = taxonomy["kinds"]
    about = {
        "boundary": "right type, wrong words",
        "type": "right words, wrong type",
        "both": "overlaps, but wrong words and wrong type",
        "missed": "gold only",
        "spurious": "predicted only",
    }
    rows = [
        [
            explained(filter_button(kind, {"kind": kind}, class_=f"kind k-{kind}"), about[kind]),
            f"{row['number']:,}",
            percent(row["share"]),
            points(row["f1_without"]),
        ]
        for kind, row in kinds.items()
    ]
    widest = max((sum(row.values()) for row in taxonomy["types"].values()), default=0)
    by_type = [
        [
            filter_button(name, {"type": name}, class_="link"),
            Html(stacked([(kind, row[kind]) for kind in ERRORS], widest)),
            *(
                filter_button(_with_share(row[kind], sum(row.values())), {"kind": kind, "type": name}, class_="link")
                if row[kind]
                else "0"
                for kind in ERRORS
            ),
            f"{sum(row.values()):,}",
        ]
        for name, row in taxonomy["types"].items()
    ]
    return section(
        "errors",
        "Kinds of errors",
        table(["kind", "errors", "share", "F1 without"], rows, "Kinds of errors"),
        tag(
            "p",
            f"Every error is in one kind: {' + '.join(str(kinds[kind]['number']) for kind in ERRORS)} = "
            f"{taxonomy['errors']:,}. “F1 without” is the score if none of that kind were made.",
            class_="note",
        ),
        tag("h3", "By type"),
        table(["type", "", *ERRORS, "all"], by_type, "Kinds of errors by type", words=2),
        tag("p", "Under the type that gold has; spurious ones under the predicted type.", class_="note"),
        tag("h3", "Which type is taken for which"),
        _confusions(report["confusions"]),
    )


def _with_share(number: int, whole: int) -> Html:
    return join([f"{number:,} ", tag("small", percent(number / whole))])


def _most_confused(cells: Mapping[str, Mapping[str, int]]) -> list[str]:
    """The types of the matrix: all, or of very many those with the most errors, in their order."""
    wrong = {
        type_: sum(n for p, n in cells[type_].items() if p != type_)
        + sum(row[type_] for g, row in cells.items() if g != type_)
        for type_ in cells
        if type_ != NOTHING
    }
    top = set(sorted(wrong, key=lambda type_: (-wrong[type_], type_))[:WIDEST])
    return [type_ for type_ in wrong if type_ in top]


def _confusions(cells: Mapping[str, Mapping[str, int]]) -> Html:
    kept = _most_confused(cells)
    left_out = len(cells) - 1 - len(kept)
    cells = {g: {p: row[p] for p in [*kept, NOTHING]} for g, row in cells.items() if g in kept or g == NOTHING}
    most = max((n for g, row in cells.items() for p, n in row.items() if g != p), default=0)
    rows = []
    for gold, row in cells.items():
        line: list[object] = [tag("em", "spurious") if gold == NOTHING else gold]
        for predicted, number in row.items():
            if gold == predicted == NOTHING:
                line.append("")
            elif gold == predicted:
                line.append(tag("span", f"{number:,}", class_="dot right"))
            else:
                heat = -(-6 * number // most) if most else 0
                chosen = {"gold": gold, "predicted": predicted}
                line.append(
                    filter_button(f"{number:,}", chosen, class_=f"cell h{heat}")
                    if number
                    else tag("span", "·", class_="dot")
                )
        rows.append(line)
    head = [tag("span", "gold \\ predicted"), *(tag("em", "missed") if p == NOTHING else p for p in cells)]
    return join(
        [
            table(head, rows, "Confusion matrix"),
            tag(
                "p",
                "Rows are gold, columns predicted; a number opens its sentences. The diagonal is the right type, wrong "
                "boundaries included."
                + (
                    f" {left_out:,} types with fewer confusions are left out here; json=FILE has them." * (left_out > 0)
                ),
                class_="note",
            ),
        ]
    )
