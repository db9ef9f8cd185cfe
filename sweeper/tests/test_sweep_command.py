"""`hydra-slots ...` on sweep folders: what it prints, what it writes, how it refuses."""

from __future__ import annotations

import json

import made_studies
import pytest

from hydra_slots import command
from hydra_slots.errors import SweepError
from hydra_slots.studies.history import History


@pytest.fixture
def sweep(capsys):
    """`sweep(*arguments)` runs the command here and returns what it printed; a refusal is returned as text."""

    def run(*arguments: object) -> str:
        try:
            command.start([str(argument) for argument in arguments])
        except SystemExit as stopped:
            return f"refused: {stopped.code}"
        return capsys.readouterr().out

    return run


def test_status_says_how_far_it_is_and_what_failed(sweep, tmp_path):
    study = made_studies.mixed(tmp_path, size=12)
    made_studies.add(study, "RUNNING", slot="gpu:1", host="far")
    text = sweep("status", tmp_path)
    lines = text.splitlines()
    assert lines[0] == "study study: 12 of 12 trials finished (8 complete, 3 pruned, 1 failed), 1 running"
    best = History.of(study).best()[0]
    assert lines[1].startswith(f"best: trial {best.number}, dev/f1 {best.values[0]:.5g}  loss=")
    assert any("running: trial 13 on gpu:1 of far" in line for line in lines)
    assert any(line == "failed: trial 11: RuntimeError: out of memory" for line in lines)


def test_the_list_as_json_is_the_studys(sweep, tmp_path):
    study = made_studies.mixed(tmp_path)
    rows = json.loads(sweep("list", tmp_path, "--json"))
    assert [(r["number"], r["state"], r["value"], r["params"]) for r in rows] == [
        (t.number, t.state.name, t.value if t.values else None, t.params) for t in study.trials
    ]
    assert rows[0]["user_attrs"]["overrides"][0] == "model=tiny" and rows[3]["folder"] == "3"


def test_json_is_strict_and_keeps_other_alphabets(sweep, tmp_path):
    study = made_studies.new_study(tmp_path)
    made_studies.add(study, value=float("inf"), error="Zürich", odd=float("nan"))

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    text = sweep("list", tmp_path, "--json")
    (row,) = json.loads(text, parse_constant=refuse)
    assert row["value"] == "inf" and row["user_attrs"]["odd"] == "nan" and "Zürich" in text


def test_the_list_has_a_line_a_trial(sweep, tmp_path):
    study = made_studies.mixed(tmp_path)
    lines = sweep("list", tmp_path).splitlines()
    assert lines[0].split() == ["trial", "state", "value", "time", "slot", "folder", "parameters"]
    assert [line.split()[:2] for line in lines[1:]] == [[str(t.number), t.state.name] for t in study.trials]
    assert "killed" in lines[7] and "0:15" in lines[1]


def test_best_prints_a_command_and_writes_the_config(sweep, tmp_path):
    study = made_studies.mixed(tmp_path)
    text = sweep("best", tmp_path)
    params = study.best_trial.params
    assert f"python app.py model=tiny loss={params['loss']} optimizer.lr={params['optimizer.lr']}" in text
    written = (tmp_path / "best.yaml").read_text()
    assert f"override /loss: {params['loss']}" in written
    other = tmp_path / "other.yaml"
    assert "trial 0:" in sweep("best", tmp_path, "--trial", 0, "--output", other)
    assert "Trial 0 " in other.read_text() and (tmp_path / "best.yaml").read_text() == written


def test_all_views_agree_on_what_a_lowered_total_leaves(sweep, tmp_path):
    study = made_studies.new_study(tmp_path, n_trials=2)
    for value in (0.1, 0.5, 0.9):
        made_studies.add(study, value=value)
    said = sweep("status", tmp_path).splitlines()
    assert said[0] == (
        "study study: 2 of 2 trials finished (2 complete, 0 pruned, 0 failed), 1 beyond n_trials"
    ) and said[1].startswith("best: trial 1, dev/f1 0.5 ")
    assert sweep("best", tmp_path).startswith("trial 1: dev/f1 0.5\n")
    assert "# Trial 1 of" in (tmp_path / "best.yaml").read_text()
    assert [" (beyond n_trials) " in line for line in sweep("list", tmp_path).splitlines()[1:]] == [False, False, True]
    assert [row["state"] for row in json.loads(sweep("list", tmp_path, "--json"))] == ["COMPLETE"] * 3, "Optuna's names"
    sweep("html", tmp_path)
    page = (tmp_path / "sweep.html").read_text()
    assert "<p>Trial 1: 0.5</p>" in page and "COMPLETE (beyond n_trials)" in page
    assert sweep("best", tmp_path, "--trial", 2).startswith("trial 2: dev/f1 0.9\n"), "whoever asks for it has it"


def test_html_writes_the_page(sweep, tmp_path):
    made_studies.mixed(tmp_path)
    assert sweep("html", tmp_path).strip() == str(tmp_path / "sweep.html")
    assert (tmp_path / "sweep.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["status"], "name the folder"),
        (["best", "{folder}"], "no trial is complete yet"),
        (["best", "{folder}", "--trial", "5"], "no such trial"),
        (["status", "{folder}", "--study", "other"], "no study 'other'"),
        (["html", "{folder}", "--output", "{folder}/no/page.html"], "cannot write"),
    ],
)
def test_what_cannot_be_done_is_said(sweep, tmp_path, arguments, part):
    study = made_studies.new_study(tmp_path)
    made_studies.add(study, "FAIL")
    told = sweep(*[argument.format(folder=tmp_path) for argument in arguments])
    assert told.startswith("refused: hydra-slots ") and part in told


@pytest.mark.seconds
def test_help_and_refusals_by_command(slots):
    for arguments in (["--help"], ["worker", "--help"], ["workers", "--help"], ["list", "--help"]):
        done = slots(*arguments)
        assert done.returncode == 0 and "hydra-slots" in done.stdout
    refused = slots("status", "nowhere")
    assert refused.returncode == 1 and "nowhere: no such folder" in refused.stderr and not refused.stdout
    assert "Traceback" not in refused.stderr


def test_retry_queues_failed_trials_with_their_tickets():
    study = made_studies.mixed(size=12)
    failed = next(record for record in History.of(study).finished() if record.state == "FAIL")
    assert str(failed.number) in command.retry(study, History.of(study), [])
    after = History.of(study)
    again = after.records[-1]
    assert again.state == "WAITING" and again.user_attrs["ticket"] == failed.user_attrs["ticket"]
    assert again.user_attrs["attempt"] == 1
    assert not {"started", "end", "error", "pid"} & set(again.user_attrs)
    assert len(after.finished()) == 11, "one finished trial less, so the sweep's command goes on"
    trial = study.ask()
    assert {key: trial.suggest_float(key, 0, 9) for key in failed.params if key != "loss"} == {
        key: value for key, value in failed.params.items() if key != "loss"
    }


def test_only_failed_trials_are_tried_again():
    study = made_studies.mixed(size=12)
    for number, state in ((0, "COMPLETE"), (6, "queued again already"), (99, "no such trial")):
        with pytest.raises(SweepError, match=state):
            command.retry(study, History.of(study), [number])
    assert len(study.trials) == 13, "nothing was queued"
    command.retry(study, History.of(study), [])
    assert "no trial has failed" in command.retry(study, History.of(study), [])
