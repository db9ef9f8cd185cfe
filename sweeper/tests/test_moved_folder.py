"""A sweep's folder is the sweep, wherever it lies: moved, renamed or copied, even while the first goes on."""

from __future__ import annotations

import shutil
import signal

import pytest
import toy_sweep
from toy_sweep import sweep, trials

SEARCH = ("x=interval(-5,5)", "hydra.sweeper.sampler.seed=1", "hydra.sweeper.slots=1")


@pytest.mark.seconds
def test_a_moved_folder_is_the_same_study(tmp_path):
    sweep(tmp_path / "a", *SEARCH, "hydra.sweeper.n_trials=2")
    shutil.move(tmp_path / "a", tmp_path / "elsewhere" / "b")
    said = sweep(tmp_path / "elsewhere" / "b", *SEARCH, "hydra.sweeper.n_trials=4")
    assert "going on with 2 of 4 trials" in said and "watching" not in said
    assert [t.state.name for t in trials(tmp_path / "elsewhere" / "b")] == ["COMPLETE"] * 4


@pytest.mark.seconds
def test_a_journal_with_several_studies_wants_a_name_in_another_folder(tmp_path):
    for name in ("one", "two"):
        sweep(tmp_path / "a", *SEARCH, "hydra.sweeper.n_trials=1", f"hydra.sweeper.study_name={name}")
    said = sweep(tmp_path / "a", *SEARCH, "hydra.sweeper.n_trials=1", code=1)
    assert "holds 'one', 'two'; say which with hydra.sweeper.study_name=NAME" in said


@pytest.mark.slow
def test_a_copy_is_a_study_of_its_own_while_the_first_goes_on(tmp_path):
    slow = (*SEARCH, "hydra.sweeper.n_trials=2")
    first = toy_sweep.start(tmp_path / "a", *slow, "seconds=8")
    (trial,) = toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path / "a"), "a running trial")
    shutil.copytree(tmp_path / "a", tmp_path / "b", symlinks=True, ignore=shutil.ignore_patterns("*.journal.lock"))
    again = sweep(tmp_path / "b", *slow, "seconds=8")
    assert "2 of 2 trials: 2 complete" in again and "watching" not in again
    said = first.communicate(timeout=60)[1]
    assert first.returncode == 0 and "2 of 2 trials: 2 complete" in said and "killed" not in said, said
    assert trials(tmp_path / "a")[trial.number].user_attrs["end"] == "complete", "the copy has ended it"


@pytest.mark.seconds
def test_a_folder_moved_after_a_kill_goes_on(tmp_path):
    process = toy_sweep.start(tmp_path / "a", *SEARCH, "hydra.sweeper.n_trials=3", "seconds=1")
    toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path / "a"), "a running trial")
    toy_sweep.end(process, signal.SIGKILL)
    (tmp_path / "a").rename(tmp_path / "b")
    sweep(tmp_path / "b", *SEARCH, "hydra.sweeper.n_trials=3", "seconds=1")
    assert [t.user_attrs["end"] for t in trials(tmp_path / "b")].count("complete") == 3
