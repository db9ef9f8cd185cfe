"""The report in plain words: what goes wrong most, and what could be changed about it. Rules over the numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ner_lab.report.single import remarks
from ner_lab.report.single.remarks import FEW, Finding, Numbers, finding
from ner_lab.report.single.wording import KINDS, advice, percent, points

RARE_KIND = 0.1  # of the errors: a kind with a smaller share is not among the main points, unless it costs most


def findings(report: Numbers) -> list[Finding]:
    """The main points: `title`, `text`, `advice`, and `filter`, which sentences show it (None where none do).

    Training that ended too early comes first, since it may explain all the rest; then the kinds of errors, by the F1
    that they cost; then whatever else stands out.
    """
    found = [*remarks.unfinished(report), *_kinds(report)]
    for rule in (_types, _confused, *remarks.REST):
        found += rule(report)
    return found


def verdict(report: Numbers, found: Sequence[Finding]) -> dict[str, str] | None:
    """The two answers that a reader wants first: what the model gets `wrong`, and what to `change`; None without
    errors."""
    kinds = [one for one in found if one["filter"] and "kind" in one["filter"]]
    if not kinds:
        return None
    taxonomy = report["taxonomy"]
    first, *others = [one["filter"]["kind"] for one in kinds]
    number = taxonomy["kinds"][first]["number"]
    wrong = f"Most F1 is lost to {KINDS[first][0].lower()} ({number:,} of {taxonomy['errors']:,} errors)"
    if others:
        named = [f"{KINDS[kind][0].lower()} ({taxonomy['kinds'][kind]['number']:,})" for kind in others]
        wrong += f", then to {_listed(named)}"
    wrong += ". "
    if silent := _never_predicted(report):
        wrong += f"It never predicts {_listed(silent)}."
    elif len(report["scores"]["types"]) > 1:
        weakest = _weakest(report)
        wrong += f"Its weakest type is {weakest} (F1 {points(report['scores']['types'][weakest]['f1'])})"
        number, gold, predicted = _most_confused(report)
        wrong += f"; it takes {gold} for {predicted} {number:,} times." if number >= CONFUSED else "."
    early = "" if found[0] is kinds[0] else f"{found[0]['title']}. {found[0]['advice']} Then: "
    return {"wrong": wrong.strip(), "change": early + " ".join(advice(first, report)[:2])}


def _listed(names: Sequence[str]) -> str:
    shown = [*names[:5], *([f"{len(names) - 5} more types"] if len(names) > 5 else [])]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def _kinds(report: Numbers) -> Iterator[Finding]:
    taxonomy, f1 = report["taxonomy"], report["scores"]["all"]["f1"]
    kinds = sorted(taxonomy["kinds"].items(), key=lambda item: (-item[1]["f1_without"], item[0]))
    worth = [(kind, row) for kind, row in kinds if row["number"] and (kind == kinds[0][0] or row["share"] >= RARE_KIND)]
    for kind, row in worth[:3]:
        title, what = KINDS[kind]
        worst = max(taxonomy["types"], key=lambda type_: taxonomy["types"][type_][kind])
        number = taxonomy["types"][worst][kind]
        yield finding(
            f"{title}: {row['number']:,} ({percent(row['share'])} of the errors)",
            f"{what} Without these F1 would be {points(row['f1_without'])} instead of {points(f1)}. "
            f"Most are of type {worst} ({number:,}).",
            " ".join(advice(kind, report)),
            kind=kind,
        )


def _never_predicted(report: Numbers) -> list[str]:
    return [name for name, row in report["scores"]["types"].items() if row["gold"] and not row["predicted"]]


def _weakest(report: Numbers) -> str:
    types = report["scores"]["types"]
    return min(types, key=lambda type_: (not types[type_]["gold"], types[type_]["f1"], type_))


def _types(report: Numbers) -> Iterator[Finding]:
    """Types that the model never predicts, else the type with the lowest F1."""
    types, training = report["scores"]["types"], report["training"]
    if silent := _never_predicted(report):
        number = sum(types[name]["gold"] for name in silent)
        had = ""
        if training is not None:
            had = f" Training had {', '.join(f'{training.get(name, 0):,} of {name}' for name in silent[:5])}."
        yield finding(
            f"Never predicted: {_listed(silent)}",
            f"{number:,} of {report['scores']['all']['gold']:,} gold entities are of such types, and all of them are "
            f"lost.{had}",
            "Train until they appear, then annotate more of them. loss=weighted_cross_entropy or loss=focal give rare "
            "types more weight; a type that training does not have at all cannot be predicted.",
            type=max(silent, key=lambda name: types[name]["gold"]),
        )
        return
    if len(types) < 2:
        return
    weakest = _weakest(report)
    row, kinds = types[weakest], report["taxonomy"]["types"][weakest]
    low, high = row["intervals"]["f1"]
    kind = max(kinds, key=kinds.__getitem__)
    if kinds[kind]:
        few = f" It has only {row['gold']} gold entities here, so this is uncertain." if row["gold"] < FEW else ""
        had, rare = "", False
        if training is not None:
            number, whole = training.get(weakest, 0), sum(training.values())
            had = f" Training had {number:,} of it, among {whole:,}."
            rare = number * len(training) < whole / 2
        weigh = " loss=weighted_cross_entropy or loss=focal give a rare type more weight." if rare else ""
        yield finding(
            f"Weakest type: {weakest}, F1 {points(row['f1'])}",
            f"95\u00a0% interval {points(low)} to {points(high)}; precision {points(row['precision'])}, recall "
            f"{points(row['recall'])}. Its most frequent error: {KINDS[kind][0].lower()} ({kinds[kind]:,}).{had}{few}",
            f"{'' if rare else 'Read its errors first. '}Annotate more sentences with {weakest}: new names help more "
            f"than the same ones again.{weigh}",
            type=weakest,
        )


CONFUSED = 3  # fewer than this are no pattern


def _most_confused(report: Numbers) -> tuple[int, str, str]:
    cells = [
        (number, gold, predicted)
        for gold, row in report["confusions"].items()
        for predicted, number in row.items()
        if gold and predicted and gold != predicted
    ]
    return max(cells, default=(0, "", ""))


def _confused(report: Numbers) -> Iterator[Finding]:
    number, gold, predicted = _most_confused(report)
    if number >= CONFUSED:
        yield finding(
            f"Most confused: {gold} is taken for {predicted}, {number:,} times",
            f"The other way round: {report['confusions'][predicted][gold]:,} times.",
            f"Read a few: if people would waver too, sharpen the guideline for {gold} and {predicted}; if not, the "
            "model lacks context or examples of the pair.",
            gold=gold,
            predicted=predicted,
        )
