"""The report of `ner-lab data` as tables on standard output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from ner_lab.types.printing import console as shown_console
from ner_lab.types.printing import shown

BAR = 20  # characters of the longest bar of a histogram
WORDS = 60  # of an example; more are cut off in the terminal, not in JSON

Row = tuple[str, Callable[[Mapping[str, Any]], str]]
SIZES: tuple[Row, ...] = (
    ("sentences", lambda s: f"{s['sentences']:,}"),
    ("words", lambda s: f"{s['words']:,}"),
    ("documents", lambda s: f"{s['documents']:,}" if s["documents"] else "not named"),
    ("entities", lambda s: f"{s['entities']:,}" if s["annotated"] else "no tags"),
    ("sentences without entity", lambda s: _share(s["without_entities"], s["annotated"])),
    ("sentences without tags", lambda s: _share(s["sentences"] - s["annotated"], s["sentences"])),
    ("words a sentence: mean", lambda s: f"{s['length']['mean']:.1f}"),
    ("words a sentence: median", lambda s: f"{s['length']['median']:g}"),
    ("words a sentence: most", lambda s: f"{s['length']['max']:,}"),
    ("repeated sentences", lambda s: _share(s["duplicates"]["sentences"], s["sentences"])),
    ("repeated with other tags", lambda s: _share(s["duplicates"]["other_tags"], s["sentences"])),
)
TAGGING: tuple[Row, ...] = (
    ("scheme", lambda t: t["scheme"] or "no tags"),
    ("violations and repairs", lambda t: f"{sum(t['repaired'].values()):,}"),
)
SUBWORDS: tuple[Row, ...] = (
    ("subwords", lambda s: f"{s['subwords']['subwords']:,}"),
    ("subwords a word", lambda s: f"{s['subwords']['per_word']:.2f}"),
    ("subwords of the longest sentence", lambda s: f"{s['subwords']['longest']:,}"),
    ("sentences longer than a row", lambda s: _share(s["subwords"]["windows"], s["sentences"])),
)
OVERLAP: tuple[Row, ...] = (
    ("sentences", lambda o: _share(o["sentences_in_train"], o["sentences"])),
    ("entity names", lambda o: _share(o["names_in_train"], o["names"])),
    ("mentions of such names", lambda o: _share(o["mentions_in_train"], o["mentions"])),
    ("... as the same type", lambda o: _share(o["mentions_in_train_as_same_type"], o["mentions"])),
)


def show(report: Mapping[str, Any]) -> None:
    """Prints a report of `ner_lab.commands.data`."""
    # A pipe has no width; 80 columns would cut names off.
    console = shown_console(highlight=False, width=None if sys.stdout.isatty() else 120)
    splits, tagging = report["splits"], report["tagging"]

    def table(title: str, columns: Mapping[str, Any], rows: Iterable[Row]) -> None:
        console.print(Text(f"\n{title}", style="bold"))  # not the table's own title, which a narrow table would wrap
        console.print(_table(columns, rows))

    table("Sizes", splits, SIZES + (SUBWORDS if report["encoder"] else ()))
    for name, split in splits.items():
        lines = [f"longest sentence of {name}: {split['length']['longest']}"]
        if report["encoder"] and split["subwords"]["origin"] != split["length"]["longest"]:
            lines.append(f"longest in subwords: {split['subwords']['origin']}")
        console.print(shown("; ".join(lines)), markup=False, soft_wrap=True)
    if report["encoder"]:
        row = next(iter(splits.values()))["subwords"]["row"]
        console.print(
            f"a row of {report['encoder']} holds {row} subwords; longer sentences are read in windows", markup=False
        )
    if report["overlap"]:
        table("Also in train (names in lower case)", report["overlap"], OVERLAP)
    if any(split["entities"] for split in splits.values()):
        table("Entities: mentions / distinct names", splits, _by_key(splits, "types", _mentions))
        table("Labels: words", splits, _by_key(splits, "labels", _words))
    table("Sentences by their number of words", splits, _bins(splits))
    if tagging:
        table("Tags as they were written", tagging, [*TAGGING, *_by_key(tagging, "repaired", lambda n: f"{n:,}")])
    for note in report["notes"]:
        console.print(shown(note), markup=False, soft_wrap=True)
    if report["examples"]:
        console.print(Text("\nExamples", style="bold"))
    for example in report["examples"]:
        console.print(_rendered(example), soft_wrap=True)


def _table(columns: Mapping[str, Any], rows: Iterable[Row]) -> Table:
    table = Table("")
    for name in columns:
        table.add_column(name, justify="right")
    for label, value in rows:
        table.add_row(Text(shown(label)), *(Text(value(column)) for column in columns.values()))
    return table


def _by_key(columns: Mapping[str, Any], key: str, value: Callable[[Any], str]) -> list[Row]:
    """A row for each entry of a mapping that every column has under `key`, in the order of the first that has it."""
    names = dict.fromkeys(name for column in columns.values() for name in column[key])

    def cell(name: str) -> Callable[[Mapping[str, Any]], str]:
        return lambda column: value(column[key][name]) if name in column[key] else "-"

    return [(name, cell(name)) for name in names]


def _mentions(type_: Mapping[str, Any]) -> str:
    return f"{type_['mentions']:,} / {type_['names']:,}"


def _words(label: Mapping[str, Any]) -> str:
    return f"{label['words']:,} ({100 * label['share']:.2f} %)"


def _bins(splits: Mapping[str, Any]) -> list[Row]:
    longest = max((split["histogram"] for split in splits.values()), key=len)

    def drawn(index: int) -> Callable[[Mapping[str, Any]], str]:
        def cell(split: Mapping[str, Any]) -> str:
            bins = [row["sentences"] for row in split["histogram"]]
            if index >= len(bins):
                return " " * BAR
            return f"{bins[index]:,} {'█' * round(BAR * bins[index] / max(bins)):{BAR}}"

        return cell

    return [(f"{row['from']} to {row['to']}", drawn(index)) for index, row in enumerate(longest)]


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({100 * part / whole:.1f} %)" if part else "0"


def _rendered(example: Mapping[str, Any]) -> Text:
    """A sentence with its entities in brackets, each with its type behind it."""
    text = Text(shown(example["origin"] or "example") + "  ", style="dim")
    entities = {entity["begin"]: entity for entity in example["entities"]}
    words, at = example["words"], 0
    while at < min(len(words), WORDS):
        entity = entities.get(at)
        end = entity["end"] if entity else at + 1
        piece = " ".join(map(shown, words[at:end]))
        if entity:
            text.append(f"[{piece}]", style="bold not dim").append(f"{shown(entity['type'])} ", style="cyan not dim")
        else:
            text.append(f"{piece} ", style="not dim")
        at = end
    if at < len(words):
        text.append(f"... ({len(words) - at} more words)")
    return text
