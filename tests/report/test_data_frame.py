"""Runs as a data frame."""

from __future__ import annotations

import sys

import pytest
from made_runs import study

import ner_lab
from ner_lab.types import UserError


def test_a_row_a_run_ready_to_group(tmp_path):
    study(tmp_path, {"nll": 0.8, "focal": 0.9}, seeds=2)
    (tmp_path / "3" / "metrics.json").unlink()
    table = ner_lab.runs(tmp_path)
    assert table["loss"].tolist() == ["nll", "nll", "focal", "focal"] and table["seed"].tolist() == [1, 2, 1, 2]
    assert table["state"].str.startswith("finished").tolist() == [True, True, True, False]
    assert table["folder"].str[-1].tolist() == ["0", "1", "2", "3"]
    assert table["train.seconds"].tolist()[:3] == [60, 60, 60]
    means = table.groupby("loss")["test.f1"].agg(["mean", "count"])
    assert means["count"].to_dict() == {"focal": 1, "nll": 2}
    assert means["mean"]["nll"] == pytest.approx(table["test.f1"][:2].mean())
    of_types = table[[f"test.per_type.{type_}.f1" for type_ in ("LOC", "ORG", "PER")]].mean(axis=1)
    assert table["test.f1_macro"].tolist()[:3] == pytest.approx(of_types.tolist()[:3])
    assert table["test.per_type.PER.f1"].notna().tolist() == [True, True, True, False]


def test_without_pandas_it_says_what_to_install(tmp_path, monkeypatch):
    study(tmp_path, {"nll": 0.8}, seeds=1)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserError, match=r"pip install 'ner-lab\[notebook\]'"):
        ner_lab.runs(tmp_path)
