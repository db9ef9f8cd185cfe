"""A sweep goes on with what it was started with, also under the names that its classes have by now."""

from __future__ import annotations

import json

import pytest
import toy_sweep

from hydra_slots.errors import SweepError
from hydra_slots.studies.fingerprint import differences

OLD = {"config": {"loss": {"_target_": "lab.losses.focal.Focal", "gamma": 2.0}, "hooks": ["lab.a.A", {"x": "lab.b.B"}]}}
NEW = {"config": {"loss": {"_target_": "lab.losses.Focal", "gamma": 2.0}, "hooks": ["lab.A", {"x": "lab.B"}]}}
NAMES = {"lab.losses.focal.Focal": "lab.losses.Focal", "lab.a.A": "lab.A", "lab.b.B": "lab.B"}


def test_names_that_have_changed_are_no_difference():
    assert differences(OLD, NEW, NAMES) == "" == differences(OLD, OLD) == differences(NEW, OLD, NAMES)
    assert differences(OLD, NEW).startswith(
        '  config.loss._target_: was "lab.losses.focal.Focal", now "lab.losses.Focal"'
    )


def test_everything_else_is_one_and_names_are_not_among_them():
    changed = json.loads(json.dumps(NEW).replace("2.0", "3.0"))
    assert differences(OLD, changed, NAMES) == "  config.loss.gamma: was 2.0, now 3.0"
    assert "lab.losses.focal.Focal and more" in differences({"a": "lab.losses.focal.Focal and more"}, {"a": 1}, NAMES)


def test_a_key_that_came_since_is_no_difference_with_the_value_that_changes_nothing():
    since = {**NAMES, "+loss.kernels": "auto"}
    new = json.loads(json.dumps(NEW))
    new["config"]["loss"]["kernels"] = "auto"
    assert differences(OLD, new, since) == "" and "loss.kernels" in differences(OLD, new, NAMES)
    new["config"]["loss"]["kernels"] = "stock"
    assert differences(OLD, new, since) == '  config.loss.kernels: was absent, now "stock"'
    asked = json.loads(json.dumps(new))
    new["config"]["loss"]["kernels"] = "auto"
    assert "loss.kernels" in differences(asked, new, since)


def test_a_value_that_is_not_itself_is_the_same():
    assert differences({"a": float("nan")}, {"a": float("nan")}) == ""


def test_the_path_of_a_mapping_is_imported_only_if_descriptions_differ(tmp_path, monkeypatch):
    assert differences(OLD, OLD, "no_such_module.NAMES") == ""
    (tmp_path / "old_names_of_lab.py").write_text(f"NAMES = {NAMES!r}\nWRONG = 3\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert differences(OLD, NEW, "old_names_of_lab.NAMES") == ""
    for path, why in (
        ("no_such_module.NAMES", "no such mapping"),
        ("old_names_of_lab.OTHER", "no such mapping"),
        ("old_names_of_lab.WRONG", "it is no mapping"),
    ):
        with pytest.raises(SweepError, match=rf"hydra\.sweeper\.renamed={path}: {why}"):
            differences(OLD, NEW, path)


@pytest.mark.seconds
def test_a_sweep_goes_on_under_new_names(tmp_path):
    told = ("x=1,2", "+hook=lab.old.Hook")
    toy_sweep.sweep(tmp_path, *told)
    renamed = "hydra.sweeper.renamed={lab.old.Hook:lab.Hook}"
    new = ("x=1,2", "+hook=lab.Hook")
    assert "started with another space or config" in toy_sweep.sweep(tmp_path, *new, code=1)
    assert "going on with 2 of 2 trials" in toy_sweep.sweep(tmp_path, *new, renamed)
    assert "going on with 2 of 2 trials" in toy_sweep.sweep(tmp_path, *new), "the study has the new names now"
