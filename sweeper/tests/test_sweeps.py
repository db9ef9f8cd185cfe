"""Sweeps of an application that has nothing to do with entity recognition, run by command."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from itertools import pairwise

import pytest
import toy_sweep
from toy_sweep import SEARCH, states, study, sweep, trials, wait_for

from hydra_slots.ending import KILLS
from hydra_slots.studies.history import History
from hydra_slots.studies.tickets import Tickets


@pytest.mark.seconds
def test_a_search_goes_on_to_another_total(tmp_path):
    folder = tmp_path / "s"
    assert "6 of 6 trials: 6 complete" in sweep(folder, *SEARCH)
    first = trials(folder)
    assert [t.state.name for t in first] == ["COMPLETE"] * 6
    assert all(t.value == pytest.approx((t.params["x"] - 2) ** 2) for t in first)
    toy_sweep.tear(folder)
    begin = time.monotonic()
    said = sweep(folder, *SEARCH, "hydra.sweeper.n_trials=9")
    assert time.monotonic() - begin < 10, "a dead writer's lock was waited for"
    after = trials(folder)
    assert "going on with 6 of 9 trials" in said and states(folder) == ["COMPLETE"] * 9
    assert [t.params for t in after[:6]] == [t.params for t in first]
    assert len({t.params["x"] for t in after}) == 9, "a resumed sampler drew its first points again"
    assert [t.user_attrs["folder"] for t in after] == [str(number) for number in range(9)]
    assert (folder / "best.yaml").is_file() and (folder / "sweep.html").is_file()
    best = min(after, key=lambda t: t.value)
    assert f"best trial {best.number}: " in said
    # The best of those that count, for a total that leaves the best one of all out.
    lower = sweep(folder, *SEARCH, f"hydra.sweeper.n_trials={best.number}")
    left = min(after[: best.number], key=lambda t: t.value)
    assert f"{best.number} of {best.number} trials" in lower and f"best trial {left.number}: " in lower
    assert f"# Trial {left.number} " in (folder / "best.yaml").read_text() and len(trials(folder)) == 9


@pytest.mark.seconds
def test_a_grid_runs_every_combination_once_and_keeps_them(tmp_path):
    grid = ("x=1,2", "shape=glob(*)")
    sweep(tmp_path, *grid)
    done = trials(tmp_path)
    points = [tuple(t.user_attrs["overrides"]) for t in done]
    assert points == [
        ("x=1", "shape=bowl"),
        ("x=1", "shape=well"),
        ("x=2", "shape=bowl"),
        ("x=2", "shape=well"),
    ]
    assert [t.value for t in done] == [1.0, 2.0, 0.0, 1.0]
    kept = sorted(tmp_path.rglob("*"))
    again = sweep(tmp_path, *grid)
    assert "4 of 4 trials" in again and "trial 4" not in again
    assert 'space.x.is: was "1,2", now "1,3"' in sweep(tmp_path, "x=1,3", *grid[1:], code=1)
    assert len(trials(tmp_path)) == 4 and sorted(tmp_path.rglob("*")) == kept


@pytest.mark.seconds
def test_a_multirun_without_a_sweep_is_one_trial_and_the_journal_holds_what_the_views_need(tmp_path):
    sweep(tmp_path, "x=3")
    (only,) = trials(tmp_path)
    assert only.user_attrs["overrides"] == ["x=3"] and only.value == 1
    said = toy_sweep.study(tmp_path).user_attrs["sweep"]
    assert said["n_trials"] == 1 and said["app"] == f"python {toy_sweep.APP}" and "shape" in said["groups"]
    assert json.loads((tmp_path / "0" / ".trial.json").read_text())["end"] == "complete"


@pytest.mark.seconds
def test_every_way_to_fail_is_the_failure_of_one_trial(tmp_path):
    said = sweep(tmp_path, "trouble=none,nothing,error,exit,sys_exit,no_number", "hydra.sweeper.retries=1", code=1)
    history = History.of(toy_sweep.study(tmp_path))
    ends = {}
    for trial in trials(tmp_path):
        ends.setdefault(trial.user_attrs["params_text"]["trouble"], []).append(trial)
    assert {name: len(attempts) for name, attempts in ends.items()} == {
        "none": 1, "nothing": 1, "error": 2, "exit": 2, "sys_exit": 2, "no_number": 2,
    }  # fmt: skip
    assert history.counts() == {"COMPLETE": 2, "FAIL": 4}, "a grid is run for what it does as well"
    errors = {name: attempts[-1].user_attrs.get("error", "") for name, attempts in ends.items()}
    assert "RuntimeError: trouble of its own" in errors["error"] and "app.py" in errors["error"]
    assert "exit code 3" in errors["exit"] and "sys.exit(4)" in errors["sys_exit"] and "NaN" in errors["no_number"]
    assert "4 of 6 trials failed" in said
    folders = [t.user_attrs["folder"] for t in trials(tmp_path)]
    assert len(folders) == len(set(folders)) == 10, "an attempt wrote into the folder of another"


@pytest.mark.seconds
def test_a_search_needs_a_number(tmp_path):
    said = sweep(tmp_path, "trouble=nothing", "x=1,2", "hydra.sweeper.n_trials=1", code=1)
    assert "the application returned nothing, the sweep needs a number" in said


@pytest.mark.seconds
def test_max_failures_ends_the_sweep(tmp_path):
    said = sweep(
        tmp_path, "trouble=error", "x=range(20)", "hydra.sweeper.max_failures=2", "hydra.sweeper.slots=1", code=1
    )
    assert "3 trials have failed, and max_failures is 2" in said and "trouble of its own" in said
    assert states(tmp_path).count("FAIL") == 3


@pytest.mark.seconds
@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ("memory", "killed {} times; is the memory enough for it?"),
        ("ctrl_c", "interrupted {} times; does it raise KeyboardInterrupt?"),
    ],
)
def test_a_trial_killed_again_and_again_fails_in_the_end(tmp_path, trouble, why):
    """One death by SIGKILL is an accident and costs no retry; a trial too big for the memory dies every time, and so
    does one that interrupts itself."""
    said = sweep(tmp_path, f"trouble={trouble},none", code=1)
    tried = [t for t in trials(tmp_path) if t.user_attrs["params_text"] == {"trouble": trouble}]
    assert [t.user_attrs["end"] for t in tried] == ["killed"] * KILLS + ["failed"]
    error = why.format(KILLS + 1)
    assert tried[-1].user_attrs["error"] == error and error in said
    assert states(tmp_path).count("COMPLETE") == 1


@pytest.mark.seconds
def test_pruned_trials_end_without_a_word(tmp_path):
    median = "hydra.sweeper.pruner={name:median,n_startup_trials:2}"
    said = sweep(tmp_path, *SEARCH, "hydra.sweeper.n_trials=8", "hydra.sweeper.slots=1", median)
    pruned = [t for t in trials(tmp_path) if t.state.name == "PRUNED"]
    complete = [t for t in trials(tmp_path) if t.state.name == "COMPLETE"]
    assert len(pruned) >= 2 and len(pruned) + len(complete) == 8
    assert all(list(t.intermediate_values) == [0, 1, 2] for t in complete)
    for trial in pruned:
        steps = sorted(trial.intermediate_values)
        assert steps == list(range(len(steps))) and trial.user_attrs["end"] == "pruned"
        logs = [path.read_text() for path in (tmp_path / trial.user_attrs["folder"]).rglob("*.log")]
        assert logs and not any("Traceback" in log or "TrialPruned" in log for log in logs)
    assert "Traceback" not in said


@pytest.mark.seconds
@pytest.mark.parametrize("pruner", ["median", "promotion"])
def test_a_pruner_that_nobody_reports_to_says_so_once(tmp_path, pruner):
    told = (*SEARCH, f"hydra/sweeper/pruner={pruner}", *["hydra.sweeper.pruner.max_steps=9"] * (pruner == "promotion"))
    line = f"no trial has reported a step, so pruner={pruner} had nothing to judge"
    assert sweep(tmp_path / "silent", *told, "steps=0", "hydra.sweeper.n_trials=2").count(line) == 1
    assert line not in sweep(tmp_path / "telling", *told, "steps=1", "saves=true", "hydra.sweeper.n_trials=2")


@pytest.mark.seconds
def test_seeds_are_repeats_and_their_mean_is_the_value(tmp_path):
    # Values of the seeds differ by a thousandth each, alike in every trial: worse is worse in each of them.
    repeated = ("hydra.sweeper.seeds=[1,2,3,4,5]", "hydra.sweeper.pruner=wilcoxon", "hydra.sweeper.slots=1")
    sweep(tmp_path, *SEARCH, *repeated, "hydra.sweeper.n_trials=4")
    done = trials(tmp_path)
    for trial in done:
        if trial.state.name == "COMPLETE":
            seeds = trial.user_attrs["seeds"]
            assert list(seeds) == ["1", "2", "3", "4", "5"]
            assert trial.value == pytest.approx(sum(seeds.values()) / 5)
            assert trial.value == pytest.approx((trial.params["x"] - 2) ** 2 + 0.003)
            assert (tmp_path / str(trial.number) / "seed_5" / ".hydra" / "overrides.yaml").is_file()
        else:
            assert trial.state.name == "PRUNED" and 2 <= len(trial.user_attrs["seeds"]) < 5
    assert {t.state.name for t in done} == {"COMPLETE", "PRUNED"}


@pytest.mark.seconds
def test_several_objectives_have_a_front(tmp_path):
    two = ("hydra.sweeper.direction=[minimize,maximize]", "+pair=true", "hydra.sweeper.objective_names=[loss,size]")
    sweep(tmp_path, *SEARCH, *two, "hydra.sweeper.n_trials=3")
    assert [len(t.values) for t in trials(tmp_path)] == [2] * 3


@pytest.mark.slow
def test_a_conditional_space_narrowed_on_the_command_line(tmp_path):
    space = (
        "+hydra.sweeper.params={shape:'choice(bowl,well)',"
        "shape.depth:{when:{shape:well},is:'range(1,4)'},x:'interval(0,4)'}"
    )
    sweep(tmp_path / "both", "hydra.sweeper.n_trials=6", space.replace("+", "", 1))
    for trial in trials(tmp_path / "both"):
        assert ("shape.depth" in trial.params) == (trial.params["shape"] == "well")
    sweep(tmp_path / "bowl", "hydra.sweeper.n_trials=1", space.replace("+", "", 1), "shape=bowl")
    assert [set(t.params) for t in trials(tmp_path / "bowl")] == [{"x"}]


@pytest.mark.seconds
def test_a_launcher_runs_the_trials(tmp_path):
    said = sweep(tmp_path, *SEARCH, "hydra.sweeper.executor=launcher", "hydra.sweeper.slots=auto",
                 "hydra.sweeper.pruner={name:median,n_startup_trials:1}")  # fmt: skip
    done = trials(tmp_path)
    assert len(done) == 6 and {t.state.name for t in done} == {"COMPLETE", "PRUNED"}
    assert all(t.intermediate_values for t in done)
    assert [t.user_attrs["folder"] for t in done] == [str(i) for i in range(6)]
    assert (tmp_path / "0" / ".hydra" / "config.yaml").is_file() and "Traceback" not in said


@pytest.mark.slow
def test_start_points_come_first(tmp_path):
    sweep(tmp_path / "one", *SEARCH, "hydra.sweeper.n_trials=2")
    best = min(trials(tmp_path / "one"), key=lambda t: t.value)
    (tmp_path / "points.csv").write_text("x\n2\n")
    sweep(
        tmp_path / "two",
        *SEARCH,
        "hydra.sweeper.n_trials=2",
        f"hydra.sweeper.start_points=[{tmp_path / 'points.csv'},{tmp_path / 'one'}]",
    )
    tried = [t.params["x"] for t in trials(tmp_path / "two")]
    assert tried[:2] == [2, best.params["x"]]


@pytest.mark.seconds
def test_the_folder_of_a_trial_is_never_anothers(tmp_path):
    """Two settings that Hydra's own pattern would put into the same place."""
    (tmp_path / "same").mkdir()
    (tmp_path / "same" / "precious").write_text("mine")
    sweep(tmp_path, "x=1,2", "hydra.sweep.subdir=same")
    assert [t.user_attrs["folder"] for t in trials(tmp_path)] == ["same_2", "same_3"]
    assert [path.name for path in (tmp_path / "same").iterdir()] == ["precious"]


@pytest.mark.seconds
def test_the_folder_of_a_trial_may_refer_to_its_config(tmp_path):
    """Also where the pattern is typed, and where what it refers to is known in a trial only."""
    sweep(tmp_path, "x=1,2", "hydra.sweep.subdir=number${hydra.job.num}_x${x}")
    assert [t.user_attrs["folder"] for t in trials(tmp_path)] == ["number0_x1", "number1_x2"]


@pytest.mark.seconds
def test_stop_after_and_timeout_end_a_sweep_early(tmp_path):
    said = sweep(tmp_path / "a", "hydra.sweeper.n_trials=50", "hydra.sweeper.stop_after=4", "x=choice(2,3)",
                 "hydra.sweeper.slots=1")  # fmt: skip
    values = [t.value for t in trials(tmp_path / "a") if t.state.name == "COMPLETE"]
    assert "none of the last 4 trials was better" in said
    assert len(values) - 1 - values.index(min(values)) == 4
    said = sweep(
        tmp_path / "b", "hydra.sweeper.n_trials=60", "hydra.sweeper.timeout=1", "seconds=0.3", "x=interval(0,1)"
    )
    assert "the timeout of 1 s is over" in said and 0 < states(tmp_path / "b").count("COMPLETE") < 60


@pytest.mark.seconds
def test_ctrl_c_queues_again_what_ran(tmp_path):
    long = (*SEARCH, "seconds=30")
    process = toy_sweep.start(tmp_path, *long)
    running = toy_sweep.wait_for(lambda: len(r := toy_sweep.running(tmp_path)) == 2 and r, "two running trials")
    said = toy_sweep.end(process, signal.SIGINT)
    assert process.returncode == 130 and f"hydra.sweep.dir={tmp_path}" in said and "Traceback" not in said
    assert not any(toy_sweep.alive(t.user_attrs["pid"]) for t in running)
    after = trials(tmp_path)
    assert [t.user_attrs["end"] for t in after if t.state.name == "FAIL"] == ["interrupted"] * 2
    assert sum(t.state.name == "WAITING" for t in after) == 6


@pytest.mark.seconds
def test_a_second_controller_is_told_how_to_join(tmp_path):
    process = toy_sweep.start(tmp_path, *SEARCH, "seconds=60", "hydra/sweeper=slots")
    try:
        toy_sweep.wait_for(lambda: toy_sweep.running(tmp_path), "a running trial")
        said = sweep(tmp_path, *SEARCH, "seconds=60", code=1)
        assert f"process {process.pid} on" in said
        join = re.search(r"-m hydra/sweeper=slots hydra\.sweeper\.worker=true \S+ \S+", said)
        assert join is not None
        name, storage = join[0].split()[3:]
        assert name == f"hydra.sweeper.study_name={tmp_path.name}" and storage.endswith(f"={tmp_path}/study.journal")
    finally:
        toy_sweep.end(process, signal.SIGTERM)


@pytest.mark.slow
def test_the_same_sweep_is_the_same_bit_for_bit(tmp_path):
    pruner = "hydra.sweeper.pruner={name:successive_halving,min_resource:1,reduction_factor:2}"
    told = (*SEARCH, "hydra.sweeper.n_trials=16", "hydra.sweeper.deterministic=true", pruner, "hydra.sweeper.slots=3")
    kept = []
    for name, seconds in (("a", "0"), ("b", "0.3")):
        # How long a trial takes is no part of what it is worth; the study's name decides Hyperband's brackets alone.
        sweep(tmp_path / name, *told, f"seconds={seconds}", "hydra.sweeper.study_name=s", "hydra.sweeper.storage=null")
        kept.append([(t.state, t.params, t.values, t.intermediate_values) for t in trials(tmp_path / name)])
    assert kept[0] == kept[1] and {state.name for state, *_ in kept[0]} == {"COMPLETE", "PRUNED"}


@pytest.mark.slow
def test_no_two_trials_share_a_slot(tmp_path):
    """A hundred short trials, one in five crashing, on six slots of three devices that are not there."""
    sweep(
        tmp_path,
        "trouble=none,none_,none__,none___,exit",
        "seed=range(20)",
        "seconds=0.05",
        "hydra.sweeper.slots={gpus:[0,1,2],per_gpu:2}",
        code=1,
    )
    done = trials(tmp_path)
    assert len(done) == 100 and sum(t.state.name == "FAIL" for t in done) == 20
    by_slot: dict[str, list] = {}
    for trial in done:
        by_slot.setdefault(trial.user_attrs["slot"], []).append(trial)
    assert sorted(by_slot) == [f"gpu:{gpu}/{turn}" for gpu in range(3) for turn in range(2)]
    for slot, there in by_slot.items():
        spans = sorted((t.user_attrs["started"], t.user_attrs["ended"]) for t in there)
        assert all(end <= begin for (_, end), (begin, _) in pairwise(spans)), f"two trials at once on {slot}"
        assert len(spans) > 5
        for trial in there:
            if trial.state.name == "COMPLETE":
                log = (tmp_path / trial.user_attrs["folder"] / "console.log").read_text()
                assert f"devices {slot[4]} threads" in log


@pytest.mark.slow
def test_workers_share_the_tickets_of_a_study(tmp_path):
    storage = f"hydra.sweeper.storage={tmp_path / 'shared.journal'}"
    told = ("hydra.sweeper.study_name=s", storage, "hydra.sweeper.slots=1")
    controller = toy_sweep.start(tmp_path / "c", *SEARCH, *told, "hydra.sweeper.n_trials=24", "seconds=0.5")
    toy_sweep.wait_for(lambda: (tmp_path / "c" / "0").exists(), "the first trial")
    workers = [
        subprocess.Popen(toy_sweep.command(tmp_path / f"w{i}", *told, "hydra.sweeper.worker=true")) for i in range(2)
    ]
    assert controller.wait(120) == 0 and [worker.wait(60) for worker in workers] == [0, 0]
    done = toy_sweep.study(tmp_path, str(tmp_path / "shared.journal"), "s").get_trials()
    finished = [t for t in done if t.state.name == "COMPLETE"]
    assert sorted(t.user_attrs["ticket"] for t in finished) == list(range(24))
    assert all(t.user_attrs["end"] == "no_ticket" for t in done if t.state.name == "FAIL")
    assert len({t.user_attrs["owner"] for t in finished}) == 3
    assert len({t.user_attrs["folder"] for t in finished}) == 24


@pytest.mark.seconds
def test_a_large_grid_starts_while_its_tickets_are_queued(tmp_path):
    journal, told = tmp_path / "study.journal", ("x=range(100)", "seed=range(40)", "hydra.sweeper.slots=1")
    for ends in (1, 3):  # killed when so many trials have ended, most likely before all are queued
        process = toy_sweep.start(tmp_path, *told)
        wait_for(lambda ends=ends: journal.read_bytes().count(b'"ended"') >= ends, "a trial")
        process.send_signal(signal.SIGKILL)
        process.wait()
    lines = journal.read_text().splitlines()
    assert 0 < sum('"ticket"' in line for line in lines[: next(i for i, x in enumerate(lines) if '"slot"' in x)]) < 4000
    attempts = Tickets.of(study(tmp_path), 4000, 0).attempts
    assert sorted(attempts) == list(range(len(attempts))), "in their order"
    assert all(len(trials) == 1 for ticket, trials in attempts.items() if ticket > 9), "none twice"


@pytest.mark.seconds
@pytest.mark.parametrize("grid", [False, True])
def test_a_dry_run_shows_the_points_that_come_and_leaves_nothing(tmp_path, grid):
    folder = tmp_path / "s"
    (tmp_path / "points.csv").write_text("x\n3.5\n")
    first = f"hydra.sweeper.start_points={tmp_path / 'points.csv'}"
    told = ("x=1,2,3", "shape=bowl,well") if grid else (*SEARCH, first)
    said = sweep(folder, *told, "hydra.sweeper.dry_run=true")
    assert not folder.exists() and list(tmp_path.iterdir()) == [tmp_path / "points.csv"]
    assert f"6 trials in {folder}: " in said and ("x: 1,2,3" if grid else "x: interval(-5,5)") in said
    sweep(folder, *told, "hydra.sweeper.slots=1")
    shown = re.findall(r"^  (x=.*)$", said, re.MULTILINE)
    done = [" ".join(trial.user_attrs["overrides"]) for trial in trials(folder)]
    assert len(shown) == 5 and (shown == done[:5] if grid else shown[0] == done[0] == "x=3.5")


def test_a_dry_run_refuses_what_the_sweep_would(tmp_path):
    said = sweep(tmp_path / "s", "nokey=1,2", "hydra.sweeper.dry_run=true", code=1)
    assert "nokey" in said and not (tmp_path / "s").exists()
