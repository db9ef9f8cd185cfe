"""Trials for whoever asks: the study's own totals and space, beside its controller and workers, and without either."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import toy_sweep

import hydra_slots
from hydra_slots import History, SweepError, asking, open_study
from hydra_slots.settings import SweepSettings

EXAMPLES = Path(__file__).parents[1] / "examples"
SPACE = {"n_trials": 4, "sampler": {"name": "tpe", "seed": 1}, "params": {"x": "interval(0,1)", "kind": "choice(a,b)"}}
GRID = {"params": {"x": "1,2", "kind": "a,null"}}


def finished(folder: Path) -> list[int]:
    """Tickets of the trials that count."""
    return sorted(record.user_attrs["ticket"] for record in History.of(open_study(folder)).finished())


@pytest.mark.seconds
def test_a_study_without_an_application_by_command(slots, tmp_path):
    (tmp_path / "space.yaml").write_text(json.dumps({**SPACE, "start_points": [{"x": 0.5}]}))
    assert json.loads(slots("create", "s", "space.yaml").stdout) == {"study": "s", "trials": 4}
    first = json.loads(slots("ask", "s").stdout)
    assert first["number"] == 0 and first["overrides"][0] == "x=0.5" and first["values"]["x"] == 0.5
    told = slots("tell", "s", 0, 0.25)
    assert json.loads(told.stdout) == {"number": 0, "state": "COMPLETE", "finished": 1, "trials": 4}
    second, third = (json.loads(slots("ask", "s").stdout) for _ in range(2))
    assert "running: trial 1 on asked" in slots("status", "s").stdout, "one that is never told is seen"
    slots("tell", "s", second["number"], "--state", "given-up")
    assert json.loads(slots("ask", "s").stdout)["values"] == second["values"], "and comes again"
    assert (
        json.loads(slots("tell", "s", third["number"], "--state", "fail", "--reason", "no luck").stdout)["finished"]
        == 2
    )
    rows = json.loads(slots("list", "s", "--json").stdout)
    assert rows[2]["state"] == "FAIL" and rows[2]["user_attrs"]["error"] == "no luck"
    assert json.loads(slots("ask", "s").stdout)["number"] == 4 and json.loads(slots("ask", "s").stdout) is None
    again = slots("create", "s", "space.yaml")
    assert again.returncode == 0 and json.loads(slots("ask", "s").stdout) is None, "the same study"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [(("tell", "s", 0, 1), "trial 0 is COMPLETE already"), (("tell", "s", 7, 1), "has 2 trials"),
     (("tell", "s", 1), "has a value"), (("tell", "s", 1, "nan"), "got NaN"), (("tell", "s", 1, 1, 2), "got 2 numbers"),
     (("tell", "s", 1, 1, "--state", "pruned"), "has no value"), (("ask", "none"), "no such folder"),
     (("ask", "."), "no sweep was kept here"), (("create", "s", "other.yaml"), "another study is there"),
     (("create", "t", "wrong.yaml"), "slots: it is for sweeps"), (("create", "t", "none.yaml"), "No such file"),
     (("create", "t", "typo.yaml"), "did you mean direction?"), (("create", "t", "no.yaml"), "no YAML"),
     (("create", "t", "endless.yaml"), "has no end of values"), (("create", "t", "empty.yaml"), "params must be")],
    ids=range(15),
)  # fmt: skip
def test_what_cannot_be_is_one_message(slots, tmp_path, arguments, part):
    study = hydra_slots.create(tmp_path / "s", SPACE)
    study.tell(study.ask().number, 1)
    study.ask()
    texts = {"other": {**SPACE, "n_trials": 9, "params": {"x": "1,2"}}, "wrong": {**SPACE, "slots": 2}, "empty": {},
             "typo": {**SPACE, "directions": "maximize"}, "endless": {"params": {"x": "interval(0,1)"}}}  # fmt: skip
    for name, node in texts.items():
        (tmp_path / f"{name}.yaml").write_text(json.dumps(node))
    (tmp_path / "no.yaml").write_text("a: [")
    done = slots(*arguments)
    assert done.returncode == 1 and part in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert not (tmp_path / "t").exists()


def test_a_grid_is_asked_point_by_point(tmp_path):
    study = hydra_slots.create(tmp_path / "s", GRID)
    asked = []
    while trial := hydra_slots.study(tmp_path / "s").ask():
        asked.append(trial.overrides)
        study.tell(trial.number, 0.5)
    assert asked == [["x=1", "kind=a"], ["x=1", "kind=null"], ["x=2", "kind=a"], ["x=2", "kind=null"]]
    assert finished(tmp_path / "s") == [0, 1, 2, 3]


def test_a_total_that_was_raised_counts_at_once(tmp_path):
    study = hydra_slots.create(tmp_path / "s", {**SPACE, "n_trials": 1})
    assert study.ask() and study.ask() is None
    again = hydra_slots.create(tmp_path / "s", {**SPACE, "n_trials": 2})
    assert study.ask().number == 1 and again.ask() is None


def test_a_storage_alone_does_not_say_who_controls_the_study(tmp_path, monkeypatch):
    monkeypatch.setattr(asking, "TRIES", 2)
    hydra_slots.create(tmp_path / "s", {**SPACE, "start_points": [{"x": 0.5}]})
    study = hydra_slots.study(None, storage=str(tmp_path / "s" / "study.journal"))
    assert study.ask().values["x"] == 0.5, "which waits"
    with pytest.raises(SweepError, match="name the sweep's folder"):
        study.ask()


def test_many_askers_never_share_a_trial(tmp_path):
    hydra_slots.create(tmp_path / "s", {**SPACE, "n_trials": 12})

    def ask(_: int) -> list[int]:
        study, numbers = hydra_slots.study(tmp_path / "s"), []
        while trial := study.ask():
            numbers.append(trial.number)
            study.tell(trial.number, trial.values["x"])
        return numbers

    with ThreadPoolExecutor(4) as pool:
        numbers = [number for found in pool.map(ask, range(4)) for number in found]
    assert sorted(numbers) == list(range(12)) and finished(tmp_path / "s") == list(range(12))
    assert len({trial.params["x"] for trial in toy_sweep.trials(tmp_path / "s")}) == 12


@pytest.mark.seconds
def test_asking_beside_a_sweep_and_after_its_death_keeps_the_total(tmp_path):
    sweep = ("x=interval(-5,5)", "shape=glob(*)", "hydra.sweeper.n_trials=8", "hydra.sweeper.slots=1", "seconds=0.3")
    process = toy_sweep.start(tmp_path, *sweep)
    toy_sweep.wait_for(lambda: "COMPLETE" in toy_sweep.states(tmp_path), "a trial")
    study = hydra_slots.study(tmp_path)
    beside, kept = study.ask(), study.ask()
    assert set(beside.values) == {"x", "shape"} and beside.values["shape"] in ("bowl", "well")
    study.tell(beside.number, 1.5)
    process.send_signal(signal.SIGKILL)
    process.wait()
    alone = study.ask()
    study.tell(alone.number, 2.5)
    again = toy_sweep.start(tmp_path, *sweep)
    toy_sweep.wait_for(lambda: len(finished(tmp_path)) == 7, "all but one")
    assert toy_sweep.trials(tmp_path)[kept.number].state.name == "RUNNING", "nobody takes it away"
    study.tell(kept.number, 3.5)
    assert again.wait(60) == 0 and finished(tmp_path) == list(range(8))
    values = {trial.number: trial.value for trial in toy_sweep.trials(tmp_path)}
    assert [values[trial.number] for trial in (beside, alone, kept)] == [1.5, 2.5, 3.5]


@pytest.mark.seconds
def test_a_sweep_says_that_it_waits_for_what_was_asked(tmp_path):
    sweep = ("x=interval(-5,5)", "hydra.sweeper.n_trials=3", "hydra.sweeper.slots=1", "seconds=0.5")
    said = tmp_path / "said"
    with said.open("w") as file:
        wide = {**os.environ, "COLUMNS": "400"}
        process = subprocess.Popen(toy_sweep.command(tmp_path / "s", *sweep), stdout=file, stderr=file, env=wide)
    try:
        toy_sweep.wait_for(lambda: len(toy_sweep.states(tmp_path / "s")) == 3, "its tickets")
        number = hydra_slots.study(tmp_path / "s").ask().number
        toy_sweep.wait_for(lambda: "waiting" in said.read_text(), "the line")
        line = f"trial {number} (to queue it again: hydra-slots tell {tmp_path / 's'} {number} --state given-up)"
        assert said.read_text().count(line) == 1
        hydra_slots.study(tmp_path / "s").tell(number, state="given up")
        assert process.wait(60) == 0 and "3 of 3 trials" in said.read_text() and finished(tmp_path / "s") == [0, 1, 2]
    finally:
        process.kill()


@pytest.mark.parametrize(
    ("settings", "part"),
    [({"pruner": {"name": "promotion", "max_steps": 9}}, "pruner=promotion"),
     ({"deterministic": True}, "deterministic"),
     ({"custom_search_space": "os.system"}, "custom_search_space"),
     ({"sampler": {"_target_": "os.system"}}, "os.system")],
    ids=range(4),
)  # fmt: skip
def test_trials_that_are_not_for_others_are_not_given(tmp_path, settings, part):
    study = open_study(hydra_slots.create(tmp_path / "s", SPACE).folder, writing=True)
    said = study.user_attrs["sweep"]
    study.set_user_attr("sweep", {**said, "settings": {**SweepSettings().shared(), **said["settings"], **settings}})
    with pytest.raises(SweepError, match=part):
        hydra_slots.study(tmp_path / "s")


def test_overrides_that_name_code_are_given_to_whoever_says_that_the_study_is_his(tmp_path):
    made = hydra_slots.create(tmp_path / "s", {"n_trials": 2, "params": {"model._target_": "choice(os.system,a)"}})
    with pytest.raises(SweepError, match="--trust"):
        made.ask()
    assert hydra_slots.study(tmp_path / "s", trusted=True).ask().overrides[0].startswith("model._target_=")


@pytest.mark.seconds
def test_the_example_runs(tmp_path):
    for name in ("ask.py", "space.yaml"):
        shutil.copy(EXAMPLES / name, tmp_path)
    for _ in range(2):
        subprocess.run([sys.executable, "ask.py"], cwd=tmp_path, check=True, timeout=100)
    history = History.of(open_study(tmp_path / "sweeps" / "asked"))
    assert len(history.finished()) == 12 and history.best()[0].values[0] < 0.01
