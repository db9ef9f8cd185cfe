"""A search space that a function of the application goes on with, as hydra-optuna-sweeper's own example has it."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy_sweep

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

def unknown_key(cfg, trial):
    trial.suggest_float("w", 0.0, 1.0)

def broken(cfg, trial):
    raise KeyError("y")

if __name__ == "__main__":
    main()
"""
CONFIG = """
defaults: [{override hydra/sweeper: ner_lab}, _self_]
hydra:
  sweeper:
    sampler: {seed: 123}
    params: {x: "range(-5.5, 5.5, 0.5)", y: "choice(-5, 0, 5)"}
    custom_search_space: app.configure
x: 1
y: 1
z: 100
name: none
max_z_difference_from_x: 0.5
"""


def run(folder: Path, *overrides: str) -> tuple[int, str]:
    (folder / "app.py").write_text(APP)
    (folder / "config.yaml").write_text(CONFIG)
    return toy_sweep.run("-m", f"hydra.sweep.dir={folder / 'sweep'}", *overrides, app=folder / "app.py")


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
    ],
)
def test_what_cannot_be_suggested_is_refused_before_the_first_trial(tmp_path, function, parts):
    code, said = run(tmp_path, "hydra.sweeper.n_trials=3", f"hydra.sweeper.custom_search_space={function}")
    assert code == 1 and all(part in said for part in parts), said
    assert "Traceback" not in said and not (tmp_path / "sweep").exists()
