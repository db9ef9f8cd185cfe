"""A search space that a function of the application goes on with, as hydra-optuna-sweeper's own example has it."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy_sweep
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import example, given
from hypothesis import strategies as st

from hydra_slots.space.texts import typed

APP = """
import hydra

@hydra.main(version_base="1.3", config_path=".", config_name="config")
def main(cfg):
    return cfg.w**2 + cfg.x**2 + cfg.y**2 + cfg.z**2

def configure(cfg, trial):
    x = trial.params["x"]
    trial.suggest_float("z", x - cfg.max_z_difference_from_x, x + cfg.max_z_difference_from_x)
    trial.suggest_float("+w", 0.0, 1.0)  # + for a key that the config does not have
    trial.suggest_categorical("name", ["plain", "it's, {quoted}"])

def of_config(cfg, trial):
    trial.suggest_float("z", cfg.x, cfg.x + 0.5)

def midway(cfg, trial):
    trial.suggest_float("z", 0.0, 1.0)
    if trial.number == 3:
        raise RuntimeError("tired")

def luckiest(cfg, trial):
    trial.suggest_int("seed", 0, 9)

def unknown_key(cfg, trial):
    trial.suggest_float("w", 0.0, 1.0)

def broken(cfg, trial):
    raise KeyError("y")

if __name__ == "__main__":
    main()
"""
CONFIG = """
defaults: [{override hydra/sweeper: slots}, _self_]
hydra:
  sweeper:
    sampler: {seed: 123}
    params: {x: "range(-5.5, 5.5, 0.5)", y: "choice(-5, 0, 5)"}
    custom_search_space: app.configure
x: 1
y: 1
z: 100
name: none
seed: 0
max_z_difference_from_x: 0.5
"""


def run(folder: Path, *overrides: str) -> tuple[int, str]:
    (folder / "app.py").write_text(APP)
    (folder / "config.yaml").write_text(CONFIG)
    return toy_sweep.run("-m", f"hydra.sweep.dir={folder / 'sweep'}", *overrides, app=folder / "app.py")


@pytest.mark.seconds
def test_bounds_that_depend_on_other_values(tmp_path):
    code, said = run(tmp_path, "hydra.sweeper.n_trials=3", "max_z_difference_from_x=0.25")
    assert code == 0, said
    code, said = run(tmp_path, "hydra.sweeper.n_trials=8", "max_z_difference_from_x=0.25")
    assert code == 0, said
    trials = toy_sweep.trials(tmp_path / "sweep")
    assert [trial.state.name for trial in trials] == ["COMPLETE"] * 8
    for trial in trials:
        p = trial.params
        assert set(p) == {"x", "y", "z", "+w", "name"} and abs(p["z"] - p["x"]) <= 0.25
        assert trial.value == pytest.approx(p["+w"] ** 2 + p["x"] ** 2 + p["y"] ** 2 + p["z"] ** 2)
        assert f"+w={p['+w']!r}" in trial.user_attrs["overrides"]
    assert {trial.params["name"] for trial in trials} == {"plain", "it's, {quoted}"}
    best = toy_sweep.study(tmp_path / "sweep").best_trial
    rerun = toy_sweep.run(*best.user_attrs["overrides"], f"hydra.run.dir={tmp_path}", app=tmp_path / "app.py")
    assert rerun[0] == 0, rerun[1]


@pytest.mark.parametrize(
    ("function", "parts"),
    [
        ("app.broken", ["custom_search_space=app.broken fails at {'x': ", "KeyError: 'y'"]),
        ("app.unknown_key", ["w=", "+w"]),
        ("app.nothing", ["custom_search_space=app.nothing: no such function", "MODULE.FUNCTION"]),
        ("no_module.f", ["custom_search_space=no_module.f: no such function"]),
        ("app.luckiest", ["app.luckiest suggests seed", "hydra.sweeper.seeds=[1,2,3]"]),
    ],
)
def test_what_cannot_be_suggested_is_refused_before_the_first_trial(tmp_path, function, parts):
    code, said = run(tmp_path, "hydra.sweeper.n_trials=3", f"hydra.sweeper.custom_search_space={function}")
    assert code == 1 and all(part in said for part in parts), said
    assert "Traceback" not in said and not (tmp_path / "sweep").exists()


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))) | st.booleans() | st.integers() | st.floats(-9, 9))
@example("true")
@example("1e-3")
@example("1_000")
@example("C:\\dir")
@example("it's \\ x\\'")
@example("café")
@example("")
def test_a_value_reaches_the_config_as_it_is(value):
    parsed = OverridesParser.create().parse_override(f"key={typed(value)}").value()
    found = getattr(parsed, "text", parsed)
    assert found == value and type(found) is type(value)


@pytest.mark.seconds
def test_a_function_sees_the_trials_own_config(tmp_path):
    """Constants are none of Optuna's parameters, and a group that must be chosen has no default."""
    told = ("hydra.sweeper.n_trials=4", "hydra.sweeper.custom_search_space=app.of_config", "+w=0", "x=choice(1,2)")
    code, said = run(tmp_path, *told, "hydra.sweeper.params={y: 3}")
    assert code == 0, said
    trials = toy_sweep.trials(tmp_path / "sweep")
    assert all(0 <= trial.params["z"] - trial.params["x"] <= 0.5 for trial in trials) and len(trials) == 4


def test_what_is_set_is_not_suggested(tmp_path):
    code, said = run(tmp_path, "hydra.sweeper.n_trials=3", "z=7")
    assert code == 1 and "suggests z, which params or the command line set" in said


@pytest.mark.seconds
def test_a_worker_joins_and_start_points_are_taken_whole(tmp_path):
    assert run(tmp_path, "hydra.sweeper.n_trials=4")[0] == 0
    worker = f"hydra.sweeper.storage={tmp_path}/sweep/study.journal"
    code, said = run(tmp_path, "hydra.sweeper.worker=true", "hydra.sweeper.study_name=sweep", worker)
    assert code == 0, said
    best = toy_sweep.study(tmp_path / "sweep").best_trial
    started = f"hydra.sweep.dir={tmp_path}/second"
    code, said = run(tmp_path, started, "hydra.sweeper.n_trials=1", f"hydra.sweeper.start_points=[{tmp_path}/sweep]")
    assert code == 0, said
    (first,) = toy_sweep.trials(tmp_path / "second")
    assert first.params == best.params and first.value == best.value


@pytest.mark.parametrize(
    ("point", "parts"),
    [
        ("{x:1,zz:1}", ["zz is not in the search space, which has +w, name, x, y, z"]),
        ("{x:1,z:9}", ["app.configure", "z with value 9 is out of range"]),
        ("{x:1,name:other}", ["app.configure", "other"]),
        ("{x:77}", ["x=77"]),
    ],
)
def test_a_start_point_that_the_function_does_not_suggest_is_refused(tmp_path, point, parts):
    code, said = run(tmp_path, "hydra.sweeper.n_trials=3", f"hydra.sweeper.start_points=[{{x:0}},{point}]")
    assert code == 1 and all(part in said for part in ("start_points[1]", *parts)), said
    assert "Traceback" not in said and not (tmp_path / "sweep").exists()


@pytest.mark.seconds
def test_a_function_that_fails_later_leaves_nothing_running(tmp_path):
    midway = ("hydra.sweeper.n_trials=6", "hydra.sweeper.params=null", "+w=0", "hydra.sweeper.slots=2")
    code, said = run(tmp_path, *midway, "hydra.sweeper.custom_search_space=app.midway")
    assert code == 1 and "app.midway fails at {'z': " in said and "RuntimeError: tired" in said
    trials = toy_sweep.trials(tmp_path / "sweep")
    assert not [trial for trial in trials if trial.state.name == "RUNNING"]
    code, said = run(tmp_path, *midway, "hydra.sweeper.custom_search_space=app.midway")
    assert code == 0, said
    trials = toy_sweep.trials(tmp_path / "sweep")
    assert [trial.state.name for trial in trials].count("COMPLETE") == 6
