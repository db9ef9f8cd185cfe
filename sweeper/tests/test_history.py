"""Records of a study: what counts as finished, what is best, and what the journal of a dead writer still says."""

from __future__ import annotations

import os
import socket
import subprocess

import made_studies
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hydra_slots.errors import SweepError
from hydra_slots.studies.history import History, Record, short
from hydra_slots.studies.opening import open_study

# One attempt each: the state and end of its predecessors, if it was queued again.
ENDS = [("COMPLETE", "complete"), ("PRUNED", "pruned"), ("FAIL", "failed"), ("FAIL", "killed"), ("FAIL", "interrupted")]


@given(st.lists(st.tuples(st.lists(st.sampled_from(ENDS[2:]), max_size=2), st.sampled_from(ENDS)), max_size=12))
def test_finished_counts_each_ticket_at_most_once_and_never_a_kill(tickets):
    study = made_studies.new_study(n_trials=12)
    expected = 0
    for ticket, (earlier, (state, end)) in enumerate(tickets):
        for attempt, (failed, why) in enumerate(earlier):
            made_studies.add(study, failed, ticket=ticket, attempt=attempt, end=why)
        made_studies.add(study, state, 0.5 if state == "COMPLETE" else None, ticket=ticket, attempt=9, end=end)
        expected += end in ("complete", "pruned", "failed")
    history = History.of(study)
    assert len(history.finished()) == expected == sum(history.counts().values())
    assert len(history.records) == sum(1 + len(earlier) for earlier, _ in tickets)


def test_asks_without_a_ticket_are_no_trials():
    study = made_studies.new_study()
    made_studies.add(study, "FAIL", end="no_ticket")
    made_studies.add(study, value=0.5)
    assert [record.number for record in History.of(study)] == [1]


@pytest.mark.parametrize(("direction", "best"), [("maximize", 2), ("minimize", 1)])
def test_the_best_trial_follows_the_direction(direction, best):
    study = made_studies.new_study(directions=[direction])
    for value in (0.5, 0.1, 0.9):
        made_studies.add(study, value=value)
    made_studies.add(study, "PRUNED", reported={1: 5.0 if direction == "maximize" else -5.0})
    history = History.of(study)
    assert [record.number for record in history.best()] == [best]


def test_what_lies_beyond_a_lowered_total_counts_again_under_a_higher_one():
    study = made_studies.new_study(n_trials=2)
    for value in (0.1, 0.5, 0.9):
        made_studies.add(study, value=value)
    lower = History.of(study)
    assert lower.counts() == {"COMPLETE": 2} and [record.number for record in lower.best()] == [1]
    assert [lower.state(record) for record in lower] == ["COMPLETE", "COMPLETE", "COMPLETE (beyond n_trials)"]
    study.set_user_attr("sweep", made_studies.setting(n_trials=3))
    higher = History.of(study)
    assert higher.counts() == {"COMPLETE": 3} and [record.number for record in higher.best()] == [2]


def test_several_objectives_have_a_front():
    study = made_studies.new_study(directions=["maximize", "minimize"], objective_names=["f1", "seconds"])
    for values in ((0.5, 1.0), (0.9, 5.0), (0.4, 2.0), (0.7, 3.0)):
        made_studies.add(study, value=values)
    history = History.of(study)
    assert [record.number for record in history.best()] == [1, 3, 0]
    assert history.best()[0].row()["value"] == [0.9, 5.0]


def test_a_row_has_what_scripts_rely_on():
    study = made_studies.mixed()
    rows = [record.row() for record in History.of(study)]
    assert all(set(row) == {"number", "state", "value", "params", "user_attrs", "folder"} for row in rows)
    for row, trial in zip(rows, study.trials, strict=True):
        assert (row["number"], row["state"], row["params"]) == (trial.number, trial.state.name, trial.params)
        assert row["value"] == (trial.value if trial.state.name == "COMPLETE" else None)
        assert row["folder"] == trial.user_attrs["folder"]


def test_a_running_trial_whose_process_has_gone_is_abandoned():
    dead = subprocess.Popen(["true"])
    dead.wait()
    study = made_studies.new_study()
    made_studies.add(study, "RUNNING", pid=os.getpid(), host=socket.gethostname())
    made_studies.add(study, "RUNNING", pid=dead.pid, host=socket.gethostname())
    made_studies.add(study, "RUNNING", pid=dead.pid, host="another")  # nobody here can tell
    history = History.of(study)
    assert [record.abandoned for record in history] == [False, True, False]
    assert history.counts() == {"RUNNING": 2, "ABANDONED": 1}


def test_a_grid_shows_what_was_typed():
    study = made_studies.new_study()
    made_studies.add(study, value=0.5, params={}, params_text={"loss": "focal", "seed": "1"})
    (record,) = History.of(study)
    assert record.params == {"loss": "focal", "seed": "1"} and record.choices == "loss=focal seed=1"


def test_a_folder_is_read_as_it_is_even_with_a_torn_last_line(tmp_path):
    written = made_studies.mixed(tmp_path)
    journal = tmp_path / "study.journal"
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"op_code": 4, "worker')
    history = History.of(open_study(tmp_path))
    assert [record.number for record in history] == [trial.number for trial in written.trials]
    assert journal.read_bytes() == whole + b'{"op_code": 4, "worker', "looking changes nothing"


@pytest.mark.parametrize("text", ["", "hydra:\n", "hydra:\n  sweeper: [", "hydra:\n  sweeper:\n    study_name: nu"])
def test_a_folder_is_read_while_hydra_still_writes_its_config(tmp_path, text):
    made_studies.new_study(tmp_path, name="null")
    (tmp_path / "multirun.yaml").write_text(text)
    if text.endswith("nu"):  # cut within the name
        with pytest.raises(SweepError, match="no study 'nu'"):
            open_study(tmp_path)
    else:
        assert open_study(tmp_path).study_name == "null"


def test_a_storage_of_several_studies_wants_a_name(tmp_path):
    made_studies.new_study(tmp_path, "one")
    made_studies.new_study(tmp_path, "two")
    with pytest.raises(SweepError, match="'one', 'two'; give --study"):
        open_study(tmp_path)
    with pytest.raises(SweepError, match="no study 'three'"):
        open_study(tmp_path, study_name="three")
    assert open_study(tmp_path, study_name="two").study_name == "two"
    assert open_study(None, str(tmp_path / "study.journal"), "one").study_name == "one"


def test_folders_without_a_sweep_are_refused(tmp_path):
    with pytest.raises(SweepError, match=r"study\.journal"):
        open_study(tmp_path)
    with pytest.raises(SweepError, match="no such folder"):
        open_study(tmp_path / "nowhere")
    for storage in (f"{tmp_path}/none.journal", f"sqlite:///{tmp_path}/none.db"):
        with pytest.raises(SweepError, match="no such file"):
            open_study(None, storage, "s", writing=True)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_number_is_refused():
    study = made_studies.mixed(size=3)
    with pytest.raises(SweepError, match=r"trial 7.*0 to 2"):
        History.of(study).record(7)


@given(st.floats(-1e300, 1e300))
def test_short_keeps_five_digits(value):
    assert float(short(value)) == pytest.approx(value, rel=1e-4)


def test_a_record_has_no_times_before_it_starts():
    study = made_studies.new_study()
    made_studies.add(study, "WAITING")
    (record,) = History.of(study)
    assert isinstance(record, Record) and record.started is None and record.ended is None and record.slot == "cpu:0"
