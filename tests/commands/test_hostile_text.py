"""Labels, words, names and settings that would act on a terminal, a page, a table or a spreadsheet stay text."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from made_runs import gold, predicted, write_run

from ner_lab.report import markup
from ner_lab.report.compare import compare, exports, html_page, typeset
from ner_lab.report.compare.comparison import Comparison
from ner_lab.types import Sentence

CODE = "\x1b]0;title\x07\x9b31m\r\u202e"
RAW = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
NAME = f"=cmd|'/c calc'!A0{CODE}</script><script>alert(1)</script> [x](http://evil.example) `a` | *b*"


@pytest.fixture
def compared(tmp_path: Path) -> Comparison:
    """Two systems, one with a hostile name, on data with a hostile type and document."""
    type_ = f"PER{CODE}"
    sentences = [
        Sentence(s.words, tuple(t.replace("PER", type_) for t in s.tags or ()), s.document + CODE, s.origin)
        for s in gold(40)
    ]
    for seed in range(1, 4):
        for name, right in (("nll", 0.6), (NAME, 0.95)):
            found = predicted(sentences, right, seed)
            write_run(tmp_path / f"{CODE}{seed}{len(name)}", found, {"optimizer.name": name, "seed": seed})
    return compare(str(tmp_path), by="optimizer.name")


def test_a_comparison_in_a_terminal(compared: Comparison) -> None:
    assert "\\x1b]0;title" in str(compared) and not RAW.search(str(compared))


def test_a_comparison_as_markdown(compared: Comparison) -> None:
    text = typeset.as_markdown(compared)
    assert not RAW.search(text) and "title" in text
    bare = re.sub(r"\\.", "", text)  # what is escaped is text
    assert not re.search(r"[`<*\[\]]|://", re.sub(r"^> Note", "", bare, flags=re.M))
    rows = [line for line in bare.splitlines() if line.startswith("|")]
    assert rows and {row.count("|") for row in rows if "title" in row} <= {
        row.count("|") for row in rows if "---" in row
    }


def test_a_comparison_as_latex(compared: Comparison) -> None:
    text = typeset.as_latex(compared)
    assert not RAW.search(text) and "title" in text
    assert r"\textbackslash{}x1b{]}0;title" in text and "{[}x{]}" in text


def test_a_label_that_begins_with_a_bracket_is_no_argument_of_the_line_before(tmp_path: Path) -> None:
    for name, right in (("[1em]", 0.9), ("*", 0.6)):
        write_run(tmp_path / str(right), predicted(gold(40), right, 1), {"optimizer.name": name})
    text = typeset.as_latex(compare(str(tmp_path), by="optimizer.name"))
    assert not re.search(r"\\\\\s*[\[*]", text) and not re.search(r"rule\s*[\[*]", text)


def test_a_comparison_as_csv(compared: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(compared))))
    names = [name for row in rows for name in (row["a"], row["b"])]
    assert [name for name in names if "cmd" in name] and not [name for name in names if name.startswith("=")]
    assert not RAW.search(exports.as_csv(compared)) and float(rows[0]["difference"])
    assert json.loads(exports.as_json(compared))["test_sets"][0]["systems"]


def test_a_comparison_as_a_page(compared: Comparison) -> None:
    page = html_page.as_html(compared)
    policy = markup.policy(page.split("<style>")[1].split("</style>")[0])
    assert page.index(policy) < page.index("<style>") and "script-src" not in policy and "unsafe" not in policy
    assert not RAW.search(page) and "alert" in page
    seen: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: seen.append(tag) or seen.extend(n for n, _ in attributes)  # type: ignore[method-assign,func-returns-value]
    parser.feed(page)
    assert not {"script", "a", "img", "iframe", "style="} & set(seen) and not [n for n in seen if n.startswith("on")]


def test_figures_are_xml_that_can_be_read(compared: Comparison) -> None:
    for picture in compared.figures.values():
        assert not RAW.search(picture)
        assert not [e for e in ElementTree.fromstring(picture).iter() if e.tag.endswith("script")]


def test_messages_of_errors(ner_lab, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "train.conll").write_text(f"Ada\tX{CODE}Y\n\n")
    for arguments in (
        ("data", "data.dir=corpus"),
        ("compare", f"corpus/{CODE.strip()}"),
        (f"no{CODE.strip()}",),
    ):
        done = ner_lab(*arguments)
        assert done.returncode != 0 and done.stderr and not RAW.search(done.stdout + done.stderr), arguments
