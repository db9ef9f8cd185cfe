"""Comparisons from Python: the same as on the command line, as objects, and shown in a notebook."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from made_runs import gold, study

from ner_lab.commands import compare as command
from ner_lab.report.compare.comparison import Comparison, compare
from ner_lab.report.compare.document_scores import DocumentScores
from ner_lab.report.compare.figures import _interval
from ner_lab.report.compare.page_style import STYLE
from ner_lab.types import UserError


@pytest.fixture(scope="module")
def losses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("losses")
    study(folder, {"nll": 0.8, "focal": 0.88, "dice": 0.8})
    return folder


@pytest.fixture(scope="module")
def found(losses: Path) -> Comparison:
    return compare(losses, by="loss")


def test_it_is_what_the_command_writes_and_prints(losses, found, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "120")
    outputs = {key: tmp_path / f"out.{key}" for key in ("json", "html", "svg")}
    command.start([str(losses), "by=loss", *(f"{key}={path}" for key, path in outputs.items())])
    assert capsys.readouterr().out.rstrip() == str(found)
    (one,) = json.loads(outputs["json"].read_text())["test_sets"]
    assert found.verdicts == tuple(pair["sentence"] for pair in one["pairs"])
    assert [pair.p_holm for pair in found.pairs] == [pair["p_holm"] for pair in one["pairs"]]
    assert found.figures == {file.stem: file.read_text() for file in outputs["svg"].iterdir()}
    assert all(picture._repr_svg_() == picture for picture in found.figures.values())
    rows = {row["system"]: row for row in found.table.to_dict("records")}
    assert found.table["mean"].is_monotonic_decreasing and (found.table["test_set"] == one["name"]).all()
    for system in one["systems"]:
        row = rows.pop(system["label"])
        assert all(row[key] == system[key] for key in ("n", "mean", "sd", "best", "seconds", "words_per_s"))
        assert row["f1.PER"] == system["f1_per_type"]["PER"]
    assert not rows


def test_keys_names_and_options_are_those_of_the_command(losses):
    assert compare(losses, by=["loss"]).verdicts == compare(str(losses)).verdicts
    assert len(compare(losses, by="run").test_sets[0].systems) == 15
    named = compare(
        ours=losses / "[5-9]", theirs=[losses / str(n) for n in range(5)], baseline="theirs", metric="recall"
    )
    (pair,) = named.pairs
    assert (pair.a.label, pair.b.label, named.metric) == ("ours", "theirs", "recall")
    with pytest.raises(UserError, match="by=head: no run has this key"):
        compare(losses, by="head")
    with pytest.raises(UserError, match="no runs given"):
        compare()


def test_several_test_sets_are_rows_and_figures_of_their_own(losses, tmp_path):
    study(tmp_path, {"nll": 0.9}, sentences=gold(60, seed=9))
    found = compare(losses, tmp_path)
    assert list(found.figures) == ["scores-0", "differences-0", "verdicts-0", "scores-1"]
    assert len(found.table) == 4


def test_no_interval_is_drawn_beyond_0_or_1():
    near = DocumentScores(np.array([[4.0, 4, 4, 0], [4, 4, 4, 4]]), np.full((2, 4), 4.0))
    far = DocumentScores(4 - near.numerators_ND, near.denominators_ND)
    ends = [_interval(SimpleNamespace(by_document=one, runs=[1, 2], mean=0.5)) for one in (near, far)]
    assert ends[0][0] < 0.875 and ends[0][1] == 1 and ends[1][0] == 0 and ends[1][1] > 0.125


def test_a_notebook_shows_the_page_and_keeps_its_own_styles(found):
    shown = found._repr_html_()
    assert found.verdicts[0].split(" (")[0] in shown and shown.count("<svg") == 3
    assert not re.search(r"<(html|head|body|script|link|img|!doctype)\b", shown, re.IGNORECASE) and "url(" not in shown
    rules = re.sub(r"@media[^{]*\{(.*?\})\s*\}", r"\1", STYLE, flags=re.DOTALL)
    selectors = [one.strip() for rule in re.findall(r"([^{}]+)\{", rules) for one in rule.split(",")]
    assert len(selectors) > 15 and all(re.match(r"\.ner-lab( |$)", one) for one in selectors)


def test_a_terminal_shows_the_tables(found):
    printed: list[str] = []
    found._repr_pretty_(type("Printer", (), {"text": staticmethod(printed.append)}), False)
    assert printed == [str(found)] and "focal is better than nll by" in printed[0] and "\x1b" not in printed[0]
    assert repr(found) == "<Comparison of nll, focal, dice: f1 on test>"


def test_without_pandas_the_table_says_what_to_install_and_all_else_works(found, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserError, match=r"Comparison\.table needs pandas.*pip install 'ner-lab\[notebook\]'"):
        _ = found.table
    assert found.verdicts
