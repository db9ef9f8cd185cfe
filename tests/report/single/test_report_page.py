"""The page as a text: nothing from outside, nothing from data as markup, and not too large."""

from __future__ import annotations

import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import reported_runs

from ner_lab.report import markup
from ner_lab.report.markup import script_json, tag
from ner_lab.report.single import charts, page
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.source import read
from ner_lab.tags import label_set

HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "]]>",
    "\u2028",
    "\u202eevil",
    "\u200b",
    "'\"&amp;",
    "${alert(1)}",
    "javascript:alert(1)",
)


def hostile_word(rng: random.Random) -> str:
    return rng.choice(HOSTILE)


SCORES = ("f1", "precision", "recall")


class Elements(HTMLParser):
    """What a parser makes of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.scripts: list[str] = []

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        self.names.append(name)
        self.attributes += attributes
        if name == "script":
            self.scripts.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem == "script":
            self.scripts[-1] += data


def elements(text: str) -> Elements:
    parser = Elements()
    parser.feed(text)
    return parser


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict, str]:
    folder = tmp_path_factory.mktemp("<b>&runs") / "</title><script>alert(2)</script>"
    run = reported_runs.make_run(folder, word=hostile_word)
    report = numbers(read(str(run.path), "test"))
    return report, page.render(report)[0]


def test_hostile_text_stays_text(hostile: tuple[dict, str]) -> None:
    report, text = hostile
    found = elements(text)
    assert found.names.count("script") == 2 and "img" not in found.names
    assert not [name for name, _ in found.attributes if name.startswith("on") or name == "style"]
    data = json.loads(found.scripts[0])
    assert data["sentences"] == report["sentences"] and len(data["sentences"]) > 20
    seen = {word for row in data["sentences"] for word in row["words"]}
    assert seen == set(HOSTILE)


def test_nothing_is_loaded_and_only_the_own_script_may_run(hostile: tuple[dict, str]) -> None:
    _, text = hostile
    found = elements(text)
    links = [value for name, value in found.attributes if name in ("src", "href", "action", "data", "poster", "srcset")]
    assert links and all(value and value.startswith("#") for value in links)
    policy = dict(found.attributes)["content"] and next(v for n, v in found.attributes if v and "default-src" in v)
    assert "default-src 'none'" in policy and "unsafe" not in policy
    style = text.split("<style>")[1].split("</style>")[0]
    assert markup.policy(style, found.scripts[1]) in text
    assert "url(" not in style and "@import" not in style


def test_json_inside_a_script_is_the_same_json() -> None:
    value = {"a": [*HOSTILE, "\ud800", "é\u2029"], "b": None}
    written = script_json(value)
    assert not re.search("[<>&\u2028\u2029\ud800-\udfff]", written)
    assert json.loads(written) == value


def test_markup_escapes_text_and_attributes() -> None:
    assert tag("p", "<b>", title='"x"') == '<p title="&quot;x&quot;">&lt;b&gt;</p>'
    assert tag("p", tag("b", "x"), class_="note") == '<p class="note"><b>x</b></p>'


def test_a_report_of_too_many_sentences_keeps_those_with_the_highest_loss(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = reported_runs.make_run(tmp_path / "run")
    report = numbers(read(str(run.path), "test"))
    whole, none = page.render(report)
    half = len(whole.encode()) - len(script_json(report["sentences"]).encode()) // 2
    monkeypatch.setattr(page, "LIMIT", half)
    text, left_out = page.render(report)
    assert none == 0 and half - 8000 < len(text.encode()) < half + 8000
    shown = json.loads(elements(text).scripts[0])["sentences"]
    assert shown and len(shown) + left_out == len(report["sentences"]) and left_out > 0
    least = min(row["loss"] for row in shown)
    ids = {row["id"] for row in shown}
    assert all(row["loss"] <= least for row in report["sentences"] if row["id"] not in ids)
    assert f"{left_out:,} more did not fit" in text


def test_long_sentences_and_many_types_stay_small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    types = tuple(sorted(f"type {number}" for number in range(60)))
    monkeypatch.setattr(reported_runs, "TYPES", types)
    monkeypatch.setattr(reported_runs, "LABELS", label_set(types))
    run = reported_runs.make_run(tmp_path / "run", number=2, longest=2500)
    report = numbers(read(str(run.path), "test"))
    longest = max(len(row["words"]) for row in report["label_errors"]["ranked"])
    text, _ = page.render(report)
    suspects = json.loads(elements(text).scripts[0])["suspects"]
    assert longest > 500 and max(len(row["words"]) for row in suspects) < 2 * page.AROUND + 100
    for whole, shown in zip(report["label_errors"]["ranked"], suspects, strict=True):
        for a, b in zip([*whole["model"], whole["gold"]], [*shown["model"], shown["gold"]], strict=True):
            if a:
                assert whole["words"][a["begin"] : a["end"]] == shown["words"][b["begin"] : b["end"]]
    matrix = text.split('aria-label="Confusion matrix"')[1].split("</table>")[0]
    assert matrix.count("<tr>") == 30 + 2 and "30 types with fewer confusions are left out" in text


class Tables(HTMLParser):
    """`name -> rows of texts` of the tables of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, list[list[str]]] = {}
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, name: str, attributes: list[tuple[str, str | None]]) -> None:
        if name == "table":
            self.rows = self.found[dict(attributes)["aria-label"] or ""] = []
        elif name == "tr":
            self.rows.append([])
        elif name in ("td", "th"):
            self.rows[-1].append("")
        self.inside = name in ("td", "th") or (self.inside and name != "svg")  # charts have titles of their own

    def handle_endtag(self, name: str) -> None:
        self.inside = self.inside and name not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.rows[-1][-1] += data


def test_tables_show_the_numbers_of_the_report(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=200)
    report = numbers(read(str(run.path), "test"))
    parser = Tables()
    parser.feed(page.render(report)[0])
    tables = {
        name: [row[:1] + [cell for cell in row[1:] if cell] for row in rows] for name, rows in parser.found.items()
    }

    def part(share: float) -> str:
        return f"{100 * share:.1f}"

    shown = {row[0]: row[1:] for row in tables["Scores by type"][1:]}
    assert list(shown) == ["LOC", "ORG", "PER", "all (micro)"]
    for name, row in {**report["scores"]["types"], "all (micro)": report["scores"]["all"]}.items():
        spans = [" ".join([part(row[k]), "–".join(map(part, row["intervals"][k]))]) for k in SCORES]
        had = report["training"].get(name, sum(report["training"].values()))
        assert shown[name] == [*spans, *(f"{row[k]:,}" for k in ("gold", "predicted", "correct")), str(had)]
    kinds = report["taxonomy"]["kinds"]
    for kind, cells in zip(kinds, tables["Kinds of errors"][1:], strict=True):
        assert cells[0].startswith(kind)
        share = f"{100 * kinds[kind]['share']:.0f}\u00a0%"
        assert cells[1:] == [str(kinds[kind]["number"]), share, part(kinds[kind]["f1_without"])]
    for type_, cells in zip(report["taxonomy"]["types"], tables["Kinds of errors by type"][1:], strict=True):
        row = report["taxonomy"]["types"][type_]
        assert [int(cell.split()[0]) for cell in cells[1:]] == [*row.values(), sum(row.values())]
    names = [*report["scores"]["types"], ""]
    for gold, cells in zip(names, tables["Confusion matrix"][1:], strict=True):
        right = [report["confusions"][gold][p] for p in names if gold or p]
        assert [0 if cell == "·" else int(cell) for cell in cells[1:]] == right
    for name, breakdown in report["breakdowns"].items():
        for group, cells in zip(breakdown["groups"], tables[name][1:], strict=True):
            assert cells == [group["group"], *(part(group[k]) for k in SCORES), f"{group['gold']:,}"]
    for row, cells in zip(report["confidence"]["thresholds"], tables["Thresholds"][1:], strict=True):
        assert cells == [
            f"{row['threshold']:g}",
            str(row["kept"]),
            *(part(row[k]) for k in ("precision", "recall", "f1")),
        ]
    for row, cells in zip(report["confidence"]["temperature"].values(), tables["Temperature"][1:], strict=True):
        right = [row["before"], row["after"], row["temperature"]]
        assert [float(cell) for cell in cells[2:5]] == pytest.approx(right, abs=6e-4)
        gain = [
            float(number.replace("\N{MINUS SIGN}", "-")) for number in re.findall(r"[\d.\N{MINUS SIGN}]+", cells[5])
        ]
        assert gain == pytest.approx([row["gain"]["value"], *row["gain"]["interval"]], abs=6e-5)
    for row, cells in zip(report["audit"].values(), tables["Scoring schemes"][1:], strict=True):
        assert cells[1:] == [part(row["f1"]), part(row["precision"]), part(row["recall"]), str(row["sentences"])]
    steps = [row for steps in report["ledger"].values() for row in steps.values()]
    assert [cells[2:5] for cells in tables["Ledger"][1:]] == [
        [f"{row[k]:,}" for k in ("sentences", "words", "entities")] for row in steps
    ]


def test_a_page_without_any_entity_says_so(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=12, errors=0.0, share=0.0)
    report = numbers(read(str(run.path), "test"))
    assert report["scores"]["all"]["gold"] == report["scores"]["all"]["predicted"] == 0
    text, _ = page.render(report)
    assert "no entity, neither gold nor predicted" in text and "No errors" in text


def test_the_answers_stand_at_the_top(hostile: tuple[dict, str]) -> None:
    report, text = hostile
    top = text.split('<section id="types">')[0]
    assert report["verdict"]["wrong"].split(" (")[0] in top
    assert "What it gets wrong" in top and "What to change first" in top
    assert "head <b>LinearHead, greedy</b>" in top and "at most <b>2 epochs</b>" in top


def test_curves_of_one_point_or_one_value_are_drawn() -> None:
    assert "<circle" in charts.line([(5, 0.7)], "step", "F1", "dev F1")
    assert "NaN" not in charts.line([(1, 0.0), (2, 0.0)], "step", "loss", "dev loss")
