"""What people know from other sweepers runs here: the same spaces, samplers and objectives, in their own words."""

from __future__ import annotations

from pathlib import Path

import pytest
import toy_sweep

APP = """
import hydra

@hydra.main(version_base="1.3", config_path=".", config_name="config")
def main(cfg):
    {body}

if __name__ == "__main__":
    main()
"""
EXAMPLES = {
    # A sphere, searched with a float range with a step and a choice of numbers.
    "sphere": (
        "return cfg.x**2 + cfg.y**2",
        "defaults: [{override hydra/sweeper: slots}, {override hydra/sweeper/sampler: tpe}, _self_]\n"
        "hydra: {sweeper: {sampler: {seed: 123}, direction: minimize, study_name: s, storage: null, n_trials: 6,\n"
        "  params: {x: 'range(-5.5, 5.5, step=0.5)', y: 'choice(-5 ,0 ,5)'}}}\nx: 1\ny: 1\nz: 100\n",
        [],
        6,
    ),
    # Two objectives at once.
    "multi_objective": (
        "return 4 * cfg.x**2 + 4 * cfg.y**2, (cfg.x - 5) ** 2 + (cfg.y - 5) ** 2",
        "defaults: [{override hydra/sweeper: slots}, {override hydra/sweeper/sampler: nsgaii}, _self_]\n"
        "hydra: {sweeper: {direction: [minimize, minimize], n_trials: 4}}\nx: 1.0\ny: 1.0\n",
        ["x=range(0, 5, step=0.5)", "y=range(0, 3, step=0.5)"],
        4,
    ),
    # Whole numbers from an interval, in a nested config.
    "banana": (
        "return float((cfg.banana.y - cfg.banana.x**2) ** 2 + 1e-2 * (1 - cfg.banana.x) ** 2)",
        "defaults: [{override hydra/sweeper: slots}, _self_]\nbanana: {x: 1, y: 1}\n",
        ["banana.x=int(interval(-5, 5))", "banana.y=interval(-5, 10.1)", "hydra.sweeper.n_trials=4"],
        4,
    ),
    # Groups of values, a logarithmic interval, and a sampler by its class.
    "training": (
        "return abs(cfg.dropout) + int(cfg.db == 'mnist') + abs(cfg.lr - 0.12) + abs(cfg.batch_size - 4)",
        "defaults: [{override hydra/sweeper: slots}, _self_]\ndb: cifar\nlr: 0.01\ndropout: 0.5\nbatch_size: 16\n"
        "hydra: {sweeper: {n_trials: 5, sampler: {_target_: optuna.samplers.CmaEsSampler}}}\n",
        ["db=mnist,cifar", "batch_size=4,8,16", "lr=tag(log, interval(0.001, 1))", "dropout=interval(0, 1)",
         "hydra.sweeper.sampler={_target_: optuna.samplers.RandomSampler, seed: 3}"],
        5,
    ),
    # Hydra's own: every combination, and an application that returns nothing.
    "basic": (
        "print(cfg)",
        "defaults: [{override hydra/sweeper: slots}, _self_]\ndb: {driver: mysql}\nschema: school\n"
        "hydra: {sweeper: {params: {db.driver: 'mysql,postgresql', schema: 'warehouse,support,school'}}}\n",
        [],
        6,
    ),
}  # fmt: skip


SLOW = ("banana", "training", "basic")  # what they show is shown by other quick tests as well


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in EXAMPLES])
def test_an_example_runs(tmp_path: Path, name: str) -> None:
    body, config, overrides, total = EXAMPLES[name]
    (tmp_path / "app.py").write_text(APP.format(body=body))
    (tmp_path / "config.yaml").write_text(config)
    told = ("-m", f"hydra.sweep.dir={tmp_path / 'sweep'}", "hydra.sweeper.slots=2", *overrides)
    code, said = toy_sweep.run(*told, app=tmp_path / "app.py")
    assert code == 0, said
    assert toy_sweep.states(tmp_path / "sweep") == ["COMPLETE"] * total
    trials = toy_sweep.trials(tmp_path / "sweep")
    if name == "sphere":
        assert {trial.params["y"] for trial in trials} <= {-5, 0, 5}
        assert all((trial.params["x"] * 2).is_integer() and -5.5 <= trial.params["x"] <= 5 for trial in trials)
    if name == "banana":
        assert all(isinstance(trial.params["banana.x"], int) for trial in trials)
    if name == "multi_objective":
        assert all(len(trial.values) == 2 for trial in trials)
    if name == "basic":
        assert len({tuple(trial.user_attrs["overrides"]) for trial in trials}) == 6
        assert "driver" in (tmp_path / "sweep" / "0" / "console.log").read_text()
