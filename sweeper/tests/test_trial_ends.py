"""Trials that all fail alike, that hang, or that leave processes behind: the sweep ends them, and says so once."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import optuna
import pytest
import toy_sweep
from test_faults import server_of
from toy_sweep import study, sweep, trials

from hydra_slots.studies.history import History
from hydra_slots.trials.outcome import of_seeds
from hydra_slots.views.parameter_plots import importances

ONE = ("hydra.sweeper.slots=1", "x=interval(-5,5)")
HERE = ("hydra.job.chdir=true",)  # the children of a trial say who they are in its folder


def ends(folder: Path) -> list[str]:
    return [trial.user_attrs.get("end", trial.state.name) for trial in trials(folder)]


@pytest.mark.seconds
def test_a_sweep_whose_every_trial_fails_alike_stops_after_the_third(tmp_path):
    said = sweep(tmp_path, *ONE, "hydra.sweeper.n_trials=20", "trouble=x_error", code=1)
    assert ends(tmp_path) == ["failed"] * 3 + ["WAITING"] * 17
    assert "all 3 trials so far have failed with the same error" in said and "Traceback" not in said.split("in ")[0]
    assert f"hydra-slots retry {tmp_path}, then the same command" in said
    # Whoever goes on without mending it needs no more than one trial to see that.
    sweep(tmp_path, *ONE, "hydra.sweeper.n_trials=20", "trouble=x_error", code=1)
    assert ends(tmp_path).count("failed") == 4


@pytest.mark.seconds
def test_a_sweep_with_a_success_or_with_max_failures_goes_on(tmp_path):
    said = sweep(tmp_path / "a", "hydra.sweeper.slots=1", "trouble=none,error,error_,error__,error___", code=1)
    assert ends(tmp_path / "a").count("failed") == 4 and "4 of 5 trials failed" in said
    sweep(tmp_path / "b", *ONE, "hydra.sweeper.n_trials=5", "hydra.sweeper.max_failures=5", "trouble=error", code=1)
    assert ends(tmp_path / "b") == ["failed"] * 5


@pytest.mark.seconds
def test_a_search_in_which_a_trial_has_failed_for_good_says_so_by_its_exit_code(tmp_path):
    first = "hydra.sweeper.start_points=[{trouble: none}]"  # or three alike might end it
    search = ("trouble=choice(none,exit)", "hydra.sweeper.n_trials=8", "hydra.sweeper.sampler.seed=1", first, ONE[0])
    said = sweep(tmp_path, *search, code=1)
    assert {"complete", "failed"} == set(ends(tmp_path)) and "8 trials failed; the last one" in said
    assert "best trial" in said and (tmp_path / "best.yaml").is_file()


@pytest.mark.seconds
def test_a_hung_trial_is_killed_and_tried_again_as_retries_say(tmp_path):
    hung = ("trouble=hang_children,none", "hydra.sweeper.trial_timeout=3", "hydra.sweeper.retries=1", *HERE)
    said = sweep(tmp_path, *hung, code=1)
    assert sorted(ends(tmp_path)) == ["complete", "failed", "failed"]
    assert said.count("killed after trial_timeout=3 s") == 3, "each attempt, and the end"
    assert not left(tmp_path)


@pytest.mark.seconds
def test_what_returns_nothing_is_done_in_a_grid_and_never_the_best(tmp_path, caplog):
    # Values are 1 and more, and less is better.
    several = ("trouble=nothing,none", "x=1,3,4,5", "hydra.sweeper.slots=1", "hydra.sweeper.stop_after=5")
    said = sweep(tmp_path, *several)
    assert ends(tmp_path) == ["nothing"] * 4 + ["complete"] * 4
    assert "best trial 4: 1" in said and "8 complete" in said
    found = study(tmp_path)
    history = History.of(found)
    assert [record.values for record in history] == [None] * 4 + [(1.0,), (1.0,), (4.0,), (9.0,)]
    optuna.logging.set_verbosity(optuna.logging.INFO)
    optuna.logging.enable_propagation()
    assert importances(found, history)["x"] > 0.9
    optuna.logging.disable_propagation()
    assert "no-name" not in caplog.text, "what Optuna says of a study that nobody asked for"
    assert "trouble: none" in (tmp_path / "best.yaml").read_text()
    assert "best trial 4: 1" in sweep(tmp_path, *several)


@pytest.mark.seconds
def test_a_grid_of_what_returns_nothing_has_no_best(tmp_path):
    said = sweep(tmp_path, "trouble=nothing", "x=1,3", "hydra.sweeper.seeds=[1,2]")
    assert ends(tmp_path) == ["nothing"] * 2 and "2 of 2 trials: 2 complete" in said and "best" not in said
    assert (tmp_path / "sweep.html").is_file() and not (tmp_path / "best.yaml").exists()


def test_a_number_under_one_seed_and_none_under_another_is_a_failure():
    assert of_seeds([[1.0], [2.0]], {}).values == [1.5] and of_seeds([[], []], {}).values == []
    for rows, said in (
        ([[1.0], []], "no numbers under one seed and 1 under"),
        ([[1.0], [1.0, 2.0]], "1 numbers under"),
    ):
        outcome = of_seeds(rows, {"1": 1.0})
        assert outcome.end == "failed" and said in outcome.error and outcome.seeds == {"1": 1.0}


def left(folder: Path) -> list[int]:
    """Children of trials that still live."""
    pids = [int(path.read_text()) for name in ("forked", "started") for path in folder.glob(f"*/{name}")]
    assert pids
    return [pid for pid in pids if toy_sweep.alive(pid)]


def all_gone(folder: Path) -> bool:
    return not left(folder)


@pytest.mark.seconds
def test_what_a_trial_has_started_ends_with_it(tmp_path):
    sweep(tmp_path, "trouble=children,children_", *HERE)
    assert ends(tmp_path) == ["complete"] * 2 and not left(tmp_path)


@pytest.mark.seconds
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_what_trials_have_started_ends_with_the_sweep(tmp_path, how):
    process = toy_sweep.start(tmp_path, "trouble=hang_children,hang_children_", *HERE)
    toy_sweep.wait_for(lambda: len(list(tmp_path.glob("*/started"))) == 2, "both trials")
    toy_sweep.wait_for(lambda: all("hangs" in p.read_text() for p in tmp_path.glob("*/console.log")), "both hang")
    toy_sweep.end(process, how)
    toy_sweep.wait_for(lambda: all_gone(tmp_path), "the end of the children", 10)


@pytest.mark.seconds
def test_what_is_left_of_a_trial_that_died_with_everybody_is_ended_by_the_next(tmp_path):
    hung = ("trouble=hang_children", *HERE)
    process = toy_sweep.start(tmp_path, *hung)
    log = tmp_path / "0" / "console.log"
    toy_sweep.wait_for(lambda: "hangs" in log.read_text(), "a hanging trial")
    server = server_of(process.pid)
    assert server is not None
    for pid in (process.pid, server):
        os.kill(pid, signal.SIGSTOP)
    (trial,) = toy_sweep.running(tmp_path)
    os.kill(trial.user_attrs["pid"], signal.SIGKILL)
    for pid in (server, process.pid):
        os.kill(pid, signal.SIGKILL)
    process.communicate()
    before = left(tmp_path)
    assert len(before) == 2, "nobody was there to end them"
    again = toy_sweep.start(tmp_path, *hung)
    toy_sweep.wait_for(lambda: not any(map(toy_sweep.alive, before)), "the end of what was left")
    toy_sweep.end(again, signal.SIGTERM)
